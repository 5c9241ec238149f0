"""Run an exercise's source in this process: quick, and safe only for answers of one's own."""

import contextlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import telcosim
from cvmgrade import checks
from cvmgrade.assignments import Exercise
from cvmgrade.engine import STUB

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
SETTINGS = ("customers", "months", "overrides", "truth_at", "truth_for", "rollouts")


@dataclass(frozen=True)
class Mark:
    """What a test cell gave, and why not more."""

    points: float
    most: float
    reason: str


def make_worlds(exercise: Exercise, seed: int, home: Path) -> Path:
    """Make the pack's world and the hidden ones, with their truth, as a grader would."""
    for name, settings in {"pack": exercise.pack, **dict(enumerate(exercise.hidden, 1))}.items():
        options = {key: settings[key] for key in SETTINGS if key in settings}
        target = home / "pack" if name == "pack" else home / "hidden" / str(name)
        number = seed if name == "pack" else seed + int(name)
        telcosim.generate(settings["preset"], number, target, tables=[*exercise.tables],
                          with_truth=target.parent.name == "hidden", **options)  # fmt: skip
    return home


def marks(exercise: Exercise, home: Path, answers: Mapping[str, str]) -> dict[str, Mark]:
    """Return what each test cell gives, by grade_id, with some solution cells answered."""
    found: dict[str, Mark] = {}
    names: dict[str, Any] = {}
    reference: dict[str, Any] = {}
    cells = list(_cells(exercise))
    asked = any("reference(" in source for about, source in cells if about["grade"])
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.setenv("CVM_WORLD", str(home / "pack"))
        for about, source in cells:
            if asked and not about["grade"]:
                exec(source, reference)  # noqa: S102 - the exercise's own code
        for about, source in cells:
            if about["grade"]:
                patch.setenv(checks.HIDDEN_WORLDS, str(home / "hidden"))
                found[about["grade_id"]] = _judged(source, names, reference, about["points"])
                patch.delenv(checks.HIDDEN_WORLDS)
            else:
                with contextlib.suppress(Exception):  # as a notebook goes on after an error
                    exec(answers.get(about["grade_id"], source), names)  # noqa: S102 - a case
    return found


def blank(exercise: Exercise) -> dict[str, str]:
    """Return the solution cells as they are released."""
    return {about["grade_id"]: _released(source)
            for about, source in _cells(exercise) if about["solution"]}  # fmt: skip


def _judged(source: str, names: dict[str, Any], reference: Mapping[str, Any], most: float) -> Mark:
    token = checks.REFERENCE.set(reference)
    try:
        exec(source, names)  # noqa: S102 - the exercise's own code
    except checks.CheckFailed as error:
        return Mark(error.share * most, most, error.reason)
    except Exception as error:  # noqa: BLE001 - what a test cell raises is its verdict
        return Mark(0.0, most, f"{type(error).__name__}: {error}")
    finally:
        checks.REFERENCE.reset(token)
    return Mark(most, most, "")


def _cells(exercise: Exercise) -> Iterator[tuple[dict[str, Any], str]]:
    for cell in json.loads(exercise.notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield cell["metadata"]["nbgrader"], "".join(cell["source"])


def _released(source: str) -> str:
    lines: list[str] = []
    inside = False
    for line in source.splitlines():
        if line.strip() == BEGIN:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + stub for stub in STUB.splitlines()]
        elif line.strip() == END:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)
