"""A figure from a sample, with how far it may be off, and how large a sample must be."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

Z_95 = 1.96


@dataclass(frozen=True)
class Estimate:
    """An estimate and its standard error, in the same unit."""

    value: float
    se: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % confidence interval."""
        return self.value - Z_95 * self.se

    @property
    def high(self) -> float:
        """Upper end of the 95 % confidence interval."""
        return self.value + Z_95 * self.se


def uplift(outcome: ArrayLike, treated: ArrayLike) -> Estimate:
    """Return the effect of being assigned to treatment, p_T − p_C (share; intention to treat).

    se = √(p_T q_T / n_T + p_C q_C / n_C), with q = 1 − p. An effect only if assignment was random,
    and only with *everyone* assigned, reached or not. Incremental units are uplift times n_T.

    Parameters
    ----------
    outcome
        True or 1 where it happened; shape (customers,).
    treated
        True where assigned to treatment, False where to control; shape (customers,).
    """
    happened, arm = np.asarray(outcome, dtype=float), np.asarray(treated, dtype=bool)
    rate_t, rate_c = happened[arm].mean(), happened[~arm].mean()
    variance = rate_t * (1 - rate_t) / arm.sum() + rate_c * (1 - rate_c) / (~arm).sum()
    return Estimate(float(rate_t - rate_c), math.sqrt(variance))


def sample_size_per_arm(p1: float, p2: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Return how many customers each arm needs to tell p1 from p2 (customers, rounded up).

    [(z_{1−α/2} √(2 p̄ q̄) + z_{power} √(p1 q1 + p2 q2)) / (p1 − p2)]², two-sided, equal arms.

    Parameters
    ----------
    p1, p2
        Rates of the outcome without and with the treatment, 0 to 1, not equal.
    alpha
        Chance of finding a difference where there is none.
    power
        Chance of finding it where it is.
    """
    z = NormalDist().inv_cdf
    mean = (p1 + p2) / 2
    under_none = z(1 - alpha / 2) * math.sqrt(2 * mean * (1 - mean))
    under_some = z(power) * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return math.ceil(((under_none + under_some) / (p1 - p2)) ** 2)


def split_penalty(share: float) -> float:
    """Return a split's variance over that of two equal arms: (1/f + 1/(1 − f)) / 4."""
    return (1 / share + 1 / (1 - share)) / 4


def psi(before: ArrayLike, after: ArrayLike) -> float:
    """Return the population stability index of two distributions: Σ (p − q) ln(p / q), no unit.

    Parameters
    ----------
    before, after
        Counts or shares of the same classes, in the same order; shape (classes,). A class that
        is empty in one of them only makes the index infinite: choose coarser classes.

    Notes
    -----
    By convention, above 0.25 is an alarm. The index grows with the number of classes, and chance
    alone makes it larger in small samples, so the convention is no test.
    """
    p, q = (np.asarray(counts, dtype=float) for counts in (before, after))
    p, q = p / p.sum(), q / q.sum()
    if ((p > 0) != (q > 0)).any():
        return math.inf
    used = p > 0
    return float(((p - q)[used] * np.log(p[used] / q[used])).sum())
