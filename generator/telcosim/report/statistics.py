"""The few statistics that the truth checks and the difficulty card need."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def excess(happened: ArrayLike, chance: ArrayLike) -> float:
    """Return by how many standard errors more events happened than their chances say.

    Events are independent given their chances: the variance is the sum of p (1 − p).
    """
    y, p = np.asarray(happened, dtype=float), np.asarray(chance, dtype=float)
    return float((y - p).sum() / max(np.sqrt((p * (1 - p)).sum()), 1e-12))


def imbalance(known: pd.DataFrame, treated: ArrayLike, propensity: ArrayLike) -> pd.Series:
    """Return how unequal the arms are in each column, in standard errors of the draw itself.

    Σ (t − e)(x − x̄) over its standard deviation √Σ e (1 − e)(x − x̄)², which is exact when
    each row is treated with its known propensity e.
    """
    t, e = np.asarray(treated, dtype=float), np.asarray(propensity, dtype=float)
    centred = known - known.mean()
    error = np.sqrt((centred**2).mul(e * (1 - e), axis=0).sum())
    gap: pd.Series = centred.mul(t - e, axis=0).sum() / error
    return gap


def weighted_effect(
    happened: ArrayLike, treated: ArrayLike, propensity: ArrayLike
) -> tuple[float, float]:
    """Return the mean effect by inverse-propensity weighting (Horvitz–Thompson), and its error."""
    y, t = np.asarray(happened, dtype=float), np.asarray(treated, dtype=bool)
    e = np.asarray(propensity, dtype=float)
    parts = np.where(t, y / e, -y / (1 - e))
    return float(parts.mean()), float(parts.std() / np.sqrt(len(parts)))


def survival(duration: ArrayLike, ended: ArrayLike, horizon: int) -> FloatArray:
    """Return the Kaplan–Meier share still there after 1, 2, … `horizon` months.

    The product over months of one less leavers over those at risk; who is no longer observed
    counts as at risk up to then. Ten lines, so no library is asked for them.
    """
    seen, gone = np.asarray(duration), np.asarray(ended, dtype=bool)
    months = np.arange(1, horizon + 1)
    at_risk = np.array([(seen >= m).sum() for m in months])
    left = np.array([(gone & (seen == m)).sum() for m in months])
    return np.asarray(np.cumprod(1 - left / np.maximum(at_risk, 1)))


def auc(score: ArrayLike, happened: ArrayLike) -> float:
    """Return the chance that a row where it happened ranks before one where it did not."""
    y = np.asarray(happened, dtype=bool)
    rank = pd.Series(np.asarray(score, dtype=float)).rank().to_numpy()
    n = y.sum()
    return float((rank[y].sum() - n * (n + 1) / 2) / (n * (~y).sum()))


def gain_curve(score: ArrayLike, gain: ArrayLike) -> FloatArray:
    """Return what is gained per row of the base by treating the highest scores first.

    Entry k is the sum of the k highest-ranked rows' gains over the number of rows, from 0 up.
    """
    order = np.argsort(-np.asarray(score, dtype=float), kind="stable")
    gained = np.cumsum(np.asarray(gain, dtype=float)[order]) / len(order)
    return np.concatenate([[0.0], gained])


def qini(curve: FloatArray) -> float:
    """Return the area between a gain curve and the straight line to its end."""
    line = np.linspace(0.0, curve[-1], len(curve))
    return float((curve - line).mean())
