"""The few transformations that turn parameter-free draws into the distributions of the world."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from telcosim.streams import FloatArray, IntArray


def sigmoid(log_odds: ArrayLike) -> FloatArray:
    """Turn log-odds into a probability."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(log_odds, dtype=np.float64))))


def poisson_counts(uniform: FloatArray, rate: FloatArray, at_most: int) -> IntArray:
    """Invert one uniform into a Poisson count, cut off at `at_most`.

    One uniform per customer whatever the rate is: the number of draws never depends on state.
    """
    counts = np.zeros(len(uniform), dtype=np.int64)
    mass = np.exp(-rate)
    cumulative = mass.copy()
    for k in range(1, at_most + 1):
        counts += uniform >= cumulative
        mass = mass * rate / k
        cumulative = cumulative + mass
    return counts


def choose(uniform: FloatArray, weights: Sequence[ArrayLike]) -> IntArray:
    """Pick one option per customer with probability proportional to its weight.

    `weights` holds one entry per option, a number or an array of shape (customers,).
    """
    stacked = np.stack([np.broadcast_to(np.asarray(w, float), uniform.shape) for w in weights])
    edges = np.cumsum(stacked, axis=0)
    return np.asarray((uniform * edges[-1] >= edges[:-1]).sum(axis=0), dtype=np.int64)


def to_int(values: FloatArray | IntArray) -> IntArray:
    """Round to the nearest whole number, the form in which everything leaves the simulator."""
    return np.floor(values + 0.5).astype(np.int64)


def ppm(share: FloatArray) -> IntArray:
    """Express a share or probability in parts per million."""
    return to_int(share * 1e6)
