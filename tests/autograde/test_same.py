"""Is an answer the same as what was expected only where it is, by exact plain types?"""

import copy
import math

import numpy as np
import pandas as pd
import pytest
from hostile import ODD, Flatterer, Number

from cvmgrade import checks

TABLE = pd.DataFrame({"month": [1, 1, 2], "eur": [3.0, 4.0, 5.0]})

EXPECTED = [
    1.0, 2, "a", math.inf, (1, "a"), ["a", "b"], {"x": 1.0, "y": "a"}, {1, 2},
    np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([True, False, True]), pd.Timestamp("2024-02-29"),
    pd.Series([1.0, math.nan], index=["a", "b"]), pd.Series(["x", None], index=[1, 2]),
    pd.Series([False, True]), pd.Index(["a", "b"]),
    pd.DataFrame({"n": [1.0, 2.0], "t": ["x", "y"], "d": pd.to_datetime(["2024-01-01", None])}),
    pd.Series([1, 2], index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
    (pd.Series({"a": 1.0}), 2.0), 10**30,
]  # fmt: skip


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda value: type(value).__name__)
def test_is_a_value_the_same_as_its_copy_and_nothing_odd(expected: object) -> None:
    assert checks.same(copy.deepcopy(expected), expected)
    for odd in ODD:
        if type(odd) is not type(expected):
            assert not checks.same(odd, expected), (odd, expected)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Flatterer(), 1.0), (Number(1), 2.0), (True, 1), (1, True), ("1", 1), ([1, True], [1, 1]),
        (np.array([True]), np.array([1])), (pd.Series([1 + 0j]), pd.Series([1.0])),
        (pd.Series(["1"]), pd.Series([1])),
        (pd.Series(1.0, index=[True]), pd.Series(1.0, index=[1])), (math.nan, None), (pd.NA, None),
        (np.timedelta64(1, "D"), 1), ([np.timedelta64(1, "D")], [1]),
        (pd.Series([1.0, 2.0], index=["a", "a"]), pd.Series({"a": 1.0, "b": 2.0})),
        (math.nan, 1.0), (1.0, math.nan), (10**400, 1e300), (10**400, math.inf),
        ((pd.Series({"b": 1.0}), 2.0), (pd.Series({"a": 1.0}), 2.0)), ([1, 1], {1}), ([1, 2], {1}),
        ({"x": 1, "y": 2}, {"x": 1}), ({"x": 1}, {"x": 1, "y": 2}), ("a", "A"), (None, math.nan),
        (TABLE.assign(eur=["3", "4", "5"]), TABLE), (TABLE[:2], TABLE), (TABLE["eur"], TABLE),
    ],
)  # fmt: skip
def test_is_what_only_looks_the_same_not(found: object, expected: object) -> None:
    assert not checks.same(found, expected)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (1, 1.0), (np.int8(1), 1), ([1, 2], (1, 2)), (np.array([1, 2]), [1.0, 2.0]),
        (pd.Series([1, 2]), [1, 2]), ([2, 1], {1, 2}), (np.array(3.0), 3), (["a"], pd.Index(["a"])),
        (np.bool_(True), True), (None, None), (np.nan, math.nan), ([], np.array([])),
        (pd.Series({"b": 2, "a": 1}), pd.Series({"a": 1.0, "b": 2.0})),
        (TABLE[::-1][["eur", "month"]].assign(more="x"), TABLE),
        (pd.Series([1, None], dtype="Int64"), pd.Series([1.0, math.nan])),
        (pd.Series(["a"], dtype="category"), pd.Series(["a"])),
    ],
)  # fmt: skip
def test_is_another_form_of_the_same_the_same(found: object, expected: object) -> None:
    assert checks.same(found, expected)


def test_can_rows_be_matched_by_a_column() -> None:
    mixed = TABLE.assign(customer_id=[7, 8, 9]).sample(frac=1, random_state=2)
    expected = TABLE.assign(customer_id=[7, 8, 9])
    renumbered = mixed.reset_index(drop=True)
    assert checks.same(renumbered, expected, key="customer_id")
    assert not checks.same(renumbered, expected)
    assert not checks.same(renumbered[:2], expected, key=["customer_id"])
