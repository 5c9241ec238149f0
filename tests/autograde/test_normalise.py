"""Is a normalised notebook clean, and does normalising again change nothing?"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvmgrade.normalise import main, normalise

DIRTY: dict[str, Any] = {
    "nbformat": 4, "nbformat_minor": 2,
    "metadata": {"kernelspec": {"name": "my-env", "display_name": "x"}, "widgets": {},
                 "cvm": {"exercise": "2-2"}},
    "cells": [
        {"cell_type": "markdown", "metadata": {"collapsed": True}, "source": ["# Tïtle\n", "text"]},
        {"cell_type": "code", "metadata": {"tags": ["hide-input"], "nbgrader": {"grade_id": "a b"}},
         "source": "x = 1\n\n", "outputs": [{"output_type": "stream"}], "execution_count": 7},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "a b"}}, "source": "",
         "outputs": [], "execution_count": None, "id": "random"},
    ],
}  # fmt: skip


def test_is_everything_volatile_gone_and_the_rest_kept() -> None:
    clean = json.loads(normalise(json.dumps(DIRTY)))
    assert clean["metadata"] == {
        "cvm": {"exercise": "2-2"},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    first, second, third = clean["cells"]
    assert (first["id"], second["id"], third["id"]) == ("cell-00", "a-b", "a-b-2")
    assert first["source"] == ["# Tïtle\n", "text"]
    assert second["source"] == ["x = 1"]
    assert (second["outputs"], second["execution_count"]) == ([], None)
    assert second["metadata"]["tags"] == ["hide-input"]


def test_is_the_file_readable_as_text() -> None:
    text = normalise(json.dumps(DIRTY))
    assert text.endswith("}\n")
    assert "Tïtle" in text
    assert '\n "cells"' in text


cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown"]), "source": st.text(max_size=40),
     "metadata": st.dictionaries(st.sampled_from(["tags", "scrolled", "nbgrader"]),
                                 st.just({}), max_size=2)}
)  # fmt: skip


@given(st.lists(cells, max_size=5))
def test_does_a_second_time_change_nothing(found: list[dict[str, Any]]) -> None:
    once = normalise(json.dumps({**DIRTY, "cells": found}))
    assert normalise(once) == once


def test_does_check_list_files_and_leave_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sub/lesson.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps(DIRTY))
    assert main(["--check", str(tmp_path)]) == 1
    assert "lesson.ipynb: not normalised" in capsys.readouterr().out
    assert path.read_text() == json.dumps(DIRTY)
    assert main([str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0


@pytest.mark.parametrize("text", ["{", "[]", '{"cells": 3}'])
def test_is_a_broken_file_named_and_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(text)
    assert main([str(path)]) == 1
    assert "broken.ipynb" in capsys.readouterr().err
    assert path.read_text() == text
