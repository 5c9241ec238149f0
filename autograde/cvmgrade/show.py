"""Tables and progress on the terminal."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from .intake import Receipt
from .learner import Checked
from .page import clean_text, points
from .records import Submission
from .tables import FAILED, GRADED

LONGEST = 200


def checked(console: Console, done: Checked) -> None:
    """Show a learner's own result: per check its points and reason."""
    item = done.submission
    if item.total is None:
        console.print(f"[bold red]Not graded:[/] {_safe(item.reason)}")
    else:
        table = Table("Question", "Check", "Points", "Reason", title=escape(done.exercise.title))
        for verdict in item.verdicts:
            table.add_row(
                _safe(verdict.heading),
                verdict.grade_id,
                f"{points(verdict.points)} / {points(verdict.max_points)}",
                _safe(verdict.reason) or "passed",
            )
        console.print(table)
        console.print(
            f"[bold]{points(item.total)} of {points(item.maximum)} points[/], self-assessed."
        )
    console.print(
        f"Without sandbox: {_safe(done.unboxed)}" if done.unboxed else "Ran in the sandbox.",
        soft_wrap=True,
    )


def receipts(console: Console, received: Sequence[Receipt]) -> None:
    """Show what was received, and what was refused and why."""
    good = [receipt for receipt in received if not receipt.refused]
    new = sum(receipt.new for receipt in good)
    console.print(f"[bold green]Received:[/] {len(good)} ({new} new or changed)")
    for receipt in received:
        if receipt.refused:
            console.print(
                f"[bold red]Refused:[/] {_safe(receipt.path)} {_safe(receipt.refused)}",
                soft_wrap=True,
            )


def submissions(console: Console, items: Sequence[Submission]) -> None:
    """Show where every submission stands."""
    table = Table("Learner", "Exercise", "State", "Points", "Sandbox", "Reason")
    for item in items:
        total = "" if item.total is None else f"{points(item.total)} / {points(item.maximum)}"
        table.add_row(
            escape(item.learner),
            item.exercise,
            item.state,
            total,
            escape(item.sandbox),
            _safe(item.reason),
        )
    console.print(table)


def graded(console: Console, items: Sequence[Submission], *, sandboxed: bool) -> None:
    """Show the outcomes of a grading run."""
    if not items:
        console.print("Nothing to grade: every submission has its outcome.")
        return
    submissions(console, items)
    count = sum(item.state == GRADED for item in items)
    console.print(
        f"[bold]{count} graded, {sum(item.state == FAILED for item in items)} not gradable.[/]"
    )
    if not sandboxed:
        console.print("[bold yellow]Without sandbox:[/] every one of these results is stamped so.")


@contextmanager
def progress(console: Console) -> Iterator[Callable[[str, str, int, int], None]]:
    """Show a bar while submissions are graded."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Preparing", total=None)

        def advance(exercise: str, learner: str, done: int, total: int) -> None:
            bar.update(
                task, description=f"{exercise} {escape(learner)}", completed=done, total=total
            )

        yield advance


def _safe(text: str) -> str:
    return escape(clean_text(text, LONGEST))
