"""What happened in a graded notebook: per test cell its points and one plain reason."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbgrader.utils import determine_grade, is_grade, is_solution

from .engine import NOT_ANSWERED
from .execute import TIMED_OUT, points
from .records import Verdict
from .referee import Ruling

Notebook = Any

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


def as_notebook(content: dict[str, Any]) -> Notebook:
    """Return a notebook object of plain content."""
    return nbformat.from_dict(content)  # type: ignore[no-untyped-call]


def as_text(notebook: Notebook) -> str:
    """Return a notebook as it is written to a file."""
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def parts(notebook: Notebook) -> Iterator[Part]:
    """Split a notebook at its second-level headings; what comes before the first has no points."""
    part = Part("")
    for cell in notebook.cells:
        locked = cell.metadata.get("nbgrader", {}).get("locked")
        heading = (
            re.match(r"##\s+(.+)", cell.source) if cell.cell_type == "markdown" and locked else None
        )
        if heading:
            yield part
            part = Part(WORTH.sub("", heading.group(1)).strip())
        if is_grade(cell) and not is_solution(cell):
            part.tests.append(cell)
        elif not locked:
            part.work.append(cell)
            if is_grade(cell):  # answered in words, marked by a person
                part.tests.append(cell)
    yield part


def verdicts(notebook: Notebook, rulings: Mapping[str, Ruling], cell_seconds: int) -> list[Verdict]:
    """Return a verdict for every cell that carries points."""
    found = []
    for part in parts(notebook):
        for cell in part.tests:
            about = cell.metadata.nbgrader
            most, ruling = float(about.points), rulings.get(about.grade_id)
            if ruling is None:
                reached, _ = determine_grade(cell)
                why = "Not answered." if reached == 0 else "Marked by hand."
            else:
                reached = points(ruling, most)
                why = reason(ruling, part.work, cell_seconds) if reached < most else ""
            found.append(Verdict(about.grade_id, part.heading, reached, most, why))
    return found


def reason(ruling: Ruling, work: list[Any], cell_seconds: int) -> str:
    """Return why a test cell cost points, in words a learner can use."""
    if ruling.timed_out:
        return _said(TIMED_OUT, "", cell_seconds)
    if ruling.error is None:
        return "Partly right." if ruling.number else "Not right."
    name, value = ruling.error
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
    if name == "NotImplementedError" and NOT_ANSWERED in value:
        return "Not answered yet: the cell still holds its placeholder."
    if name in ("CheckFailed", "ConnectionError"):
        return value[:LONGEST]
    return f"{name}: {value}"[:LONGEST] if value else name
