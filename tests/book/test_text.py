"""Do pictures, exercises and glossary say what they must?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from built_book import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from built_book import Build, Page

PATH_LIKE = re.compile(r"^\S+\.(png|svg|jpe?g|gif)$|^(\.\./)*_images/")
ENTRY = re.compile(r"^(?P<terms>(?:^\S.*\n)+)(?P<body>(?:^  .*\n?)+)", re.MULTILINE)
ASSIGNMENTS = sorted((ROOT / "notebooks" / "assignments").glob("*/*.ipynb"))


@pytest.mark.slow
def test_every_picture_has_an_alternative_text_that_tells_something(pages: list[Page]) -> None:
    silent = [
        (page.path.name, image.source, image.alt)
        for page in pages
        for image in page.images
        if not image.alt
        or PATH_LIKE.search(image.alt.strip())
        or (image.in_article and len(image.alt) < 20)
    ]
    assert silent == []


@pytest.mark.slow
@pytest.mark.parametrize("source", ASSIGNMENTS, ids=lambda path: path.stem)
def test_an_exercise_page_states_the_points_of_its_notebook(
    source: Path, book: Build, pages: list[Page]
) -> None:
    marks = [
        cell.metadata.get("nbgrader", {}) for cell in nbformat.read(source, as_version=4).cells
    ]
    points = sum(mark.get("points", 0) for mark in marks if mark.get("grade"))
    name = "-".join(source.stem.split("-")[:2])
    page = next(page for page in pages if page.path == book.html / f"book/exercises/{name}.html")
    total = re.search(r"Total ([\d. –]+)", page.text)
    assert total is not None
    assert float(total[1].split()[-1]) == points
    assert f"cvm start {name}" in page.text


def glossary() -> dict[str, str]:
    """Return each entry of the glossary's source: its terms and its definition."""
    text = (ROOT / "book/reference/glossary.md").read_text(encoding="utf-8")
    inside = text.split("```{glossary}\n:sorted:\n\n", 1)[1].rsplit("```", 1)[0]
    return {match["terms"].strip(): match["body"] for match in ENTRY.finditer(inside)}


def test_the_glossary_has_sixty_entries_and_each_rules_out_a_wrong_reading() -> None:
    entries = glossary()
    assert len(entries) >= 60
    assert [terms for terms, body in entries.items() if not re.search(r"\*[Nn]ot\*", body)] == []


def test_no_term_is_explained_twice() -> None:
    terms = [term.lower() for entry in glossary() for term in entry.splitlines()]
    assert sorted(terms) == sorted(set(terms))
