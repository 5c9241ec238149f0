"""Grade a batch: every submission ends with a recorded outcome, whatever the others do."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import assignments, engine, outcome, probe, wheel, worlds
from .assignments import Exercise
from .box import Contents, Limits
from .cohort import Cohort
from .errors import SandboxError, UsageError
from .execute import CURRENT
from .records import Records, Submission, Verdict, records
from .sandbox import Run
from .tables import FAILED, GRADED

OPEN_TABLES = (
    "The learner tables of the hidden worlds were readable while the submission ran; "
    "their seeds and truth were not."
)
BOXED, BARE = "bubblewrap", "none (--no-sandbox)"

Progress = Callable[[str, str, int, int], None]
"""Called with exercise, learner, how many are done, and how many there are."""


@dataclass(frozen=True)
class Options:
    """How to grade.

    Attributes
    ----------
    world
        The pack's world; None takes the cohort's own.
    """

    sandboxed: bool = True
    force: bool = False
    limits: Limits = field(default_factory=Limits)
    world: Path | None = None


def grade(
    cohort: Cohort, exercise: str | None, options: Options, progress: Progress | None = None
) -> list[Submission]:
    """Grade what is missing or changed; return the outcomes of this run.

    A submission is graded when it has no outcome yet, or when it or its assignment has changed
    since, or when ``force`` is given. So a run that was killed goes on where it stopped.
    """
    if options.sandboxed:
        _need_sandbox()
    source = assignments.folder(Path(cohort.assignments))
    with cohort.writing(), records(cohort) as book:
        todo: list[tuple[Exercise, Submission]] = []
        _look_again(cohort, source, book)
        received = book.all(exercise and "-".join(exercise.split("-")[:2]))
        if exercise and not received:
            raise UsageError(f"There is no submission of {exercise} in this cohort.")
        known = {name: assignments.find(name, source) for name in {i.exercise for i in received}}
        todo = [
            (known[item.exercise], item)
            for item in received
            if options.force or _open(item, known[item.exercise])
        ]
        for name in sorted({item.exercise for _, item in todo}):
            engine.generate(cohort, known[name])
        lib = wheel.unpacked() if todo else Path()
        for done, (task, item) in enumerate(todo):
            if progress:
                progress(item.exercise, item.learner, done, len(todo))
            _grade_one(Batch(cohort, book, lib, options), task, item)
        finished = {(item.exercise, item.learner) for _, item in todo}
        return [item for item in book.all() if (item.exercise, item.learner) in finished]


@dataclass(frozen=True)
class Batch:
    """What all submissions of one run share."""

    cohort: Cohort
    book: Records
    lib: Path
    options: Options


def _grade_one(batch: Batch, exercise: Exercise, item: Submission) -> None:
    cohort, options = batch.cohort, batch.options
    hidden = worlds.hidden_worlds(cohort, exercise)
    world = options.world or worlds.pack_world(cohort, exercise)
    sandbox = BOXED if options.sandboxed else BARE
    batch.book.begin(exercise.id, item.learner, sandbox, OPEN_TABLES if hidden else "")
    verdicts: list[Verdict] = []
    try:
        reason = unreadable(submitted(cohort, exercise, item.learner))
        if not reason:
            contents = Contents(batch.lib, world, hidden)
            run = Run(contents, options.limits, sandboxed=options.sandboxed)
            verdicts, reason = _run(cohort, exercise, item.learner, run)
    except Exception as error:  # noqa: BLE001 - one submission never stops the batch
        reason = f"It could not be graded: {type(error).__name__}: {error}"
    batch.book.finish(item, exercise.digest, verdicts, reason)


def _run(cohort: Cohort, exercise: Exercise, learner: str, run: Run) -> tuple[list[Verdict], str]:
    """Run one notebook through nbgrader; return its verdicts, or why there are none."""
    token = CURRENT.set(run)
    try:
        reason = engine.autograde(cohort, exercise, learner)
    finally:
        CURRENT.reset(token)
        run.close()
    if run.reason or reason:
        return [], run.reason or reason
    graded = cohort.folder / "autograded" / learner / exercise.id / exercise.notebook.name
    return outcome.verdicts(graded, exercise.notebook, run.limits.cell_s), ""


def submitted(cohort: Cohort, exercise: Exercise, learner: str) -> Path:
    """Return where a learner's notebook lies once it is received."""
    return cohort.folder / "submitted" / learner / exercise.id / exercise.notebook.name


def unreadable(path: Path) -> str:
    """Return why a file is no notebook at all, or nothing; nbgrader would stop on it."""
    try:
        content = json.loads(path.read_bytes().decode("utf-8"))
    except OSError:
        return "The submitted file has disappeared from the cohort's folder."
    except UnicodeDecodeError:
        return "The file is not text in UTF-8, so it is no notebook."
    except (ValueError, RecursionError):
        return "The file is not valid JSON, so it is no notebook. Save it again from Jupyter."
    if (
        not isinstance(content, dict)
        or content.get("nbformat") != 4
        or not isinstance(content.get("cells"), list)
    ):
        return "The file is not a notebook of version 4. Save it again from a current Jupyter."
    return ""


def digest(path: Path) -> str:
    """Return the SHA-256 of a submitted file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _look_again(cohort: Cohort, source: Path, book: Records) -> None:
    """Take each file as it lies there now: an instructor may have put a new one in its place."""
    for item in book.all():
        path = submitted(cohort, assignments.find(item.exercise, source), item.learner)
        if path.is_file():
            book.receive(item.exercise, item.learner, digest(path))


def _open(item: Submission, exercise: Exercise) -> bool:
    return (
        item.state not in (GRADED, FAILED)
        or item.graded_submission != item.submission_digest
        or item.graded_assignment != exercise.digest
    )


def _need_sandbox() -> None:
    try:
        probe.machine()
    except SandboxError as error:
        raise SandboxError(
            f"{error} Nothing was graded; '--no-sandbox' grades without protection "
            "and stamps every result."
        ) from None
