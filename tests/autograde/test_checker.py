"""Does a test cell see the learner's names as plain data, and say what it found?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cvmgrade import script, stage, wire
from cvmgrade.checker import Court
from cvmgrade.wire import LEARNER

Judge = Callable[[str], dict[str, Any]]


class Loop:
    """A line whose other end is a dict of names, answered by the learner's side of the wire."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names, self.asked = names, 0

    def send(self, kind: bytes, content: bytes) -> None:
        assert kind == LEARNER
        self.asked += 1
        self._answer = stage._answer(*wire.unpack(content), self.names)

    def receive(self) -> tuple[bytes, bytes]:
        return LEARNER, self._answer


def notebook(folder: Path, *cells: tuple[str, str, str]) -> Path:
    """Write a source of (grade_id, kind, text) cells."""
    made = [{"cell_type": "code", "source": text,
             "metadata": {"nbgrader": {"grade_id": name, "solution": kind == "solution",
                                       "grade": kind == "test"}}}
            for name, kind, text in cells]  # fmt: skip
    path = folder / "source.ipynb"
    path.write_text(json.dumps({"cells": made}))
    return path


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a function that judges one test cell against a learner's names."""

    def judge(test: str, given: str = "import pandas as pd", **names: Any) -> dict[str, Any]:
        asked = ("a", "solution", "\n".join(f"{name} = None" for name in names))
        path = notebook(tmp_path, ("given", "locked", given), asked, ("t", "test", test))
        return Court(script.steps(path), Loop(names)).judge("t")  # type: ignore[arg-type]

    return judge


def test_does_a_test_cell_pass_or_say_why(judged: Any) -> None:
    check = "from cvmgrade import checks\nchecks.close(rate, 0.5, 'Halve it.')"
    assert judged(check, rate=0.5)["error"] is None
    assert judged(check, rate=0.4)["error"] == ["CheckFailed", "Halve it."]


def test_is_a_function_called_with_copies(judged: Any) -> None:
    def spoil(table: pd.DataFrame) -> float:
        table["n"] = 0
        return float(len(table))

    said = judged("table = pd.DataFrame({'n': [1, 2]})\nassert f(table) == 2\n"
                  "assert list(table['n']) == [1, 2]", f=spoil)  # fmt: skip
    assert said["error"] is None


def test_does_the_learners_exception_arrive_as_itself(judged: Any) -> None:
    def fails(_: object) -> None:
        raise KeyError("revenue")

    def hostile(_: object) -> None:
        class CheckFailed(BaseException):
            reason, share = "all is well", 1.0

        raise CheckFailed("passed")

    assert judged("f(1)", f=fails)["error"] == ["KeyError", "\"'revenue'\""]
    assert judged("try:\n    f(1)\nexcept KeyError:\n    pass", f=fails)["error"] is None
    said = judged("f(1)", f=hostile)
    assert (said["error"][0], said["share"]) == ("CheckFailed", 0.0)


@pytest.mark.parametrize(
    "kind", [EOFError, SystemExit, KeyboardInterrupt, GeneratorExit, MemoryError]
)
def test_is_no_exception_of_the_learner_taken_for_one_of_ours(judged: Any, kind: type) -> None:
    def fails(_: object) -> None:
        raise kind("out")

    assert judged("f(1)", f=fails)["error"] == [kind.__name__, "out"]


def test_is_a_batch_of_any_length_answered_in_order(judged: Any) -> None:
    test = (
        "from cvmgrade import checks\n"
        "calls = [(pd.DataFrame({'a': [k], 'b': [str(k)]}),) for k in range(1300)]\n"
        "assert checks.each(f, calls) == list(range(1300))\n"
        "assert [len(each) for each in checks.each(g, [(3_000_000,)] * 7)] == [3_000_000] * 7\n"
        "assert checks.each(f, []) == []"
    )
    said = judged(test, f=lambda table: int(table["a"].iloc[0]), g=np.zeros)
    assert said["error"] is None


