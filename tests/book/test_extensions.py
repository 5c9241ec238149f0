"""Do the book's own extensions keep their promises?"""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import data_table
import exercise_card
import exercise_source
import fresh_cache
import nbformat
import pytest
import validity_card

from telcosim import schema
from telcosim.report.rows import Card, Row

SECRET = "the_reference_answer"  # noqa: S105 - a word to look for, not a password


def graded(name: str, points: float, *, solution: bool = False) -> dict[str, Any]:
    """Return the metadata of a graded cell."""
    return {"nbgrader": {"grade": True, "grade_id": name, "points": points, "solution": solution}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a repository with one exercise in it."""
    new = nbformat.v4
    solution = {"nbgrader": {"grade": False, "grade_id": "a", "solution": True}}
    hidden = f"### BEGIN HIDDEN TESTS\n{SECRET}\n### END HIDDEN TESTS"
    book = new.new_notebook(
        metadata={"cvm": {"exercise": "9-1", "title": "A test", "tables": ["invoices"]}},
        cells=[
            new.new_markdown_cell("# A test\n\nWhy it matters."),
            new.new_markdown_cell(f"## First | task\n\nWrite it.\n\n```python\n# {SECRET}\n```"),
            new.new_code_cell(f"x = {SECRET}", metadata=solution),
            new.new_code_cell("assert x", metadata=graded("b", 2)),
            new.new_code_cell(hidden, metadata=graded("c", 3)),
            new.new_markdown_cell("## Second\n\nExplain."),
            new.new_markdown_cell(SECRET, metadata=graded("d", 1.5, solution=True)),
        ],
    )
    folder = tmp_path / "notebooks" / "assignments" / "9-1-test"
    folder.mkdir(parents=True)
    nbformat.write(book, folder / "9-1-test.ipynb")
    return tmp_path


def test_points_are_those_of_the_notebook_by_question_and_kind(root: Path) -> None:
    exercise = exercise_source.read(exercise_source.find(root, "9-1"), "9-1")
    found = [(q.title, q.visible, q.hidden, q.manual) for q in exercise.questions]
    assert found == [("First | task", 2, 3, 0), ("Second", 0, 0, 1.5)]
    assert exercise.points == 6.5


def test_a_card_never_tells_solution_check_or_code_block(root: Path) -> None:
    exercise = exercise_source.read(exercise_source.find(root, "9-1"), "9-1")
    text = "\n".join(exercise_card.card(exercise))
    assert SECRET not in text
    assert "Write it." in text
    assert "| First \\| task | 2 | 3 | – | 5 |" in text
    assert "| **Total** | 2 | 3 | 1.5 | 6.5 |" in text


def test_a_missing_exercise_is_an_error_that_says_where_it_was_sought(root: Path) -> None:
    with pytest.raises(exercise_source.ExerciseSourceError, match="notebooks/assignments/9-2-"):
        exercise_source.find(root, "9-2")


def test_a_notebook_of_another_exercise_is_refused(root: Path) -> None:
    path = exercise_source.find(root, "9-1")
    with pytest.raises(exercise_source.ExerciseSourceError, match="needs exercise '9-3'"):
        exercise_source.read(path, "9-3")


def test_a_page_whose_notebook_failed_is_read_again() -> None:
    outcomes = {"good": True, "bad": False}
    known = {page: {"exec_data": {"succeeded": well}} for page, well in outcomes.items()}
    env: Any = SimpleNamespace(nb_metadata={**known, "prose": {}})
    app: Any = None
    assert fresh_cache.retry_failed(app, env, set(), set(), set()) == ["bad"]


def test_executed_notebooks_are_forgotten_when_the_code_they_import_changes(tmp_path: Path) -> None:
    module = tmp_path / "generator" / "telcosim" / "churn.py"
    module.parent.mkdir(parents=True)
    module.write_text("rate = 1")
    before = fresh_cache.digest(tmp_path)
    assert fresh_cache.digest(tmp_path) == before
    module.write_text("rate = 2")
    assert fresh_cache.digest(tmp_path) != before


def test_the_dictionary_shows_every_table_once() -> None:
    pages = Path(__file__).parents[2] / "book" / "reference" / "data"
    text = "".join(page.read_text(encoding="utf-8") for page in sorted(pages.glob("*.md")))
    shown = re.findall(r"^```\{data-table\} (\w+)$", text, re.MULTILINE)
    assert sorted(shown) == sorted(schema.TABLES)


@pytest.mark.parametrize("name", sorted(schema.TABLES))
def test_a_table_of_the_dictionary_says_all_that_its_schema_says(name: str) -> None:
    table = schema.table(name)
    text = "\n".join(data_table.lines(table))
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [column.name for column in table.columns]
    for column, row in zip(table.columns, rows, strict=True):
        assert column.about.replace("|", "\\|") in row
        assert column.unit in row
        assert ("May be missing." in row) == column.nullable


def test_a_card_of_the_validity_report_becomes_a_table_that_fits_a_phone() -> None:
    minus = "\N{MINUS SIGN}"
    rows = [
        Row("terms last as agreed", 1_200, ok=True, sentence="It is term_months | months."),
        Row("NPS", None, "points", -5, 30, None, "Needs nps_relational."),
    ]
    card = Card(
        "hard", "Hard checks", "See telcosim verify.", ("Law", "Rows", "Range", "Why"), rows
    )
    assert validity_card.lines(card) == [
        "See `telcosim verify`.",
        "",
        "| Law | Rows | Range, verdict |",
        "|:--|--:|:--|",
        "| **Terms last as agreed.** It is `term_months` \\| months. | 1,200 | passed |",
        f"| **NPS.** Needs `nps_relational`. | – | {minus}5 to 30 points, not in this world |",
        "",
    ]
