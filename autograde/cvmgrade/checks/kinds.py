"""What an answer is: plain types by exact type, what each counts as, and a few words for it.

An object that merely claims to be a number or equal to one is none: a subclass, or something with
methods of its own, never gets to answer for itself.
"""

import datetime as dt
import math
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cvmgrade.wire import Opaque

NUMPY = frozenset(np.sctypeDict.values()) - {np.timedelta64}
NUMBERS = frozenset({int, float}) | {
    kind for kind in NUMPY if issubclass(kind, np.integer | np.floating)
}
BOOLS = frozenset({bool, np.bool_})
TEXTS = frozenset({str, np.str_})
MOMENTS = frozenset({pd.Timestamp, dt.datetime, dt.date, np.datetime64})
SPANS = frozenset({pd.Timedelta, dt.timedelta, np.timedelta64})
MISSING = frozenset({type(None), type(pd.NaT), type(pd.NA)})
COLUMNS = frozenset({
    np.ndarray, pd.Series, pd.Index, pd.RangeIndex, pd.DatetimeIndex, pd.TimedeltaIndex,
    pd.CategoricalIndex, pd.MultiIndex,
})  # fmt: skip
LISTS = (list, tuple)
HOLDERS = (*LISTS, set, frozenset)
LABELLED = frozenset({pd.Series, pd.DataFrame})
"""Inside a list these are compared one by one, by their labels."""

Floats = NDArray[np.float64]

FEW, LONG = 5, 40


def kind(value: object) -> str:
    """Return the name of a value's type, also of one that did not come over the wire."""
    name = value.type_name if type(value) is Opaque else type(value).__name__
    return "".join(letter for letter in name if letter.isprintable())[:LONG]


def number(value: object) -> float:
    """Return a plain number as a float, anything else as nan."""
    if type(value) not in NUMBERS:
        return math.nan
    try:
        return float(value)  # type: ignore[arg-type]  # one of NUMBERS
    except OverflowError:
        return math.nan


def numbers(value: object) -> Floats | None:
    """Return numbers, or a list, column or table of them, as float64; None if it is none.

    Missing values become nan. Truth values, texts and dates are no numbers, even where a library
    would turn them into some.
    """
    if type(value) in NUMBERS:
        return np.array(number(value), np.float64)
    if type(value) is pd.DataFrame:
        columns = [numbers(value.iloc[:, k]) for k in range(value.shape[1])]
        held = [column for column in columns if column is not None]
        return np.array(held).T.reshape(value.shape) if len(held) == len(columns) else None
    if type(value) in COLUMNS:
        return _column(value)
    if isinstance(value, LISTS):
        return _listed(value)
    return None


def _column(value: Any) -> Floats | None:
    if isinstance(value.dtype, np.dtype):
        if value.dtype.kind == "O":
            flat = _listed(np.asarray(value).ravel().tolist())
            return None if flat is None or flat.ndim != 1 else flat.reshape(value.shape)
        return np.asarray(value, np.float64) if value.dtype.kind in "iuf" else None
    if not pd.api.types.is_any_real_numeric_dtype(value.dtype):
        return None
    return np.asarray(value.to_numpy(np.float64, na_value=math.nan))


def _listed(value: Any) -> Floats | None:
    """Return a list of numbers, or of lists of them that are all of one shape."""
    listed = items(value)
    if {type(each) for each in listed} <= NUMBERS | MISSING:
        return np.array([number(each) for each in listed], np.float64)
    parts = [None if type(each) in LABELLED else numbers(each) for each in listed]
    held = [part for part in parts if part is not None]
    if len(held) < len(parts) or len({part.shape for part in held}) > 1:
        return None
    return np.array(held, np.float64)


def items(value: Any) -> list[Any]:
    """Return what a list, tuple, set or column holds, whatever a subclass says of itself."""
    base: Any = next((each for each in HOLDERS if isinstance(value, each)), type(value))
    return [*base.__iter__(value)]


def token(value: object) -> Hashable:
    """Return what a plain value is equal by: tokens are equal if the values mean the same.

    Returns
    -------
    Hashable
        None for what has no plain form; that equals nothing.
    """
    if type(value) in MISSING or (type(value) in NUMBERS and value != value):  # noqa: PLR0124 - nan
        return ("missing",)
    if isinstance(value, tuple):
        parts = tuple(token(each) for each in items(value))
        return None if None in parts else ("several", parts)
    for kinds, plain in PLAIN.items():
        if type(value) in kinds:
            try:
                return (plain, plain(value))
            except (ValueError, OverflowError):  # a year that pandas does not reach
                return None
    return None


def _exact(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


PLAIN: dict[frozenset[type], Callable[[Any], Hashable]] = {
    BOOLS: bool, NUMBERS: _exact, TEXTS: str, MOMENTS: pd.Timestamp, SPANS: pd.Timedelta,
}  # fmt: skip
"""How values of these types become one that is equal where they mean the same."""


def whole(value: object) -> bool:
    """Return whether a value is plain all through, with nothing missing in it."""
    found = numbers(value)
    if found is not None:
        return not bool(np.isnan(found).any())
    if isinstance(value, dict):
        return all(whole(each) for each in dict.values(value))
    if type(value) is pd.DataFrame:
        return all(whole(value.iloc[:, k]) for k in range(value.shape[1]))
    if isinstance(value, HOLDERS) or (type(value) in COLUMNS and np.ndim(value) == 1):  # type: ignore[arg-type]
        return all(whole(each) for each in items(value))
    return token(value) not in {None, token(None)}


def shown(value: object) -> str:
    """Return a few safe words for a value, to stand in a sentence."""
    if type(value) in NUMBERS:
        return _digits(value)
    if type(value) in TEXTS:
        text = str(value)
        return repr(text[:LONG]) + ("…" if len(text) > LONG else "")
    if type(value) in BOOLS | MISSING | MOMENTS | SPANS:
        return str(value)
    if type(value) is pd.DataFrame:
        return f"a table of {value.shape[0]} rows and {value.shape[1]} columns"
    if isinstance(value, LISTS) or (type(value) in COLUMNS and value.ndim == 1):  # type: ignore[attr-defined]
        return _several(items(value))
    return f"a {kind(value)}"


def _several(listed: list[Any]) -> str:
    if len(listed) <= FEW:
        inner = [f"a {kind(each)}" if isinstance(each, LISTS) else shown(each) for each in listed]
        return f"[{', '.join(inner)}]"
    found = numbers(listed)
    if found is None or not np.isfinite(found).all():
        return f"{len(listed)} values"
    return f"{len(listed)} values from {found.min():.6g} to {found.max():.6g}"


def _digits(value: Any) -> str:
    if isinstance(value, int | np.integer):
        return str(value) if int(value).bit_length() < 64 else "a number of too many digits"
    return f"{float(value):.6g}"
