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
    "state",
    "reason",
    "sandbox",
    "hidden_data",
    "received_at",
    "graded_at",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(cohort: Cohort, out: Path | None = None) -> Path:
    """Write the CSV and return its path."""
    with records(cohort) as book:
        items = book.all()
    questions = sorted({_column(item, v.grade_id) for item in items for v in item.verdicts})
    target = out or cohort.folder / "grades.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*FIXED, *questions])
        writer.writeheader()
        writer.writerows(_row(item) for item in items)
    os.replace(partial, target)  # noqa: PTH105 - also over an earlier one on Windows
    return target


def _row(item: Submission) -> dict[str, str]:
    row = {
        "learner": item.learner,
        "exercise": item.exercise,
        "state": item.state,
        "total": "" if item.total is None else points(item.total),
        "max": "" if item.maximum is None else points(item.maximum),
        "reason": item.reason,
        "sandbox": item.sandbox,
        "hidden_data": item.hidden_note,
        "received_at": item.received_at,
        "graded_at": item.finished_at,
    }
    row |= {
        _column(item, v.grade_id): "" if v.points is None else points(v.points)
        for v in item.verdicts
    }
    return {name: _inert(value) for name, value in row.items()}


def _column(item: Submission, grade_id: str) -> str:
    return f"{item.exercise}:{grade_id}"


def _inert(value: str) -> str:
    """Keep a spreadsheet from reading a learner's text as a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value
