"""Where work runs: one function, many items, any order, results small."""

import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from socket import create_connection
from typing import Any, Protocol

import pyarrow as pa

from telcosim.errors import ConfigError, LostWorkerError

CONNECT_S = 10
AHEAD = 2
"""Items per worker that are taken before a result is there, so that no worker waits."""

Function = Callable[[Any], Any]


class Runner(Protocol):
    """Applies a function to every item and yields results as they come, in any order.

    Items are taken from their iterable as workers get free. An item must be safe to do twice: when
    a worker dies, what was running is done again. If an item takes its worker with it both times,
    ``lost(item)`` is its result, or without it `LostWorkerError` is raised.
    """

    def __call__(
        self, function: Function, items: Iterable[Any], lost: Function | None = None
    ) -> Iterator[Any]:
        """Return an iterator of the results."""


@contextmanager
def started(workers: int = 1, scheduler: str | None = None) -> Iterator[Runner]:
    """Start an engine and yield its runner.

    One worker: in this process. More: in so many processes. A scheduler's address: on the workers
    of that Dask cluster, which must see the same folders. Beyond this process a function must be
    importable, and should write its data itself and return only what describes it.

    Raises
    ------
    ConfigError
        If no Dask scheduler answers at the address.
    """
    if scheduler:
        with _cluster(scheduler) as client:
            yield lambda function, items, lost=None: _on_cluster(client, function, items, lost)
    elif workers > 1:
        with _Pool(workers) as pool:
            yield pool.run
    else:
        yield lambda function, items, lost=None: map(function, items)  # noqa: ARG005 - a Runner


class _Pool:
    """Local processes, replaced when one of them dies."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._executor = self._new()

    def __enter__(self) -> "_Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(cancel_futures=True)

    def _new(self) -> futures.ProcessPoolExecutor:
        context = get_context("spawn")
        return futures.ProcessPoolExecutor(self._workers, context, initializer=_in_worker)

    def run(
        self, function: Function, items: Iterable[Any], lost: Function | None = None
    ) -> Iterator[Any]:
        """Yield results; after a death, do what was running again, one item at a time."""
        source = iter(items)
        running: dict[futures.Future[Any], Any] = {}
        while True:
            for item in itertools.islice(source, AHEAD * self._workers - len(running)):
                running[self._executor.submit(function, item)] = item
            if not running:
                return
            done, _ = futures.wait(running, return_when=futures.FIRST_COMPLETED)
            dead = [future for future in done if _died(future)]
            for future in done.difference(dead):
                running.pop(future)
                yield future.result()
            if dead:
                suspects, running = list(running.values()), {}
                self._executor = self._new()
                for item in suspects:
                    yield self._alone(function, item, lost)

    def _alone(self, function: Function, item: Any, lost: Function | None) -> Any:
        future = self._executor.submit(function, item)
        futures.wait([future])
        if not _died(future):
            return future.result()
        self._executor = self._new()
        return _lost(item, lost)


def _died(future: futures.Future[Any]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


def _lost(item: Any, lost: Function | None) -> Any:
    if lost is None:
        raise LostWorkerError(
            "A worker process died twice at the same piece of work, perhaps for want of memory.\n"
            "Try fewer workers; with --resume nothing that is done is done again."
        )
    return lost(item)


def _on_cluster(
    client: Any, function: Function, items: Iterable[Any], lost: Function | None
) -> Iterator[Any]:
    """Yield results of a Dask cluster, which itself does again what a dead worker held."""
    from distributed import KilledWorker, as_completed  # noqa: PLC0415 - an extra, slow to import

    source, running = iter(items), {}

    def submit(count: int) -> list[Any]:
        added = {client.submit(function, i, pure=False): i for i in itertools.islice(source, count)}
        running.update(added)
        return list(added)

    done = as_completed(submit(AHEAD * max(1, sum(client.nthreads().values()))), loop=client.loop)
    for future in done:
        item = running.pop(future)
        died = isinstance(future.exception(), KilledWorker)
        yield _lost(item, lost) if died else future.result()
        done.update(submit(1))


def _cluster(address: str) -> Any:
    """Return a client of the cluster; whether it answers is asked before, which fails cleanly."""
    try:
        from distributed import Client  # noqa: PLC0415 - an extra, and slow to import
        from distributed.comm import get_address_host_port  # noqa: PLC0415
    except ImportError:
        raise ConfigError(
            "A scheduler needs Dask: pip install 'cvm-lab[cluster]', or use --workers."
        ) from None
    try:
        create_connection(get_address_host_port(address), timeout=CONNECT_S).close()
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"No Dask scheduler answers at {address!r} ({error}).\n"
            "Start one with 'dask scheduler', or use --workers."
        ) from None
    return Client(address, timeout=CONNECT_S, set_as_default=False)


def _in_worker() -> None:
    """Prepare a worker: one thread for Arrow, and no life without the process that started it."""
    pa.set_cpu_count(1)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
