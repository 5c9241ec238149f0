"""Months as numbers, dates and seconds. Month 0 is January 2023; earlier months are negative."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from telcosim.streams import FloatArray, IntArray

FIRST_MONTH = np.datetime64("2023-01", "M")
DAY_S = 86_400


def month_start_day(month: ArrayLike) -> IntArray:
    """Return the first day of each month, in days since 1970-01-01."""
    months: NDArray[np.datetime64] = FIRST_MONTH + np.asarray(month, dtype="timedelta64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


def month_start_s(month: ArrayLike) -> IntArray:
    """Return the first second of each month, in seconds since 1970-01-01."""
    return np.asarray(month_start_day(month) * DAY_S)


def last_day_s(month: ArrayLike) -> IntArray:
    """Return the first second of the last day of each month."""
    return month_start_s(np.asarray(month) + 1) - DAY_S


def moment_s(month: int, uniform: FloatArray, first_day: int = 1) -> IntArray:
    """Place events in the days 1 to 27 of a month, at 8 to 20 o'clock, from one uniform each.

    `first_day` leaves out the days before it.
    """
    slot = np.floor(uniform * (28 - first_day) * 12 * 3600).astype(np.int64)
    day, second = np.divmod(slot, 12 * 3600)
    begin = month_start_s(month) + (first_day - 1) * DAY_S
    return np.asarray(begin + day * DAY_S + 8 * 3600 + second)


def month_of_year(month: int) -> int:
    """Return 1 for January up to 12 for December."""
    return month % 12 + 1
