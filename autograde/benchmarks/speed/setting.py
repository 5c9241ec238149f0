"""The same submissions laid out twice: in a cohort of ours, and in a course of plain nbgrader."""

import copy
import json
import runpy
import shutil
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from cvmgrade import assignments, cohort, engine, intake, release, wheel, worlds
from cvmgrade.assignments import Exercise

CASES = Path(__file__).resolve().parents[3] / "tests/exercises"
SOLUTION = ("BEGIN SOLUTION", "END SOLUTION")
Notebook = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """Where everything lies, and how long its worlds took.

    Attributes
    ----------
    cohort, course
        Our folder, and that of plain nbgrader.
    exercises, learners
        Each learner hands in each exercise.
    hidden
        Folder of hidden worlds by exercise.
    """

    cohort: Path
    course: Path
    exercises: tuple[str, ...]
    learners: tuple[str, ...]
    hidden: dict[str, str]
    world_seconds: float

    @property
    def count(self) -> int:
        """How many submissions there are."""
        return len(self.exercises) * len(self.learners)

    def save(self, path: Path) -> None:
        """Write the setting for the processes that are measured."""
        path.write_text(json.dumps(vars(self), default=str))

    @classmethod
    def load(cls, path: Path) -> "Setting":
        """Read what ``save`` wrote."""
        said = json.loads(path.read_text())
        for name, kind in (("cohort", Path), ("course", Path),
                           ("exercises", tuple), ("learners", tuple)):  # fmt: skip
            said[name] = kind(said[name])
        return cls(**said)

    def find(self, name: str) -> Exercise:
        """Return an exercise's source."""
        return assignments.find(
            name, assignments.folder(Path(cohort.load(self.cohort).assignments))
        )


def make(folder: Path, exercises: tuple[str, ...], learners: int) -> Setting:
    """Release exercises, answer them right, partly right and wrong, and hand everything in."""
    held = cohort.init(folder / "cohort", assignments.folder(), "Speed")
    wheel.unpacked()
    found = [assignments.find(name, assignments.folder()) for name in exercises]
    began = time.perf_counter()
    for exercise in found:
        worlds.pack_world(held, exercise)
        worlds.hidden_worlds(held, exercise)
    seconds = time.perf_counter() - began
    for exercise in found:
        _plain(folder / "course", held, exercise)
        for learner, notebook in submissions(held, exercise, learners):
            for home in ("inbox/{}", f"course/submitted/{{}}/{exercise.id}"):
                _lay(folder / home.format(learner) / exercise.notebook.name, notebook)
    refused = [each for each in intake.collect(held, folder / "inbox") if each.refused]
    if refused:
        raise RuntimeError(f"Made-up submissions were refused: {refused}")
    names = tuple(sorted(path.name for path in (folder / "inbox").iterdir()))
    hidden = {exercise.id: str(worlds.hidden_worlds(held, exercise)) for exercise in found}
    return Setting(held.folder, folder / "course", exercises, names, hidden, seconds)


def _lay(target: Path, notebook: Notebook) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(notebook), encoding="utf-8")


def submissions(
    held: cohort.Cohort, exercise: Exercise, learners: int
) -> Iterator[tuple[str, Notebook]]:
    """Yield learners with their notebooks: right, partly right and wrong in turn."""
    with zipfile.ZipFile(release.release(held, exercise)) as pack:
        [name] = [name for name in pack.namelist() if name.endswith(".ipynb")]
        blank = json.loads(pack.read(name))
    reference = answers(read(exercise.notebook))
    cases = list(_cases(exercise.id))
    for number in range(learners):
        yield f"learner-{number:02d}", filled(blank, reference | cases[number % len(cases)])


def _cases(name: str) -> Iterator[dict[str, str]]:
    """Yield the solution cells of three cases: full points, some, and the fewest."""
    if str(CASES) not in sys.path:
        sys.path.insert(0, str(CASES))
    cases = runpy.run_path(str(CASES / f"{name}.py"))["CASES"].values()
    ranked = sorted((case for case in cases if case.cells), key=lambda case: case.points)
    yield from (ranked[at].cells for at in (-1, len(ranked) // 2, 0))


def _plain(course: Path, held: cohort.Cohort, exercise: Exercise) -> None:
    """Set an exercise up as nbgrader's documentation says: data beside the source notebook."""
    home = course / "source" / exercise.id
    home.mkdir(parents=True)
    shutil.copy(exercise.notebook, home)
    world = worlds.pack_world(held, exercise)
    if world:
        shutil.copytree(world, home / "world")
    with engine.gradebook(held):  # lets nbgrader find alembic
        done = NbGraderAPI(config=configured(course)).generate_assignment(exercise.id, create=True)
    if not done["success"]:
        raise RuntimeError(f"nbgrader does not release {exercise.id}: {done}")


def configured(course: Path) -> Config:
    """Return nbgrader's configuration as it ships, for a course folder."""
    made = Config()
    made.CourseDirectory.root = str(course)
    made.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}"
    return made


def read(path: Path) -> Notebook:
    """Read a notebook as plain data."""
    content: Notebook = json.loads(path.read_text(encoding="utf-8"))
    return content


def answers(notebook: Notebook) -> dict[str, str]:
    """Return the source of each solution cell by grade_id, without the markers of a solution."""
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: "\n".join(
            line
            for line in "".join(cell["source"]).splitlines()
            if not any(mark in line for mark in SOLUTION)
        )
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }


def filled(notebook: Notebook, sources: dict[str, str]) -> Notebook:
    """Return a copy with other sources in the cells that are named."""
    made = copy.deepcopy(notebook)
    for cell in made["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = sources.get(name, cell["source"])
    return made
