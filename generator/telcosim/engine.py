"""Where work runs: one function, many items, any order, results small."""

from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from multiprocessing import get_context
from socket import create_connection
from typing import Any

import pyarrow as pa

from telcosim.errors import ConfigError

CONNECT_S = 10

Runner = Callable[[Callable[[Any], Any], Sequence[Any]], Iterator[Any]]
"""Applies a function to every item and yields results as they come, in any order."""


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
            from distributed import as_completed  # noqa: PLC0415 - an extra, and slow to import

            yield lambda function, items: (
                future.result()
                for future in as_completed(
                    client.map(function, items, pure=False), loop=client.loop
                )
            )
    elif workers > 1:
        context = get_context("spawn")
        pool = futures.ProcessPoolExecutor(workers, context, initializer=_single_threaded)
        try:
            yield lambda function, items: (
                future.result()
                for future in futures.as_completed([pool.submit(function, i) for i in items])
            )
        finally:
            pool.shutdown(cancel_futures=True)
    else:
        yield map


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


def _single_threaded() -> None:
    pa.set_cpu_count(1)
