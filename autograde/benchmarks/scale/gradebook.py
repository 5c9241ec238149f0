"""A gradebook of made-up outcomes: our two tables and nbgrader's own, written in bulk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import nbgrader.api as nb
import numpy as np
from sqlalchemy import Connection, Table, insert

from cvmgrade import engine
from cvmgrade.cohort import Cohort
from cvmgrade.records import Records
from cvmgrade.tables import FAILED, GRADED, QUESTION, RECEIVED, SUBMISSION

from .draws import BY_HAND, Cells, Drawn, draw

Row = dict[str, Any]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STAMP = NOW.isoformat(timespec="seconds")
DIGEST = "0" * 64
STATES = (RECEIVED, FAILED, GRADED)


@dataclass(frozen=True)
class Size:
    """How large a gradebook is: one verdict per learner, assignment and test cell."""

    learners: int
    assignments: int
    cells: int

    @property
    def verdicts(self) -> int:
        """Rows of the largest table, if everybody is graded."""
        return self.learners * self.assignments * self.cells


def fill(cohort: Cohort, size: Size, seed: int = 7) -> None:
    """Fill the gradebook of a new cohort; nearly every submission is graded."""
    ids, rng = identifiers(), np.random.default_rng(seed)
    learners = [f"learner-{number:04d}" for number in range(1, size.learners + 1)]
    ability = rng.normal(0.6, 1.0, size.learners)
    with engine.gradebook(cohort) as book:
        Records(book.engine)
        with book.engine.begin() as connection:
            _write(connection, nb.Student.__table__, ({"id": learner} for learner in learners))
            for number in range(size.assignments):
                name = f"{1 + number // 5}-{1 + number % 5}"
                drawn = draw(rng, ability, size.cells)
                _ours(connection, name, learners, drawn)
                _nbgrader(connection, name, learners, drawn, ids)


def identifiers() -> Iterator[str]:
    """Yield identifiers as nbgrader's look, the same in every run."""
    number = 0
    while True:
        number += 1
        yield UUID(int=number).hex


def _write(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    every = list(rows)
    if every:
        connection.execute(insert(table), every)


def _ours(connection: Connection, name: str, learners: list[str], drawn: Drawn) -> None:
    each = zip(learners, drawn.states, drawn.late, strict=True)
    _write(connection, SUBMISSION, (_submission(name, *one) for one in each))
    verdicts = (
        {"exercise": name, "learner": learners[row], "position": at, **drawn.verdict(row, at)}
        for row in drawn.graded
        for at in range(len(drawn.cells.names))
    )
    _write(connection, QUESTION, verdicts)


def _submission(name: str, learner: str, drawn: int, late: float) -> Row:
    state = STATES[drawn]
    done = state != RECEIVED
    return {
        "exercise": name,
        "learner": learner,
        "state": state,
        "reason": "The file is not valid JSON, so it is no notebook." if state == FAILED else "",
        "sandbox": "bubblewrap" if done else "",
        "late_penalty": float(late) if state == GRADED else 0.0,
        "submission_digest": DIGEST,
        "graded_submission": DIGEST if done else "",
        "received_at": STAMP,
        "started_at": STAMP if done else "",
        "finished_at": STAMP if done else "",
    }


def _nbgrader(
    connection: Connection, name: str, learners: list[str], drawn: Drawn, ids: Iterator[str]
) -> None:
    assignment, notebook = next(ids), next(ids)
    _write(connection, nb.Assignment.__table__,
           iter([{"id": assignment, "name": name, "course_id": ""}]))  # fmt: skip
    _write(connection, nb.Notebook.__table__,
           iter([{"id": notebook, "name": f"{name}-made-up", "assignment_id": assignment,
                  "kernelspec": "{}"}]))  # fmt: skip
    cells = _cells(connection, notebook, drawn.cells, ids)
    sent = {row: (next(ids), next(ids)) for row in drawn.graded}
    _write(connection, nb.SubmittedAssignment.__table__,
           ({"id": one, "assignment_id": assignment, "student_id": learners[row],
             "timestamp": NOW.replace(tzinfo=None)}
            for row, (one, _) in sent.items()))  # fmt: skip
    _write(connection, nb.SubmittedNotebook.__table__,
           ({"id": two, "assignment_id": one, "notebook_id": notebook, "flagged": False,
             "late_submission_penalty": float(drawn.late[row])}
            for row, (one, two) in sent.items()))  # fmt: skip
    _write(connection, nb.Grade.__table__,
           ({"id": next(ids), "notebook_id": sent[row][1], "cell_id": cell, **drawn.grade(row, at)}
            for row in drawn.graded for at, cell in enumerate(cells)))  # fmt: skip


def _cells(connection: Connection, notebook: str, cells: Cells, ids: Iterator[str]) -> list[str]:
    found = [next(ids) for _ in cells.names]
    each = list(zip(found, cells.names, cells.points, strict=True))
    _write(connection, nb.BaseCell.__table__,
           ({"id": one, "name": name, "notebook_id": notebook, "type": "GradeCell"}
            for one, name, _ in each))  # fmt: skip
    _write(connection, nb.GradeCell.__table__,
           ({"id": one, "max_score": most,
             "cell_type": "markdown" if name == BY_HAND else "code"}
            for one, name, most in each))  # fmt: skip
    return found
