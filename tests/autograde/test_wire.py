"""Does plain data cross whole, and does nothing else cross at all?"""

import datetime as dt
import decimal
import json
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmgrade import plain, wire
from cvmgrade.wire import Budget, Opaque, WireError

NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=20,
)


def across(value: Any) -> Any:
    """Return a value as it arrives at the other side."""
    budget = Budget()
    message = wire.pack(plain.encode(value, budget), budget.buffers)
    tree, buffers = wire.unpack(message)
    return plain.decode(tree, Budget(buffers=buffers))


def arrives(tree: Any, *buffers: bytes) -> Any:
    """Return what a hostile side's own tree and buffers become."""
    found, got = wire.unpack(wire.pack(tree, list(buffers)))
    return plain.decode(found, Budget(buffers=got))


@given(NESTED)
@settings(max_examples=200, deadline=None)
def test_does_nested_plain_data_arrive_as_it_was(value: Any) -> None:
    found = across(value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        np.float32(2.5), np.int64(3), np.bool_(True), np.datetime64("2024-01-01T00:00", "s"),
        decimal.Decimal("1.10"), 1 + 2j, b"ab", dt.date(2024, 1, 31), dt.timedelta(days=1),
        dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC), pd.Timestamp("2024-01-01"),
        pd.Timedelta("3h"), {1, 2}, frozenset({"a"}), 10**60, "\ud800",
    ],
    ids=repr,
)  # fmt: skip
def test_does_a_single_value_keep_its_type(value: Any) -> None:
    found = across(value)
    assert found == value
    assert type(found) is type(value)


def test_do_missing_values_stay_missing() -> None:
    assert across(pd.NaT) is pd.NaT
    assert across(pd.NA) is pd.NA
    assert np.isnan(across(float("nan")))


@pytest.mark.parametrize(
    "series",
    [
        pd.Series([1, 2], index=["a", "b"], name="x"),
        pd.Series(["a", None]),
        pd.Series(["a", "b", "a"], dtype="category"),
        pd.Series([1, None], dtype="Int64"),
        pd.Series([1, "a", None], dtype=object),
        pd.Series([1.5], index=pd.MultiIndex.from_tuples([(1, "k")], names=["c", "d"])),
        pd.Series(pd.to_datetime(["2024-01-01"])),
        pd.Series([], dtype=float),
        pd.Series([True, False], index=pd.Index([3, 4], name="customer_id")),
    ],
    ids=lambda series: str(series.dtype),
)
def test_does_a_column_arrive_with_its_type_and_labels(series: pd.Series) -> None:
    pd.testing.assert_series_equal(across(series), series)


def test_does_a_table_arrive_as_it_was() -> None:
    table = pd.DataFrame(
        {"n": [1, 2], "text": ["x", "ä"], "day": pd.to_datetime(["2024-01-01", "2024-02-01"])},
        index=pd.Index([7, 8], name="customer_id"),
    )
    table["kind"] = pd.Categorical(["p", "q"])
    pd.testing.assert_frame_equal(across(table), table)
    twice = pd.concat([table, table[["n"]]], axis=1)
    pd.testing.assert_frame_equal(across(twice), twice)


def test_is_a_table_that_comes_twice_sent_once_and_received_twice() -> None:
    table = pd.DataFrame({"n": np.arange(10_000)})
    budget = Budget()
    message = wire.pack(plain.encode([table, table], budget), budget.buffers)
    assert len(message) < 1.5 * table["n"].nbytes
    one, two = across([table, table])
    one.loc[0, "n"] = -1
    assert two.loc[0, "n"] == 0


def test_do_tables_that_share_labels_keep_theirs_apart() -> None:
    one = pd.DataFrame({"n": [1, 2]}, index=pd.Index([7, 8], name="customer_id"))
    two = pd.DataFrame({"a": [1], "b": [2]}, index=["x"])
    three = pd.Series([1.0, 2.0], index=one.index)
    found = across([one, two, three, one, one.index, two.columns])
    pd.testing.assert_frame_equal(found[0], one)
    pd.testing.assert_frame_equal(found[1], two)
    pd.testing.assert_series_equal(found[2], three)
    pd.testing.assert_frame_equal(found[3], one)
    assert list(found[4]) == [7, 8]
    assert list(found[5]) == ["a", "b"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(range(3), [0, 1, 2]), (iter([1, 2]), [1, 2]), ({"a": 1}.keys(), ["a"]),
     ({"a": 1}.items(), [("a", 1)]), (map(str, [1]), ["1"])],
)  # fmt: skip
def test_does_what_can_be_listed_arrive_as_a_list(value: Any, expected: list[Any]) -> None:
    assert across(value) == expected


class Sly:
    """Claims to be equal to everything, and a number."""

    __class__ = float  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 1.0


class Loud(float):
    """A number that says another number of itself."""

    def __repr__(self) -> str:
        return "99"

    def __float__(self) -> float:
        return 99.0


