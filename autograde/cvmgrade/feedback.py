"""One page per submission: points and reasons beside the learner's own work."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import assignments, engine, outcome, page
from .assignments import Exercise
from .cohort import Cohort
from .execute import TIMED_OUT
from .records import Submission, Verdict, records
from .tables import GRADED

MAX_IMAGE = 2 * 1024**2
MAX_PIXELS = 25_000_000


@dataclass(frozen=True)
class Shown:
    """One output or one line of a verdict, as the page shows it."""

    kind: str
    text: str


@dataclass(frozen=True)
class Cell:
    """A learner's cell: never a test cell."""

    source: str
    outputs: list[Shown]


@dataclass
class Part:
    """One question on the page."""

    heading: str
    points: float = 0.0
    maximum: float = 0.0
    lines: list[Shown] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether every point was reached."""
        return self.points >= self.maximum


def write(cohort: Cohort, out: Path | None = None) -> list[Path]:
    """Write the page of every submission with an outcome; return their paths."""
    source = assignments.folder(Path(cohort.assignments))
    written = []
    with records(cohort) as book:
        items = [item for item in book.all() if item.finished_at]
    for item in items:
        exercise = assignments.find(item.exercise, source)
        target = (out or cohort.folder / "feedback") / item.learner / f"{exercise.name}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html(cohort, exercise, item), encoding="utf-8")
        written.append(target)
    return written


def html(cohort: Cohort, exercise: Exercise, item: Submission, *, alone: bool = False) -> str:
    """Return the feedback page of one submission."""
    parts = _parts(cohort, exercise, item) if item.state == GRADED else []
    return page.render(
        "feedback.html.j2",
        course=cohort.name,
        exercise=exercise,
        item=item,
        parts=parts,
        self_assessed=alone,
    )


def _parts(cohort: Cohort, exercise: Exercise, item: Submission) -> list[Part]:
    found: dict[str, Part] = {}
    for verdict in item.verdicts:
        part = found.setdefault(verdict.heading, Part(verdict.heading))
        part.points += verdict.points or 0.0
        part.maximum += verdict.max_points
    for heading, part in found.items():
        part.lines = list(_lines(v for v in item.verdicts if v.heading == heading))
    path = cohort.folder / "autograded" / item.learner / exercise.id / exercise.notebook.name
    for work in outcome.parts(engine.notebook(path)):
        if work.heading in found:
            found[work.heading].cells = [_cell(cell) for cell in work.work if cell.source.strip()]
    return list(found.values())


def _lines(verdicts: Iterable[Verdict]) -> Iterator[Shown]:
    """Yield each reason once with what it cost: several checks often fail for the same one."""
    reached, lost = 0.0, dict[str, float]()
    for verdict in verdicts:
        if verdict.points is None:
            yield Shown("wait", "Waits for a person's mark.")
            continue
        reached += verdict.points
        if verdict.points < verdict.max_points:
            missing = verdict.max_points - verdict.points
            lost[verdict.reason] = lost.get(verdict.reason, 0.0) + missing
    for reason, missing in lost.items():
        yield Shown("bad", f"{page.clean_text(reason, 600)} (−{page.worth(missing)})")
    if reached:
        yield Shown(
            "good", f"{'Other checks' if lost else 'Checks'} passed ({page.worth(reached)})."
        )


def _cell(cell: Any) -> Cell:
    found = cell.get("outputs", [])
    if any(output.get("ename") == TIMED_OUT for output in found):  # and so it was interrupted
        found = [output for output in found if output.get("ename") != "KeyboardInterrupt"]
    outputs = [shown for output in found if (shown := _output(output))]
    return Cell(page.clean_text(cell.source, 8_000), outputs[:20])


def _output(output: Any) -> Shown | None:
    if output.output_type == "stream":
        return Shown("text", page.clean_text(output.text))
    if output.output_type == "error":
        if output.ename == TIMED_OUT:
            return Shown("error", "Stopped here: the time for one cell was over.")
        said = f"{output.ename}: {outcome.ANSI.sub('', output.evalue)}".removesuffix(": ")
        return Shown("error", page.clean_text(said, 1_000))
    data = output.get("data", {})
    if "image/png" in data:
        return _image(data["image/png"])
    if "text/html" in data:
        return Shown("html", page.clean_html(str(data["text/html"])[:100_000]))
    return Shown("text", page.clean_text(str(data.get("text/plain", "")))) if data else None


def _image(encoded: object) -> Shown | None:
    """Pass a PNG on only if that is what it is, re-encoded so that nothing else rides along."""
    try:
        raw = base64.b64decode("".join(str(encoded).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) > MAX_IMAGE or not raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    width, height = (int.from_bytes(raw[place : place + 4], "big") for place in (16, 20))
    if width * height > MAX_PIXELS:
        return Shown("text", f"A figure of {width} × {height} pixels is too large to be shown.")
    return Shown("image", base64.b64encode(raw).decode())
