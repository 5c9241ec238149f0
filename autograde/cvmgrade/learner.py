"""The learner alone: start an exercise, and check it through the same path as a cohort's."""

import json
import os
import shutil
import tempfile
import time
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from platformdirs import user_data_path

from . import assignments, cohort, grade, probe, release
from .assignments import Exercise
from .box import Limits
from .cohort import Cohort
from .errors import SandboxError, UsageError
from .records import Submission, records


@dataclass(frozen=True)
class Checked:
    """One checked notebook: its outcome, and why there was no sandbox if there was none."""

    exercise: Exercise
    submission: Submission
    unboxed: str


def own_cohort(source: Path) -> Cohort:
    """Return this user's own cohort, with a secret made once on this machine."""
    folder = Path(user_data_path("cvm-lab")) / "own"
    if not (folder / cohort.CONFIG).is_file():
        made = cohort.init(folder, source, "My own work")
    else:
        made = cohort.load(folder)
    return replace(made, assignments=str(source))


def start(exercise: str, out: Path, source: Path) -> Path:
    """Make the folder of an exercise, ready to work in, and return it."""
    task = assignments.find(exercise, source)
    target = out / task.name
    if target.exists():
        raise UsageError(
            f"{target} is already there. Go on there, or name another place with --out."
        )
    pack = release.release(own_cohort(source), task)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".cvm-") as partial:
        with zipfile.ZipFile(pack) as archive:
            archive.extractall(partial)  # our own archive, made a moment ago
        os.replace(Path(partial) / task.name, target)  # noqa: PTH105 - whole or not at all
    return target


def check(notebook: Path, source: Path, *, sandboxed: bool, limits: Limits) -> Checked:
    """Grade one notebook on fresh hidden worlds in a cohort that lasts for this call."""
    task = _exercise(notebook, source)
    unboxed = "" if sandboxed else "it was switched off"
    if sandboxed:
        try:
            probe.machine()
        except SandboxError as error:
            unboxed = str(error)
    own = own_cohort(source)
    with tempfile.TemporaryDirectory(prefix="cvm-check-") as folder:
        once = Cohort(Path(folder), own.id, own.name, str(source), round=time.time_ns())
        shutil.copy(own.folder / "secret", once.folder)
        world = notebook.resolve().parent / "world"
        options = grade.Options(
            sandboxed=not unboxed, limits=limits, world=world if world.is_dir() else None
        )
        target = grade.submitted(once, task, "me")
        target.parent.mkdir(parents=True)
        shutil.copy(notebook, target)
        with records(once) as book:
            book.receive(task.id, "me", grade.digest(target))
        [outcome] = grade.grade(once, task.id, options)
    return Checked(task, outcome, unboxed)


def _exercise(notebook: Path, source: Path) -> Exercise:
    """Return which exercise a notebook belongs to: by what it says, else by its name."""
    if not notebook.is_file():
        raise UsageError(f"There is no notebook at {notebook}.")
    try:
        said = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["cvm"]["exercise"]
    except (ValueError, KeyError, TypeError):
        said = notebook.stem
    try:
        return assignments.find(str(said), source)
    except UsageError as error:
        raise UsageError(
            f"{notebook.name} is no exercise of this course: expected a notebook "
            f"made by 'cvm start'. {error}"
        ) from None
