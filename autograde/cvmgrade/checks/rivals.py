"""Policies that a learner's choice is compared with: what they earn, and whom they choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .award import percent
from .choices import NOBODY, Base, Choice, read
from .kinds import items, number, numbers, token

EVERYBODY, RANDOM = "contacting everybody", "a random list"

ALIKE = 0.8
"""A choice that shares so many customers with another is called nearly the same."""

CLOSE = 0.03
"""Scores this close are called equal."""


@dataclass(frozen=True)
class Rival:
    """A policy.

    Attributes
    ----------
    eur
        What it earns over all worlds.
    chosen
        Its choice in each world; none where it is drawn by lot.
    """

    eur: float
    chosen: tuple[Choice, ...] = ()


def rivals(
    given: Mapping[str, Sequence[Any]], bases: Sequence[Base], sizes: Sequence[int]
) -> dict[str, Rival]:
    """Return the policies to compare with, by name.

    Parameters
    ----------
    given
        Name to one choice per world, or to a score per customer in each world.
    bases, sizes
        Whom they may choose, and how many customers a list holds, per world.

    Raises
    ------
    ValueError
        If a policy does not choose in every world.
    """
    single = [int(base.profit.mean(axis=0).argmax()) for base in bases]
    everybody = [np.full(len(base.rows), k) for base, k in zip(bases, single, strict=True)]
    mean = [base.profit[:, k].mean() for base, k in zip(bases, single, strict=True)]
    found = {EVERYBODY: _rival(everybody, bases), RANDOM: Rival(float(np.dot(sizes, mean)))}
    for name, choices in given.items():
        if len(choices) != len(bases):
            raise ValueError(f"'{name}' needs a choice for each of the {len(bases)} worlds.")
        each = zip(choices, bases, sizes, single, strict=True)
        found[name] = _rival([_choice(*parts) for parts in each], bases)
    return found


def likeness(
    mine: Sequence[Choice], own: float, others: Mapping[str, Rival], scores: Mapping[str, float]
) -> str:
    """Say which policy a choice is like, by whom it chooses or by what it scores; else nothing."""
    chosen = np.concatenate(mine) != NOBODY
    shared = {name: _shared(chosen, rival) for name, rival in others.items() if rival.chosen}
    name = max(shared, key=lambda each: shared[each])
    if shared[name] >= ALIKE:
        return f"It is nearly {name}: {percent(shared[name])} of the customers are the same."
    near = min(scores, key=lambda each: abs(scores[each] - own))
    return f"That is what {near} earns." if abs(scores[near] - own) <= CLOSE else ""


def earned(chosen: Sequence[Choice], bases: Sequence[Base]) -> float:
    """Return the EUR that choices earn over all worlds."""
    return sum(base.earned(each) for base, each in zip(bases, chosen, strict=True))


def _rival(chosen: Sequence[Choice], bases: Sequence[Base]) -> Rival:
    return Rival(earned(chosen, bases), tuple(chosen))


def _choice(given: Any, base: Base, size: int, single: int) -> Choice:
    """Return a policy's choice; of a score, its highest with the best single action."""
    if not isinstance(given, pd.Series) or numbers(given) is None:
        return read(given, base, complete=False)
    score = {token(who): number(each) for who, each in zip(given.index, items(given), strict=True)}
    ranked = np.array([score.get(who, np.nan) for who in base.rows])
    chosen = np.full(len(base.rows), NOBODY)
    chosen[np.argsort(-np.nan_to_num(ranked, nan=-np.inf), kind="stable")[:size]] = single
    return chosen


def _shared(chosen: Any, rival: Rival) -> float:
    theirs = np.concatenate(rival.chosen) != NOBODY
    return float((chosen & theirs).sum() / max(chosen.sum(), theirs.sum(), 1))
