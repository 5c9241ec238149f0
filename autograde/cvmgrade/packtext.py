"""The two texts of a pack: its pinned requirements and how to start."""

import re
from importlib import metadata

from .assignments import Exercise, checkout
from .errors import CvmError

README = """# {title}

Exercise {id} of CVM Lab. Everything it needs is in this folder: the notebook, its data (`world/`)
and the course's own package (`wheels/`). You need Python 3.11 or newer.

## Start

Open a terminal **in this folder**, then:

Linux and macOS

    python3 -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt
    .venv/bin/jupyter lab {notebook}

Windows

    py -m venv .venv
    .venv\\Scripts\\python -m pip install -r requirements.txt
    .venv\\Scripts\\jupyter lab {notebook}

## Work

- Write your answers where it says `YOUR CODE HERE`. You may add cells of your own.
- Visible checks run here and give hints. Hidden checks run when you submit, on data you have not
  seen, so do not write the numbers of this data into your answers.
- Before you submit: Kernel → Restart Kernel and Run All Cells, then save.

## Submit

Hand in `{notebook}`, under this name.
"""


def readme(exercise: Exercise) -> str:
    """Return how to start, for every system."""
    return README.format(title=exercise.title, id=exercise.id, notebook=f"{exercise.name}.ipynb")


def requirements(wheel: str) -> str:
    """Return what a learner needs, pinned to the lock's versions, and the pack's own wheel."""
    root = checkout()
    lock = root / "requirements.lock" if root else None
    if lock is None or not lock.is_file():
        raise CvmError(
            "The pack's requirements are taken from requirements.lock, which is not "
            "there. Run this command from a clone of the course."
        )
    wanted = closure("cvm-lab", {"learn"})
    pins = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        pin = re.match(r"([A-Za-z0-9._-]+)==[^\\]+", line)
        if pin and canonical(pin.group(1)) in wanted:
            pins.append(pin.group(0).strip())
    return "\n".join([*pins, f"./wheels/{wheel}", ""])


def closure(distribution: str, extras: set[str]) -> set[str]:
    """Return the names a distribution needs, directly or not, on any system.

    Markers for a platform are not evaluated here: the lock's own markers go with each line.
    """
    found: set[str] = set()
    open_ends = [(distribution, frozenset(extras))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while open_ends:
        end = open_ends.pop()
        if end in seen:
            continue
        seen.add(end)
        for name, more in _needs(*end):
            found.add(name)
            open_ends.append((name, more))
    return found


def _needs(distribution: str, extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    try:
        stated = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:  # needed on another system only
        return []
    needs = []
    for line in stated:
        requirement, _, marker = line.partition(";")
        extra = re.search(r"""extra\s*==\s*['"]([^'"]+)['"]""", marker)
        if extra and extra.group(1) not in extras:
            continue
        name = re.match(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?", requirement)
        if name:
            wanted = frozenset(part.strip() for part in (name.group(2) or "").split(",") if part)
            needs.append((canonical(name.group(1)), wanted))
    return needs


def canonical(name: str) -> str:
    """Return a distribution's name in the form in which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
