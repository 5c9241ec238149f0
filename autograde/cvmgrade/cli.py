"""The command ``cvm``: parses, calls, prints, and nothing else."""
# ruff: noqa: PLC0415 - each command imports what it needs, so that --help is quick

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from .errors import CvmError

console = Console()
complaints = Console(stderr=True)

Assignments = Annotated[
    Path | None,
    typer.Option(help="Folder of exercise sources; else CVM_ASSIGNMENTS, else those of the clone."),
]
NoSandbox = Annotated[
    bool, typer.Option("--no-sandbox", help="Run without the sandbox; every result is stamped so.")
]
CellSeconds = Annotated[int, typer.Option(min=1, help="Seconds that one cell may take.")]
NotebookSeconds = Annotated[int, typer.Option(min=5, help="Seconds for the whole notebook.")]


class Rim(typer.Typer):
    """The one place where errors become a message and an exit code."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command; never show a traceback for what a person can mend."""
        try:
            return super().__call__(*args, **kwargs)
        except CvmError as error:
            complaints.print(f"[bold red]Error:[/] {_plain(error)}", soft_wrap=True)
            sys.exit(error.exit_code)
        except ImportError as error:
            complaints.print(
                f"[bold red]Error:[/] the package '{error.name}' is missing: the grading tools are "
                "not installed.\nIn a pack: pip install './wheels/(the .whl there)\\[grade]'; "
                "in a clone: make install.",
                soft_wrap=True,
            )
            sys.exit(1)
        except OSError as error:
            complaints.print(
                f"[bold red]Error:[/] {_plain(error.filename)}: {_plain(error.strerror)}. "
                "Choose a place that you may read and write.",
                soft_wrap=True,
            )
            sys.exit(1)


def _plain(text: object) -> str:
    from rich.markup import escape

    return escape(str(text))


app = Rim(
    help="CVM Lab: start, check and grade exercises.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


@app.command(epilog="Example: cvm start 2-2")
def start(
    lesson: Annotated[str, typer.Argument(help="Section and lesson, for instance 2-2.")],
    out: Annotated[Path, typer.Option(help="Where to make the exercise's folder.")] = Path(),
    assignments: Assignments = None,
) -> None:
    """Make a folder with an exercise: notebook, data, package, and how to start."""
    from . import assignments as sources
    from . import learner

    with console.status("Making your data and your folder …"):
        folder = learner.start(lesson, out, sources.folder(assignments))
    console.print(f"[bold green]Ready:[/] {_plain(folder)}", soft_wrap=True)
    console.print(
        "Its README.md says how to start. Check your work with: "
        f"cvm check {_plain(folder / (folder.name + '.ipynb'))}",
        soft_wrap=True,
    )


@app.command(epilog="Example: cvm check 2-2-slug/2-2-slug.ipynb")
def check(
    notebook: Annotated[Path, typer.Argument(help="Your notebook.")],
    assignments: Assignments = None,
    no_sandbox: NoSandbox = False,
    cell_seconds: CellSeconds = 30,
    notebook_seconds: NotebookSeconds = 300,
) -> None:
    """Grade your own notebook on fresh hidden data: points and reasons, self-assessed."""
    from . import assignments as sources
    from . import learner, show
    from .box import Limits

    limits = Limits(cell_s=cell_seconds, wall_s=notebook_seconds)
    with console.status("Running your notebook on fresh hidden data …"):
        done = learner.check(
            notebook, sources.folder(assignments), sandboxed=not no_sandbox, limits=limits
        )
    show.checked(console, done)
    if done.submission.total is None:
        raise typer.Exit(1)


@app.command(epilog="Example: cvm doctor --strict")
def doctor(
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Fail when grading or browser tests are impossible here."),
    ] = False,
) -> None:
    """Say what this machine can do: sandbox, limits, browser, disk, packages."""
    from . import doctor as examination

    findings = examination.examine()
    console.print(examination.table(findings))
    if strict and any(item.needed and not item.ok for item in findings):
        complaints.print("[bold red]Error:[/] something needed is missing; see the table.")
        raise typer.Exit(1)


@app.command(epilog="Example: cvm grade --cohort spring 2-2")
def grade(
    cohort: Annotated[Path, typer.Option(help="The cohort's folder.")],
    exercise: Annotated[str | None, typer.Argument(help="Only this exercise.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what has a grade.")] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Grade again what could not be graded.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Local processes; by default one per core.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler whose workers see the cohort's folder."),
    ] = None,
    no_sandbox: NoSandbox = False,
    cell_seconds: CellSeconds = 30,
    notebook_seconds: NotebookSeconds = 300,
) -> None:
    """Grade what is missing or changed. Exit 0 when every submission has an outcome."""
    import os

    from . import cohort as cohorts
    from . import grade as grading
    from . import show
    from .box import Limits

    limits = Limits(cell_s=cell_seconds, wall_s=notebook_seconds)
    options = grading.Options(
        sandboxed=not no_sandbox,
        force=force,
        retry=retry,
        limits=limits,
        workers=workers or os.cpu_count() or 1,
        scheduler=scheduler,
    )
    with show.progress(console) as advance:
        done = grading.grade(cohorts.load(cohort), exercise, options, advance)
    show.graded(console, done, sandboxed=not no_sandbox)


def _add_cohort() -> None:
    from .cli_cohort import app as commands

    app.add_typer(commands, name="cohort")


_add_cohort()

if __name__ == "__main__":
    app()
