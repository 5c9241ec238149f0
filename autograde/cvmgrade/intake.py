"""Receive submissions: a folder or zip in, each notebook received or refused with a reason."""

import json
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import archive, assignments
from .archive import Item
from .assignments import Exercise
from .cohort import Cohort
from .grade import digest, submitted
from .records import records

NO_LEARNER = "tells no learner: expected <learner>/<notebook>.ipynb or <learner>.zip"


@dataclass(frozen=True)
class Receipt:
    """What became of one file: received (perhaps as already known) or refused, with a reason."""

    path: str
    learner: str = ""
    exercise: str = ""
    new: bool = False
    refused: str = ""


def collect(cohort: Cohort, source: Path) -> list[Receipt]:
    """Receive every submission of a delivery.

    Layouts: ``<learner>/<notebook>.ipynb`` in a folder or zip, a zip per learner in either, or
    a single ``<learner>.zip``. A refused file leaves nothing behind.
    """
    known = {
        path.name: assignments.read(path)
        for path in assignments.sources(assignments.folder(Path(cohort.assignments)))
    }
    items = archive.read(source)
    if not items:
        return [Receipt(source.name, refused="holds no notebook")]
    with cohort.writing(), records(cohort) as book:
        receipts = []
        taken: dict[tuple[str, str], str] = {}
        for item in items:
            receipt, exercise = _judge(item, known, cohort.id)
            if exercise:
                receipt = _store(cohort, exercise, receipt, item, taken)
                if not receipt.refused:
                    path = submitted(cohort, exercise, receipt.learner)
                    new = book.receive(exercise.id, receipt.learner, digest(path))
                    receipt = Receipt(receipt.path, receipt.learner, exercise.id, new=new)
            receipts.append(receipt)
    return receipts


def learner_name(raw: str) -> str:
    """Return a learner's name as it is kept: one spelling, safe as a folder and in a page.

    Unicode is composed and folded, and whatever is not a letter, digit, dot, dash or underscore
    becomes a dash.
    """
    name = unicodedata.normalize("NFKC", raw).casefold().strip()
    name = re.sub(r"[^\w.-]+", "-", name).strip("-.")
    return name[:80]


def _judge(item: Item, known: dict[str, Exercise], course: str) -> tuple[Receipt, Exercise | None]:
    """Decide whose submission of what a file is, or why it is none."""
    shown = str(item.path)
    if item.refused:
        return Receipt(shown, refused=item.refused), None
    learner = learner_name(_learner(item.path))
    if not learner:
        return Receipt(shown, refused=NO_LEARNER), None
    exercise = known.get(item.path.name)
    if exercise is None:
        wanted = ", ".join(sorted(known)) or "none"
        return Receipt(shown, learner, refused=f"has a wrong name; expected one of: {wanted}"), None
    other = _course(item.content)
    if other not in (None, course):
        said = f"belongs to another course ({other or 'it names none'}); this is {course}"
        return Receipt(shown, learner, exercise.id, refused=said), None
    return Receipt(shown, learner, exercise.id), exercise


def _learner(path: PurePosixPath) -> str:
    """Return the folder nearest to the notebook that is not the pack's own."""
    folders = [part for part in path.parent.parts if part != path.stem]
    return folders[-1] if folders else ""


def _course(content: bytes) -> str | None:
    """Return the course a notebook was released for, "" if it names none, None if unreadable."""
    try:
        return str(json.loads(content.decode("utf-8"))["metadata"]["cvm"]["course"])[:60]
    except (ValueError, RecursionError):
        return None  # not JSON: received, and recorded as failed when it is graded
    except (KeyError, TypeError):
        return ""


def _store(
    cohort: Cohort,
    exercise: Exercise,
    receipt: Receipt,
    item: Item,
    taken: dict[tuple[str, str], str],
) -> Receipt:
    """Write the notebook under a temporary name and rename it."""
    key = (receipt.learner, exercise.id)
    if key in taken:
        said = f"is a second submission of {exercise.id} by {receipt.learner}, beside {taken[key]}"
        return Receipt(receipt.path, receipt.learner, exercise.id, refused=said)
    taken[key] = receipt.path
    target = submitted(cohort, exercise, receipt.learner)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = cohort.cache("intake") / "partial"
    partial.write_bytes(item.content)
    os.replace(partial, target)  # noqa: PTH105 - also over an earlier one on Windows
    return receipt
