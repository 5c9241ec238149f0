"""What a cohort's submissions add up to: read as sums, never as single verdicts."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from . import marks, page
from .records import Records

MOST_REASONS = 8
LONGEST_REASON = 300


@dataclass(frozen=True)
class Standing:
    """Where one submission stands; points are None while there is no grade."""

    exercise: str
    learner: str
    state: str
    reason: str
    sandbox: str
    finished_at: str
    points: float | None
    maximum: float | None


@dataclass(frozen=True)
class Lost:
    """How many learners lost points of a question for one reason."""

    heading: str
    reason: str
    count: int


def standings(book: Records) -> list[Standing]:
    """Return every submission, ordered by exercise and learner."""
    return [Standing(*row) for row in book.rows(marks.standing())]


def success(book: Records) -> dict[str, dict[str, float]]:
    """Return the share of points reached, by exercise and question, in the notebook's order."""
    found: dict[str, dict[str, float]] = {}
    for exercise, heading, reached, possible in book.rows(marks.questions()):
        if possible:
            found.setdefault(exercise, {})[heading] = reached / possible
    return found


def lost(book: Records) -> dict[str, list[Lost]]:
    """Return each exercise's commonest reasons for lost points, a learner once per reason."""
    counts: dict[str, Counter[tuple[str, str]]] = {}
    rows = book.rows(marks.lost())
    for (exercise, _), theirs in groupby(rows, key=lambda row: row[:2]):
        said = dict.fromkeys(
            (heading, page.clean_text(reason, LONGEST_REASON)) for *_, heading, reason in theirs
        )
        counts.setdefault(exercise, Counter()).update(said.keys())
    return {
        exercise: [Lost(*pair, count) for pair, count in counted.most_common(MOST_REASONS)]
        for exercise, counted in counts.items()
    }
