"""Is an answer what was expected? Compared on exact plain types, labels in any order."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .kinds import COLUMNS, LISTS, Floats, items, kind, numbers, token

OTHER = "has other values than expected."
"""The form is right, and what it says is not."""

SETS = (set, frozenset)


def same(
    found: object,
    expected: object,
    *,
    rel: float = 1e-6,
    abs: float = 0.0,  # noqa: A002
    key: str | Sequence[str] = (),
) -> bool:
    """Return whether an answer is what was expected; arguments as in ``unlike``."""
    return not unlike(found, expected, rel=rel, abs=abs, key=key)


def unlike(
    found: object,
    expected: Any,
    *,
    rel: float = 1e-6,
    abs: float = 0.0,  # noqa: A002
    key: str | Sequence[str] = (),
) -> str:
    """Return how an answer differs from what was expected, as the rest of a sentence.

    Parameters
    ----------
    found
        The answer; whatever it is, it is only looked at, never asked.
    expected
        What it should be. Its type decides what is compared: numbers within tolerances, for a
        Series or DataFrame the row labels as well (in any order) and no other columns.
    rel, abs
        Relative and absolute tolerance, as in ``numpy.isclose``. A nan is expected or wrong.
    key
        Columns of a DataFrame by which its rows are matched, in place of row labels.

    Returns
    -------
    str
        Empty if it is the same; ``OTHER`` if only values differ; else what is wrong in its form.
    """
    limits = _Limits(rel, abs, (key,) if isinstance(key, str) else tuple(key))
    return _unlike(found, expected, limits)


@dataclass(frozen=True)
class _Limits:
    """The tolerances, and the columns that say which row is which."""

    rel: float
    near: float
    key: tuple[str, ...] = ()


def _unlike(found: object, expected: Any, limits: _Limits) -> str:
    found = found.item() if type(found) is np.ndarray and found.ndim == 0 else found
    for kinds, compare in BY_KIND:
        if isinstance(expected, kinds):
            return compare(found, expected, limits)
    wanted = numbers(expected)
    if wanted is not None:
        return _numbers(found, wanted, limits)
    if isinstance(expected, LISTS) or type(expected) in COLUMNS:
        return _listed(found, expected, limits)
    return _scalar(found, expected)


def order(found: Any, expected: Any) -> list[int] | None:
    """Return the positions of expected labels among those found, or None if they differ."""
    places: dict[Hashable, int] = {token(label): k for k, label in enumerate(items(found))}
    wanted = [token(label) for label in items(expected)]
    if None in places or len(found) != len(wanted):
        return None
    found_at = [places[label] for label in wanted if label in places]
    return found_at if len(set(found_at)) == len(wanted) else None


def _is_a(found: object, wanted: str) -> str:
    return f"is a {kind(found)}, expected {wanted}."


def _scalar(found: object, expected: object) -> str:
    if token(expected) is None:
        raise TypeError(f"A {kind(expected)} cannot be compared; return plain data.")
    if token(found) == token(expected) and (found is None) == (expected is None):
        return ""
    return OTHER if type(found) is type(expected) else _is_a(found, f"a {kind(expected)}")


def _numbers(found: object, wanted: Floats, limits: _Limits) -> str:
    got = numbers(found)
    if got is None:
        if isinstance(found, LISTS) or type(found) in {*COLUMNS, pd.DataFrame}:
            return "holds something that is not a number."
        return _is_a(found, "a number" if wanted.ndim == 0 else "numbers")
    if got.shape != wanted.shape:
        return f"has {_shape(got)}, expected {_shape(wanted)}."
    with np.errstate(all="ignore"):
        alike = np.isclose(got, wanted, rtol=limits.rel, atol=limits.near, equal_nan=True)
    return "" if alike.all() else OTHER


def _listed(found: object, expected: Any, limits: _Limits) -> str:
    if not (isinstance(found, LISTS) or (type(found) in COLUMNS and np.ndim(found) == 1)):  # type: ignore[arg-type]
        return _is_a(found, f"a {kind(expected)}")
    got, wanted = items(found), items(expected)
    if len(got) != len(wanted):
        return f"has {len(got)} values, expected {len(wanted)}."
    pairs = zip(got, wanted, strict=True)
    return next((why for a, b in pairs if (why := _unlike(a, b, limits))), "")


def _set(found: object, expected: Any, _: _Limits) -> str:
    if not (isinstance(found, (*SETS, *LISTS)) or type(found) in COLUMNS):
        return _is_a(found, "a set")
    got = items(found)
    tokens = {token(each) for each in got}
    right = None not in tokens and tokens == {token(each) for each in expected}
    return "" if right and len(tokens) == len(got) else OTHER


def _dict(found: object, expected: dict[Any, Any], limits: _Limits) -> str:
    if not isinstance(found, dict):
        return _is_a(found, "a dict")
    got = {token(name): value for name, value in dict.items(found)}
    names = {token(name): name for name in expected}
    if missing := [str(name) for place, name in names.items() if place not in got]:
        return f"lacks {', '.join(missing)}."
    if len(got) != len(names) or None in got:
        return "has other names in it than expected."
    pairs = ((got[place], expected[name]) for place, name in names.items())
    return next((why for a, b in pairs if (why := _unlike(a, b, limits))), "")


def _series(found: object, expected: Any, limits: _Limits) -> str:
    if type(found) is not pd.Series:
        return _is_a(found, "a Series")
    places = order(found.index, expected.index)
    if places is None:
        return "has other row labels than expected."
    return _column(found.iloc[places], expected, limits)


def _table(found: object, expected: Any, limits: _Limits) -> str:
    if type(found) is not pd.DataFrame:
        return _is_a(found, "a DataFrame")
    there = {token(name): k for k, name in enumerate(items(found.columns))}
    names = [*expected.columns]
    if missing := [str(name) for name in names if token(name) not in there]:
        return f"lacks the column {', '.join(missing)}."
    found = found.iloc[:, [there[token(name)] for name in names]].set_axis(names, axis="columns")
    if limits.key:
        found, expected = (table.set_index([*limits.key]) for table in (found, expected))
    places = order(found.index, expected.index)
    if places is None:
        return f"has other {'rows' if limits.key else 'row labels'} than expected."
    for name in expected.columns:
        if why := _column(found[name].iloc[places], expected[name], limits):
            return f"{why.rstrip('.').removesuffix(' than expected')} in the column {name}."
    return ""


def _column(found: Any, expected: Any, limits: _Limits) -> str:
    """Compare two columns position by position, numbers at once."""
    wanted = numbers(expected)
    if wanted is not None:
        return _numbers(found, wanted, limits)
    pairs = zip(items(found), items(expected), strict=True)
    return "" if all(token(a) == token(b) for a, b in pairs) else OTHER


def _shape(array: Floats) -> str:
    return "a single number" if array.ndim == 0 else f"shape {array.shape}"


BY_KIND: tuple[tuple[type | tuple[type, ...], Callable[[object, Any, _Limits], str]], ...] = (
    (pd.DataFrame, _table), (pd.Series, _series), (SETS, _set), (dict, _dict),
)  # fmt: skip
"""How an answer is compared, by the type of what is expected."""
