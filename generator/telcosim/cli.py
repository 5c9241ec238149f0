"""The command telcosim: parses, calls, prints."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Grid

from telcosim.errors import TelcosimError
from telcosim.generate import generate, truth_folder
from telcosim.schema import TABLES, table
from telcosim.verify import verify

app = typer.Typer(
    help="Simulate a mobile operator whose customers' true responses are known.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console()
errors = Console(stderr=True)


def says_what_to_do(command: Callable[..., None]) -> Callable[..., None]:
    """Turn expected failures into a line or two and exit code 2."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except TelcosimError as error:
            errors.print(f"telcosim: {error}", style="red", markup=False, highlight=False)
            raise typer.Exit(2) from None
        except OSError as error:
            what = f"telcosim: {error.strerror}: {error.filename}"
            errors.print(what, style="red", markup=False, highlight=False)
            raise typer.Exit(2) from None

    return guarded


@app.command("generate")
@says_what_to_do
def generate_command(  # noqa: PLR0913, PLR0917 - one argument per option
    seed: Annotated[int, typer.Option(help="0 up to 2**128 - 1.")],
    out: Annotated[Path, typer.Option(help="Folder of the world; must not exist yet.")],
    preset: Annotated[str, typer.Option(help="Which operator to simulate.")] = "course",
    customers: Annotated[int | None, typer.Option(help="Customer slots.")] = None,
    months: Annotated[int | None, typer.Option(help="Months of history.")] = None,
    mess: Annotated[
        float | None, typer.Option(help="Share of rows with each kind of fault; see truth_mess.")
    ] = None,
    world: Annotated[
        str,
        typer.Option(
            help="Whose policy makes the history: observed, no-contact, rct, treat-all, "
            "by-score, or decisions:FILE (CSV or Parquet: customer_id, month, action)."
        ),
    ] = "observed",
    truth: Annotated[Path | None, typer.Option(help="Folder of the truth [OUT.truth].")] = None,
    truth_at: Annotated[
        int | None, typer.Option(help="Month at whose start every action is valued.")
    ] = None,
    truth_for: Annotated[
        str, typer.Option(help="Catalogues of actions to value, or all.")
    ] = "retention",
    rollouts: Annotated[int, typer.Option(help="Continuations behind each value.")] = 200,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 1,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask cluster.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Finish an interrupted run.")] = False,
) -> None:
    """Make a world: learner tables in OUT, truth tables in a folder of their own.

    Example: telcosim generate --preset course --seed 7 --out course-world
    """
    manifest = generate(
        preset,
        seed,
        out,
        customers=customers,
        months=months,
        mess=mess,
        world=world,
        truth=truth,
        truth_at=truth_at,
        truth_for=truth_for,
        rollouts=rollouts,
        workers=workers,
        scheduler=scheduler,
        resume=resume,
        progress=sys.stderr.isatty(),
    )
    grid = Grid("table", "rows", "digest")
    for name, entry in manifest.tables.items():
        grid.add_row(name, f"{entry.rows:,}", entry.digest)
    console.print(grid)
    console.print(f"World in {out}, truth in {truth or truth_folder(out)}.", highlight=False)


@app.command("verify")
@says_what_to_do
def verify_command(folder: Annotated[Path, typer.Argument(help="Folder of a world.")]) -> None:
    """Check that a world is whole, unchanged, and obeys its own laws.

    Example: telcosim verify course-world
    """
    problems = verify(folder)
    for problem in problems:
        errors.print(problem, style="red", markup=False, highlight=False)
    if problems:
        raise typer.Exit(1)
    console.print(f"{folder} is sound: files, digests, keys and laws.", highlight=False)


@app.command("report")
@says_what_to_do
def report_command(
    folder: Annotated[Path, typer.Argument(help="Folder of a world.")],
    out: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("report.html"),
) -> None:
    """Check, measure and draw a world in one HTML file; exit code 1 if a hard check fails.

    Example: telcosim report course-world --out course-report.html
    """
    try:
        from telcosim.report import page, validity  # noqa: PLC0415 - an extra; only this command
    except ImportError as error:
        raise TelcosimError(
            f"The report needs a package that is not installed ({error.name}).\n"
            "Install it with: pip install 'cvm-lab[report]'"
        ) from None
    page.check_place(out)
    with Progress(console=errors, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Measuring", total=validity.STEPS)
        found = validity.measure(folder, lambda: progress.advance(task))
    page.write(found, out)
    for problem in found.problems:
        errors.print(problem, style="red", markup=False, highlight=False)
    console.print(f"Report in {out}.", *found.summary, sep="\n", markup=False, highlight=False)
    if not found.sound:
        raise typer.Exit(1)


@app.command("schema")
@says_what_to_do
def schema_command(
    name: Annotated[str | None, typer.Option("--table", help="One table, with columns.")] = None,
) -> None:
    """List the tables, or the columns of one.

    Example: telcosim schema --table invoices
    """
    if name is None:
        grid = Grid("table", "one row is", "root")
        for entry in TABLES.values():
            grid.add_row(entry.name, entry.grain, "truth" if entry.truth else "learner")
    else:
        entry = table(name)
        grid = Grid("column", "type", "unit", "meaning", title=f"{name}: {entry.grain}")
        for column in entry.columns:
            kind = f"{column.kind}, may be missing" if column.nullable else column.kind
            grid.add_row(column.name, kind, column.unit, column.about)
    console.print(grid)
