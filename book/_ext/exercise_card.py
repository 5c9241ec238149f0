"""The directive ``exercise-card``: an exercise's task, points and start, read from its notebook.

Points are written once, in the notebook's nbgrader metadata. The page reads them there, so that
page and gradebook cannot disagree. See `exercise_source` for what may leave the notebook.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import exercise_source
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from exercise_source import Exercise
    from sphinx.application import Sphinx


def number(points: float) -> str:
    """Write points without a needless decimal; a dash for none."""
    return f"{points:g}" if points else "–"


def cell(text: str) -> str:
    """Make `text` safe inside a table."""
    return text.replace("|", "\\|").strip()


KINDS = {"visible": "Visible", "hidden": "Hidden", "manual": "By hand"}


def row(title: str, counts: list[float]) -> str:
    """Write one row of the points table; the last column is the sum."""
    return f"| {title} | " + " | ".join(number(count) for count in [*counts, sum(counts)]) + " |"


def points_table(exercise: Exercise) -> list[str]:
    """Write the points of every question and their sum; a kind without points is left out."""
    counts = {kind: [getattr(question, kind) for question in exercise.questions] for kind in KINDS}
    used = [kind for kind in KINDS if sum(counts[kind])]
    heads = ["Question", *(KINDS[kind] for kind in used), "Points"]
    return [
        "| " + " | ".join(heads) + " |",
        "|:--" + "|--:" * (len(used) + 1) + "|",
        *(
            row(cell(question.title), [counts[kind][i] for kind in used])
            for i, question in enumerate(exercise.questions)
        ),
        row("**Total**", [sum(counts[kind]) for kind in used]),
    ]


def tasks(exercise: Exercise) -> list[str]:
    """Write each question's title and task as a definition list.

    A title that begins with a number would begin a numbered list instead.
    """
    lines: list[str] = []
    for question in exercise.questions:
        if question.task:
            term = re.sub(r"^(\d+)\.", r"\1\\.", question.title)
            lines += [term, f": {question.task}", ""]
    return lines


def data_line(exercise: Exercise) -> str:
    """Say which tables the learner's world holds, and how large it is."""
    tables = ", ".join(f"`{table}`" for table in exercise.tables)
    size = f" of {exercise.customers:,} simulated customers" if exercise.customers else ""
    return f"**Data:** your own world{size}, with the tables {tables}." if tables else ""


def card(exercise: Exercise) -> list[str]:
    """Write the whole card as markdown lines."""
    notebook = exercise.path.name
    return [
        exercise.intro,
        "",
        data_line(exercise),
        "",
        *tasks(exercise),
        "",
        "Points, by the kind of check that gives them:",
        "",
        *points_table(exercise),
        "",
        "```{code-block} console",
        f"$ cvm start {exercise.name}",
        f"$ cvm check {exercise.path.stem}/{notebook}",
        "```",
        "",
    ]


class ExerciseCard(SphinxDirective):
    """Render the card of the exercise that the argument names, as in ``2-2``."""

    required_arguments: ClassVar[int] = 1
    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Read the notebook and parse the card's markdown in place."""
        name = self.arguments[0]
        try:
            path = exercise_source.find(Path(self.env.srcdir), name)
            exercise = exercise_source.read(path, name)
        except exercise_source.ExerciseSourceError as problem:
            raise self.error(str(problem)) from problem
        self.env.note_dependency(str(path))
        box = nodes.container(classes=["exercise-card"])
        lines = StringList(card(exercise), source=str(path))
        self.state.nested_parse(lines, self.content_offset, box)
        return [box]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive with Sphinx."""
    app.add_directive("exercise-card", ExerciseCard)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
