"""Is the notebook that runs ours, with the learner's answers in it and nothing else of theirs?"""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import TOYS, Toy
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmgrade import graft
from cvmgrade.errors import GraftError

SOURCE = json.loads((TOYS / "0-1-toy/0-1-toy.ipynb").read_text())
ANSWER = "def churn_rate(opening, lost):\n    return lost / opening"

Change = Callable[[list[dict[str, Any]]], object]


@pytest.fixture
def solved(toy: Toy) -> dict[str, Any]:
    return toy.solved(churn_rate=ANSWER)


@pytest.fixture
def rebuilt(toy: Toy, tmp_path: Path) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """Return a function from a submitted notebook to the cells that run."""
    release = toy.blank()

    def build(notebook: dict[str, Any]) -> list[dict[str, Any]]:
        path = tmp_path / "submitted.ipynb"
        path.write_text(json.dumps(notebook))
        return graft.graft(graft.read(path), release, SOURCE)["cells"]

    return build


def bare(cells: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(cell["cell_type"], name(cell), cell["source"]) for cell in cells]


def name(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def index(cells: list[dict[str, Any]], grade_id: str) -> int:
    return [name(cell) for cell in cells].index(grade_id)


def test_does_an_honest_notebook_run_with_hidden_tests_and_its_own_answers(
    solved: dict[str, Any], rebuilt: Any
) -> None:
    cells = rebuilt(solved)
    assert [name(cell) for cell in cells] == [name(cell) for cell in SOURCE["cells"]]
    assert cells[index(cells, "churn_rate")]["source"] == ANSWER
    assert "HIDDEN TESTS" in cells[index(cells, "churn_rate_hidden")]["source"]
    assert "lost_share" not in json.dumps(cells), "the reference stays where it is"


def _tags(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]


def _points(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        cell["metadata"]["nbgrader"] |= {"points": 9_000, "locked": False, "schema_version": 99}


def _retyped(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        if name(cell).endswith(("_hidden", "_visible")):
            cell |= {"cell_type": "markdown", "source": ["nothing to see"]}


def _deleted(cells: list[dict[str, Any]]) -> None:
    cells[:] = [cell for cell in cells if "hidden" not in name(cell) and name(cell) != "setup"]


def _moved(cells: list[dict[str, Any]]) -> None:
    cells.reverse()


def _made_solution(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        cell["metadata"]["nbgrader"] |= {"solution": True, "grade": False}


def _other_metadata(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        cell["attachments"] = {"x.svg": {"image/svg+xml": "<svg onload=alert(1)>"}}
        cell["outputs"] = [{"output_type": "stream", "text": "4 of 4 points"}]
        cell["metadata"] |= {"collapsed": True, "deletable": True, "cvm": "x"}


@pytest.mark.parametrize(
    "change",
    [_tags, _points, _retyped, _deleted, _moved, _made_solution, _other_metadata],
    ids=lambda change: change.__name__.strip("_"),
)
def test_does_nothing_but_the_answers_come_from_a_submission(
    solved: dict[str, Any], rebuilt: Any, change: Change
) -> None:
    honest = rebuilt(solved)
    tampered = copy.deepcopy(solved)
    change(tampered["cells"])
    assert rebuilt(tampered) == honest


def test_is_a_deleted_answer_the_released_placeholder(solved: dict[str, Any], rebuilt: Any) -> None:
    cells = solved["cells"]
    del cells[index(cells, "churn_rate")]
    found = rebuilt(solved)
    assert "NotImplementedError" in found[index(found, "churn_rate")]["source"]


def test_does_the_last_of_two_copies_count_and_the_other_still_run(
    solved: dict[str, Any], rebuilt: Any
) -> None:
    cells = solved["cells"]
    at = index(cells, "churn_rate")
    cells.insert(at, copy.deepcopy(cells[at]) | {"source": "helper = 1"})
    found = rebuilt(solved)
    assert [cell["source"] for cell in found].count("helper = 1") == 1
    assert found[index(found, "churn_rate")]["source"] == ANSWER


def test_do_added_cells_run_where_they_were_added(solved: dict[str, Any], rebuilt: Any) -> None:
    cells = solved["cells"]
    extra = {"cell_type": "code", "metadata": {}, "source": "helper = 1", "outputs": []}
    cells.insert(index(cells, "churn_rate") + 1, extra)
    cells.insert(0, extra | {"source": "first = 1", "metadata": {"nbgrader": {"grade_id": 5}}})
    found = rebuilt(solved)
    sources = [cell["source"] for cell in found]
    assert sources[0] == "first = 1"
    assert sources.index("helper = 1") == index(found, "churn_rate") + 1
    assert all("nbgrader" not in cell["metadata"] for cell in found if not name(cell))


def test_is_an_answer_found_by_its_own_id_when_its_metadata_is_lost(
    solved: dict[str, Any], rebuilt: Any
) -> None:
    for cell in solved["cells"]:
        cell["id"] = name(cell)
        cell["metadata"] = {}
    found = rebuilt(solved)
    assert found[index(found, "churn_rate")]["source"] == ANSWER


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cell_type", "source", "metadata", "nbgrader", "grade_id", "id", "x"]),
            inner | st.sampled_from(["code", "markdown", "churn_rate", "churn_rate_hidden"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=6))
@settings(max_examples=150, deadline=None)
def test_does_any_list_of_cells_become_a_notebook_with_all_tests(
    toy: Toy, tmp_path_factory: pytest.TempPathFactory, cells: list[Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}))
    made = graft.graft(graft.read(path), toy.blank(), SOURCE)["cells"]
    ours = [cell for cell in made if name(cell)]
    assert [name(cell) for cell in ours] == [name(cell) for cell in SOURCE["cells"]]
    for cell, source in zip(ours, SOURCE["cells"], strict=True):
        if not source["metadata"]["nbgrader"]["solution"]:
            assert cell["source"] == "".join(source["source"])
    assert len({cell["id"] for cell in made}) == len(made)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"[" * 200_000, "not valid JSON"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[]", "version 4"),
        (b'{"nbformat": 3, "worksheets": []}', "version 4"),
        (b'{"nbformat": 4, "cells": {}}', "version 4"),
        (json.dumps({"nbformat": 4, "cells": [{}] * 501}).encode(), "more than 500 cells"),
        (
            json.dumps({"nbformat": 4, "cells": [{"source": "x" * 2_000_000}]}).encode(),
            "characters",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_is_what_is_no_notebook_refused_with_a_reason(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    with pytest.raises(GraftError, match=said):
        graft.read(path)
