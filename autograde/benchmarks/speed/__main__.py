"""The command: print what grading costs, beside plain nbgrader on the same submissions.

Run as `python autograde/benchmarks/speed`, or `make bench`.
"""

import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from nbgrader.api import Gradebook
from rich.console import Console

if __package__ in {None, ""}:  # run as a folder: its modules belong to the package around it
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cvmgrade import cohort, records
from cvmgrade.checks import HIDDEN_WORLDS
from measured import grid, run, spread
from speed.memory import parts
from speed.phases import PHASES
from speed.setting import Setting, configured, make

BIN = Path(sys.executable).parent
COMMAND, PEER, ONE, TWO, FLOOR = "command", "nbgrader", "1", "2", "floor"
WAYS = {
    COMMAND: "nbgrader autograde",
    PEER: "nbgrader's API",
    ONE: "cvmgrade, 1 worker",
    TWO: "cvmgrade, 2 workers",
    FLOOR: "floor: fork, cells, one PNG",
}
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass
class Times:
    """Seconds per submission of one way over the repeats.

    Attributes
    ----------
    inside
        From the first submission to the last, in a process that has its imports.
    whole
        The same with the start of the process.
    phases
        Where the time inside went.
    """

    inside: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    phases: list[dict[str, float]] = field(default_factory=list)


@app.command()
def speed(
    exercises: Annotated[list[str] | None, typer.Option(help="1-1 and 2-2.")] = None,
    learners: Annotated[int, typer.Option(min=1, help="Learners per exercise.")] = 12,
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each way.")] = 3,
) -> None:
    """Print seconds per submission, ratios to plain nbgrader, phases and memory.

    Example: python autograde/benchmarks/speed --learners 12 --repeats 3
    """
    console = Console(width=118)
    for name in [name for name in os.environ if name.startswith("CVM_")]:
        del os.environ[name]  # such as the world that plain kernels would load
    with tempfile.TemporaryDirectory() as home, console.status("Worlds …") as status:
        folder = Path(home)
        setting = make(folder, tuple(exercises or ("1-1", "2-2")), learners)
        setting.save(folder / "setting.json")
        found: dict[str, Times] = defaultdict(Times)
        for number in range(repeats):
            for way in _turned(number):
                status.update(f"{WAYS[way]}, run {number + 1} of {repeats} …")
                measure(folder, setting, way, found[way])
        status.update("Memory …")
        peaks = {way: _peaks(folder, way) for way in (ONE, TWO)}
        equal = agreement(setting)
    show(console, setting, found)
    show_phases(console, found)
    for way, sizes in peaks.items():
        said = ", ".join(f"{part} {size:.0f} MB" for part, size in sizes.items())
        console.print(f"Peak memory, {WAYS[way]}: {said}.", highlight=False)
    console.print(f"Totals equal to plain nbgrader's: {equal} of {setting.count}.", highlight=False)


def _turned(number: int) -> Iterator[str]:
    """Yield the ways, beginning with another one each time."""
    ways = list(WAYS)
    yield from (ways[(number + place) % len(ways)] for place in range(len(ways)))


def measure(folder: Path, setting: Setting, way: str, times: Times) -> None:
    """Grade everything once in one way."""
    if way == COMMAND:
        seconds = 0.0
        for exercise in setting.exercises:
            command = (BIN / "nbgrader", "autograde", exercise, "--force")
            hidden = {HIDDEN_WORLDS: setting.hidden[exercise]}
            seconds += run(command, setting.course, environment=hidden).seconds
        times.whole.append(seconds / setting.count)
        return
    cost = run(_command(folder, way), folder)
    said = json.loads((folder / "result.json").read_text())
    times.whole.append(cost.seconds / setting.count)
    times.inside.append(said["whole"] / setting.count)
    times.phases.append({name: each / setting.count for name, each in said["phases"].items()})


def _command(folder: Path, way: str) -> list[str | Path]:
    script = Path(__file__).with_name("ways.py")
    return [sys.executable, script, way, folder / "setting.json", folder / "result.json"]


def _peaks(folder: Path, way: str) -> dict[str, float]:
    """Run once more, for its memory alone: looking takes time."""
    return run(_command(folder, way), folder, sizes=parts).peaks_mb


def agreement(setting: Setting) -> int:
    """Count the submissions that got the same total from plain nbgrader and from us."""
    with records.records(cohort.load(setting.cohort)) as book:
        ours = {(item.exercise, item.learner): item.total for item in book.all()}
    with Gradebook(configured(setting.course).CourseDirectory.db_url) as book:
        return sum(book.find_submission(*who).score == total for who, total in ours.items())


def show(console: Console, setting: Setting, found: dict[str, Times]) -> None:
    """Print seconds per submission and ratios, repeat by repeat."""
    runs = len(found[COMMAND].whole)
    table = grid(
        f"Seconds per submission of {setting.count} ({' and '.join(setting.exercises)}); "
        f"median (smallest–largest) of {runs} runs; worlds apart: {setting.world_seconds:.1f} s",
        "Way", "in one process", f"{WAYS[PEER]} takes", "with its start", f"{WAYS[COMMAND]} takes",
    )  # fmt: skip
    for way, name in WAYS.items():
        times = found[way]
        table.add_row(
            name,
            spread(times.inside, ".2f"),
            _ratio(found[PEER].inside, times.inside) if way != PEER else "–",
            spread(times.whole, ".2f"),
            _ratio(found[COMMAND].whole, times.whole) if way != COMMAND else "–",
        )
    console.print(table)


def _ratio(theirs: list[float], ours: list[float]) -> str:
    return spread([peer / each for peer, each in zip(theirs, ours, strict=False)], ".2f", " ×")


def show_phases(console: Console, found: dict[str, Times]) -> None:
    """Print where the time goes, for the ways that run in one process."""
    table = grid("Where the time goes, seconds per submission (medians)", "Way", *PHASES)
    for way in (PEER, ONE):
        cells = (median(phases[name] for phases in found[way].phases) for name in PHASES)
        table.add_row(WAYS[way], *(f"{seconds:.2f}" for seconds in cells))
    console.print(table)


if __name__ == "__main__":
    app()
