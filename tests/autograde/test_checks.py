"""Does a check pass what is right, and say the reason for what is not?"""

import numpy as np
import pandas as pd
import pytest

from cvmgrade import checks

WHY = "Churn is measured on the opening base."
PEOPLE = pd.Series({"a": 1.0, "b": 2.0})
TABLE = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]}, index=["a", "b"])


class Flatterer:
    """Equal to everything."""

    __array_priority__ = 1e9

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        return np.array(0.05)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (0.05, 0.05), (np.float32(2), 2), ([1, 2], np.array([1, 2])), (float("nan"), np.nan),
        (PEOPLE[::-1], PEOPLE), (TABLE.loc[["b", "a"], ["y", "x"]], TABLE), (np.int64(3), 3.0),
        (TABLE.assign(extra=1.0), TABLE),
    ],
)  # fmt: skip
def test_does_a_right_answer_pass(actual: object, expected: object) -> None:
    checks.close(actual, expected, WHY)


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (0.06, 0.05, "Churn is measured"),
        ("0.05", 0.05, "is a str"),
        (None, 0.05, "is a NoneType"),
        (True, 1, "is a bool"),
        (Flatterer(), 0.05, "is a Flatterer"),
        (["a"], [1], "not a number"),
        ([1, 2, 3], [1, 2], "shape (3,), expected shape (2,)"),
        (1.0, [1.0], "a single number, expected shape (1,)"),
        ([1.0, 2.0], PEOPLE, "is a list, expected a Series"),
        (pd.Series({"a": 1.0, "c": 2.0}), PEOPLE, "other row labels"),
        (pd.Series([1.0, 1.0], index=["a", "a"]), PEOPLE, "other row labels"),
        (TABLE[["x"]], TABLE, "lacks the column y"),
        (float("inf"), 1.0, "Churn is measured"),
    ],
)
def test_does_a_wrong_answer_say_why(actual: object, expected: object, said: str) -> None:
    with pytest.raises(checks.CheckFailed) as caught:
        checks.close(actual, expected, WHY)
    assert said in str(caught.value)


def test_do_tolerances_hold_to_their_edge() -> None:
    checks.close(1.01, 1.0, WHY, rel=0.011)
    checks.close(0.4, 0.0, WHY, abs=0.5)
    with pytest.raises(checks.CheckFailed):
        checks.close(1.02, 1.0, WHY, rel=0.011)


def test_does_require_take_one_yes_or_no() -> None:
    checks.require(np.bool_(True), WHY)
    with pytest.raises(checks.CheckFailed, match="opening base"):
        checks.require(False, WHY)
    with pytest.raises(TypeError, match="all"):
        checks.require(PEOPLE > 0, WHY)


def test_are_hidden_worlds_there_only_while_grading(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.delenv(checks.HIDDEN_WORLDS, raising=False)
    with pytest.raises(checks.CheckFailed, match="submitted"):
        list(checks.worlds())
    home = tmp_path_factory.mktemp("hidden")
    (home / "2").mkdir()
    (home / "1").mkdir()
    monkeypatch.setenv(checks.HIDDEN_WORLDS, str(home))
    assert [path.name for path in checks.worlds()] == ["1", "2"]


def test_do_visible_checks_promise_no_more_than_they_know(capsys: pytest.CaptureFixture) -> None:
    checks.visible_passed()
    assert capsys.readouterr().out == ("visible checks passed; hidden checks run when you submit\n")
