"""What a test cell says: a condition with a reason, in the field's words.

A test cell passes, or raises ``CheckFailed`` with a reason. What ``require`` and ``close`` ask is
all or nothing; the modes of grading return an ``Outcome``, and ``award`` turns outcomes into points
with a reason for those that are lost. The same calls run in a learner's notebook and at the grader.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .award import REFERENCE, CheckFailed, Outcome, award
from .calls import each
from .kinds import kind, number, numbers
from .modes import Seen, holds, matches
from .modes_catch import catches
from .modes_cover import covers
from .modes_decision import decision
from .modes_policy import policy
from .modes_truth import near_truth
from .same import OTHER, same, unlike

__all__ = [
    "HIDDEN_WORLDS",
    "REFERENCE",
    "CheckFailed",
    "Outcome",
    "Seen",
    "award",
    "catches",
    "close",
    "covers",
    "decision",
    "each",
    "holds",
    "matches",
    "near_truth",
    "number",
    "policy",
    "reference",
    "require",
    "same",
    "visible_passed",
    "worlds",
]

HIDDEN_WORLDS = "CVM_HIDDEN_WORLDS"
ONLY_AT_THE_GRADER = "Hidden checks run when the notebook is submitted or checked by 'cvm'."


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
    if numbers(expected) is None:
        raise TypeError(f"close compares numbers; the expected {kind(expected)} holds others.")
    why = unlike(actual, expected, rel=rel, abs=abs)
    if why:
        raise CheckFailed(reason if why == OTHER else f"Your answer {why} {reason}")


def reference(name: str) -> Any:
    """Return the author's own function or value of that name; only the grader has it.

    Raises
    ------
    CheckFailed
        In a learner's notebook.
    LookupError
        If the exercise's source defines no such name.
    """
    names = REFERENCE.get()
    if names is None:
        raise CheckFailed(ONLY_AT_THE_GRADER)
    if name not in names:
        raise LookupError(f"The source of this exercise defines no '{name}' to compare with.")
    return names[name]


def worlds() -> Iterator[Path]:
    """Yield the hidden worlds of this grading run, as folders that ``telcosim.load`` reads.

    Where the exercise names truth tables, ``telcosim.truth`` reads them with the same folder.
    """
    folder = os.environ.get(HIDDEN_WORLDS)
    found = [
        path
        for path in (Path(folder).iterdir() if folder and Path(folder).is_dir() else ())
        if path.is_dir() and path.suffix != ".truth" and not path.name.startswith(".")
    ]
    if not found:
        raise CheckFailed(ONLY_AT_THE_GRADER)
    yield from sorted(found, key=lambda path: (len(path.name), path.name))


def visible_passed() -> None:
    """Say that the visible checks of a question hold, and no more than that."""
    print("visible checks passed; hidden checks run when you submit")  # noqa: T201 - its purpose
