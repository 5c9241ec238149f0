"""What a test cell says: a condition with a reason, in the field's words.

A test cell passes, or raises with one reason; its points are all or nothing.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

PLAIN = (int, float, np.number, np.ndarray, pd.Series, pd.DataFrame, list, tuple)
HIDDEN_WORLDS = "CVM_HIDDEN_WORLDS"


class CheckFailed(AssertionError):  # noqa: N818 - the name learners read in their notebook
    """An answer did not hold; the message is the reason."""


def require(condition: object, reason: str) -> None:
    """Pass if ``condition`` is true, else raise ``CheckFailed`` with the reason."""
    if isinstance(condition, pd.Series | pd.DataFrame | np.ndarray):
        raise TypeError("A check needs one yes or no: reduce the array with .all() or .any().")
    if not condition:
        raise CheckFailed(reason)


def close(
    actual: object,
    expected: Any,
    reason: str,
    *,
    rel: float = 1e-6,
    abs: float = 0.0,  # noqa: A002
) -> None:
    """Pass if ``actual`` equals ``expected`` within tolerances.

    Parameters
    ----------
    actual
        The learner's answer: a number, array, Series or DataFrame; anything else is refused
        with a message about its type, not with an error from inside a library.
    expected
        What it should be. Its type decides what is compared: for a Series or DataFrame the
        labels must agree as well (in any order).
    reason
        What a wrong answer means.
    rel, abs
        Relative and absolute tolerance, as in ``numpy.isclose``.
    """
    wanted = _numbers(expected, "The expected answer")
    if isinstance(expected, pd.Series | pd.DataFrame):
        actual = _aligned(actual, expected, reason)
    found = _numbers(actual, "Your answer")
    if found.shape != wanted.shape:
        raise CheckFailed(f"Your answer has {_shape(found)}, expected {_shape(wanted)}. {reason}")
    if not np.isclose(found, wanted, rtol=rel, atol=abs, equal_nan=True).all():
        raise CheckFailed(reason)


def worlds() -> Iterator[Path]:
    """Yield the hidden worlds of this grading run, as folders that ``telcosim.load`` reads."""
    folder = os.environ.get(HIDDEN_WORLDS)
    found = (
        sorted(path for path in Path(folder).iterdir() if path.is_dir())
        if (folder and Path(folder).is_dir())
        else []
    )
    if not found:
        raise CheckFailed("Hidden checks run when the notebook is submitted or checked by 'cvm'.")
    yield from found


def visible_passed() -> None:
    """Say that the visible checks of a question hold, and no more than that."""
    print("visible checks passed; hidden checks run when you submit")  # noqa: T201 - its purpose


def _aligned(actual: object, expected: Any, reason: str) -> Any:
    """Return ``actual`` in the order of ``expected``, or raise if the labels differ."""
    kind = type(expected).__name__
    if not isinstance(actual, type(expected)):
        raise CheckFailed(f"Your answer is a {type(actual).__name__}, expected a {kind}. {reason}")
    if not _same_labels(actual.index, expected.index):
        raise CheckFailed(f"Your {kind} has other row labels than expected. {reason}")
    ordered = actual.loc[expected.index]
    if isinstance(expected, pd.DataFrame):
        missing = [str(name) for name in expected.columns if name not in ordered.columns]
        if missing:
            raise CheckFailed(f"Your DataFrame lacks the column {', '.join(missing)}. {reason}")
        ordered = ordered[list(expected.columns)]
    return ordered


def _same_labels(found: Any, wanted: Any) -> bool:
    return len(found) == len(wanted) and found.is_unique and set(found) == set(wanted)


def _numbers(value: object, whose: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return plain float64; objects that merely claim to be numbers do not pass."""
    if isinstance(value, bool) or not isinstance(value, PLAIN):
        raise CheckFailed(
            f"{whose} should be a number or a table of numbers, and is a {type(value).__name__}."
        )
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise CheckFailed(f"{whose} holds something that is not a number.") from None


def _shape(array: np.ndarray[Any, Any]) -> str:
    return "a single number" if array.ndim == 0 else f"shape {array.shape}"
