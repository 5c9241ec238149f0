"""The commands ``cvm cohort …`` of an instructor: parse, call, print."""
# ruff: noqa: PLC0415 - each command imports what it needs, so that --help is quick

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

console = Console()
app = typer.Typer(
    help="Run a cohort: release, collect, status, feedback, report, export.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

Folder = Annotated[Path, typer.Option("--cohort", help="The cohort's folder.")]
Out = Annotated[Path | None, typer.Option(help="Where to write; else in the cohort's folder.")]


@app.command(epilog="Example: cvm cohort init spring --name 'Spring cohort'")
def init(
    folder: Annotated[Path, typer.Argument(help="A new folder for the cohort.")],
    assignments: Annotated[
        Path | None, typer.Option(help="Your own, private exercise sources.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The name learners see.")] = None,
    database: Annotated[
        str | None, typer.Option(help="postgresql://… for the gradebook; or set CVM_DATABASE.")
    ] = None,
) -> None:
    """Make a cohort with a secret of its own."""
    from . import assignments as sources
    from . import cohort
    from . import database as databases

    address = databases.chosen(database)
    made = cohort.init(folder, sources.folder(assignments), name, address)
    if address:
        databases.claim(made)
    _said("Cohort", f"{made.folder} (id {made.id})")
    console.print("Its file 'secret' decides every hidden world: keep it, and keep it to yourself.")


@app.command(epilog="Example: cvm cohort release 2-2 --cohort spring")
def release(
    exercise: Annotated[str, typer.Argument(help="Section and lesson, for instance 2-2.")],
    cohort: Folder,
    out: Out = None,
    variants: Annotated[
        int,
        typer.Option(min=0, max=999, help="So many packs, each with other data; 0: one for all."),
    ] = 0,
) -> None:
    """Write the pack of an exercise for the learners, as a zip; or several with other data."""
    from . import assignments
    from . import cohort as cohorts
    from . import release as releases

    held = cohorts.load(cohort)
    with console.status("Making the pack …"):
        task = assignments.find(exercise, assignments.folder(Path(held.assignments)))
        numbers = range(1, variants + 1) if variants else (0,)
        packs = [releases.release(held, task, out, number) for number in numbers]
    for pack in packs:
        _said("Pack", pack)


@app.command(epilog="Example: cvm cohort collect inbox.zip --cohort spring")
def collect(
    path: Annotated[Path, typer.Argument(help="A folder or zip, also from Moodle or Canvas.")],
    cohort: Folder,
    received_at: Annotated[
        str | None, typer.Option(help="When it came in (ISO 8601), for a late policy; else now.")
    ] = None,
) -> None:
    """Receive submissions. Exit 1 if any was refused; the others are received."""
    from . import cohort as cohorts
    from . import intake, show, timestamp

    at = timestamp.parse(received_at) if received_at else None
    receipts = intake.collect(cohorts.load(cohort), path, at)
    show.receipts(console, receipts)
    if any(receipt.refused for receipt in receipts):
        raise typer.Exit(1)


@app.command(epilog="Example: cvm cohort status --cohort spring")
def status(cohort: Folder) -> None:
    """Show where every submission stands."""
    from . import cohort as cohorts
    from . import show
    from .records import records

    with records(cohorts.load(cohort)) as book:
        show.submissions(console, book.all())


@app.command(epilog="Example: cvm cohort feedback --cohort spring")
def feedback(cohort: Folder, out: Out = None) -> None:
    """Write a page for every graded submission."""
    from . import cohort as cohorts
    from . import feedback as pages

    written = pages.write(cohorts.load(cohort), out)
    _said("Feedback", f"{len(written)} pages in {out or cohort / 'feedback'}")


@app.command(epilog="Example: cvm cohort export --cohort spring --out grades.csv")
def export(cohort: Folder, out: Out = None) -> None:
    """Write the gradebook as CSV."""
    from . import cohort as cohorts
    from . import export as tables

    _said("Grades", tables.write(cohorts.load(cohort), out))


@app.command(epilog="Example: cvm cohort report --cohort spring")
def report(cohort: Folder, out: Out = None) -> None:
    """Write one page about the cohort: distribution, questions, reasons, failures."""
    from . import cohort as cohorts
    from . import report as pages

    with console.status("Writing the report …"):
        written = pages.write(cohorts.load(cohort), out)
    _said("Report", written)


def _said(what: str, where: object) -> None:
    console.print(f"[bold green]{what}:[/] {escape(str(where))}", soft_wrap=True)