def test_does_an_object_without_plain_form_arrive_as_its_types_name() -> None:
    for value in (object(), pd.Interval(0, 1), type("Odd", (), {})()):
        found = across(value)
        assert type(found) is Opaque
        assert found != across(value)
    assert across(object()).type_name == "object"
    assert type(across(len)) is plain.Callee
    assert across(np) is np
    assert type(across(json)) is Opaque


def test_does_a_subclass_that_lies_arrive_as_what_it_is() -> None:
    found = across(Loud(1.5))
    assert type(found) is float
    assert found == 1.5
    with pytest.raises((TypeError, WireError)):
        across(Sly())


def endless() -> Any:
    """Yield for ever."""
    while True:
        yield 0


def test_is_what_has_no_end_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    for value, said in [
        (loop, "deeper"), (endless(), "items"), ([0] * (wire.MAX_ITEMS + 1), "items"),
        ("x" * (wire.MAX_ITEMS + 1), "longer"), (10**5_000, "digits"),
        (np.zeros(wire.MAX_BYTES // 8 + 1), "larger"),
    ]:  # fmt: skip
        with pytest.raises(WireError, match=said):
            across(value)


@pytest.mark.parametrize(
    "tree",
    [
        {}, {"a": 1}, ["?"], ["l"], ["l", 5], ["d", [[1]]], ["d", [[["l", []], 1]]], ["n", "O", 1],
        ["n", "float64", "x"], ["e", "None"], ["m", "date", "x"], ["u", "Timedelta", "x"],
        ["y", 0], ["y", -1], ["y", True], ["r", 0], ["T", "what"], ["T", "frame", [], 1, 1],
        ["T", "array", "object_", [1], 0], ["T", "array", "float64", [2], 0],
        ["T", "array", "float64", [-1], 0], ["T", "array", "float64", [1, 1, 1, 1, 1], 0],
        ["T", "array", "float64", ["1"], 0], ["T", "series", ["Interval", 0], 1, 1],
        ["T", "series", ["category", ["int32", [1], 0], ["l", []], False], None, None],
        ["p", 1], ["x", "a", "b"], ["q"], [["l"]], ["l", [{}]],
    ],
    ids=json.dumps,
)  # fmt: skip
def test_is_a_malformed_message_refused_whatever_it_holds(tree: Any) -> None:
    with pytest.raises(WireError):
        arrives(tree)


def test_is_a_truth_value_one_of_two() -> None:
    assert list(arrives(["T", "array", "bool", [2], 0], b"\0\1")) == [False, True]
    with pytest.raises(WireError, match="neither"):
        arrives(["T", "array", "bool", [2], 0], b"\0\7")


def _stream(column: pa.Array) -> bytes:
    table = pa.table({"0": column})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


def test_is_an_arrow_column_checked_before_it_is_read() -> None:
    honest = _stream(pa.array(["a", "b"]))
    node = ["T", "series", ["str", 0], ["T", "range", 0, 2, 1, None], None]
    assert list(arrives(node, honest)) == ["a", "b"]
    offsets = pa.py_buffer(np.array([0, 1_000_000, 2], "int32").tobytes())
    outside = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"ab")])
    structs = pa.array([{"a": 1}, {"a": 2}])
    for content in (_stream(outside), _stream(structs), honest[:-30], b"", pickle.dumps(1)):
        with pytest.raises(WireError):
            arrives(node, content)


def test_is_an_array_that_is_named_again_and_again_refused() -> None:
    again = [["r", 0]] * 100
    node = ["l", [["T", "array", "float64", [2**20], 0], *again]]
    with pytest.raises(WireError, match="repeated"):
        arrives(node, b"\0" * 2**23)
    assert len(arrives(["l", [["T", "array", "float64", [1], 0], *again]], b"\0" * 8)) == 101


@pytest.mark.parametrize(
    "message",
    [
        b"", b"\0" * 7, wire.HEAD.pack(10, 0), wire.HEAD.pack(2**31, 0) + b"x",
        wire.HEAD.pack(0, 2**31), wire.HEAD.pack(2, 1) + wire.SIZE.pack(2**63) + b"[]",
        wire.HEAD.pack(4, 0) + b"nope", wire.HEAD.pack(2, 0) + b"\xff\xfe",
        wire.HEAD.pack(200_000, 0) + b"[" * 200_000,
    ],
    ids=str,
)  # fmt: skip
def test_is_a_broken_frame_refused(message: bytes) -> None:
    with pytest.raises(WireError):
        wire.unpack(message)


def test_is_a_frame_bounded_before_it_is_read() -> None:
    sent = [wire.SIZE.pack(2**40)]
    with pytest.raises(WireError, match="larger"):
        wire.receive(lambda _: sent.pop() if sent else b"")
    with pytest.raises(wire.ClosedError):
        wire.receive(lambda _: b"")