def test_is_a_name_that_is_missing_a_name_error(judged: Any) -> None:
    assert judged("answer + 1")["error"] == ["NameError", "name 'answer' is not defined"]


def test_do_our_names_come_before_the_learners(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        ("given", "locked", "wanted = 2\nhelper = max"),
        ("a", "solution", "answer = 1"),
        ("t", "test", "assert wanted == 2\nassert helper(1, 2) == 2\nassert len([1]) == 1"),
    )
    names = {"wanted": 99, "helper": min, "len": lambda _: 1, "answer": 1}
    assert Court(script.steps(path), Loop(names)).judge("t")["error"] is None  # type: ignore[arg-type]


def test_is_an_answer_that_a_test_used_before_read_anew_after_its_cell(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        ("a", "solution", "result = 1"),
        ("t", "test", "result = result + 100"),
        ("b", "solution", "result = 2"),
        ("u", "test", "assert result == 2"),
    )
    court = Court(script.steps(path), Loop({"result": 2}))  # type: ignore[arg-type]
    assert court.judge("t")["error"] is None
    assert court.judge("u")["error"] is None


def test_are_a_cells_names_read_in_one_round_trip_and_its_batch_in_another(tmp_path: Path) -> None:
    test = "from cvmgrade import checks\nassert checks.each(f, [(k,) for k in range(50)])[a] == b"
    path = notebook(tmp_path, ("a", "solution", "a = b = 1\ndef f(): ..."), ("t", "test", test))
    loop = Loop({"a": 3, "b": 6, "f": lambda k: 2 * k})
    assert Court(script.steps(path), loop).judge("t")["error"] is None  # type: ignore[arg-type]
    assert loop.asked == 2


def test_does_an_answer_stay_the_same_within_a_cell(judged: Any) -> None:
    class Moody:
        def __init__(self) -> None:
            self.n = 0

        def __iter__(self) -> Any:
            self.n += 1
            return iter([self.n])

        def __next__(self) -> int:
            raise StopIteration

    assert judged("assert answer == answer\nassert list(answer) == [1]", answer=Moody())[
        "error"
    ] is None  # fmt: skip


def test_is_a_helper_of_ours_free_to_call_the_learners_function(judged: Any) -> None:
    given = "def twice(n):\n    return 2 * f(n)"
    assert judged("assert twice(3) == 12", given, f=lambda n: 2 * n)["error"] is None


def test_are_locked_cells_that_no_check_needs_left_out(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        ("setup", "locked", "import pandas as pd"),
        ("trial", "locked", "raise SystemExit('costly')\nshown = f(1)"),
        ("base", "locked", "table = pd.DataFrame()"),
        ("a", "solution", "def f(): ..."),
        ("t", "test", "for shown in range(3):\n    f(table, shown)"),
    )
    kept = [step.grade_id for step in script.steps(path)]
    assert kept == ["setup", "base", "a", "t"]


@pytest.mark.parametrize(
    ("last", "number"),
    [("1.5", 1.5), ("2", 2.0), ("True", None), ("'3'", None), ("answer", None), ("x = 3", None)],
)
def test_is_only_a_plain_number_on_the_last_line_partial_credit(
    judged: Any, last: str, number: float | None
) -> None:
    assert judged(f"pass\n{last}", answer=np.float64(4))["number"] == number


def test_does_what_a_test_prints_reach_the_verdict_bounded(judged: Any) -> None:
    assert judged("print('seen')")["printed"] == "seen\n"
    assert len(judged("print('x' * 1_000_000)")["printed"]) == 10_000


def test_is_unplain_data_a_reason_and_not_a_crash(judged: Any) -> None:
    loop: list[Any] = []
    loop.append(loop)
    said = judged("f(1)", f=lambda _: loop)
    assert "f returned is not plain data" in said["error"][1]
    assert "nested deeper" in said["error"][1]
