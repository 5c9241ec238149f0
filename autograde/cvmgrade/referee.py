"""The grader's end of both lines: it starts a checker, and carries messages to and fro.

What passes from a learner's process to the checker is not read here; it is only counted in
bytes and seconds.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import probe, scratch, wire
from .box import EXERCISE, HIDDEN, Box, Contents, Limits
from .errors import CheckerError
from .sandbox import lay_out_world, open_environment
from .talk import GRACE_S, Talk
from .watch import kill_tree
from .wire import CONTROL, DEAD, LEARNER, READY

START_S = 60
OWN_S = 120
"""Seconds that an exercise's own code in one test cell may take, beside the learner's."""
LIMITS = Limits(cell_s=OWN_S, wall_s=24 * 3600, memory_mb=4096)

GONE = "The notebook no longer answered the checks."


@dataclass(frozen=True)
class Ruling:
    """What became of one test cell.

    Attributes
    ----------
    error
        Name and text of what it raised; None if it passed.
    share
        Part of the points that stands although it raised, in [0, 1).
    number
        A plain number on its last line: points, in nbgrader's convention for partial credit.
    """

    error: tuple[str, str] | None = None
    share: float = 0.0
    number: float | None = None
    printed: str = ""
    timed_out: bool = False


@dataclass
class Referee:
    """One checker process for one exercise, serving one submission after the other."""

    exercise: Path
    contents: Contents
    sandboxed: bool = True
    folder: Path = field(default_factory=scratch.folder)

    def __post_init__(self) -> None:
        self._log = (self.folder / "log").open("wb")
        command, options = self._command()
        self._process = subprocess.Popen(  # noqa: S603 - our own command line
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
            bufsize=0,
            **options,
        )
        with self._within(START_S):
            if self._receive()[0] != READY:
                raise self._broken("did not start")

    def begin(self) -> None:
        """Begin a submission."""
        self._send(CONTROL, b"begin")

    def finish(self) -> None:
        """End a submission, and with it whatever its data did to the checker."""
        with contextlib.suppress(CheckerError):
            self._send(CONTROL, b"")

    def judge(self, grade_id: str, talk: Talk) -> Ruling:
        """Run one test cell against the kernel at the other end of ``talk``.

        Raises
        ------
        CheckerError
            If the checker itself fails or takes too long: the exercise's fault, not the learner's.
        """
        with self._within(OWN_S + talk.seconds + 2 * GRACE_S):
            self._send(CONTROL, grade_id.encode())
            while True:
                kind, content = self._receive()
                if kind == CONTROL:
                    return _ruling(json.loads(content), talk)
                if kind != LEARNER:
                    raise self._broken("stopped" if kind == DEAD else "is out of step")
                self._send(LEARNER, talk.exchange(content))

    def close(self) -> None:
        """End the checker and remove its folder."""
        kill_tree(self._process.pid)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream:
                stream.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _command(self) -> tuple[list[str], dict[str, Any]]:
        program = [sys.executable, "-m", "cvmgrade.checker"]
        if not self.sandboxed:
            cwd = self.folder / "checker"
            cwd.mkdir()
            lay_out_world(self.contents, cwd)
            environment = open_environment(self.contents)
            if self.contents.hidden:
                environment["CVM_HIDDEN_WORLDS"] = str(self.contents.hidden)
            return [*program, str(self.exercise)], {"cwd": cwd, "env": environment}
        machine = probe.machine()
        empty = self.folder / "k"
        empty.mkdir(mode=0o700)
        if machine.uid is not None:
            os.chown(empty, machine.uid, machine.uid)
        environment = {"CVM_HIDDEN_WORLDS": str(HIDDEN)}
        box = Box(machine, self.contents, LIMITS, empty, environment)
        return box.command([*program, str(EXERCISE)]), {"cwd": self.folder, "env": {}}

    def _send(self, kind: bytes, content: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - a pipe, see above
        try:
            wire.send(self._process.stdin.write, kind + content)
        except OSError:
            raise self._broken("stopped") from None

    def _receive(self) -> tuple[bytes, bytes]:
        assert self._process.stdout is not None  # noqa: S101 - a pipe, see above
        pipe = self._process.stdout.fileno()
        try:
            frame = wire.receive(lambda size: os.read(pipe, size))
        except wire.ClosedError:
            raise self._broken("stopped") from None
        return frame[:1], frame[1:]

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """End a checker that takes longer; what waits for it then sees that it has stopped."""
        timer = threading.Timer(seconds, kill_tree, [self._process.pid])
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _broken(self, how: str) -> CheckerError:
        said = (self.folder / "log").read_text(errors="replace").strip().splitlines()
        last = f" ({said[-1][:300]})" if said else ""
        return CheckerError(f"The exercise's own checks could not be run: the checker {how}{last}.")


def _ruling(said: dict[str, Any], talk: Talk) -> Ruling:
    error = ["ConnectionError", GONE] if talk.gone else said["error"]
    return Ruling(
        error=(error[0], error[1]) if error else None,
        share=float(said["share"]),
        number=said["number"],
        printed=said["printed"],
        timed_out=talk.timed_out,
    )
