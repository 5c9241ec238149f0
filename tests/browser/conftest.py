"""Fixtures: the built book, and one visit to each of its pages on a laptop and on a phone."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "book")]

import built_book  # noqa: E402 - the line above puts it in reach
import site_visit  # noqa: E402

if TYPE_CHECKING:
    from built_book import Build
    from site_visit import Visit


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Build:
    """Build the book once for all test processes of this run."""
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed: the book is not looked at in a browser")
    return built_book.build(built_book.stamp(tmp_path_factory.getbasetemp(), testrun_uid))


@pytest.fixture(scope="session")
def visits(book: Build) -> list[Visit]:
    """Visit every page in both widths. The browser is closed before any test runs."""
    seen = []
    with site_visit.served(book.html) as home, site_visit.chromium() as browser:
        for width in site_visit.WIDTHS:
            context = browser.new_context(viewport={"width": width, "height": 844})
            seen += [site_visit.look(context, home, name, width) for name in built_book.toc_files()]
            context.close()
    return seen
