"""Answers that try to pass for something else, and answers that are merely odd."""

import decimal
import enum
import math
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from cvmgrade.checks import Outcome
from cvmgrade.wire import Opaque


class Flatterer:
    """Equal to everything, larger and smaller than everything, and a number if asked."""

    __array_priority__ = 1e9

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 1.0

    def __array__(self, *_: object, **__: object) -> Any:
        return np.array(1.0)

    __le__ = __lt__ = __ge__ = __gt__ = __eq__

    def __sub__(self, other: object) -> "Flatterer":
        return self

    __rsub__ = __abs__ = __truediv__ = __sub__  # type: ignore[assignment]


class Number(float):
    """A float that says it equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Text(str):
    """A text that says it equals everything."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Choice(enum.IntEnum):
    """A whole number with a name."""

    ONE = 1


ODD: list[Any] = [
    None, float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 10**400, -5, True, False,
    np.nan, np.bool_(True), np.float64("nan"), pd.NA, pd.NaT, 1 + 2j, b"1", "", "1", "nan",
    "a" * 10_000, [], [[]], [None], ["1"], [True], [float("nan")], [1, [2]], {}, {"low": "x"},
    set(), {1, 2}, object(), print, Opaque("Flatterer"), Flatterer(), Number(1), Text("a"),
    Choice.ONE, decimal.Decimal(1), np.array(["1"]), np.array([1 + 2j]), np.array([[1.0, 2.0]]),
    np.array([]), np.array([Flatterer()], dtype=object), np.array(["2020-01-01"], dtype="M8[s]"),
    pd.Series(dtype=float), pd.Series([float("nan")]), pd.Series([Flatterer()]),
    pd.Series([True, False]), pd.DataFrame(), pd.DataFrame({"a": [1]}), pd.Timestamp("2024-01-01"),
]  # fmt: skip
"""None of these is a right answer to anything that the tests ask."""

NOTHING: list[Any] = [
    None, float("nan"), pd.NA, pd.NaT, np.nan, [None], [float("nan")], (1, None), {"a": None},
    object(), print, Opaque("Flatterer"), Flatterer(), Number(1), Text("a"), [Flatterer()],
    np.array([Flatterer()], dtype=object), pd.Series([float("nan")]), pd.Series([Flatterer()]),
    pd.DataFrame({"a": [1.0, float("nan")], "b": ["x", "y"]}),
]  # fmt: skip
"""Missing all or in part, or not plain: equal to nothing, also not to itself."""

anything = st.one_of(
    st.sampled_from(ODD), st.floats(), st.integers(), st.text(max_size=5), st.booleans(),
    st.lists(st.one_of(st.sampled_from(ODD), st.floats(), st.text(max_size=3)), max_size=5),
)  # fmt: skip


def is_an_outcome(found: Outcome) -> bool:
    """Return whether the share is a finite part, and there is a reason."""
    return math.isfinite(found.share) and 0 <= found.share <= 1 and bool(found.reason)
