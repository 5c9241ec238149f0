"""nbgrader in this process: its configuration in code, one call per step."""

import logging
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from . import gradebook as databases
from .assignments import Exercise
from .cohort import Cohort
from .errors import AssignmentError, CohortError

STUB = (
    '# YOUR CODE HERE\nraise NotImplementedError("Write your answer here, then delete this line.")'
)
EXECUTED = "cache/executed"
CONFIG = "nbgrader_config.py"
BEING_READ: ContextVar[bool] = ContextVar("cvmgrade_config_is_being_read", default=False)
NOT_ANSWERED = "Write your answer here, then delete this line."


def config(cohort: Cohort) -> Config:
    """Return nbgrader's whole configuration: what an instructor added in the cohort, then ours."""
    made = _added(cohort.folder)
    made.CourseDirectory.root = str(cohort.folder)
    made.CourseDirectory.db_url = cohort.gradebook_url
    made.CourseDirectory.ignore = [".*", "__pycache__", "*.py", "*.md", "*.json", "*.zip"]
    made.Exchange.root = str(cohort.folder / "no-exchange")
    made.ClearSolutions.code_stub = {"python": STUB}
    made.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.LimitOutput"]
    made.Autograde.autograde_preprocessors = [
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    return made


def _added(folder: Path) -> Config:
    """Return an instructor's own settings, such as a late policy, from nbgrader_config.py."""
    if BEING_READ.get() or not (folder / CONFIG).is_file():
        return Config()
    token = BEING_READ.set(True)  # the file itself asks for our configuration
    try:
        return Config(PyFileConfigLoader(CONFIG, str(folder)).load_config())
    except Exception as error:  # noqa: BLE001 - an instructor's own code
        raise CohortError(
            f"{folder / CONFIG} cannot be read: {type(error).__name__}: {error}"
        ) from None
    finally:
        BEING_READ.reset(token)


def api(cohort: Cohort, **course: str) -> NbGraderAPI:
    """Return nbgrader's interface on this cohort, silent on the terminal.

    Parameters
    ----------
    course
        Settings of nbgrader's CourseDirectory that differ for this use.
    """
    log = logging.getLogger("traitlets")
    log.handlers = [logging.NullHandler()]
    log.propagate = False
    made = config(cohort)
    made.CourseDirectory.update(course)
    return NbGraderAPI(config=made)


@contextmanager
def gradebook(cohort: Cohort) -> Iterator[Any]:
    """Open the gradebook, made whole or not at all."""
    with databases.opened(cohort) as book:
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


def executed(cohort: Cohort, exercise: Exercise, learner: str) -> Path:
    """Return where a worker leaves the notebook it ran, for ``record``."""
    return cohort.folder / EXECUTED / learner / exercise.id / exercise.notebook.name


def record(cohort: Cohort, exercise: Exercise, learner: str) -> tuple[str, float]:
    """Enter an executed notebook into the gradebook.

    This is nbgrader's own autograding, with a notebook that has been run already.

    Returns
    -------
    tuple
        Nothing, or why it cannot be entered; and the points that a late policy takes off.
    """
    home = executed(cohort, exercise, learner).parent
    stamp = cohort.folder / "submitted" / learner / exercise.id / "timestamp.txt"
    if stamp.is_file():
        shutil.copy(stamp, home)
    with _quiet():
        done = api(cohort, submitted_directory=EXECUTED).autograde(
            exercise.id, learner, force=True, create=True
        )
    if "KeyboardInterrupt" in done.get("error", ""):  # nbgrader catches even that
        raise KeyboardInterrupt
    if not done["success"]:
        return _cause(done), 0.0
    with gradebook(cohort) as book:
        penalty = book.find_submission(exercise.id, learner).late_submission_penalty
    return "", float(penalty or 0.0)


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
