"""One submission as one task: everything it needs in, its outcome out, no gradebook in sight."""

import json
import os
import time
from dataclasses import dataclass, field
from multiprocessing.util import Finalize
from pathlib import Path
from threading import get_ident

from . import graft, outcome
from .box import Contents, Limits
from .errors import CheckerError, GraftError, SubmissionKilledError
from .execute import BoxedExecute
from .records import Verdict
from .referee import Referee
from .sandbox import Run


@dataclass(frozen=True)
class Task:
    """One submission to grade. All are paths, so that any worker that sees them can do it.

    Attributes
    ----------
    submitted, release, source
        The learner's notebook, the released one, and the exercise's source.
    executed
        Where the notebook that was run is written, whole or not at all.
    """

    exercise: str
    learner: str
    submitted: Path
    release: Path
    source: Path
    executed: Path
    contents: Contents
    limits: Limits = field(default_factory=Limits)
    sandboxed: bool = True

    def like(self, other: "Task") -> bool:
        """Whether one checker can serve both."""
        return (self.source, self.contents, self.sandboxed) == (
            other.source, other.contents, other.sandboxed,
        )  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What a worker returns: verdicts, or why there are none; and where the time went."""

    exercise: str
    learner: str
    verdicts: tuple[Verdict, ...] = ()
    reason: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


ATTEMPTS = 2

_referees: dict[int, tuple[Task, Referee]] = {}
"""The checker of each thread of this worker, with the first task it served."""


def do(task: Task) -> Done:
    """Grade one submission; whatever it does, the outcome is returned and never raised.

    What fails for reasons of ours (a kernel or checker that does not start) is tried twice.
    """
    reason = ""
    for _ in range(ATTEMPTS):
        began = time.monotonic()
        try:
            verdicts, seconds = _grade(task)
        except (GraftError, SubmissionKilledError) as error:
            return Done(task.exercise, task.learner, reason=str(error))
        except CheckerError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - one submission never stops the batch
            reason = f"It could not be graded: {type(error).__name__}: {error}"
        else:
            seconds["all"] = time.monotonic() - began
            return Done(task.exercise, task.learner, tuple(verdicts), seconds=seconds)
        close_referees(get_ident())
    return Done(task.exercise, task.learner, reason=reason)


def _grade(task: Task) -> tuple[list[Verdict], dict[str, float]]:
    cells = graft.read(task.submitted)
    release, source = (
        json.loads(path.read_text(encoding="utf-8")) for path in (task.release, task.source)
    )
    notebook = outcome.as_notebook(graft.graft(cells, release, source))
    referee = _referee(task)
    run = Run(task.contents.for_learner(), task.limits, sandboxed=task.sandboxed)
    try:
        step = BoxedExecute(run, referee)
        notebook = step.execute_whole(notebook)
    finally:
        run.close()
    if run.reason:
        raise SubmissionKilledError(run.reason)
    _write(task.executed, notebook)
    return outcome.verdicts(notebook, step.rulings, task.limits.cell_s), step.seconds


def _referee(task: Task) -> Referee:
    """Return this thread's checker for the task's exercise, kept warm until another comes."""
    held = _referees.get(get_ident())
    if held is None or not held[0].like(task):
        close_referees(get_ident())
        made = Referee(task.source, task.contents, task.sandboxed)
        held = _referees[get_ident()] = (task, made)
    return held[1]


def close_referees(*threads: int) -> None:
    """End the checkers of these threads, or of all."""
    for thread in threads or tuple(_referees):
        if thread in _referees:
            _referees.pop(thread)[1].close()


Finalize(None, close_referees, exitpriority=1)  # at the end of worker processes too


def _write(target: Path, notebook: outcome.Notebook) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    partial.write_text(outcome.as_text(notebook), encoding="utf-8")
    partial.replace(target)
