"""Arrays and tables on the wire: checked buffers for numbers, Arrow for texts.

Nothing that the other side says about a type reaches numpy, pandas or Arrow unless it stands in
a list here.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from .wire import MAX_BYTES, Budget, WireError

NUMBERS = frozenset(
    ["bool", "float16", "float32", "float64", "complex64", "complex128"]
    + [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
)
MOMENTS = frozenset(
    f"{kind}[{unit}]" for kind in ("datetime64", "timedelta64") for unit in ("s", "ms", "us", "ns")
)
TEXTS = ("str", "string")
NULLABLE = frozenset(
    ["boolean", "Float32", "Float64"]
    + [f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)]
)
MAX_AXES = 4

Encoder = Callable[[Any, Budget, int], Any]
Inner = Callable[[Any], Any]


def encode(value: Any, budget: Budget, depth: int, node: Encoder) -> list[Any]:
    """Return an array, index, column or table as a node."""

    def inner(part: Any) -> Any:
        return node(part, budget, depth + 1)

    if isinstance(value, np.ndarray):
        return ["T", "array", *_array(np.asarray(value), budget, inner)]
    if isinstance(value, pd.RangeIndex):
        return ["T", "range", value.start, value.stop, value.step, inner(value.name)]
    if isinstance(value, pd.MultiIndex):
        levels = [_column(value.get_level_values(k), budget, inner) for k in range(value.nlevels)]
        return ["T", "levels", levels, [inner(name) for name in value.names]]
    if isinstance(value, pd.Index):
        return ["T", "index", _column(value, budget, inner), inner(value.name)]
    if isinstance(value, pd.Series):
        parts = _column(value, budget, inner), inner(value.index), inner(value.name)
        return ["T", "series", *parts]
    budget.spend(depth, value.shape[1])
    held = [_column(value.iloc[:, k], budget, inner) for k in range(value.shape[1])]
    return ["T", "frame", held, inner(value.columns), inner(value.index)]


def decode(kind: str, parts: list[Any], budget: Budget, inner: Inner) -> Any:
    """Return the value of such a node."""
    if kind == "array":
        return _array_from(*parts, budget=budget, inner=inner)
    if kind == "range":
        start, stop, step, name = parts
        whole = range(int(start), int(stop), int(step))
        if len(whole) > MAX_BYTES // 8:
            raise WireError("an index in it is longer than any that could be sent")
        return pd.RangeIndex(whole, name=inner(name))
    if kind == "levels":
        levels, names = parts
        arrays = [_column_from(level, budget, inner) for level in levels]
        return pd.MultiIndex.from_arrays(arrays, names=[inner(name) for name in names])
    if kind == "index":
        column, name = parts
        return pd.Index(_column_from(column, budget, inner), name=inner(name))
    if kind == "series":
        column, index, name = parts
        return pd.Series(_column_from(column, budget, inner), index=inner(index), name=inner(name))
    if kind != "frame":
        raise WireError("it holds a kind of table that is not known")
    held, labels, index = parts
    series = {k: _column_from(column, budget, inner) for k, column in enumerate(held)}
    named = inner(labels)  # in the order of writing: tables are numbered by it
    made = pd.DataFrame(series, index=inner(index))
    made.columns = named
    return made


def item(value: np.generic) -> Any:
    """Return a numpy scalar's plain value; moments as a whole number in their unit."""
    if value.dtype.name in MOMENTS:
        return int(value.astype("int64"))
    found = value.item()
    if isinstance(found, complex):
        return [found.real, found.imag]
    return found if isinstance(found, bool | int | float | str) else str(found)[:1_000]


def scalar(name: str, value: Any) -> Any:
    """Return a numpy scalar of a listed type."""
    if name in MOMENTS:
        return np.array(int(value), "int64").view(name)[()]
    if name in NUMBERS:
        return np.dtype(name).type(complex(*value) if isinstance(value, list) else value)
    if name.startswith("str"):
        return np.str_(value)
    raise WireError("it holds a number of a type that is not known")


