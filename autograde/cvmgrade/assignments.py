"""Where exercises come from, and what their sources say about themselves."""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import AssignmentError, UsageError

ID = re.compile(r"^\d+-\d+$")
MAX_HIDDEN_CUSTOMERS = 2_000


@dataclass(frozen=True)
class Exercise:
    """One exercise, as its source notebook describes it.

    Attributes
    ----------
    id
        Section and lesson, "2-2"; the name of the assignment in the gradebook.
    name
        Folder and notebook name, "2-2-slug".
    tables
        The learner tables it works with; none means that it needs no world.
    pack, hidden
        What to generate for the pack and, per hidden world, for grading.
    truth
        The truth tables of the hidden worlds that its checks read; only the checker sees them.
    """

    id: str
    title: str
    notebook: Path
    tables: tuple[str, ...]
    pack: dict[str, Any]
    hidden: tuple[dict[str, Any], ...]
    truth: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Folder and notebook name without ending."""
        return self.notebook.stem

    @property
    def digest(self) -> str:
        """SHA-256 of the source, which also holds points, checks and hidden worlds' settings."""
        return hashlib.sha256(self.notebook.read_bytes()).hexdigest()


def checkout() -> Path | None:
    """Return the repository this package runs from, or None for an installed wheel."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() else None


def folder(given: Path | None = None) -> Path:
    """Return the assignments' folder: given, else CVM_ASSIGNMENTS, else the checkout's."""
    named = given or (
        Path(os.environ["CVM_ASSIGNMENTS"]) if "CVM_ASSIGNMENTS" in os.environ else None
    )
    if named:
        if not named.is_dir():
            raise UsageError(f"There is no folder of assignments at {named}.")
        return named.resolve()
    root = checkout()
    if root and (root / "notebooks/assignments").is_dir():
        return root / "notebooks/assignments"
    raise UsageError(
        "The exercises' sources are not part of the installed package. Name their folder "
        "with --assignments or CVM_ASSIGNMENTS, or work from a clone of the course."
    )


def find(exercise: str, assignments: Path) -> Exercise:
    """Return one exercise by its id ("2-2") or its folder's name."""
    wanted = "-".join(exercise.split("-")[:2])
    for path in sources(assignments):
        if path.stem.startswith(f"{wanted}-"):
            return read(path)
    known = ", ".join(sorted("-".join(path.stem.split("-")[:2]) for path in sources(assignments)))
    raise UsageError(
        f"There is no exercise '{exercise}' in {assignments}. There is: {known or 'none'}."
    )


def sources(assignments: Path) -> list[Path]:
    """Return every source notebook ``S-N-slug/S-N-slug.ipynb``."""
    return sorted(path for path in assignments.glob("*/*.ipynb") if path.stem == path.parent.name)


def read(notebook: Path) -> Exercise:
    """Read and check what a source says about itself in ``metadata.cvm``."""
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AssignmentError(f"{notebook} cannot be read: {error}") from None
    about = content.get("metadata", {}).get("cvm", {})
    exercise = str(about.get("exercise", ""))
    if not ID.match(exercise) or not notebook.stem.startswith(f"{exercise}-"):
        raise AssignmentError(
            f"{notebook.name}: metadata.cvm.exercise should be the 'S-N' "
            f"with which the file's name begins, and is '{exercise}'."
        )
    hidden = tuple(about.get("hidden", []))
    for world in hidden:
        if int(world.get("customers", MAX_HIDDEN_CUSTOMERS + 1)) > MAX_HIDDEN_CUSTOMERS:
            raise AssignmentError(
                f"{notebook.name}: a hidden world needs 'customers' of at most "
                f"{MAX_HIDDEN_CUSTOMERS:,}."
            )
    tables = tuple(about.get("tables", []))
    return Exercise(
        exercise,
        str(about.get("title", exercise)),
        notebook,
        tables,
        dict(about.get("pack", {})),
        hidden,
        _truth(notebook, about, hidden),
    )


def _truth(
    notebook: Path, about: dict[str, Any], hidden: tuple[dict[str, Any], ...]
) -> tuple[str, ...]:
    """Return the truth tables that a source names, each one that its hidden worlds can have."""
    names = tuple(about.get("truth", []))
    if not names:
        return ()
    from telcosim.schema import TRUTH_TABLES  # noqa: PLC0415 - most exercises need none

    requested = {table.name: bool(table.on_request) for table in TRUTH_TABLES}
    if wrong := [name for name in names if name not in requested]:
        raise AssignmentError(
            f"{notebook.name}: there is no truth table '{wrong[0]}'; "
            f"there are {', '.join(requested)}."
        )
    for name in names:
        if requested[name] and not all("truth_at" in world for world in hidden):
            raise AssignmentError(
                f"{notebook.name}: {name} needs 'truth_at', a month, in each hidden world."
            )
    return names
