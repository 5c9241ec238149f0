"""The command: print what each switch does to profit and churn.

Run as `python generator/benchmarks/organisation`, or `make organisation`.
"""

import sys
from collections.abc import Iterator
from concurrent import futures
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table as Grid

if __package__ in {None, ""}:  # run as a folder: its modules belong to the package around it
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from organisation.switches import CONTAGION, SWITCHES, Switch
from organisation.worlds import effects, spillover

T_95 = {4: 3.182, 5: 2.776, 6: 2.571, 8: 2.365, 10: 2.262, 12: 2.201, 20: 2.093}
"""Two-sided 95 % points of Student's t by number of seeds; the normal one for others."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def organisation(
    seeds: Annotated[int, typer.Option(min=2, help="Number of pairs of worlds.")] = 8,
    first: Annotated[int, typer.Option(min=0, help="Seed of the first.")] = 2001,
    customers: Annotated[int, typer.Option(min=100, help="Customer slots.")] = 6_000,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 2,
) -> None:
    """Print the effect of each switch: paired worlds of one seed, mean and 95 % interval.

    Example: python generator/benchmarks/organisation --seeds 8 --workers 2
    """
    console = Console(width=118)
    numbers = range(first, first + seeds)
    every = (*SWITCHES, CONTAGION)
    jobs = [(switch, seed) for switch in every for seed in numbers]
    found = list(track(_run(jobs, customers, workers), "Worlds", len(jobs), console=console))
    grid = Grid(
        "Switch",
        title=f"Against a well-run house: {seeds} pairs of worlds, {customers:,} slots, 36 months",
    )
    for column in ("profit, EUR per SIM and year", "share of margin", "churn, points a month"):
        grid.add_column(column, justify="right")
    for place, switch in enumerate(every):
        mine = np.array(found[place * seeds : (place + 1) * seeds])
        grid.add_row(switch.name, *_cells(mine))
    console.print(grid)
    console.print("Churn of customers whom nobody contacts, if half of the eligible get an offer:")
    for name, overrides in {"contagion off": {}, "contagion on": CONTAGION.moved}.items():
        spilt = np.array([spillover(overrides, seed, customers) for seed in numbers])
        console.print(f"  {name}: {_interval(100 * spilt, 4)} points a month", highlight=False)


def _run(jobs: list[tuple[Switch, int]], customers: int, workers: int) -> Iterator[list[float]]:
    one = partial(effects, customers=customers)
    if workers == 1:
        yield from (one(*job) for job in jobs)
        return
    with futures.ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, *zip(*jobs, strict=True))


def _cells(found: np.ndarray) -> tuple[str, str, str]:
    profit, share, churn = found.T
    return _interval(profit, 2), f"{_interval(100 * share, 1)} %", _interval(100 * churn, 3)


def _interval(values: np.ndarray, digits: int) -> str:
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
    half = T_95.get(len(values), 1.96) * error
    return f"{mean:+.{digits}f} [{mean - half:+.{digits}f}, {mean + half:+.{digits}f}]"


if __name__ == "__main__":
    app()
