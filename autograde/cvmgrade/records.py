"""What happened to each submission, durably, beside nbgrader's tables in the same database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Select, Table, and_, delete, insert, select, update

from . import engine, marks
from .cohort import Cohort
from .tables import FAILED, GRADED, GRADING, METADATA, QUESTION, RECEIVED, SUBMISSION

ROWS_AT_A_TIME = 5_000


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
    variant: int
    late_penalty: float
    submission_digest: str
    graded_submission: str
    graded_assignment: str
    received_at: str
    started_at: str
    finished_at: str
    verdicts: tuple[Verdict, ...] = field(default=())

    @property
    def total(self) -> float | None:
        """Points reached, less those for being late; None while there is no grade."""
        if self.state != GRADED:
            return None
        reached = sum(verdict.points or 0.0 for verdict in self.verdicts)
        return max(0.0, reached - self.late_penalty)

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

    def receive(
        self,
        exercise: str,
        learner: str,
        digest: str,
        at: datetime | None = None,
        variant: int | None = None,
    ) -> bool:
        """Record a received submission; False if exactly this one was there already.

        Parameters
        ----------
        at, variant
            When it came in (None: now), and of which of the packs it is (None: as before).
        """
        key = _key(SUBMISSION, exercise, learner)
        with self._engine.begin() as connection:
            known = connection.execute(select(SUBMISSION.c.submission_digest).where(key)).scalar()
            if known == digest:
                return False
            values = {
                "state": RECEIVED,
                "reason": "",
                "submission_digest": digest,
                "received_at": _text(at or datetime.now(UTC)),
            } | ({} if variant is None else {"variant": variant})
            if known is None:
                new = {"exercise": exercise, "learner": learner, **values}
                connection.execute(insert(SUBMISSION).values(new))
            else:
                connection.execute(update(SUBMISSION).where(key).values(values))
        return True

    def begin(self, exercise: str, learner: str, sandbox: str) -> None:
        """Record that grading has begun; a run killed from here on leaves this state behind."""
        self._set(
            exercise,
            learner,
            state=GRADING,
            sandbox=sandbox,
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
        late_penalty: float = 0.0,
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
            "late_penalty": late_penalty,
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
        sent = SUBMISSION.c
        names = [each.name for each in fields(Submission) if each.name in sent]
        asked = select(*(sent[name] for name in names))
        asked = asked.order_by(sent.exercise, sent.learner)
        if exercise is not None:
            asked = asked.where(sent.exercise == exercise)
        found = list(self.rows(asked))  # first: what is graded meanwhile must not lack verdicts
        verdicts: dict[tuple[str, str], list[Verdict]] = {}
        for name, learner, *verdict in self.rows(marks.verdicts(exercise)):
            verdicts.setdefault((name, learner), []).append(Verdict(*verdict))
        items = [Submission(**dict(zip(names, row, strict=True))) for row in found]
        return [
            replace(item, verdicts=tuple(verdicts.get((item.exercise, item.learner), ())))
            for item in items
        ]

    def rows(self, asked: Select[Any]) -> Iterator[tuple[Any, ...]]:
        """Yield what a query finds, fetched some rows at a time."""
        with self._engine.connect() as connection:
            found = connection.execute(asked.execution_options(yield_per=ROWS_AT_A_TIME))
            for some in found.partitions():
                yield from map(tuple, some)

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


def _key(table: Table, exercise: str, learner: str) -> Any:
    return and_(table.c.exercise == exercise, table.c.learner == learner)


def _now() -> str:
    return _text(datetime.now(UTC))


def _text(time: datetime) -> str:
    return time.isoformat(timespec="seconds")
