"""How much memory a run of ours holds, the learners' kernels apart from all else."""

import contextlib
from collections.abc import Iterator

import psutil  # type: ignore[import-untyped]  # ships no types

from measured import family, memory_mb

WORKER, KERNEL, MAIN = "a worker", "a learner's kernel", "the process that writes the gradebook"


def parts(process: psutil.Process) -> dict[str, float]:
    """Return MB now of the largest worker, of the largest kernel, and of the main process.

    A worker is counted with its checker and without the kernel, which is named in the command
    lines of its box. With a single worker the main process is that worker.
    """
    workers = [child for child in _children(process) if "spawn_main" in _command(child)]
    kernels = [each for worker in workers or [process] for each in _kernels(worker)]
    sizes = [_size(worker) for worker in workers or [process]]
    return {
        WORKER: max(sizes),
        KERNEL: max((sum(map(memory_mb, family(kernel))) for kernel in kernels), default=0.0),
        MAIN: memory_mb(process),
    }


def _size(process: psutil.Process) -> float:
    """Return what a process and its children hold, down to the learners' kernels."""
    below = (child for child in _children(process) if not _is_kernel(child))
    return memory_mb(process) + sum(map(_size, below))


def _kernels(process: psutil.Process) -> Iterator[psutil.Process]:
    for child in _children(process):
        if _is_kernel(child):
            yield child
        else:
            yield from _kernels(child)


def _is_kernel(process: psutil.Process) -> bool:
    return "ipykernel" in _command(process)


def _children(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return list(process.children())
    return []


def _command(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""
