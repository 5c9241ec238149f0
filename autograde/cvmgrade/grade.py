"""Grade a batch: every submission ends with a recorded outcome, whatever the others do."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from telcosim import engine as engines

from . import assignments, engine, probe, scratch, wheel, work, worlds
from .assignments import Exercise
from .box import Contents, Limits
from .cohort import Cohort
from .errors import SandboxError, UsageError
from .records import Records, Submission, records
from .tables import FAILED, GRADED
from .work import Done, Task

BOXED, BARE = "bubblewrap", "none (--no-sandbox)"
LOST = "The process that graded it died, twice. The other submissions were graded."

Progress = Callable[[str, str, int, int], None]
"""Called with exercise, learner, how many are done, and how many there are."""


@dataclass(frozen=True)
class Options:
    """How to grade.

    Attributes
    ----------
    force, retry
        Grade again what has an outcome: all of it, or what could not be graded.
    world
        The pack's world; None takes the cohort's own.
    workers, scheduler
        Local processes (one: this process), or the address of a Dask scheduler whose workers see
        the same folders.
    """

    sandboxed: bool = True
    force: bool = False
    retry: bool = False
    limits: Limits = field(default_factory=Limits)
    world: Path | None = None
    workers: int = 1
    scheduler: str | None = None


def grade(
    cohort: Cohort, exercise: str | None, options: Options, progress: Progress | None = None
) -> list[Submission]:
    """Grade what is missing or changed; return the outcomes of this run.

    A submission is graded when it has no outcome yet, or when it or its assignment has changed
    since, or when the options ask for it. So a run that was killed goes on where it stopped.
    Workers run the submissions; this process alone writes to the gradebook.
    """
    if options.sandboxed:
        _need_sandbox()
    scratch.sweep()
    source = assignments.folder(Path(cohort.assignments))
    with cohort.writing(), records(cohort) as book:
        _look_again(cohort, source, book)
        received = book.all(exercise and "-".join(exercise.split("-")[:2]))
        if exercise and not received:
            raise UsageError(f"There is no submission of {exercise} in this cohort.")
        known = {name: assignments.find(name, source) for name in {i.exercise for i in received}}
        chosen = [item for item in received if _open(item, known[item.exercise], options)]
        batch = Batch(cohort, book, options, known)
        batch.run(chosen, progress or (lambda *_: None))
        finished = {(item.exercise, item.learner) for item in chosen}
        return [item for item in book.all() if (item.exercise, item.learner) in finished]


@dataclass(frozen=True)
class Batch:
    """One run over some submissions."""

    cohort: Cohort
    book: Records
    options: Options
    exercises: dict[str, Exercise]

    def run(self, items: list[Submission], progress: Progress) -> None:
        """Have every submission graded, and enter each outcome as it comes."""
        items = sorted(items, key=lambda item: (item.exercise, item.variant, item.learner))
        needed = list(dict.fromkeys((item.exercise, item.variant) for item in items))
        shared = {each: self._shared(*each) for each in needed}
        waiting = {(item.exercise, item.learner): item for item in items}
        options, count = self.options, len(items)
        with engines.started(options.workers, options.scheduler) as runner:
            for done in runner(work.do, self._begin(items, shared), lost):
                self._enter(done, waiting.pop((done.exercise, done.learner)))
                progress(done.exercise, done.learner, count - len(waiting), count)
        work.close_referees()

    def _shared(self, name: str, variant: int) -> tuple[Path, Contents]:
        """Make what all submissions of an exercise share: release, package, worlds."""
        exercise = self.exercises[name]
        release = engine.generate(self.cohort, exercise)
        world = self.options.world or worlds.pack_world(self.cohort, exercise, variant)
        hidden = worlds.hidden_worlds(self.cohort, exercise)
        return release, Contents(wheel.unpacked(), world, hidden, exercise.notebook)

    def _begin(
        self, items: list[Submission], shared: dict[tuple[str, int], tuple[Path, Contents]]
    ) -> Iterator[Task]:
        """Yield tasks; each is marked as begun when a worker is about to take it."""
        for item in items:
            exercise = self.exercises[item.exercise]
            release, contents = shared[item.exercise, item.variant]
            self.book.begin(item.exercise, item.learner, BOXED if self.options.sandboxed else BARE)
            yield Task(
                exercise=item.exercise,
                learner=item.learner,
                submitted=submitted(self.cohort, exercise, item.learner),
                release=release,
                source=exercise.notebook,
                executed=engine.executed(self.cohort, exercise, item.learner),
                contents=contents,
                limits=self.options.limits,
                sandboxed=self.options.sandboxed,
            )

    def _enter(self, done: Done, item: Submission) -> None:
        """Write one outcome: nbgrader's own tables first, then the record that says it is there."""
        exercise, reason, penalty = self.exercises[item.exercise], done.reason, 0.0
        if not reason:
            reason, penalty = engine.record(self.cohort, exercise, item.learner)
        verdicts = () if reason else done.verdicts
        self.book.finish(item, exercise.digest, verdicts, reason, penalty)


def lost(task: Task) -> Done:
    """Return the outcome of a submission that took its worker with it."""
    return Done(task.exercise, task.learner, reason=LOST)


def submitted(cohort: Cohort, exercise: Exercise, learner: str) -> Path:
    """Return where a learner's notebook lies once it is received."""
    return cohort.folder / "submitted" / learner / exercise.id / exercise.notebook.name


def digest(path: Path) -> str:
    """Return the SHA-256 of a submitted file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _look_again(cohort: Cohort, source: Path, book: Records) -> None:
    """Take each file as it lies there now: an instructor may have put a new one in its place."""
    for item in book.all():
        path = submitted(cohort, assignments.find(item.exercise, source), item.learner)
        if path.is_file():
            book.receive(item.exercise, item.learner, digest(path))


def _open(item: Submission, exercise: Exercise, options: Options) -> bool:
    return (
        options.force
        or (options.retry and item.state == FAILED)
        or item.state not in (GRADED, FAILED)
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
