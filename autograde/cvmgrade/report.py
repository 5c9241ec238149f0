"""One page about a cohort: how it did, where points were lost and why, what could not be graded."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from . import assignments, figure, page, tally
from .cohort import Cohort
from .errors import CvmError
from .records import Records, records
from .tables import FAILED, GRADED
from .tally import Lost, Standing

BARE = "bubblewrap"


@dataclass(frozen=True)
class Card:
    """What the page says about one exercise.

    Attributes
    ----------
    typical
        Points of the median learner, as a share of those possible; None while nobody has a grade.
    hardest
        The question that cost the most points, with the share reached; empty if none did.
    """

    id: str
    title: str
    graded: int
    failed: int
    waiting: int
    maximum: float
    typical: float | None
    hardest: str
    finding: str
    figures: list[figure.Drawn]
    reasons: list[Lost]


@dataclass(frozen=True)
class Learner:
    """One learner's row: a submission, or None, per exercise."""

    name: str
    total: float
    submissions: list[Standing | None]


def write(cohort: Cohort, out: Path | None = None) -> Path:
    """Write the report and return its path."""
    with records(cohort) as book:
        text = html(cohort, book)
    target = out or cohort.folder / "report.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def html(cohort: Cohort, book: Records) -> str:
    """Return the page about everything in the records."""
    items = tally.standings(book)
    graded = [item for item in items if item.state == GRADED]
    failed = [item for item in items if item.state == FAILED]
    cards = _cards(cohort, book, items)
    return page.render(
        "report.html.j2",
        course=cohort.name,
        count=len(items),
        failed=failed,
        exercises=cards,
        learners=learners(items, [card.id for card in cards]),
        graded=len(graded),
        waiting=len(items) - len(graded) - len(failed),
        bare=sum(map(bare, items)),
        is_bare=bare,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def bare(item: Standing) -> bool:
    """Tell whether an outcome was made without a sandbox."""
    return bool(item.finished_at) and item.sandbox != BARE


def learners(items: list[Standing], exercises: list[str]) -> list[Learner]:
    """Return a row per learner, in the order of their names."""
    found: dict[str, dict[str, Standing]] = {}
    for item in items:
        found.setdefault(item.learner, {})[item.exercise] = item
    return [
        Learner(
            name,
            sum(item.points or 0.0 for item in theirs.values()),
            [theirs.get(exercise) for exercise in exercises],
        )
        for name, theirs in sorted(found.items())
    ]


def _cards(cohort: Cohort, book: Records, items: list[Standing]) -> list[Card]:
    success, lost = tally.success(book), tally.lost(book)
    return [
        _card(
            (name, _title(cohort, name)),
            [item for item in items if item.exercise == name],
            success.get(name, {}),
            lost.get(name, []),
        )
        for name in sorted({item.exercise for item in items}, key=_place)
    ]


def _card(
    name: tuple[str, str], items: list[Standing], success: dict[str, float], lost: list[Lost]
) -> Card:
    """Return what the page says about one exercise's submissions."""
    totals = [item.points for item in items if item.points is not None]
    failed = sum(item.state == FAILED for item in items)
    counts = (len(totals), failed, len(items) - len(totals) - failed)
    most = max((item.maximum or 0.0 for item in items), default=0.0)
    if not totals or not success:
        return Card(*name, *counts, most, None, "", "There is no grade yet.", [], [])
    hardest = min(success, key=lambda heading: success[heading])
    share = f"{success[hardest]:.0%}"
    finding = (
        f"The median learner reached {page.points(median(totals))} of {page.points(most)} "
        f"points; most were lost in “{hardest}”, where {share} of the points were "
        "reached."
    )
    if all(share == 1 for share in success.values()):
        finding, hardest = f"Everyone reached all {page.points(most)} points.", ""
    figures = [figure.totals(totals, most), figure.questions(success)]
    typical = median(totals) / most
    hardest = hardest and f"{hardest} ({share})"
    return Card(*name, *counts, most, typical, hardest, finding, figures, lost)


def _place(exercise: str) -> list[int]:
    """Return section and lesson as numbers: 2-10 stands behind 2-9."""
    return [int(part) for part in exercise.split("-")]


def _title(cohort: Cohort, name: str) -> str:
    try:
        return assignments.find(name, assignments.folder(Path(cohort.assignments))).title
    except CvmError:  # the report outlives the sources
        return name
