"""The guard outside the box: kill a run that lasts too long or takes too much."""

import os
import stat
import threading
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types

from .box import MIB, SCRATCH, Limits

EVERY_S = 0.25


class Watch:
    """Watch one boxed process from a thread; remember why it was killed.

    Limits inside the box bind each process. What only the outside can bind is here: the wall
    clock of the whole notebook, the memory of all its processes together, and files in the one
    folder that both sides see.

    Attributes
    ----------
    reason
        Why the run was killed, for the gradebook; empty while it was not.
    """

    def __init__(self, pid: int, limits: Limits, sockets: Path) -> None:
        self.reason = ""
        self._pid, self._limits, self._sockets = pid, limits, sockets
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch-{pid}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watch; the process may go on."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        deadline = time.monotonic() + self._limits.wall_s
        while not self._ended.wait(EVERY_S):
            self.reason = self._verdict(deadline)
            if self.reason:
                kill_tree(self._pid)
                return

    def _verdict(self, deadline: float) -> str:
        if time.monotonic() > deadline:
            return (
                f"The notebook did not finish within {self._limits.wall_s} seconds and was stopped."
            )
        if resident_bytes(self._pid) > self._limits.memory_mb * MIB:
            return f"The notebook used more than {self._limits.memory_mb} MB of memory."
        if held_bytes(self._pid) > len(SCRATCH) * 2 * self._limits.scratch_mb * MIB:
            return "The notebook holds more in deleted files than it may write at all."
        if stray_files(self._sockets):
            return "The notebook wrote into the folder of the kernel's connection."
        return ""


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process and all its descendants."""
    total = 0
    try:
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
    except psutil.NoSuchProcess:
        return total
    return total


def held_bytes(pid: int) -> int:
    """Return what a process and its descendants hold in open files that no folder shows."""
    found: dict[tuple[int, int], int] = {}
    try:
        root = psutil.Process(pid)
        family = [pid, *(child.pid for child in root.children(recursive=True))]
    except psutil.NoSuchProcess:
        return 0
    for member in family:
        try:
            with os.scandir(f"/proc/{member}/fd") as links:
                for about in map(os.DirEntry.stat, links):
                    if stat.S_ISREG(about.st_mode) and about.st_nlink == 0:
                        found[about.st_dev, about.st_ino] = about.st_blocks * 512
        except OSError:  # gone meanwhile, or none of ours to look at
            continue
    return sum(found.values())


def stray_files(sockets: Path) -> list[str]:
    """Return what lies beside the sockets and the connection file."""
    try:
        entries = list(os.scandir(sockets))
    except OSError:
        return []
    return [entry.name for entry in entries if entry.name != "kernel.json" and not _socket(entry)]


def _socket(entry: os.DirEntry[str]) -> bool:
    try:
        return stat.S_ISSOCK(entry.stat(follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return True  # gone between listing and looking


def kill_tree(pid: int) -> None:
    """Kill a process and all its descendants; a box's first process takes the inside with it."""
    try:
        root = psutil.Process(pid)
        family = [*root.children(recursive=True), root]
    except psutil.NoSuchProcess:
        return
    for process in family:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
