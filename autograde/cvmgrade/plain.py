"""Values as nodes of a message and back: the one list of what counts as plain data."""

import datetime as dt
import decimal
import importlib
import itertools
import types
from collections.abc import Callable, ItemsView, Iterator, KeysView, ValuesView
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from . import columns
from .wire import MAX_BYTES, MAX_ITEMS, Budget, Opaque, WireError

MODULES = frozenset({
    "collections", "cvmkit", "datetime", "functools", "itertools", "math", "matplotlib",
    "matplotlib.pyplot", "numpy", "pandas", "random", "re", "scipy", "scipy.stats", "sklearn",
    "statistics", "telcosim",
})  # fmt: skip
"""Modules that a test cell may use because the learner imported them; the checker's own copies."""

LONGEST_NUMBER = 4_000
"""Digits of a whole number; Python itself refuses to write longer ones."""

CONTAINERS = {"l": list, "t": tuple, "s": set, "z": frozenset, "i": list}
NAMES = {list: "l", tuple: "t", set: "s", frozenset: "z"}
ITERATORS = (Iterator, KeysView, ValuesView, ItemsView, range)


def encode(value: Any, budget: Budget, depth: int = 0) -> Any:
    """Return a value as a node; an object without a plain form becomes its type's name."""
    budget.spend(depth)
    if value is None or isinstance(value, bool | str):
        return _scalar(value)
    if isinstance(value, np.generic):
        value = columns.known_unit(value)
        return ["n", value.dtype.name, columns.item(value)]
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, pd.DataFrame | pd.Series | pd.Index | np.ndarray):
        return _table(value, budget, depth)
    return _container(value, budget, depth) or _moment(value, budget) or _other(value)


def _table(value: Any, budget: Budget, depth: int) -> Any:
    if id(value) in budget.numbers:
        return ["r", budget.numbers[id(value)]]
    node = columns.encode(value, budget, depth, encode)
    budget.numbers[id(value)] = len(budget.tables)
    budget.tables.append(value)
    return node


def _again(table: Any, budget: Budget) -> Any:
    """Return a table once more: pandas copies when one is written to, arrays are copied now."""
    if not isinstance(table, np.ndarray):
        return table.copy(deep=False)
    budget.copied += table.nbytes
    if budget.copied > MAX_BYTES:
        raise WireError(f"its arrays, repeated, are larger than {MAX_BYTES // 1024**2} MB")
    return table.copy()


def _scalar(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MAX_ITEMS:
        raise WireError(f"a text in it is longer than {MAX_ITEMS:,} characters")
    return str.__str__(value) if isinstance(value, str) else value


def _number(value: int | float) -> Any:
    if isinstance(value, float):
        return float.__float__(value)
    if int.bit_length(value) > 3 * LONGEST_NUMBER:
        raise WireError(f"a number in it has more than {LONGEST_NUMBER:,} digits")
    return int.__int__(value)


def _container(value: Any, budget: Budget, depth: int) -> Any:
    if isinstance(value, dict):
        pairs = itertools.islice(dict.items(value), MAX_ITEMS + 1)
        return ["d", [[encode(k, budget, depth + 1), encode(v, budget, depth + 1)]
                      for k, v in pairs]]  # fmt: skip
    for kind, name in NAMES.items():
        if isinstance(value, kind):
            return [name, [encode(each, budget, depth + 1) for each in kind.__iter__(value)]]
    if isinstance(value, ITERATORS):
        found = itertools.islice(value, MAX_ITEMS + 1)
        return ["i", [encode(each, budget, depth + 1) for each in found]]
    return None


def _moment(value: Any, budget: Budget) -> Any:
    for kinds, name, parts in (
        (type(pd.NaT), "e", lambda: ["NaT"]),
        (type(pd.NA), "e", lambda: ["NA"]),
        (pd.Timestamp, "m", lambda: ["Timestamp", value.isoformat()]),
        (dt.datetime, "m", lambda: ["datetime", value.isoformat()]),
        (dt.date, "m", lambda: ["date", value.isoformat()]),
        (pd.Timedelta, "u", lambda: ["Timedelta", value.value]),
        (dt.timedelta, "u", lambda: ["timedelta", pd.Timedelta(value).value]),
        (decimal.Decimal, "p", lambda: [str(value)[:LONGEST_NUMBER]]),
        (complex, "x", lambda: [value.real, value.imag]),
        ((bytes, bytearray), "y", lambda: [budget.keep(bytes(value))]),
    ):
        if isinstance(value, kinds):
            return [name, *parts()]
    return None


def _other(value: Any) -> Any:
    if isinstance(value, types.ModuleType):
        return ["q", str(value.__name__)[:100]]
    if callable(value):
        return ["f", str(getattr(value, "__name__", type(value).__name__))[:100]]
    return ["o", type(value).__name__[:100]]


def decode(node: Any, budget: Budget, depth: int = 0) -> Any:
    """Return the value of a node, or refuse it; only what is listed here can come out."""
    budget.spend(depth)
    if node is None or isinstance(node, bool | int | float | str):
        return node
    if not isinstance(node, list) or not node or not isinstance(node[0], str):
        raise WireError("it holds something that is no value")
    name, *parts = node
    try:
        if name in CONTAINERS:
            return CONTAINERS[name](decode(part, budget, depth + 1) for part in parts[0])
        if name == "d":
            return {
                decode(key, budget, depth + 1): decode(value, budget, depth + 1)
                for key, value in parts[0]
            }
        if name == "T":
            inner = partial(decode, budget=budget, depth=depth + 1)
            budget.tables.append(columns.decode(parts[0], parts[1:], budget, inner))
            return budget.tables[-1]
        if name == "r":
            return _again(budget.tables[parts[0]], budget)
        return budget.buffer(*parts) if name == "y" else LEAVES[name](*parts)
    except WireError:
        raise
    except KeyError:
        raise WireError("it holds a kind of value that is not known") from None
    except Exception as error:  # noqa: BLE001 - hostile parts break libraries in any way
        raise WireError(f"a value in it is malformed ({type(error).__name__})") from None


class Callee(Opaque):
    """A function of the learner's: the checker calls it by the name it was read by."""


def _span(name: str, nanoseconds: int) -> Any:
    span = pd.Timedelta(int(nanoseconds))
    return {"Timedelta": span, "timedelta": span.to_pytimedelta()}[name]


def _moment_from(name: str, text: str) -> Any:
    kinds = {"Timestamp": pd.Timestamp, "datetime": dt.datetime.fromisoformat,
             "date": dt.date.fromisoformat}  # fmt: skip
    return kinds[name](str(text)[:60])


def _module(name: str) -> Any:
    return importlib.import_module(name) if name in MODULES else Opaque("module")


LEAVES: dict[str, Callable[..., Any]] = {
    "n": columns.scalar,
    "e": {"NaT": pd.NaT, "NA": pd.NA}.__getitem__,
    "m": _moment_from,
    "u": _span,
    "p": lambda text: decimal.Decimal(text[:LONGEST_NUMBER]),
    "x": complex,
    "q": _module,
    "f": lambda name: Callee(str(name)[:100]),
    "o": lambda name: Opaque(str(name)[:100]),
}
