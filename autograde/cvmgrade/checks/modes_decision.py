"""Grading of decisions (G5): by what an answer gives up against the best, not by its letters."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .award import Outcome
from .kinds import COLUMNS, LISTS, NUMBERS, TEXTS, items, kind, number, shown

LONGEST = 200
NOTHING_LOST = "Nothing is given up."

Values = Mapping[Any, float]
"""Option to what choosing it is worth, by the simulator."""


def decision(
    answer: object,
    values: Values | Mapping[Any, Values],
    *,
    rank: int = 0,
    why: Mapping[Any, Any] | None = None,
    zero: float | None = None,
    tie: float = 0.0,
    unit: str = "EUR",
) -> Outcome:
    """G5: a choice, a ranking, or a dict of choices, worth what the simulator says it is.

    Case, spaces, underscores and hyphens do not matter. The share is 1 for the best answer and
    falls with what is given up, to 0 for an answer that is no better than a blind guess.

    Parameters
    ----------
    answer
        The learner's: an option; with `rank` a list of options, the best first; or a dict of
        options by question, where `values` has questions.
    values
        Option to its value; or question to such a mapping, each judged apart.
    rank
        So many options are to be ranked. A ranking is worth the sum of its first 1, 2, … options,
        on average: what it earns if nobody knows yet how many places there will be.
    why
        Option to what choosing it overlooks; by question where `values` has questions. Of a
        ranking, this is said of the first option that stands too high.
    zero
        The value that earns nothing; by default that of a blind guess.
    tie
        So little, in the unit, is no loss.
    unit
        What values are counted in.

    Raises
    ------
    ValueError
        If the values cannot be used.
    """
    whys = why or {}
    grouped = {name: each for name, each in values.items() if isinstance(each, Mapping)}
    if len(grouped) < len(values) or not values:
        return _Scale(values, rank, zero, tie, unit).judge(answer, whys)
    if not isinstance(answer, dict):
        asked = ", ".join(map(str, values))
        return Outcome(0.0, f"Answer by a dict with {asked}; yours is a {kind(answer)}.")
    given = {_plain(name): each for name, each in dict.items(answer)}
    found = {
        name: _Scale(options, rank, zero, tie, unit).judge(
            given.get(_plain(name)), whys.get(name, {})
        )
        for name, options in grouped.items()
    }
    lost = [f"{name}: {each.reason}" for name, each in found.items() if each.share < 1]
    share = math.fsum(each.share for each in found.values()) / len(found)
    return Outcome(min(share, 1.0), " ".join(lost) or NOTHING_LOST)


class _Scale:
    """One question: what its options are worth, and what of it an answer earns."""

    def __init__(
        self, values: Mapping[Any, Any], rank: int, zero: float | None, tie: float, unit: str
    ) -> None:
        self.names = {_plain(name): str(name) for name in values}
        self.values = {str(name): number(value) for name, value in values.items()}
        self.rank, self.tie, self.unit = rank, tie, unit
        self.weights = [(rank - k) / rank for k in range(rank)] if rank else [1.0]
        ordered = sorted(self.values.values(), reverse=True)
        self.best = self._worth(ordered)
        mean = math.fsum(ordered) / len(ordered) if ordered else math.nan
        self.zero = self._worth([mean] * len(ordered)) if zero is None else zero
        if len(self.names) < len(values) or rank > len(values) or not self._usable():
            raise ValueError(
                "Options need different names and finite values, the best above zero's."
            )

    def _usable(self) -> bool:
        every = [*self.values.values(), self.zero]
        return all(math.isfinite(each) for each in every) and self.best > self.zero

    def _worth(self, values: Sequence[float]) -> float:
        return math.fsum(w * v for w, v in zip(self.weights, values, strict=False))

    def judge(self, answer: object, why: Mapping[Any, str]) -> Outcome:
        """Return what an answer earns, and what it gives up."""
        chosen = self._chosen(answer)
        if isinstance(chosen, str):
            return Outcome(0.0, chosen)
        worth = self._worth([self.values[name] for name in chosen])
        lost = self.best - worth
        if lost <= max(self.tie, 1e-9 * abs(self.best)):
            return Outcome(1.0, NOTHING_LOST)
        share = min(max((worth - self.zero) / (self.best - self.zero), 0.0), 1 - 1e-9)
        mean = ", on average over the places there may be" if self.rank > 1 else ""
        told = f"Your answer gives up {_amount(lost)} {self.unit} against the best{mean}."
        whys = {str(name): text for name, text in why.items()}
        return Outcome(share, f"{told} {whys.get(self._first(chosen), '')}".strip())

    def _first(self, chosen: Sequence[str]) -> str:
        """Return the first option that stands higher than it should."""
        ordered = sorted(self.values.values(), reverse=True)
        pairs = zip(chosen, ordered, strict=False)
        return next(
            (name for name, value in pairs if self.values[name] < value - self.tie), chosen[0]
        )

    def _chosen(self, answer: object) -> list[str] | str:
        """Return the options that an answer names, or what is wrong with it."""
        there_are = f"there are {', '.join(self.values)}"
        if not self.rank:
            name = self.names.get(_plain(answer))
            return [name] if name else f"{shown(answer)} is no option; {there_are}."
        if not (isinstance(answer, LISTS) or (type(answer) in COLUMNS and np.ndim(answer) == 1)):  # type: ignore[arg-type]
            return f"A list of {self.rank} options is asked for, and yours is a {kind(answer)}."
        given = items(answer)
        names = [self.names.get(_plain(each), "") for each in given]
        if "" in names:
            return f"{shown(given[names.index('')])} is no option; {there_are}."
        if len(names) != self.rank or len(set(names)) < self.rank:
            return f"{self.rank} different options are asked for; {there_are}."
        return names


def _plain(value: object) -> str:
    """Return an option without case, spaces, underscores and hyphens; "" for what is none."""
    if type(value) in NUMBERS and math.isfinite(number(value)):
        return f"{number(value):.12g}"
    if type(value) not in TEXTS or len(str(value)) > LONGEST:
        return ""
    return "".join(str(value).casefold().replace("_", " ").replace("-", " ").split())


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"
