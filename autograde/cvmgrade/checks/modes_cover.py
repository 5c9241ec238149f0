"""Grading of intervals (G3): they cover the truth as often as they claim, and are no wider."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .award import Outcome, percent
from .kinds import LISTS, items, number, numbers
from .same import same


def covers(
    intervals: object,
    truths: Any,
    level: float = 0.95,
    *,
    reason: str,
    widest: float,
    slack: float = 0.0,
    fade: float = 0.0,
    risk: float = 1e-3,
    mistakes: Mapping[str, Any] | None = None,
) -> Outcome:
    """G3: intervals cover the truth as often as they claim, and are not wider than they must be.

    Parameters
    ----------
    intervals
        The learner's, one per assignment: a list of pairs or of dicts with low and high, an array
        of shape (assignments, 2), or a DataFrame with the columns low and high. What is no finite
        pair in order covers nothing.
    truths
        What each interval should cover, one number per interval.
    level
        How often the intervals claim to cover.
    reason
        What another coverage means.
    widest
        Largest mean width that is not absurd, in the unit of the truth; without it, an interval
        that covers anything would do.
    slack
        How far the long-run coverage may lie from the level, since methods are approximate.
    fade
        How far outside the accepted band the coverage may lie until the share has fallen to 0; the
        same share of `widest`, the mean width. With 0 the check is all or nothing.
    risk
        Probability, at most, that a method of the claimed coverage is refused.
    mistakes
        Reason to the intervals of a known mistake. If the learner's are the same, it is said.

    Raises
    ------
    ValueError
        If truths or level cannot be used.
    """
    wanted = numbers(truths)
    if wanted is None or wanted.ndim != 1 or not np.isfinite(wanted).all() or not wanted.size:
        raise ValueError("Coverage needs a finite truth per interval, at least one.")
    if not (0 < level < 1 and 0 < widest < math.inf):
        raise ValueError("A level lies between 0 and 1, and the widest width is finite.")
    pairs, count = _pairs(intervals), len(wanted)
    if len(pairs) != count:
        return Outcome(0.0, f"{count} intervals are asked for; there are {len(pairs)}. {reason}")
    low, high = np.array(pairs).T
    valid = np.isfinite(low) & np.isfinite(high) & (low <= high)
    held = int((valid & (low <= wanted) & (wanted <= high)).sum())
    with np.errstate(all="ignore"):
        times = float((high - low)[valid].mean()) / widest if valid.any() else 0.0
    least, most = band(count, level, risk, slack)
    outside = max(least - held, held - most, 0) / count
    credit = _faded(outside, fade) * _faded(times - 1, fade)
    if credit == 1:
        return Outcome(1.0, f"{held} of {count} intervals cover the truth.")
    known = next((why for why, each in (mistakes or {}).items() if same(pairs, _pairs(each))), "")
    told = [f"{percent(held / count)} of your intervals cover the truth; {percent(level)} should."]
    if not valid.all():
        told += [f"{int((~valid).sum())} are none: low and high, finite, in this order."]
    if times > 1:
        told += [f"On average they are {times:.2g} times as wide as is reasonable."]
    return Outcome(credit, " ".join([*told, known or reason]))


def band(trials: int, level: float, risk: float = 1e-3, slack: float = 0.0) -> tuple[int, int]:
    """Return the fewest and the most hits that are not too rare, by exact binomial tails.

    Parameters
    ----------
    trials
        How many independent trials.
    level, slack
        The probability of a hit lies within `slack` of `level`.
    risk
        Each of the two tails that are cut off has at most half this probability.
    """
    lower, upper = (_tail(trials, each, risk) for each in (level - slack, 1 - level - slack))
    return lower, trials - upper


def _tail(trials: int, chance: float, risk: float) -> int:
    """Return the smallest number of hits that is reached with a probability above risk / 2."""
    if chance <= 0:
        return 0
    k = np.arange(trials + 1)
    log = np.array([math.lgamma(j + 1) for j in range(trials + 1)])
    chances = np.exp(
        log[-1] - log - log[::-1] + k * math.log(chance) + (trials - k) * math.log1p(-chance)
    )
    return int(np.searchsorted(np.cumsum(chances), risk / 2, side="right"))


def _pairs(intervals: Any) -> list[tuple[float, float]]:
    if type(intervals) is pd.DataFrame:
        names = [name for name in ("low", "high") if name in items(intervals.columns)]
        intervals = intervals[names].to_numpy()
    if type(intervals) is np.ndarray and intervals.ndim == 2:
        return [_pair(row) for row in intervals]
    return [_pair(each) for each in items(intervals)] if isinstance(intervals, LISTS) else []


def _pair(value: Any) -> tuple[float, float]:
    if isinstance(value, dict):
        return number(dict.get(value, "low")), number(dict.get(value, "high"))
    found = numbers(value)
    if found is None or found.shape != (2,):
        return math.nan, math.nan
    return float(found[0]), float(found[1])


def _faded(outside: float, fade: float) -> float:
    """Return 1 where nothing is outside, falling to 0 at a distance of `fade`."""
    if outside <= 0:
        return 1.0
    return max(1.0 - outside / fade, 0.0) if fade > 0 else 0.0
