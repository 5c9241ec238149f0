"""The command: print how long export and report of a large cohort take.

Run as `python autograde/benchmarks/scale`, or `make bench`.
"""

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console

if __package__ in {None, ""}:  # run as a folder: its modules belong to the package around it
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cvmgrade import assignments, cohort
from measured import grid, memory, run, spread
from scale.gradebook import Size, fill

BIN = Path(sys.executable).parent
PEER = "nbgrader export"
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass
class Way:
    """One command over the repeats."""

    name: str
    command: list[str | Path]
    at_most: str = "–"
    seconds: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    stopped: bool = False

    def run(self, folder: Path, limit: float) -> None:
        """Run it once, unless it did not end within its limit before."""
        if not self.stopped:
            cost = run(self.command, folder, limit_s=limit)
            self.seconds.append(cost.seconds)
            self.stopped = not cost.finished

    def look(self, folder: Path, limit: float) -> None:
        """Run it once more, for its memory alone: looking takes time."""
        cost = run(self.command, folder, limit_s=limit, sizes=memory)
        self.peak_mb = cost.peaks_mb["all"]


@app.command()
def scale(
    learners: Annotated[list[int] | None, typer.Option(help="Cohorts; 100 and 1,000.")] = None,
    exercises: Annotated[int, typer.Option(min=1, help="Assignments each hands in.")] = 20,
    cells: Annotated[int, typer.Option(min=2, help="Test cells per assignment.")] = 20,
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each command.")] = 3,
    limit: Annotated[float, typer.Option(min=1, help="Seconds after which the peer ends.")] = 120,
) -> None:
    """Print seconds and memory of export and report, beside nbgrader's export of the same data.

    Example: python autograde/benchmarks/scale --learners 1000 --repeats 3
    """
    console = Console(width=118)
    for count in learners or [100, 1_000]:
        size = Size(count, exercises, cells)
        with tempfile.TemporaryDirectory() as folder, console.status(f"{count:,} learners …"):
            found = measure(Path(folder), size, repeats, limit)
        show(console, size, found, limit)


def measure(folder: Path, size: Size, repeats: int, limit: float) -> list[Way]:
    """Fill a gradebook and run each command on it, one after the other in every repeat."""
    held = cohort.init(folder / "cohort", assignments.folder(), "Scale")
    fill(held, size)
    ours: list[str | Path] = ["--cohort", held.folder, "--out"]
    theirs: list[str | Path] = ["--db", held.gradebook_url, "--to", folder / "peer.csv"]
    ways = [
        Way(PEER, [BIN / "nbgrader", "export", *theirs]),
        Way("cvm cohort export", [BIN / "cvm", "cohort", "export", *ours, folder / "g.csv"], "10"),
        Way("cvm cohort report", [BIN / "cvm", "cohort", "report", *ours, folder / "r.html"], "20"),
    ]
    for _ in range(repeats):
        for way in ways:
            way.run(folder, limit)
    for way in ways:
        way.look(folder, limit)
    return ways


def show(console: Console, size: Size, ways: list[Way], limit: float) -> None:
    """Print the table of one cohort."""
    title = (
        f"{size.learners:,} learners × {size.assignments} assignments × {size.cells} test cells: "
        f"{size.verdicts:,} verdicts; median (smallest–largest) of {len(ways[1].seconds)}"
    )
    table = grid(title, "Command", "seconds", "at most", f"{PEER} takes", "peak memory, MB")
    peer = ways[0]
    for way in ways:
        table.add_row(
            way.name,
            f"> {limit:g}" if way.stopped else spread(way.seconds),
            way.at_most,
            "–" if way is peer else _times(peer, way.seconds),
            f"{way.peak_mb:.0f}",
        )
    console.print(table)


def _times(peer: Way, seconds: list[float]) -> str:
    """Show how many times as long the peer takes, repeat by repeat."""
    if peer.stopped:
        return f"> {peer.seconds[-1] / median(seconds):.0f} ×"
    pairs = zip(peer.seconds, seconds, strict=True)
    return spread([theirs / ours for theirs, ours in pairs], unit=" ×")


if __name__ == "__main__":
    app()
