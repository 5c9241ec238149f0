"""Read what a learner may know about an exercise from its source notebook.

The source also holds solutions and hidden checks. Only titles, the first paragraph under a heading,
table names and points leave this module: never a code cell, never a solution cell, never a fenced
block.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

HIDDEN = "### BEGIN HIDDEN TESTS"
HEADING = re.compile(r"^#{1,4}\s+(?P<text>.+?)\s*$")
FENCE = re.compile(r"^\s*(```|~~~|:::)")


class ExerciseSourceError(Exception):
    """The source of an exercise is missing, ambiguous or lacks what a page must state."""


@dataclass
class Question:
    """One question: its title, its task in a sentence or two, and its points by kind of check."""

    title: str
    task: str = ""
    visible: float = 0.0
    hidden: float = 0.0
    manual: float = 0.0

    @property
    def points(self) -> float:
        """All points of the question."""
        return self.visible + self.hidden + self.manual


@dataclass
class Exercise:
    """What the page of an exercise says."""

    name: str
    title: str
    path: Path
    intro: str = ""
    tables: list[str] = field(default_factory=list)
    customers: int | None = None
    questions: list[Question] = field(default_factory=list)

    @property
    def points(self) -> float:
        """The points of the whole exercise."""
        return sum(question.points for question in self.questions)


def find(root: Path, name: str) -> Path:
    """Return the source notebook of exercise `name` (as in ``2-2``) below `root`."""
    found = sorted((root / "notebooks" / "assignments").glob(f"{name}-*/{name}-*.ipynb"))
    if len(found) != 1:
        raise ExerciseSourceError(
            f"exercise {name}: expected one notebook like "
            f"notebooks/assignments/{name}-*/{name}-*.ipynb, found {len(found)}"
        )
    return found[0]


def first_paragraph(lines: list[str]) -> str:
    """Return the first run of plain prose lines; lists, tables, quotes and fences end it."""
    paragraph: list[str] = []
    fenced = False
    for line in lines:
        if FENCE.match(line):
            fenced = not fenced
            continue
        plain = (
            bool(line.strip()) and not fenced and not re.match(r"\s*([-*+|>]|\d+\.|#|<|\$\$)", line)
        )
        if plain:
            paragraph.append(line.strip())
        elif paragraph:
            break
    return " ".join(paragraph)


def sections(text: str) -> list[tuple[str | None, list[str]]]:
    """Split markdown at its headings: pairs of heading (None before the first) and lines."""
    parts: list[tuple[str | None, list[str]]] = [(None, [])]
    fenced = False
    for line in text.splitlines():
        fenced ^= bool(FENCE.match(line))
        match = None if fenced else HEADING.match(line)
        if match:
            parts.append((match["text"], []))
        else:
            parts[-1][1].append(line)
    return parts


def add_points(question: Question, text: str, marks: dict[str, Any]) -> None:
    """Add one graded cell's points under the kind of check that gives them."""
    points = float(marks.get("points", 0))
    if marks.get("solution"):
        question.manual += points
    elif HIDDEN in text:
        question.hidden += points
    else:
        question.visible += points


def read(path: Path, name: str) -> Exercise:
    """Read the exercise in notebook `path`."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    about = notebook["metadata"].get("cvm", {})
    if about.get("exercise") != name or not about.get("title"):
        raise ExerciseSourceError(f"{path.name}: metadata.cvm needs exercise {name!r} and a title")
    exercise = Exercise(
        name,
        about["title"],
        path,
        tables=list(about.get("tables", [])),
        customers=about.get("pack", {}).get("customers"),
    )
    current = Question("")
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        marks = cell.get("metadata", {}).get("nbgrader", {})
        if cell["cell_type"] == "markdown" and not marks.get("solution"):
            current = walk(exercise, current, text)
        if marks.get("grade"):
            add_points(current, text, marks)
    exercise.questions = [question for question in exercise.questions if question.points]
    if not exercise.questions:
        raise ExerciseSourceError(f"{path.name}: no graded cell stands under a heading")
    return exercise


def walk(exercise: Exercise, current: Question, text: str) -> Question:
    """Take in one markdown cell: its headings open questions, its prose is their task."""
    for heading, lines in sections(text):
        if heading is not None:
            current = Question(heading)
            exercise.questions.append(current)
        prose = first_paragraph(lines)
        if len(exercise.questions) <= 1:
            exercise.intro = exercise.intro or prose
        else:
            current.task = current.task or prose
    return current
