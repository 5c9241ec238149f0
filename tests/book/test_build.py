"""Does the book build clean, and is it all there and nothing more?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from built_book import ROOT, toc_files

if TYPE_CHECKING:
    from pathlib import Path

    from built_book import Build, Page

SPHINX_PAGES = {"index", "genindex", "search"}
OVERVIEWS = (
    "1-introduction",
    "2-value",
    "3-organisation",
    "4-direction",
    "5-operations",
    "6-programs",
)
DISCLAIMER = "independent course, not affiliated with or endorsed by Exacaster"


@pytest.mark.slow
def test_no_warning_and_no_failing_notebook_gets_into_a_build(book: Build) -> None:
    # None: a book built earlier was given, and its own build has answered for it
    assert book.code in {None, 0}, book.log[-4000:]


@pytest.mark.slow
def test_exactly_the_table_of_contents_is_published(book: Build, pages: list[Page]) -> None:
    built = {page.path.relative_to(book.html).with_suffix("").as_posix() for page in pages}
    assert built - SPHINX_PAGES == set(toc_files())


@pytest.mark.slow
def test_no_source_file_is_published(book: Build) -> None:
    sources = [
        path
        for path in book.html.rglob("*")
        if path.suffix in {".ipynb", ".md", ".py", ".txt"} and "_static" not in path.parts
    ]
    assert sources == []
    assert not (book.html / "_sources").exists()


@pytest.mark.slow
def test_every_internal_link_and_asset_resolves(book: Build, pages: list[Page]) -> None:
    ids = {page.path.resolve(): page.ids for page in pages}
    broken = [
        f"{page.path.relative_to(book.html)} -> {link}"
        for page in pages
        for link in [*page.links, *page.assets]
        if not resolves(page.path, link, ids)
    ]
    assert broken == []


def resolves(page: Path, link: str, ids: dict[Path, set[str]]) -> bool:
    """Tell whether a relative link has a file, and its fragment an element, to lead to."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
    if not target.is_file():
        return False
    return not parts.fragment or target not in ids or unquote(parts.fragment) in ids[target]


@pytest.mark.slow
def test_no_page_names_a_script_style_or_picture_of_another_host(pages: list[Page]) -> None:
    foreign = [
        (page.path.name, asset)
        for page in pages
        for asset in page.assets
        if urlsplit(asset).netloc and urlsplit(asset).scheme != "data"
    ]
    assert foreign == []


@pytest.mark.slow
def test_every_page_has_a_language_a_title_and_one_first_heading(
    book: Build, pages: list[Page]
) -> None:
    named = set(toc_files())
    wrong = [
        (name, page.language, page.title, page.headings)
        for page in pages
        if (name := page.path.relative_to(book.html).with_suffix("").as_posix()) in named
        and (page.language != "en" or not page.title.strip() or page.headings != 1)
    ]
    assert wrong == []


@pytest.mark.slow
def test_every_section_says_that_the_course_is_independent(book: Build, pages: list[Page]) -> None:
    text = {page.path.relative_to(book.html).as_posix(): page.text for page in pages}
    for section in OVERVIEWS:
        body = text[f"book/{section}/overview.html"].split("By The CVM Lab authors")[0]
        assert DISCLAIMER in body, section


def test_every_page_of_the_book_folder_is_in_the_table_of_contents() -> None:
    written = {
        path.relative_to(ROOT).with_suffix("").as_posix()
        for path in (ROOT / "book").rglob("*.md")
        if "_static" not in path.parts
    }
    assert written - set(toc_files()) == set()
