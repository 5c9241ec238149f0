"""Grading of actions (G4): what a choice of customers and actions earns, by the simulator's truth.

Expected profit, never realised draws: there is no lucky seed.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from .award import Outcome, percent
from .choices import NOBODY, Base, Choice, Limit, RuleBrokenError, read, within
from .rivals import earned, likeness, rivals

Lines = Sequence[tuple[float, float]]

ROUNDING = 1e-9
"""Sums in another order differ by less."""


def policy(
    chosen: Sequence[Any],
    profits: Sequence[pd.DataFrame],
    *,
    lines: Lines,
    reason: str,
    limit: Sequence[Limit] | Limit = None,
    against: Mapping[str, Sequence[Any]] | None = None,
    baseline: str | None = None,
    oracle: Sequence[float] | None = None,
    complete: bool = True,
) -> Outcome:
    """G4: chosen actions earn their part of what the oracle earns.

    The score is (profit − baseline) / (oracle − baseline), profits added up over the worlds.

    Parameters
    ----------
    chosen
        The learner's choice in each world, in any form that ``choices.read`` takes; mostly
        ``checks.each(function, calls)``.
    profits
        Per world, EUR of expected profit against doing nothing: one row per customer who may be
        chosen, one column per action.
    lines
        (score, share of the points), rising: the share is that of the highest score reached.
    reason
        What a choice that is not good enough overlooks.
    limit
        At most so many customers, or so many per pattern of actions; one for all worlds, or a
        list with one per world.
    against
        Name to one choice per world of policies to compare with. A Series of numbers is a score
        per customer: its highest get the best single action, as many as the limit (or the
        learner) allows. Contacting everybody and a random list, with that action, are there.
    baseline
        The policy of these that scores 0; by default doing nothing does.
    oracle
        EUR that can be earned in each world; needed where a limit has patterns.
    complete
        Whether each customer must be named, if with no action.

    Raises
    ------
    ValueError
        If the author's profits, lines or policies cannot be used, or nothing can be earned.
    """
    bases = [Base.of(table) for table in profits]
    limits: list[Limit] = [*limit] if isinstance(limit, list | tuple) else [limit] * len(bases)  # type: ignore[list-item]
    _check(lines, fits=len(chosen) == len(bases) == len(limits) > 0)
    try:
        mine = list(_read(chosen, bases, limits, complete=complete))
    except RuleBrokenError as error:
        return Outcome(0.0, f"No points while a rule is broken{error}")
    others = rivals(against or {}, bases, _sizes(mine, bases, limits))
    best = _best(bases, limits) if oracle is None else float(sum(oracle))
    least = others[baseline].eur if baseline else 0.0
    if not best > least:
        raise ValueError("In these worlds nothing can be earned beyond the baseline.")
    scores = {name: (rival.eur - least) / (best - least) for name, rival in others.items()}
    eur = earned(mine, bases)
    own = (eur - least) / (best - least)
    told = [
        f"Your choice earns {_signed(own)} of what is possible"
        f" ({eur / sum(len(base.rows) for base in bases):.2f} EUR per customer).",
        likeness(mine, own, others, scores),
    ]
    share = max((part for at, part in lines if own >= at - ROUNDING), default=0.0)
    if share < 1:
        compared = ", ".join(f"{name} {_signed(score)}" for name, score in scores.items())
        told += [reason, f"For comparison: {compared}.", _said(lines)]
    return Outcome(share, " ".join(part for part in told if part))


def _check(lines: Lines, *, fits: bool) -> None:
    if not fits:
        raise ValueError("Choices, profits and limits: one of each is needed per world.")
    rising = all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(lines))
    if not lines or not rising or lines[0][1] < 0 or lines[-1][1] != 1 or lines[0][0] < 0:
        raise ValueError(f"Lines rise in score and share, up to a share of 1; not {lines}.")


def _read(
    chosen: Sequence[Any], bases: Sequence[Base], limits: Sequence[Limit], *, complete: bool
) -> Iterator[Choice]:
    """Read the choice of each world; say in which a rule is broken."""
    for world, (answer, base, limit) in enumerate(zip(chosen, bases, limits, strict=True), start=1):
        try:
            made = read(answer, base, complete=complete)
            within(made, base, limit)
        except RuleBrokenError as error:
            where = f" (world {world} of {len(bases)})" if len(bases) > 1 else ""
            raise RuleBrokenError(f"{where}. {error}") from None
        yield made


def _sizes(mine: Sequence[Choice], bases: Sequence[Base], limits: Sequence[Limit]) -> list[int]:
    """Return how many customers a list holds: as many as are allowed, else as the learner's."""
    return [
        min(limit, len(base.rows)) if isinstance(limit, int) else int((own != NOBODY).sum())
        for own, base, limit in zip(mine, bases, limits, strict=True)
    ]


def _best(bases: Sequence[Base], limits: Sequence[Limit]) -> float:
    """Return what choosing by the truth earns, EUR: the highest gains, as many as are allowed."""
    total = 0.0
    for base, limit in zip(bases, limits, strict=True):
        if not (limit is None or isinstance(limit, int)):
            raise ValueError("With a limit per pattern, say what the oracle earns.")
        gains = np.sort(np.maximum(base.profit.max(axis=1), 0.0))[::-1]
        total += float(gains[:limit].sum())
    return total


def _said(lines: Lines) -> str:
    steps = [f"{percent(share)} from {_signed(at)}" for at, share in lines]
    return f"Of the points there are {', '.join(steps)}."


def _signed(share: float) -> str:
    return f"{100 * share:.0f} %".replace("-", "−")
