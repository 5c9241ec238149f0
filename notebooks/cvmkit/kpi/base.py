"""The base and its walk: who was a customer when, and how the number of SIMs moved.

Everything stands on *spells*: one row per SIM and unbroken stay. A spell begins with the first
day of its first month and ends with the last day of its last month, so a SIM that joins and leaves
in the same month is in neither the opening nor the closing base of that month, and in both the
gross adds and the churn.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

MONTH_0 = pd.Timestamp("2023-01-01")
"""First day of month 0 of the tables' count of months."""

BEGAN = {"gross_add": "gross_adds", "migration": "migrations_in", "reactivation": "reactivations"}
"""How a spell can begin, and the bar of the walk that counts it."""

ENDED = {"churn": "churn", "migration": "migrations_out"}
"""How a spell can end, and the bar of the walk that counts it."""


def month_of(dates: pd.Series, month_0: pd.Timestamp = MONTH_0) -> pd.Series:
    """Turn dates into months of history; missing dates stay missing (and make floats of all)."""
    months: pd.Series = 12 * (dates.dt.year - month_0.year) + dates.dt.month - month_0.month
    return months


def sim_spells(
    customers: pd.DataFrame, accounts: pd.DataFrame, churn_events: pd.DataFrame
) -> pd.DataFrame:
    """Put together when each SIM came and went. One row per SIM and stay.

    Parameters
    ----------
    customers
        `customer_id`, `acquired_on`: the day of activation.
    accounts
        `account_id`, `customer_id`, `payment_type`; one account, with one SIM, per customer.
    churn_events
        `customer_id`, `month`, `churn_type`, `ported_out`: one row per customer who left.

    Returns
    -------
    pandas.DataFrame
        `customer_id`, `account_id`, `payment_type`, `first_month`, `last_month` (missing: still
        here), `began_as`, `ended_as`, `churn_type`, `ported_out` (the last three missing: still
        here). Prepaid departures count in the month of the departure itself, not in that of
        the rule that found them out (for those, see `cvmkit.kpi.prepaid`).
    """
    left = churn_events[["customer_id", "month", "churn_type", "ported_out"]]
    spells = customers[["customer_id"]].assign(first_month=month_of(customers["acquired_on"]))
    owned = accounts[["customer_id", "account_id", "payment_type"]]
    spells = spells.merge(owned, on="customer_id", validate="one_to_one")
    spells = spells.merge(left, on="customer_id", how="left", validate="one_to_one")
    spells = spells.rename(columns={"month": "last_month"}).assign(began_as="gross_add")
    return spells.assign(ended_as=spells["last_month"].notna().map({True: "churn"}))


def account_spells(spells: pd.DataFrame) -> pd.DataFrame:
    """Merge the spells of an account's SIMs: it is active while any of them is.

    Parameters
    ----------
    spells
        `account_id`, `first_month`, `last_month`. A SIM that follows in the month after
        another's last continues the account's stay.

    Returns
    -------
    pandas.DataFrame
        One row per account and unbroken stay: `account_id`, `first_month`, `last_month`,
        `began_as`, `ended_as`.
    """
    rows = spells.sort_values(["account_id", "first_month"])
    rows = rows.assign(end=rows["last_month"].astype(float).fillna(np.inf))
    so_far = rows.groupby("account_id")["end"].cummax().groupby(rows["account_id"]).shift()
    stay = (rows["first_month"] > so_far + 1).groupby(rows["account_id"]).cumsum().rename("stay")
    merged = rows.groupby(["account_id", stay]).agg(
        first_month=("first_month", "min"), last_month=("end", "max")
    )
    merged = merged.reset_index()
    merged["last_month"] = merged["last_month"].replace(np.inf, np.nan)
    merged["began_as"] = np.where(merged["stay"] == 0, "gross_add", "reactivation")
    merged["ended_as"] = merged["last_month"].notna().map({True: "churn"})
    return merged.drop(columns="stay")


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
