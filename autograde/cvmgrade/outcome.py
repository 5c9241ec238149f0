"""Read what happened from a graded notebook: per test cell its points and one plain reason."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.utils import determine_grade, is_grade, is_solution

from . import engine
from .engine import NOT_ANSWERED
from .execute import TIMED_OUT
from .records import Verdict

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
WORTH = re.compile(r"\s*\(\d+(\.\d+)? points?\)\s*$")
"""Points in a heading; a page shows them beside it, as reached."""
LONGEST = 400


@dataclass
class Part:
    """One question of a notebook: the cells from one heading to the next."""

    heading: str
    work: list[Any] = field(default_factory=list)  # the learner's cells
    tests: list[Any] = field(default_factory=list)


def parts(notebook: Any) -> Iterator[Part]:
    """Split a notebook at its second-level headings; what comes before the first has no points."""
    part = Part("")
    for cell in notebook.cells:
        heading = re.match(r"##\s+(.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            yield part
            part = Part(WORTH.sub("", heading.group(1)).strip())
        if is_grade(cell) and not is_solution(cell):
            part.tests.append(cell)
        elif not cell.metadata.get("nbgrader", {}).get("locked"):
            part.work.append(cell)
            if is_grade(cell):  # answered in words, marked by a person
                part.tests.append(cell)
    yield part


def verdicts(graded: Path, source: Path, cell_seconds: int) -> list[Verdict]:
    """Return a verdict for every test cell of the source, whatever became of it."""
    found: dict[str, Verdict] = {}
    for part in parts(engine.notebook(graded)):
        for cell in part.tests:
            points, most = determine_grade(cell)
            why = reason(cell, part.work, cell_seconds) if points is not None else "Marked by hand."
            name = cell.metadata.nbgrader.grade_id
            found[name] = Verdict(name, part.heading, points, most, why)
    return [found.get(wanted.grade_id, wanted) for wanted in _expected(source)]


def _expected(source: Path) -> Iterator[Verdict]:
    for part in parts(engine.notebook(source)):
        for cell in part.tests:
            about = cell.metadata.nbgrader
            yield Verdict(
                about.grade_id,
                part.heading,
                0.0,
                float(about.points),
                "The test cell was deleted from the notebook.",
            )


def reason(cell: Any, work: list[Any], cell_seconds: int) -> str:
    """Return why a test cell failed, in words a learner can use; empty if it passed."""
    error = _error(cell)
    if error is None:
        return ""
    name, value = error
    if name == "NameError":
        first = next((found for found in map(_error, work) if found), None)
        if first:
            return f"{value}, because its cell failed: {_said(*first, cell_seconds)}"[:LONGEST]
    return _said(name, value, cell_seconds)


def _error(cell: Any) -> tuple[str, str] | None:
    errors = [
        (output.ename, ANSI.sub("", output.evalue).strip())
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    timed_out = [error for error in errors if error[0] == TIMED_OUT]
    return next(iter(timed_out or errors), None)


def _said(name: str, value: str, cell_seconds: int) -> str:
    if name == TIMED_OUT:
        return f"The cell did not finish in {cell_seconds} seconds: a loop without end?"
    if name == "CheckFailed":
        return value[:LONGEST]
    if name == "NotImplementedError" and NOT_ANSWERED in value:
        return "Not answered yet: the cell still holds its placeholder."
    return f"{name}: {value}"[:LONGEST] if value else name
