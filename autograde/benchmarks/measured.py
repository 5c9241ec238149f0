"""What a command costs, and how numbers of several runs are shown: median, smallest, largest."""

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil  # type: ignore[import-untyped]  # ships no types
from rich.table import Table as Grid

LOOK_S = 0.05
"""Seconds between two looks at the memory of a running command."""

Sizes = Callable[[psutil.Process], dict[str, float]]
"""Tells how much memory a running command holds, in MB, in parts with names."""


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost.

    Attributes
    ----------
    seconds
        Wall clock from start to end, or the limit it was stopped at.
    peaks_mb
        The most memory that each part held at a time, where it was looked at.
    finished
        Whether it came to its end within the limit.
    """

    seconds: float
    peaks_mb: dict[str, float]
    finished: bool = True


class CommandError(RuntimeError):
    """A measured command failed, so that its time says nothing."""


def run(
    command: Sequence[str | Path],
    folder: Path,
    *,
    limit_s: float = 3_600,
    sizes: Sizes | None = None,
    environment: dict[str, str] | None = None,
) -> Cost:
    """Run a command in a folder and measure it; it is stopped at the limit.

    Parameters
    ----------
    sizes
        Looks at its memory while it runs, which takes a little of the machine.
    environment
        What is added to our own.
    """
    log = folder / "command.log"
    with log.open("w") as said:
        words, around = list(map(str, command)), os.environ | (environment or {})
        began = time.perf_counter()
        process = psutil.Popen(words, cwd=folder, stdout=said, stderr=said, env=around)
        peaks, finished = _wait(process, began + limit_s, sizes)
        seconds = time.perf_counter() - began
    if finished and process.returncode:
        raise CommandError(f"{words} ended with {process.returncode}: {log.read_text()}")
    return Cost(seconds if finished else limit_s, peaks, finished)


def memory(process: psutil.Process) -> dict[str, float]:
    """Return the memory of a process and all its children, in MB."""
    return {"all": sum(map(memory_mb, family(process)))}


def memory_mb(process: psutil.Process) -> float:
    """Return the memory of one process in MB: its share of pages that others have too.

    Where the system does not tell shares, all its resident pages; 0 if it has ended.
    """
    with contextlib.suppress(psutil.Error, AttributeError):
        return float(process.memory_full_info().pss) / 2**20
    with contextlib.suppress(psutil.Error):
        return float(process.memory_info().rss) / 2**20
    return 0.0


def family(process: psutil.Process) -> list[psutil.Process]:
    """Return a process and all its children that live now."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _wait(
    process: psutil.Popen, deadline: float, sizes: Sizes | None
) -> tuple[dict[str, float], bool]:
    peaks: dict[str, float] = {}
    while process.poll() is None:
        for name, size in (sizes(process) if sizes else {}).items():
            peaks[name] = max(size, peaks.get(name, 0.0))
        if time.perf_counter() > deadline:
            _stop(process)
            return peaks, False
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(LOOK_S if sizes else max(0.0, deadline - time.perf_counter()))
    return peaks, True


def _stop(process: psutil.Popen) -> None:
    for each in reversed(family(process)):
        with contextlib.suppress(psutil.Error):
            each.kill()
    process.wait()


def spread(values: Sequence[float], form: str = ".1f", unit: str = "") -> str:
    """Show some numbers as their median, with the smallest and largest behind it."""
    if not values:
        return "–"
    middle = f"{median(values):{form}}{unit}"
    return middle if len(values) == 1 else f"{middle} ({min(values):{form}}–{max(values):{form}})"


def grid(title: str, *columns: str) -> Grid:
    """Start a table of numbers, its first column of words."""
    made = Grid(columns[0], title=title, title_justify="left")
    for column in columns[1:]:
        made.add_column(column, justify="right")
    return made
