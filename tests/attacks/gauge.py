"""How much a tree of processes takes while it runs, sampled from a thread."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

MIB = 1024**2
CHECKER = "cvmgrade.checker"


class Peak(NamedTuple):
    """The most that was seen at once, in MB and counts.

    Attributes
    ----------
    resident_mb
        Memory, each page that processes share counted once.
    checker_mb
        What of it is the checkers'.
    scratch_mb
        In files in memory: temporary file systems of boxes, and anonymous files.
    grader_mb
        By how much the watched process itself has grown.
    """

    resident_mb: int = 0
    processes: int = 0
    threads: int = 0
    scratch_mb: int = 0
    grader_mb: int = 0
    checker_mb: int = 0

    def largest(self, other: "Peak") -> "Peak":
        """Return the larger of each."""
        return Peak(*map(max, self, other))


class Gauge:
    """Samples the descendants of a process, and the files in memory that are theirs alone."""

    def __init__(self, pid: int, every_s: float = 0.1, without: tuple[str, ...] = ()) -> None:
        self.samples: list[tuple[float, Peak]] = []
        self._root, self._every, self._without = psutil.Process(pid), every_s, without
        self._began = self._root.memory_info().rss
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> Peak:
        """End the sampling; return the largest of all samples."""
        self._over.set()
        self._thread.join()
        return self.between(0, time.time())

    def between(self, start: float, end: float) -> Peak:
        """Return the peak of a stretch of time."""
        peak = Peak()
        for stamp, sample in self.samples:
            if start <= stamp <= end:
                peak = peak.largest(sample)
        return peak

    def _run(self) -> None:
        while not self._over.wait(self._every):
            with contextlib.suppress(psutil.Error, OSError):
                self.samples.append((time.time(), self._sample()))

    def _sample(self) -> Peak:
        resident = processes = threads = held = checker = 0
        spaces: dict[str, int] = {}
        for process in descendants(self._root, self._without):
            with contextlib.suppress(psutil.Error, OSError):
                own = proportional(process)
                resident += own
                checker += own if CHECKER in process.cmdline() else 0
                threads += process.num_threads()
                processes += 1
                spaces[str(Path(f"/proc/{process.pid}/ns/mnt").readlink())] = process.pid
                held += memory_files(process.pid)
        held += sum(map(scratch, spaces.values()))
        grown = max(0, self._root.memory_info().rss - self._began)
        return Peak(resident // MIB, processes, threads, held // MIB, grown // MIB,
                    checker // MIB)  # fmt: skip


def proportional(process: psutil.Process) -> int:
    """Return a process's memory; of pages that it shares, its part."""
    try:
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return int(process.memory_info().rss)


def memory_files(pid: int) -> int:
    """Return the bytes in a process's anonymous files."""
    total = 0
    for entry in os.scandir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            if str(Path(entry.path).readlink()).startswith("/memfd:"):
                total += os.stat(entry.path).st_blocks * 512  # noqa: PTH116 - of the file held
    return total


def scratch(pid: int) -> int:
    """Return the bytes in a box's scratch space, seen through one of its processes."""
    total = 0
    for place in ("tmp", "home/learner", "dev/shm"):
        with contextlib.suppress(OSError):
            path = f"/proc/{pid}/root/{place}"
            here, whole = os.statvfs(path), os.statvfs(f"/{place.split('/')[0]}")
            if here.f_fsid != whole.f_fsid:
                total += (here.f_blocks - here.f_bfree) * here.f_frsize
    return total


def descendants(root: psutil.Process, without: tuple[str, ...] = ()) -> Iterator[psutil.Process]:
    """Yield all descendants but those below a child whose command line holds a word."""
    for child in root.children():
        with contextlib.suppress(psutil.Error):
            if any(word in part for part in child.cmdline() for word in without):
                continue
            yield child
            yield from child.children(recursive=True)


def end_all(pids: list[int]) -> list[str]:
    """Kill processes by their ids; return their command lines."""
    ended = []
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            if process.status() != psutil.STATUS_ZOMBIE and pid != os.getpid():
                ended.append(" ".join(process.cmdline())[:200])
                process.kill()
                process.wait(3)
    return ended
