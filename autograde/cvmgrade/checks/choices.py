"""What a policy chose: who gets which action, read from an answer and held against the rules."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .kinds import (
    BOOLS,
    COLUMNS,
    HOLDERS,
    TEXTS,
    Floats,
    items,
    kind,
    numbers,
    shown,
    token,
)

NONE = "none"
NOBODY = -1
NO_ACTION = frozenset({NONE, "", "nothing"})
FIRST = 3

Choice = NDArray[np.int64]
"""Of each customer the column of the chosen action, or NOBODY; shape (customers,)."""

Limit = int | Mapping[str, int] | None
"""At most so many customers with any action; or with actions like each pattern, as "*:call"."""


class RuleBrokenError(Exception):
    """A choice breaks a rule; the message names it, and the first who break it."""


@dataclass(frozen=True)
class Base:
    """The customers of one world who may be chosen, and what each action earns with each.

    Attributes
    ----------
    profit
        EUR of expected profit against doing nothing, shape (customers, actions).
    rows
        Row by customer.
    """

    profit: Floats
    actions: tuple[str, ...]
    rows: Mapping[Hashable, int]

    @classmethod
    def of(cls, table: pd.DataFrame) -> "Base":
        """Read a table: one row per customer, one column per action, doing nothing left out.

        Raises
        ------
        ValueError
            If it holds no finite numbers, or a customer twice.
        """
        table = table.drop(columns=[name for name in table.columns if name in NO_ACTION])
        profit = numbers(table)
        rows = {token(label): k for k, label in enumerate(items(table.index))}
        if profit is None or not np.isfinite(profit).all():
            raise ValueError("Profits are finite numbers.")
        if len(rows) != len(table) or None in rows:
            raise ValueError("Profits need one row per customer, by the customer's id.")
        if not profit.size:
            raise ValueError("There is nobody to choose, or no action.")
        return cls(profit, tuple(str(name) for name in table.columns), rows)

    def earned(self, chosen: Choice) -> float:
        """Return the expected profit of chosen columns, shape (customers,), NOBODY for none."""
        who = np.flatnonzero(chosen != NOBODY)
        return float(self.profit[who, chosen[who]].sum())


def read(answer: object, base: Base, *, complete: bool) -> Choice:
    """Return the chosen column of ``base.profit`` for each of its customers, NOBODY for none.

    Parameters
    ----------
    answer
        Customer to action as a Series or dict, or a DataFrame with customer_id and action. Where
        there is only one action, also a list of the customers who get it, or truth values in
        place of its name. A Series of numbers is such a list.
    complete
        Whether each customer must be named, if with no action.

    Raises
    ------
    RuleBrokenError
        If somebody is named who may not be, or twice; if an action is not known.
    """
    customers, actions = _pairs(answer, base)
    places = [base.rows.get(token(each), NOBODY) for each in customers]
    _refuse("not among those who may be chosen", customers, [place == NOBODY for place in places])
    again = pd.Series(places, dtype=np.int64).duplicated().tolist()
    _refuse("named twice: one action each", customers, again)
    if actions is None:
        codes: list[int | None] = [0] * len(places)
    else:
        codes = [_code(each, base.actions) for each in actions]
        _refuse("no action on offer", actions, [code is None for code in codes])
        if complete and len(places) < len(base.rows):
            lacking = len(base.rows) - len(places)
            raise RuleBrokenError(f"{lacking} customers are missing; name {NONE} for no action.")
    chosen = np.full(len(base.rows), NOBODY)
    chosen[places] = codes
    return chosen


def within(chosen: Choice, base: Base, limit: Limit) -> None:
    """Raise ``RuleBrokenError`` if more customers are chosen than a limit allows."""
    limits = {"*": limit} if isinstance(limit, int) else limit or {}
    for pattern, most in limits.items():
        like = [k for k, action in enumerate(base.actions) if fnmatchcase(action, pattern)]
        count = int(np.isin(chosen, like).sum())
        if count > most:
            what = "" if pattern == "*" else f" with {pattern.replace('*', '').strip(':')}"
            raise RuleBrokenError(f"{count} customers{what} are chosen, and {most} are allowed.")


def _pairs(answer: Any, base: Base) -> tuple[list[Any], list[Any] | None]:
    """Return customers and their actions side by side; no actions if it only names customers."""
    if type(answer) is pd.DataFrame:
        there = {token(name): k for k, name in enumerate(items(answer.columns))}
        if not {token("customer_id"), token("action")} <= set(there):
            raise RuleBrokenError("The table needs the columns customer_id and action.")
        who, what = (items(answer.iloc[:, there[token(n)]]) for n in ("customer_id", "action"))
        return who, what
    if isinstance(answer, dict):
        return [*dict.keys(answer)], [*dict.values(answer)]
    if type(answer) is pd.Series and numbers(answer) is None:
        return items(answer.index), items(answer)
    flat = isinstance(answer, HOLDERS) or (type(answer) in COLUMNS and np.ndim(answer) == 1)
    if flat and len(base.actions) == 1:
        return items(answer), None
    wanted = "The customers to contact" if len(base.actions) == 1 else "An action per customer"
    raise RuleBrokenError(f"{wanted}: that is asked for, and your answer is a {kind(answer)}.")


def _code(value: object, actions: tuple[str, ...]) -> int | None:
    """Return the number of an action, NOBODY for no action, None for what is none."""
    if token(value) == token(None) or (type(value) in BOOLS and not value):
        return NOBODY
    if type(value) in BOOLS:
        return 0 if len(actions) == 1 else None
    name = str(value).strip() if type(value) in TEXTS else None
    if name in NO_ACTION:
        return NOBODY
    return actions.index(name) if name in actions else None


def _refuse(what: str, values: list[Any], flags: list[bool]) -> None:
    """Raise with the first of those values that are flagged."""
    wrong = [shown(value) for value, flag in zip(values, flags, strict=True) if flag]
    if wrong:
        first = ", ".join(wrong[:FIRST])
        raise RuleBrokenError(
            f"{len(wrong)} of your entries {'is' if len(wrong) == 1 else 'are'} {what}: "
            f"{first}{' …' if wrong[FIRST:] else ''}."
        )
