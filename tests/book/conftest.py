"""Fixtures: the built book, and the book's own extensions in reach."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "book" / "_ext")]

import built_book  # noqa: E402 - the line above puts it in reach

if TYPE_CHECKING:
    from built_book import Build, Page


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Build:
    """Build the book once for all test processes of this run."""
    return built_book.build(built_book.stamp(tmp_path_factory.getbasetemp(), testrun_uid))


@pytest.fixture(scope="session")
def pages(book: Build) -> list[Page]:
    """Return every page of the built book."""
    found = built_book.pages(book.html)
    assert found, f"no page below {book.html}: {book.log[-2000:]}"
    return found
