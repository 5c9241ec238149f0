"""Whose file is it, and which exercise's? What Moodle, Canvas and browsers make of a name."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from .assignments import Exercise
from .delivery import Item
from .names import learner_name, mixed_alphabets

MOODLE = re.compile(
    r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_file(?:_(?P<file>.*))?", re.DOTALL
)
CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<user>\d+)_\d+_(?P<file>.+)", re.DOTALL)
ATTEMPT = re.compile(r"(?:-(\d{1,4}))?(?: ?\((\d{1,4})\))?")  # Canvas' suffix, browsers' suffix

NO_LEARNER = "tells no learner: expected <learner>/<notebook>.ipynb or <learner>.zip"
NOT_AT_TOP = (
    "is named as Moodle and Canvas do, inside a folder or archive of its own: if all of that is "
    "a download of theirs, collect it by itself"
)
BLIND = "hides its learner (blind marking): download the submissions with names shown"
MIXED = "mixes alphabets in one word of its learner's name: write it in one"


@dataclass(frozen=True)
class Sender:
    """Who sent a file, by what the delivery named, and what the file was called.

    Attributes
    ----------
    learner
        The name as it is kept. Canvas' user id is part of it, for it stays the same.
    number
        Moodle's number of a person in this one assignment, "" elsewhere: it tells two people of
        one name apart, and is another one in the next assignment.
    """

    learner: str
    file: str
    number: str = ""
    refused: str = ""


def sender(item: Item, stems: Collection[str], root: str = "") -> Sender:
    """Return who sent a file.

    Only what the delivery itself named tells a learner: the layout's own names at its top, or
    the nearest folder that is not the pack's. What lies in a learner's archive tells nothing,
    or one learner could send in another's name.

    Parameters
    ----------
    stems
        The names of the exercises' notebooks, without ending.
    root
        The name of a delivered archive, without ending, with which every path begins.
    """
    parts = list(item.path.parts)
    inside = parts[len(item.sent.parts) :] if item.sent else []
    outside = parts[: len(parts) - len(inside)]
    top = _wrapping(outside, root)
    for place, part in enumerate(outside[: top + 1]):
        found = _system(part, stems, alone=part == root or place == len(outside) - 1)
        if found:
            return found if place == len(parts) - 1 else replace(found, file=parts[-1])
    if any(_system(part, stems) for part in [*outside[top + 1 :], *inside]):
        return Sender("", parts[-1], refused=NOT_AT_TOP)
    folders = outside if item.sent else outside[:-1]
    named = [part for part in folders if not _is_pack(part, stems)]
    return _checked(named[-1] if named else "", parts[-1])


def exercise(
    file: str, claimed: str | None, known: Mapping[str, Exercise]
) -> tuple[Exercise | None, tuple[int, int] | None]:
    """Return the exercise that a notebook belongs to, and which attempt its name says it is.

    A renamed notebook is recognised if its name still begins with the exercise's and it says
    itself that it is this exercise's. An attempt is Canvas' suffix and a browser's, (0, 0)
    where there is none, and None where the name says something else.

    Parameters
    ----------
    claimed
        The exercise that the notebook itself names, None where it cannot be read.
    known
        The exercises by their notebooks' names, without ending.
    """
    stem = PurePosixPath(file).stem.strip()
    if stem in known:
        return known[stem], (0, 0)
    for name in sorted(known, key=len, reverse=True):
        if stem.startswith(name):
            attempt = _attempt(stem.removeprefix(name))
            if claimed == known[name].id or (claimed is None and attempt):
                return known[name], attempt
    return None, None


def _system(part: str, stems: Collection[str], *, alone: bool = False) -> Sender | None:
    """Return the sender that Moodle or Canvas wrote into a name; alone: it is no folder."""
    if match := MOODLE.fullmatch(part):
        if match["name"].casefold() == "participant":
            return Sender("", match["file"] or "", refused=BLIND)
        return _checked(match["name"], match["file"] or "", match["number"])
    match = CANVAS.fullmatch(part)
    if match and (alone or match["file"].startswith(tuple(stems))):
        return _checked(f"{match['name']}-{match['user']}", match["file"])
    return None


def _checked(name: str, file: str, number: str = "") -> Sender:
    learner = learner_name(name)
    refused = "" if learner else NO_LEARNER
    return Sender(learner, file, number, MIXED if mixed_alphabets(name) else refused)


def _wrapping(parts: list[str], root: str) -> int:
    """Count the leading names that are the archive's own, as of a folder that was zipped."""
    count = 0
    while root and count < min(2, len(parts)) and parts[count] == root:
        count += 1
    return count


def _attempt(rest: str) -> tuple[int, int] | None:
    match = ATTEMPT.fullmatch(rest)
    return (int(match[1] or 0), int(match[2] or 0)) if match else None


def _is_pack(part: str, stems: Collection[str]) -> bool:
    """Tell whether a folder is a pack's own, perhaps unpacked twice."""
    return any(part.startswith(stem) and _attempt(part.removeprefix(stem)) for stem in stems)
