"""Each policy's share of the oracle's profit over many worlds, and whether the lesson holds."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import track
from rich.table import Table as Grid
from threadpoolctl import threadpool_limits

from .policies import ORACLE, choices, earned
from .world import EffectWorld

Make = Callable[[int], EffectWorld]
"""Makes the world of a seed; for more than one worker, a function of an importable module."""

ORDER = ("everybody, best single", "risk top 20 %", "uplift top 20 %", "profit > 0", "reference")
"""Policies that should earn more and more, on average over the seeds."""

RISK, RISK_VALUE, METHOD = "risk top 20 %", "risk × value top 20 %", "reference"

STREAM = 7_440
"""Keeps the benchmark's draws apart from whatever a world draws from the same seed."""


@dataclass(frozen=True)
class Result:
    """What the policies earned.

    Parameters
    ----------
    shares
        Share of the oracle's profit: one row per seed, one column per policy.
    oracle_eur
        The oracle's expected profit by seed, EUR.
    """

    shares: pd.DataFrame
    oracle_eur: "pd.Series[float]"

    def summary(self) -> pd.DataFrame:
        """Return mean, sd, median, min and max of the shares, one row per policy."""
        return self.shares.agg(["mean", "std", "median", "min", "max"]).T

    def ordered(self) -> bool:
        """Tell whether the mean shares rise in the course's order."""
        mean = self.shares[list(ORDER)].mean()
        return all(mean[worse] < mean[better] for worse, better in pairwise(ORDER))

    def gap(self, rival: str) -> float:
        """Return the method's worst seed less the rival's best."""
        return float(self.shares[METHOD].min() - self.shares[rival].max())

    def findings(self) -> dict[str, float | bool]:
        """Return what decides whether the world teaches its lesson, and where the lines lie."""
        worst, best = self.shares[METHOD].min(), self.shares[[RISK, RISK_VALUE]].max().max()
        return {
            "ordered": self.ordered(),
            "gap_risk": self.gap(RISK),
            "gap_risk_value": self.gap(RISK_VALUE),
            "pass_line": float(worst + best) / 2,
            "distinction_line": float(self.shares[METHOD].median()),
            "oracle_eur": float(self.oracle_eur.mean()),
        }


def score(make: Make, seed: int) -> dict[str, float]:
    """Make one world and return what every policy earns on it, EUR."""
    # one thread per process: the workers already fill the cores
    with threadpool_limits(limits=1):
        world = make(seed)
        chosen = choices(world, np.random.default_rng([STREAM, seed]))
    eur = {name: earned(world, choice) for name, choice in chosen.items()}
    if eur[ORACLE] <= 0.0:
        raise ValueError(f"The oracle earns nothing on seed {seed}: there is no share of it.")
    return eur


def profits(make: Make, seeds: Sequence[int], workers: int) -> Iterator[dict[str, float]]:
    """Yield the profits of every seed, in order."""
    if workers <= 1:
        yield from map(partial(score, make), seeds)
        return
    with futures.ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(score, make), seeds)


def run(
    make: Make, seeds: Sequence[int], workers: int = 1, console: Console | None = None
) -> Result:
    """Run every policy on the world of every seed.

    Parameters
    ----------
    make
        Makes the world of a seed.
    seeds
        Seeds of independent worlds, at least one; for published lines, none used for tuning.
    workers
        Processes that make worlds and learn from them side by side.
    console
        Where progress is shown.

    Raises
    ------
    ValueError
        Without seeds, and where not even the oracle earns anything.
    """
    if not seeds:
        raise ValueError("No seeds: give at least one.")
    work = profits(make, seeds, workers)
    shown = track(work, "Worlds", total=len(seeds), console=console, transient=True)
    eur = pd.DataFrame(list(shown), index=pd.Index(seeds, name="seed"))
    return Result(eur.div(eur[ORACLE], axis=0), eur[ORACLE])


def show(result: Result, console: Console, title: str = "Share of the oracle's profit") -> None:
    """Print the table of the policies, and below it the findings."""
    summary = result.summary()
    grid = Grid("Policy", title=f"{title}, {len(result.shares)} seeds")
    for name in summary.columns:
        grid.add_column(str(name), justify="right")
    for policy, row in summary.iterrows():
        grid.add_row(str(policy), *(f"{number:.2f}" for number in row))
    console.print(grid)
    for name, found in result.findings().items():
        text = ("yes" if found else "no") if isinstance(found, bool) else f"{found:.2f}"
        console.print(f"{name}: {text}", highlight=False)


def write(result: Result, folder: Path) -> None:
    """Write shares.csv (one row per seed) and summary.json (policies and findings)."""
    folder.mkdir(parents=True, exist_ok=True)
    result.shares.assign(oracle_eur=result.oracle_eur).to_csv(folder / "shares.csv")
    policies = result.summary().astype(object).where(result.summary().notna(), None)
    document = {"findings": result.findings(), "policies": policies.to_dict("index")}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
