"""The trusted side: a process of its own runs the test cells, and nothing of the learner's.

Started once per worker and exercise, it loads the exercise and then forks for every submission,
so that nothing a submission sends outlives it. It speaks with the grader over its standard input
and output, and reaches the learner's process only through the grader.
"""

import contextlib
import importlib
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import checks, script, wire
from .remote import Learner, LearnerError, Namespace
from .script import Step
from .wire import CONTROL, DEAD, LEARNER, READY

LONGEST_PRINT = 10_000
LIBRARIES = ("numpy", "pandas", "pyarrow.parquet", "telcosim", "cvmkit")


class Line:
    """The two pipes to the grader."""

    def __init__(self, source: int, sink: int) -> None:
        self._source, self._sink = source, sink

    def receive(self) -> tuple[bytes, bytes]:
        """Return the next frame's kind and content."""
        frame = wire.receive(lambda size: os.read(self._source, size))
        return frame[:1], frame[1:]

    def send(self, kind: bytes, content: bytes) -> None:
        """Send a frame."""
        wire.send(self._write, kind + content)

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._sink, rest) :]


class Court:
    """Judges one submission, test cell by test cell, in the notebook's order."""

    def __init__(self, steps: list[Step], line: Line) -> None:
        self._steps, self._line, self._next = steps, line, 0
        self._names = Namespace(Learner(self._exchange))

    def judge(self, grade_id: str) -> dict[str, Any]:
        """Run everything up to and including one test cell; return what it said."""
        while self._steps[self._next].grade_id != grade_id:
            self._pass(self._steps[self._next])
            self._next += 1
        step = self._steps[self._next]
        self._next += 1
        return self._run(step)

    def _exchange(self, message: bytes) -> bytes:
        self._line.send(LEARNER, message)
        kind, content = self._line.receive()
        if kind != LEARNER:
            raise wire.ClosedError
        return content

    def _pass(self, step: Step) -> None:
        """Go over a cell that is not judged: ours is run, the learner's names become hers."""
        if step.kind == "solution":
            for name in step.binds:
                self._names.pop(name, None)
        elif step.kind == "locked":
            self._run(step)

    def _run(self, step: Step) -> dict[str, Any]:
        out = io.StringIO()
        verdict: dict[str, Any] = {"number": None, "error": None, "share": 0.0}
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            try:
                self._names.begin(step.free)
                verdict["number"] = _execute(step, self._names)
            except checks.CheckFailed as error:
                verdict |= {"error": ["CheckFailed", error.reason], "share": error.share}
            except wire.ClosedError:
                raise
            except LearnerError as error:
                verdict["error"] = [error.kind, str(error)]
            except BaseException as error:  # noqa: BLE001 - what a test cell raises is its verdict
                verdict["error"] = [type(error).__name__, str(error)]
        return verdict | {"printed": out.getvalue()[:LONGEST_PRINT]}


def _execute(step: Step, names: Namespace) -> float | None:
    """Run a cell; return its last line's value if that is a plain number (partial credit)."""
    body, last = script.split(step.source, f"<{step.grade_id}>")
    exec(compile(body, f"<{step.grade_id}>", "exec"), names)  # noqa: S102 - the exercise's own code
    if last is None:
        return None
    value = eval(compile(last, f"<{step.grade_id}>", "eval"), names)  # noqa: S307 - the same
    return float(value) if type(value) in (int, float) and step.kind == "test" else None


def main(notebook: Path) -> None:
    """Load the exercise, then judge submissions until the grader closes the line."""
    line = Line(os.dup(0), os.dup(1))
    silent = os.open(os.devnull, os.O_RDWR)
    os.dup2(silent, 0)
    os.dup2(silent, 1)
    steps = script.steps(notebook)
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    checks.REFERENCE.set(_reference(notebook, steps))
    line.send(READY, b"")
    for _ in _submissions(line):
        _in_child(steps, line)


def _submissions(line: Line) -> Iterator[None]:
    while True:
        try:
            line.receive()
        except wire.ClosedError:
            return
        yield


def _in_child(steps: list[Step], line: Line) -> None:
    """Judge one submission in a fork where there is one, so that it leaves nothing behind."""
    if not hasattr(os, "fork"):
        _hear(steps, line)
        return
    child = os.fork()
    if child == 0:
        try:
            _hear(steps, line)
        finally:
            os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        line.send(DEAD, b"")


def _hear(steps: list[Step], line: Line) -> None:
    court = Court(steps, line)
    with contextlib.suppress(wire.ClosedError):
        while True:
            kind, content = line.receive()
            if kind != CONTROL or not content:
                return
            line.send(CONTROL, json.dumps(court.judge(content.decode())).encode())


def _reference(notebook: Path, steps: list[Step]) -> dict[str, Any]:
    """Return the names that the author's own notebook ends with, if any check asks for one."""
    names: dict[str, Any] = {"__name__": "__main__"}
    if any("reference(" in step.source for step in steps if step.kind == "test"):
        for step in script.all_steps(notebook):
            if step.kind != "test":
                exec(compile(step.source, f"<{step.grade_id}>", "exec"), names)  # noqa: S102
    return names


if __name__ == "__main__":
    main(Path(sys.argv[1]))
