"""Where the time of a submission goes: a stopwatch around the steps of nbclient and nbgrader."""

import functools
import inspect
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from nbclient import NotebookClient
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_solution

START, CELLS, CHECKS, STOP = "kernel starts", "learner's cells", "test cells", "kernel stops"
BOOK, REST = "gradebook", "rest"
PHASES = (START, CELLS, CHECKS, STOP, BOOK, REST)

seconds: dict[str, float] = defaultdict(float)
"""Seconds by phase, added up over all submissions of this process."""

Name = Callable[..., str]


def time_client() -> None:
    """Time start and stop of kernels, whoever uses nbclient."""
    for method in ("start_new_kernel", "start_new_kernel_client"):
        timed(NotebookClient, method, lambda *_: START)
        timed(NotebookClient, f"async_{method}", lambda *_: START)
    for method in ("_async_cleanup_kernel", "_cleanup_kernel"):
        timed(NotebookClient, method, lambda *_: STOP)


def time_cells(executes: type[Execute]) -> None:
    """Time the cells of a class that runs notebooks; test cells apart."""

    def phase(_: object, cell: Any, *__: object) -> str:
        return CHECKS if is_grade(cell) and not is_solution(cell) else CELLS

    timed(executes, "preprocess_cell", phase)


def timed(owner: Any, method: str, phase: Name) -> None:
    """Have a function's seconds counted under the phase that its arguments tell."""
    inner = getattr(owner, method)

    @functools.wraps(inner)
    def counted(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return inner(*given, **named)
        finally:
            seconds[phase(*given)] += time.perf_counter() - began

    @functools.wraps(inner)
    async def awaited(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return await inner(*given, **named)
        finally:
            seconds[phase(*given)] += time.perf_counter() - began

    setattr(owner, method, awaited if inspect.iscoroutinefunction(inner) else counted)


def spent(whole: float, left: str) -> dict[str, float]:
    """Return the seconds by phase; what no stopwatch caught falls to one of them."""
    found = {phase: seconds[phase] for phase in PHASES}
    return found | {left: found[left] + whole - sum(found.values())}
