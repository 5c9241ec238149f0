"""Does any built file tell a solution or a hidden check?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from built_book import ROOT, Page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from built_book import Build

REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)
MARKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
READABLE = {".html", ".js", ".json", ".css", ".svg", ".txt", ".inv"}
TELLING = 18  # characters; a shorter line, as in "total = 0", says nothing by itself


def cells(folder: str) -> Iterator[nbformat.NotebookNode]:
    """Yield all cells of the notebooks below `folder`."""
    for path in sorted((ROOT / "notebooks" / folder).rglob("*.ipynb")):
        yield from nbformat.read(path, as_version=4).cells


def lines(text: str) -> set[str]:
    """Return the lines that would tell something, with single spaces."""
    found = {" ".join(line.split()) for line in text.splitlines()}
    return {line for line in found if len(line) >= TELLING}


def secrets() -> set[str]:
    """Return every line that is in a solution or hidden check and in no published notebook."""
    hidden: set[str] = set()
    shown = {line for cell in cells("lessons") for line in lines(cell.source)}
    for cell in cells("assignments"):
        marks = cell.metadata.get("nbgrader", {})
        regions = [match[2] for match in REGION.finditer(cell.source)]
        if marks.get("solution") and not regions:
            regions = [cell.source]
        hidden |= {line for region in regions for line in lines(region)}
        shown |= lines(REGION.sub("", cell.source)) if regions != [cell.source] else set()
    return hidden - shown


def built_text(path: Path) -> str:
    """Return a built file's text as a reader's search would see it."""
    if path.suffix == ".html":
        return Page(path).text
    return " ".join(path.read_text(encoding="utf-8", errors="replace").split())


@pytest.mark.slow
def test_no_built_file_holds_a_solution_or_a_hidden_check(book: Build) -> None:
    wanted = secrets()
    assert wanted, "no exercise was found to protect"
    leaks = [
        (path.relative_to(book.html).as_posix(), secret)
        for path in book.html.rglob("*")
        if path.suffix in READABLE and "_static" not in path.relative_to(book.html).parts
        for text in [built_text(path)]
        for secret in (*wanted, *MARKS)
        if secret in text
    ]
    assert leaks == []


@pytest.mark.slow
def test_no_built_page_was_made_from_an_assignment(book: Build) -> None:
    assert not list(book.html.rglob("assignments"))
