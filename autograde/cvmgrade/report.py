"""One page about a cohort: how it did, where points were lost and why, what could not be graded."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from . import assignments, figure, page
from .cohort import Cohort
from .errors import CvmError
from .records import Submission, records
from .tables import FAILED, GRADED

BARE = "bubblewrap"
MOST_REASONS = 8


@dataclass(frozen=True)
class Lost:
    """How many learners lost points of a question for one reason."""

    heading: str
    reason: str
    count: int


@dataclass(frozen=True)
class Card:
    """What the page says about one exercise."""

    id: str
    title: str
    count: int
    finding: str
    figures: list[figure.Drawn]
    reasons: list[Lost]


def write(cohort: Cohort, out: Path | None = None) -> Path:
    """Write the report and return its path."""
    with records(cohort) as book:
        items = book.all()
    target = out or cohort.folder / "report.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html(cohort, items), encoding="utf-8")
    return target


def html(cohort: Cohort, items: list[Submission]) -> str:
    """Return the page for these submissions."""
    graded = [item for item in items if item.state == GRADED]
    failed = [item for item in items if item.state == FAILED]
    bare = [item for item in items if item.finished_at and item.sandbox != BARE]
    notes = sorted({item.hidden_note for item in items if item.hidden_note})
    cards = [
        card(cohort, name, [item for item in graded if item.exercise == name])
        for name in sorted({item.exercise for item in graded})
    ]
    return page.render(
        "report.html.j2",
        course=cohort.name,
        items=items,
        failed=failed,
        exercises=cards,
        graded=len(graded),
        waiting=len(items) - len(graded) - len(failed),
        bare=len(bare),
        notes=notes,
        learners=len({item.learner for item in items}),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def card(cohort: Cohort, name: str, items: list[Submission]) -> Card:
    """Return what the page says about one exercise's graded submissions."""
    success = success_by_question(items)
    totals = [item.total or 0.0 for item in items]
    most = max(item.maximum or 0.0 for item in items)
    hardest = min(success, key=lambda heading: success[heading])
    finding = (
        f"The median learner reached {page.points(median(totals))} of {page.points(most)} "
        f"points; most were lost in “{hardest}”, where {success[hardest]:.0%} of the points "
        "were reached."
    )
    if all(share == 1 for share in success.values()):
        finding = f"Everyone reached all {page.points(most)} points."
    figures = [figure.totals(totals, most), figure.questions(success)]
    return Card(name, _title(cohort, name), len(items), finding, figures, lost(items))


def success_by_question(items: list[Submission]) -> dict[str, float]:
    """Return the share of points reached, by question."""
    reached: Counter[str] = Counter()
    possible: Counter[str] = Counter()
    for item in items:
        for verdict in item.verdicts:
            reached[verdict.heading] += verdict.points or 0  # type: ignore[assignment]  # floats
            possible[verdict.heading] += verdict.max_points  # type: ignore[assignment]
    return {
        heading: reached[heading] / possible[heading] for heading in possible if possible[heading]
    }


def lost(items: list[Submission]) -> list[Lost]:
    """Return the commonest reasons for lost points, each learner counted once per reason."""
    counts = Counter(
        pair
        for item in items
        for pair in {(v.heading, page.clean_text(v.reason, 300)) for v in item.verdicts if v.reason}
    )
    return [Lost(*pair, count) for pair, count in counts.most_common(MOST_REASONS)]


def _title(cohort: Cohort, name: str) -> str:
    try:
        return assignments.find(name, assignments.folder(Path(cohort.assignments))).title
    except CvmError:  # the report outlives the sources
        return name
