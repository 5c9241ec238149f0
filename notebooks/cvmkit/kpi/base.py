"""The base and its walk: how the number of SIMs moved, month by month.

Everything stands on *spells*, one row per SIM and unbroken stay (`cvmkit.kpi.spells`). A spell
begins with the first day of its first month and ends with the last day of its last month, so a SIM
that joins and leaves in the same month is in neither the opening nor the closing base of that
month, and in both the gross adds and the churn.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

BEGAN = {"gross_add": "gross_adds", "migration": "migrations_in", "reactivation": "reactivations"}
"""How a spell can begin, and the bar of the walk that counts it."""

ENDED = {"churn": "churn", "migration": "migrations_out"}
"""How a spell can end, and the bar of the walk that counts it."""


def base_walk(spells: pd.DataFrame, months: Sequence[int] | range) -> pd.DataFrame:
    """Walk the base from opening to closing, month by month (SIMs).

    closing = opening + gross adds + migrations in + reactivations − churn − migrations out.

    Parameters
    ----------
    spells
        `first_month`, `last_month`, `began_as` (a key of `BEGAN`), `ended_as` (a key of `ENDED`,
        missing while it lasts). Filter it first for the walk of one segment.
    months
        Months to show.

    Returns
    -------
    pandas.DataFrame
        One row per month: `opening`, `gross_adds`, `migrations_in`, `reactivations`, `churn`,
        `migrations_out`, `closing`, all of them counts without sign.

    Raises
    ------
    ValueError
        If a month does not reconcile: then a spell begins or ends in a way that the walk lacks.
    """
    index = pd.Index(months, name="month")
    began = _counts(spells, "first_month", "began_as", BEGAN, index)
    ended = _counts(spells, "last_month", "ended_as", ENDED, index)
    walk = began.join(ended)
    walk.insert(0, "opening", _open_before(spells, index))
    walk["closing"] = _open_before(spells, index + 1)
    gap = walk["opening"] + began.sum(axis=1) - ended.sum(axis=1) - walk["closing"]
    if (wrong := gap[gap != 0]).any():
        raise ValueError(
            f"The walk of month {wrong.index[0]} is off by {wrong.iloc[0]} SIMs. Spells begin as "
            f"{', '.join(BEGAN)} and end as {', '.join(ENDED)}: look for others, or missing ones."
        )
    return walk


def average_base(walk: pd.DataFrame) -> pd.Series:
    """Return (opening + closing) / 2 by month (SIMs): the denominator of monthly rates."""
    return ((walk["opening"] + walk["closing"]) / 2).rename("average_sims")


def reactivation_share(walk: pd.DataFrame) -> float:
    """Return the share of reactivations in all that came (0 to 1), the walk's months together.

    Reactivations over gross adds and reactivations: what share of its "gross adds" an operator
    would report falsely if it counted every activation as a new customer. Such false acquisitions
    raise the gross adds and leave gross churn as it is, and so make SAC look low and hide that the
    same people come and go. Net churn takes them off (`monthly_churn`).

    Parameters
    ----------
    walk
        Result of `base_walk`; of `inactivity_spells` for a prepaid rule, whose mistakes come back
        as reactivations. Without any gross add or reactivation the share is not defined (NaN).
    """
    back, new = float(walk["reactivations"].sum()), float(walk["gross_adds"].sum())
    return back / (back + new) if back + new else math.nan


def base_shares(spells: pd.DataFrame, month: int, by: str = "payment_type") -> pd.Series:
    """Return each segment's share of the closing base of a month (0 to 1), such as prepaid's.

    Requires `first_month`, `last_month` and the column `by`. Secondary SIMs count like any other.
    """
    ended = spells["last_month"] <= month  # a missing last month is never at or before
    here = (spells["first_month"] <= month) & ~ended
    return spells.loc[here, by].value_counts(normalize=True).rename("share")


def _counts(
    spells: pd.DataFrame, month: str, kind: str, names: dict[str, str], index: pd.Index
) -> pd.DataFrame:
    """Count the spells that begin, or end, by month and kind."""
    kinds = spells[kind].map(names)
    table = pd.crosstab(spells[month], kinds)
    return table.reindex(index=index, columns=list(names.values()), fill_value=0).astype(int)


def _open_before(spells: pd.DataFrame, index: pd.Index) -> np.ndarray:
    """Count the spells that run across the start of each month."""
    first = np.sort(spells["first_month"].to_numpy(dtype=float))
    last = np.sort(spells["last_month"].to_numpy(dtype=float, na_value=np.inf))
    return np.searchsorted(first, index, side="left") - np.searchsorted(last, index, side="left")
