"""Does every lesson and every solved exercise still run, from top to bottom, by nbval?"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cvmgrade import assignments, cohort, worlds

ROOT = Path(__file__).parents[2]
WORLDS = 20 if os.environ.get("CVM_FULL") else 5
LESSONS = sorted((ROOT / "notebooks" / "lessons").glob("*.ipynb"))
SOURCES = assignments.sources(ROOT / "notebooks" / "assignments")


def run_nbval(notebook: Path, **environment: str) -> None:
    """Run one notebook in a process of its own; a cell that raises fails the test."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["--nbval-lax", "--nbval-cell-timeout=120", str(notebook)]
    # The notebook's own warnings are for its readers; they do not fail the run.
    command += ["-W", "default", "--rootdir", str(notebook.parent), "-c", os.devnull]
    environ = {**os.environ, **environment}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environ)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_there_are_notebooks_to_run() -> None:
    assert LESSONS
    assert SOURCES


@pytest.mark.slow
@pytest.mark.parametrize("notebook", LESSONS, ids=lambda p: p.stem)
def test_lesson_runs(notebook: Path) -> None:
    run_nbval(notebook)


@pytest.mark.slow
@pytest.mark.parametrize("notebook", SOURCES, ids=lambda p: p.stem)
def test_solved_exercise_passes_its_own_checks(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Visible and hidden checks accept the reference solution on many worlds, at least WORLDS."""
    monkeypatch.setenv("CVM_SECRET", "5e" * 32)
    course = cohort.init(tmp_path / "cohort", SOURCES[0].parents[1], "nbval")
    exercise = assignments.read(notebook)
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    for number in range(-(-WORLDS // len(exercise.hidden))):
        made = worlds.hidden_worlds(replace(course, round=number), exercise)
        assert made is not None
        for world in made.iterdir():
            world.rename(hidden / f"{number}-{world.name}")
    run_nbval(notebook, CVM_HIDDEN_WORLDS=str(hidden))


@pytest.mark.slow
def test_a_notebook_that_raises_is_caught(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}}
    content = {
        "cells": [{**cell, "outputs": [], "source": "raise ValueError('broken')"}],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    broken = tmp_path / "broken.ipynb"
    broken.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(AssertionError, match="broken"):
        run_nbval(broken)