def known_unit(value: Any) -> Any:
    """Return moments in days, hours or minutes in seconds, which every library reads."""
    if value.dtype.kind in "mM" and value.dtype.name not in MOMENTS:
        return value.astype(f"{value.dtype.name.split('[')[0]}[s]")
    return value


def _array(value: Any, budget: Budget, inner: Inner) -> list[Any]:
    value = known_unit(value)
    name = value.dtype.name
    if name in NUMBERS or name in MOMENTS:
        return [name, list(value.shape), budget.keep(np.ascontiguousarray(value).tobytes())]
    listed = [inner(each) for each in value.ravel().tolist()]
    return ["object", list(value.shape), listed]


def _array_from(name: str, shape: list[int], held: Any, *, budget: Budget, inner: Inner) -> Any:
    if len(shape) > MAX_AXES or any(type(n) is not int or n < 0 for n in shape):
        raise WireError("an array in it has a shape that is none")
    if name == "object":
        flat = np.empty(len(held), dtype=object)
        flat[:] = [inner(each) for each in held]
        texts = len(held) > 0 and all(isinstance(each, str) for each in flat)
        return (flat.astype(str) if texts else flat).reshape(shape)
    if name not in NUMBERS and name not in MOMENTS:
        raise WireError("an array in it is of a type that is not known")
    content = budget.buffer(held)
    dtype = np.dtype(name)
    if prod(shape) * dtype.itemsize != len(content) or len(content) > MAX_BYTES:
        raise WireError("an array in it does not have the length it names")
    if name == "bool" and content.strip(b"\0\1"):
        raise WireError("a truth value in it is neither true nor false")
    return np.frombuffer(bytearray(content), dtype=dtype).reshape(shape)


def _column(value: Any, budget: Budget, inner: Inner) -> list[Any]:
    """Return the values of a Series or Index, without its labels."""
    name = str(value.dtype)
    if isinstance(value.dtype, pd.CategoricalDtype):
        held = pd.Categorical(value)
        codes = _array(held.codes.astype("int32"), budget, inner)
        return ["category", codes, inner(held.categories), bool(held.ordered)]
    if name in TEXTS or name in NULLABLE:
        held = pa.table({"0": pa.array(value)}).combine_chunks()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, held.schema) as stream:
            stream.write_table(held)
        return [name, budget.keep(sink.getvalue().to_pybytes())]
    return ["values", *_array(value.to_numpy(), budget, inner)]


def _column_from(node: list[Any], budget: Budget, inner: Inner) -> Any:
    name, *parts = node
    if name == "values":
        found = _array_from(*parts, budget=budget, inner=inner)
        if found.ndim != 1:
            raise WireError("a column in it is no column")
        return pd.array(found, dtype=object) if found.dtype.kind in "OU" else found
    if name == "category":
        codes, categories, ordered = parts
        return pd.Categorical.from_codes(
            _array_from(*codes, budget=budget, inner=inner), inner(categories), bool(ordered)
        )
    if name not in TEXTS and name not in NULLABLE:
        raise WireError("a column in it is of a type that is not known")
    return pd.array(_arrow(budget.buffer(*parts)).to_pandas(), dtype=name)


def _arrow(content: bytes) -> Any:
    """Return the single, wholly checked column of an Arrow stream."""
    with pa.ipc.open_stream(pa.py_buffer(content)) as stream:
        fields = list(stream.schema)
        if len(fields) != 1 or not _listed(fields[0].type):
            raise WireError("a column in it is of a type that is not known")
        table = stream.read_all()
    table.validate(full=True)
    return table.column(0)


def _listed(kind: Any) -> bool:
    check = pa.types
    return bool(
        check.is_string(kind) or check.is_large_string(kind) or check.is_boolean(kind)
        or check.is_integer(kind) or check.is_floating(kind) or check.is_null(kind)
    )  # fmt: skip
