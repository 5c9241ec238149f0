"""Receive submissions: a folder or zip in, each notebook received or refused with a reason."""

import json
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import archive, assignments, layouts
from .assignments import Exercise
from .cohort import Cohort
from .delivery import Item
from .grade import digest, submitted
from .names import learner_name
from .records import Records, records
from .timestamp import stamp
from .worlds import has_variant

__all__ = ["Delivered", "Receipt", "collect", "learner_name"]


@dataclass(frozen=True)
class Receipt:
    """What became of one file: received (perhaps as already known) or refused, with a reason."""

    path: str
    learner: str = ""
    exercise: str = ""
    new: bool = False
    refused: str = ""


@dataclass(frozen=True)
class Delivered:
    """One file of a delivery with what was made out about it."""

    receipt: Receipt
    item: Item
    exercise: Exercise | None = None
    attempt: tuple[int, int] | None = None
    number: str = ""
    variant: int = 0

    def refuse(self, reason: str) -> "Delivered":
        """Return the same file, refused."""
        return replace(self, receipt=replace(self.receipt, refused=reason))


def collect(cohort: Cohort, source: Path, received_at: datetime | None = None) -> list[Receipt]:
    """Receive every submission of a delivery.

    Layouts: ``<learner>/<notebook>.ipynb`` in a folder or zip, a zip per learner in either, a
    single ``<learner>.zip``, and the downloads of Moodle (with folders or without) and Canvas,
    unpacked or as they come. A refused file leaves nothing behind.

    Parameters
    ----------
    received_at
        When the delivery came in, for a late policy; None means now.
    """
    known = {
        path.stem: assignments.read(path)
        for path in assignments.sources(assignments.folder(Path(cohort.assignments)))
    }
    items = archive.read(source)
    if not items:
        return [Receipt(source.name, refused="holds no notebook")]
    root = "" if source.is_dir() else source.stem
    files = _one_each([_judge(item, known, cohort, root) for item in items])
    at = received_at or datetime.now(UTC)
    with cohort.writing(), records(cohort) as book:
        return [_store(cohort, book, file, at) for file in files]


def _judge(item: Item, known: Mapping[str, Exercise], cohort: Cohort, root: str) -> Delivered:
    """Decide whose submission of what a file is, or why it is none."""
    file = Delivered(Receipt(str(item.path)), item)
    if item.refused:
        return file.refuse(item.refused)
    sender = layouts.sender(item, known, root)
    file = replace(file, receipt=replace(file.receipt, learner=sender.learner))
    if sender.refused:
        return file.refuse(sender.refused)
    about = _about(item.content)
    claimed = None if about is None else str(about.get("exercise", ""))
    exercise, attempt = layouts.exercise(sender.file, claimed, known)
    if exercise is None:
        wanted = ", ".join(f"{name}.ipynb" for name in sorted(known)) or "none"
        return file.refuse(f"has a wrong name; expected one of: {wanted}")
    receipt = replace(file.receipt, exercise=exercise.id)
    variant = _variant(about)
    file = Delivered(receipt, item, exercise, attempt, sender.number, variant)
    other = cohort.id if about is None else str(about.get("course", ""))[:60]
    if other != cohort.id:
        said = other or "it names none"
        return file.refuse(f"belongs to another course ({said}); this is {cohort.id}")
    if not has_variant(cohort, exercise, variant):
        return file.refuse("is of a variant of the exercise that was never released")
    return file


def _variant(about: Mapping[str, Any] | None) -> int:
    """Return of which pack a notebook says it is; -1 is none that there can be."""
    said = 0 if about is None else about.get("variant", 0)
    return said if type(said) is int and said >= 0 else -1


def _about(content: bytes) -> dict[str, Any] | None:
    """Return what a notebook says about itself, None if it is unreadable.

    What is not JSON is received, and recorded as failed when it is graded.
    """
    try:
        about = json.loads(content.decode("utf-8"))["metadata"]["cvm"]
    except (ValueError, RecursionError):
        return None
    except (KeyError, TypeError, IndexError):
        return {}
    return about if isinstance(about, dict) else {}


def _one_each(files: list[Delivered]) -> list[Delivered]:
    """Keep one file per learner and exercise: the latest attempt, and never a guess."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, file in enumerate(files):
        if not file.receipt.refused:
            groups[file.receipt.exercise, file.receipt.learner].append(place)
    judged = list(files)
    for places in groups.values():
        same = [files[place] for place in places]
        numbers = sorted({file.number for file in same} - {""})
        best = max(same, key=lambda file: (file.attempt is not None, file.attempt or (0, 0)))
        for place, file in zip(places, same, strict=True):
            if len(numbers) > 1:
                judged[place] = file.refuse(_namesake(file, numbers))
            elif file is not best:
                judged[place] = file.refuse(_beside(file, best))
    return judged


def _namesake(file: Delivered, numbers: list[str]) -> str:
    return (
        f"is by one of {len(numbers)} people called {file.receipt.learner} (Moodle's numbers "
        f"{', '.join(numbers[:5])}): collect each as a folder with a name of its own"
    )


def _beside(file: Delivered, best: Delivered) -> str:
    if file.attempt and best.attempt and file.attempt < best.attempt:
        return f"is superseded by a later attempt, {best.receipt.path}"
    receipt = file.receipt
    return (
        f"is a second submission of {receipt.exercise} by {receipt.learner}, "
        f"beside {best.receipt.path}"
    )


def _store(cohort: Cohort, book: Records, file: Delivered, at: datetime) -> Receipt:
    """Write the notebook under a temporary name and rename it; its time first.

    A run that is killed in between finds another notebook here, and stamps it once more.
    """
    receipt, exercise = file.receipt, file.exercise
    if receipt.refused or exercise is None:
        return receipt
    target = submitted(cohort, exercise, receipt.learner)
    target.parent.mkdir(parents=True, exist_ok=True)
    same = target.is_file() and target.read_bytes() == file.item.content
    when = stamp(target.parent, at, keep_earlier=same)
    partial = cohort.cache("intake") / "partial"
    partial.write_bytes(file.item.content)
    os.replace(partial, target)  # noqa: PTH105 - also over an earlier one on Windows
    new = book.receive(exercise.id, receipt.learner, digest(target), when, file.variant)
    return replace(receipt, new=new)
