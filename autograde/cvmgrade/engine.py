"""nbgrader in this process: its configuration in code, one call per step."""

import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from .assignments import Exercise
from .cohort import Cohort
from .errors import AssignmentError, CohortError

STUB = (
    '# YOUR CODE HERE\nraise NotImplementedError("Write your answer here, then delete this line.")'
)
NOT_ANSWERED = "Write your answer here, then delete this line."


def config(cohort: Cohort) -> Config:
    """Return nbgrader's whole configuration; no file of the working directory is read."""
    made = Config()
    made.CourseDirectory.root = str(cohort.folder)
    made.CourseDirectory.db_url = cohort.gradebook_url
    made.CourseDirectory.ignore = [".*", "__pycache__", "*.py", "*.md", "*.json", "*.zip"]
    made.Exchange.root = str(cohort.folder / "no-exchange")
    made.ClearSolutions.code_stub = {"python": STUB}
    made.Autograde.autograde_preprocessors = [
        "cvmgrade.execute.BoxedExecute",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    return made


def api(cohort: Cohort) -> NbGraderAPI:
    """Return nbgrader's interface on this cohort, silent on the terminal."""
    log = logging.getLogger("traitlets")
    log.handlers = [logging.NullHandler()]
    log.propagate = False
    return NbGraderAPI(config=config(cohort))


@contextmanager
def gradebook(cohort: Cohort) -> Iterator[Any]:
    """Open the gradebook, made whole or not at all: nbgrader needs alembic to make one."""
    path = cohort.folder / "gradebook.db"
    fresh = not path.exists()
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    if fresh and not shutil.which("alembic"):
        raise CohortError(
            "The program 'alembic' is missing, without which nbgrader makes a broken "
            "gradebook. Install cvm-lab[grade] again."
        )
    try:
        book = Gradebook(cohort.gradebook_url)
    except Exception:
        if fresh:
            path.unlink(missing_ok=True)
        raise
    with book:
        yield book


def notebook(path: Path) -> Any:
    """Read a notebook."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def stage(cohort: Cohort, exercise: Exercise) -> Path:
    """Copy the source notebook alone: nbgrader releases every file it finds beside it."""
    home = cohort.folder / "source" / exercise.id
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    return Path(shutil.copy(exercise.notebook, home))


def generate(cohort: Cohort, exercise: Exercise) -> Path:
    """Make the learner's version and enter the assignment into the gradebook."""
    stage(cohort, exercise)
    with gradebook(cohort):
        pass
    with _quiet():
        done = api(cohort).generate_assignment(exercise.id, force=True, create=True)
    if not done["success"]:
        raise AssignmentError(f"{exercise.notebook.name} cannot be released: {_cause(done)}")
    return cohort.folder / "release" / exercise.id / exercise.notebook.name


def autograde(cohort: Cohort, exercise: Exercise, learner: str) -> str:
    """Grade one submission; return nothing, or why it could not be graded."""
    with _quiet():
        done = api(cohort).autograde(exercise.id, learner, force=True, create=True)
    if "KeyboardInterrupt" in done.get("error", ""):  # nbgrader catches even that
        raise KeyboardInterrupt
    return "" if done["success"] else _cause(done)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what nbgrader's use of its own libraries says on every submission."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # objects not yet in the session, then added
        warnings.simplefilter("ignore", DeprecationWarning)  # naive UTC times
        yield


def _cause(done: dict[str, Any]) -> str:
    """Return the last line of the exception that nbgrader logged, without its traceback."""
    lines = [line for line in done.get("log", "").splitlines() if line.strip()]
    causes = [
        line
        for line in lines
        if not line.startswith((" ", "[", "Traceback", "The above", "During"))
    ]
    last = causes[-1] if causes else done.get("error", "unknown").strip().splitlines()[-1]
    return str(last.split(": ", 1)[-1])
