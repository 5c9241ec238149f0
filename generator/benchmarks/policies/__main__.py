"""The command: print what each policy earns, and what carries the gap.

Run as `python generator/benchmarks/policies`, or `make policies`.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as Grid

if __package__ in {None, ""}:  # run as a folder: its modules belong to the package around it
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from policies.ablations import ablations
from policies.month_loop import MonthLoop
from policies.table import METHOD, RISK, RISK_VALUE, run, show, write
from telcosim.actions import BY_NAME, catalogue
from telcosim.config import load_config

ONE = "retention:data_bonus:sms"
"""The action of the one-action world."""

FEWER = 8
"""Seeds, at most, on which a part is taken away."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def policies(
    seeds: Annotated[int, typer.Option(min=1, help="Number of worlds.")] = 20,
    first: Annotated[int, typer.Option(min=0, help="Seed of the first; tuned on 0 to 5.")] = 1001,
    rollouts: Annotated[int, typer.Option(min=1, help="Continuations per customer.")] = 200,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 2,
    ablate: Annotated[bool, typer.Option("--ablate", help="Take parts away instead.")] = False,
    preset: Annotated[str, typer.Option(help="The operator.")] = "cohort",
    customers: Annotated[int | None, typer.Option(help="Customer slots.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for CSV and JSON.")] = None,
) -> None:
    """Print the share of the oracle's profit that each policy earns, in two worlds.

    Example: python generator/benchmarks/policies --seeds 20 --workers 2
    """
    console = Console(width=110)
    config = load_config(preset, customers=customers)
    every = tuple(action.code for action in catalogue("retention"))
    whole = MonthLoop(config, every, rollouts)
    if ablate:
        _ablate(console, whole, range(first, first + min(seeds, FEWER)), workers)
        return
    one = BY_NAME[ONE].code
    alone = config.with_overrides({"campaigns.only_action": one})
    loops = {
        "24 actions": whole,
        "one action": MonthLoop(alone, (one,), rollouts),
    }
    for name, loop in loops.items():
        result = run(loop, range(first, first + seeds), workers, console)
        show(result, console, f"Share of the oracle's profit, {name}")
        if out:
            write(result, out / name.replace(" ", "-"))


def _ablate(console: Console, loop: MonthLoop, seeds: Sequence[int], workers: int) -> None:
    grid = Grid("Change", title=f"Share of the oracle's profit, {len(seeds)} seeds")
    for name in ("risk", "risk × value", "reference", "gap to risk", "gap to risk × value"):
        grid.add_column(name, justify="right")
    for change, overrides in ablations(loop.config).items():
        changed = replace(loop, config=loop.config.with_overrides(dict(overrides)))
        result = run(changed, seeds, workers, console)
        shares = result.shares
        grid.add_row(
            change,
            *(f"{shares[n].mean():.2f} (max {shares[n].max():.2f})" for n in (RISK, RISK_VALUE)),
            f"{shares[METHOD].mean():.2f} (min {shares[METHOD].min():.2f})",
            *(f"{result.gap(rival):.2f}" for rival in (RISK, RISK_VALUE)),
        )
    console.print(grid)


if __name__ == "__main__":
    app()
