"""The gradebook as a table: one row per submission, one column per question."""

import csv
import os
from pathlib import Path

from .cohort import Cohort
from .page import points
from .records import Submission, records

FIXED = (
    "learner",
    "exercise",
    "total",
    "max",
    "late_penalty",
    "state",
    "reason",
    "sandbox",
    "variant",
    "received_at",
    "graded_at",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(cohort: Cohort, out: Path | None = None) -> Path:
    """Write the CSV and return its path."""
    with records(cohort) as book:
        items = book.all()
    questions = sorted({_column(item, v.grade_id) for item in items for v in item.verdicts})
    columns = {name: place for place, name in enumerate([*FIXED, *questions])}
    target = out or cohort.folder / "grades.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(_row(item, columns) for item in items)
    os.replace(partial, target)  # noqa: PTH105 - also over an earlier one on Windows
    return target


def _row(item: Submission, columns: dict[str, int]) -> list[str]:
    """Return a submission's cells, in the order of the columns; most questions are not its own."""
    row = [""] * len(columns)
    said = {
        "learner": item.learner,
        "exercise": item.exercise,
        "state": item.state,
        "total": "" if item.total is None else points(item.total),
        "max": "" if item.maximum is None else points(item.maximum),
        "late_penalty": points(item.late_penalty) if item.late_penalty else "",
        "reason": item.reason,
        "sandbox": item.sandbox,
        "variant": str(item.variant or ""),
        "received_at": item.received_at,
        "graded_at": item.finished_at,
    }
    for verdict in item.verdicts:
        if verdict.points is not None:
            said[_column(item, verdict.grade_id)] = points(verdict.points)
    for name, value in said.items():
        row[columns[name]] = _inert(value)
    return row


def _column(item: Submission, grade_id: str) -> str:
    return f"{item.exercise}:{grade_id}"


def _inert(value: str) -> str:
    """Keep a spreadsheet from reading a learner's text as a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value
