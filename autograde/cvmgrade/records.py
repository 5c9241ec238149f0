"""What happened to each submission, durably, beside nbgrader's tables in the same database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Engine, Table, and_, delete, insert, select, update

from . import engine
from .cohort import Cohort
from .tables import BY_HAND, FAILED, GRADED, GRADING, METADATA, QUESTION, RECEIVED, SUBMISSION


@dataclass(frozen=True)
class Verdict:
    """One test cell's outcome; ``points`` is None while it waits for a person."""

    grade_id: str
    heading: str
    points: float | None
    max_points: float
    reason: str = ""


@dataclass(frozen=True)
class Submission:
    """One learner's submission of one exercise, with its verdicts once it is graded."""

    exercise: str
    learner: str
    state: str
    reason: str
    sandbox: str
    hidden_note: str
    submission_digest: str
    graded_submission: str
    graded_assignment: str
    received_at: str
    started_at: str
    finished_at: str
    verdicts: tuple[Verdict, ...] = field(default=())

    @property
    def total(self) -> float | None:
        """Points reached, or None while there is no grade."""
        if self.state != GRADED:
            return None
        return sum(verdict.points or 0.0 for verdict in self.verdicts)

    @property
    def maximum(self) -> float | None:
        """Points that could be reached, or None while there is no grade."""
        if self.state != GRADED:
            return None
        return sum(verdict.max_points for verdict in self.verdicts)


class Records:
    """The two tables, behind the few steps a submission can take."""

    def __init__(self, database: Engine) -> None:
        self._engine = database
        METADATA.create_all(database)

    def receive(self, exercise: str, learner: str, digest: str) -> bool:
        """Record a received submission; False if exactly this one was there already."""
        key = _key(SUBMISSION, exercise, learner)
        with self._engine.begin() as connection:
            known = connection.execute(select(SUBMISSION.c.submission_digest).where(key)).scalar()
            if known == digest:
                return False
            values = {
                "state": RECEIVED,
                "reason": "",
                "submission_digest": digest,
                "received_at": _now(),
            }
            if known is None:
                new = {"exercise": exercise, "learner": learner, **values}
                connection.execute(insert(SUBMISSION).values(new))
            else:
                connection.execute(update(SUBMISSION).where(key).values(values))
        return True

    def begin(self, exercise: str, learner: str, sandbox: str, hidden_note: str) -> None:
        """Record that grading has begun; a run killed from here on leaves this state behind."""
        self._set(
            exercise,
            learner,
            state=GRADING,
            sandbox=sandbox,
            hidden_note=hidden_note,
            started_at=_now(),
            finished_at="",
            reason="",
        )

    def finish(
        self,
        item: Submission,
        assignment_digest: str,
        verdicts: Sequence[Verdict],
        reason: str = "",
    ) -> None:
        """Record the outcome whole, in one transaction: graded, or failed with its reason."""
        key = _key(QUESTION, item.exercise, item.learner)
        rows = [
            {
                "exercise": item.exercise,
                "learner": item.learner,
                "position": position,
                **vars(verdict),
            }
            for position, verdict in enumerate(verdicts)
        ]
        outcome = {
            "state": FAILED if reason else GRADED,
            "reason": reason,
            "finished_at": _now(),
            "graded_submission": item.submission_digest,
            "graded_assignment": assignment_digest,
        }
        with self._engine.begin() as connection:
            connection.execute(delete(QUESTION).where(key))
            if rows:
                connection.execute(insert(QUESTION), rows)
            connection.execute(
                update(SUBMISSION)
                .where(_key(SUBMISSION, item.exercise, item.learner))
                .values(outcome)
            )

    def all(self, exercise: str | None = None) -> list[Submission]:
        """Return every submission with its verdicts, ordered by exercise and learner."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(SUBMISSION).order_by(SUBMISSION.c.exercise, SUBMISSION.c.learner)
            ).mappings()
            found = [Submission(**dict(row)) for row in rows if exercise in (None, row["exercise"])]
            questions = connection.execute(
                select(QUESTION).order_by(QUESTION.c.position)
            ).mappings()
            verdicts: dict[tuple[str, str], list[Verdict]] = {}
            by_hand = {
                (row["exercise"], row["learner"], row["grade_id"]): row
                for row in connection.execute(BY_HAND).mappings()
            }
            for row in questions:
                key = (row["exercise"], row["learner"])
                mark = by_hand.get((*key, row["grade_id"]))
                verdicts.setdefault(key, []).append(_verdict(cast(Any, row), cast(Any, mark)))
        return [
            replace(item, verdicts=tuple(verdicts.get((item.exercise, item.learner), ())))
            for item in found
        ]

    def _set(self, exercise: str, learner: str, **values: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(SUBMISSION).where(_key(SUBMISSION, exercise, learner)).values(values)
            )


@contextmanager
def records(cohort: Cohort) -> Iterator[Records]:
    """Open the records of a cohort on nbgrader's own database engine."""
    with engine.gradebook(cohort) as book:
        yield Records(book.engine)


def _verdict(row: dict[str, Any], mark: dict[str, Any] | None) -> Verdict:
    points = row["points"]
    if mark:
        points = mark["manual"] if mark["manual"] is not None else points or 0.0
        points += mark["extra"] or 0.0
    return Verdict(row["grade_id"], row["heading"], points, row["max_points"], row["reason"])


def _key(table: Table, exercise: str, learner: str) -> Any:
    return and_(table.c.exercise == exercise, table.c.learner == learner)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
