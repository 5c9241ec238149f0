"""Does work get done wherever it runs, also when a worker dies?"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import engine_work

from telcosim import engine
from telcosim.errors import LostWorkerError

pytestmark = pytest.mark.slow

Run = Callable[..., list[int]]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a Dask scheduler with two workers of one thread each."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as made:
        yield made.scheduler_address


@pytest.fixture(params=["processes", "dask"])
def run(request: pytest.FixtureRequest, cluster: str) -> Run:
    """Run a function over items on one of the engines that have workers."""

    def on_engine(function: Callable, items: object, lost: Callable | None = None) -> list[int]:
        options = {"scheduler": cluster} if request.param == "dask" else {"workers": 2}
        with engine.started(**options) as runner:
            return sorted(runner(function, items, lost))

    return on_engine


def test_does_each_item_give_one_result(run: Run) -> None:
    assert run(engine_work.double, iter(range(30))) == [2 * n for n in range(30)]
    assert run(engine_work.double, []) == []


def test_does_an_error_of_the_work_reach_the_caller(run: Run) -> None:
    with pytest.raises(ValueError, match="three"):
        run(engine_work.fails, range(6))


def test_is_what_a_dead_worker_held_done_again(run: Run, tmp_path: Path) -> None:
    items = [(n, str(tmp_path / "mark")) for n in range(8)]
    assert run(engine_work.dies, items) == list(range(8))
    assert (tmp_path / "mark").exists()


def test_does_an_item_that_kills_its_worker_cost_no_other(run: Run) -> None:
    items = [(n, "") for n in range(8)]
    assert run(engine_work.dies, items, lambda item: -item[0]) == [-3, 0, 1, 2, 4, 5, 6, 7]


def test_is_such_an_item_an_error_where_nobody_takes_it() -> None:
    with pytest.raises(LostWorkerError, match="fewer workers"), engine.started(2) as runner:
        list(runner(engine_work.dies, [(3, "")]))


def test_are_items_taken_only_as_workers_get_free() -> None:
    taken = []

    def items() -> Iterator[int]:
        for n in range(100):
            taken.append(n)
            yield n

    with engine.started(2) as runner:
        results = runner(engine_work.double, items())
        next(results)
        assert len(taken) <= 2 * engine.AHEAD + 1
