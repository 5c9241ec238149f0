"""When each SIM and each account came and went: the spells that every other figure stands on.

A *spell* is one unbroken stay. It begins with the first day of its first month and ends with the
last day of its last month. A customer who left and came back has a spell for each lifetime: the
first begins as a gross add, the later ones as reactivations.
"""

import numpy as np
import pandas as pd

MONTH_0 = pd.Timestamp("2023-01-01")
"""First day of month 0 of the tables' count of months."""


def month_of(dates: pd.Series, month_0: pd.Timestamp = MONTH_0) -> pd.Series:
    """Turn dates into months of history; missing dates stay missing (and make floats of all)."""
    months: pd.Series = 12 * (dates.dt.year - month_0.year) + dates.dt.month - month_0.month
    return months


def sim_spells(
    customers: pd.DataFrame,
    accounts: pd.DataFrame,
    churn_events: pd.DataFrame,
    subscriptions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put together when each SIM came and went. One row per SIM and stay.

    Parameters
    ----------
    customers
        `customer_id`, `acquired_on`: the day of the first activation.
    accounts
        `account_id`, `customer_id`, `payment_type`; one account, with one SIM, per customer. With
        `payer_account_id`, the SIM goes to the account that pays: its own, or the household's.
    churn_events
        `customer_id`, `month`, `churn_type`, `ported_out`: one row per customer and departure.
        A customer's nth departure ends the nth stay. Rows of other customers are ignored.
    subscriptions
        `customer_id`, `signed_as`, `term_start`: each term signed as win_back begins a further
        stay, with the month of its start. Without this table only first stays are known, and
        somebody who left once and came back looks gone.

    Returns
    -------
    pandas.DataFrame
        `customer_id`, `account_id`, `payment_type`, `first_month`, `last_month` (missing: still
        here), `began_as` (gross_add or reactivation), `ended_as`, `churn_type`, `ported_out` (the
        last three missing: still here). First stays in the order of `customers`, then the
        returns in that of time. Prepaid departures count in the month of the departure itself,
        not in that of the rule that found them out (for those, see `cvmkit.kpi.prepaid`).

    Raises
    ------
    ValueError
        If a departure has no stay to end, or a stay begins before the one before it has ended.
    """
    payer = "payer_account_id" if "payer_account_id" in accounts else "account_id"
    owned = accounts[["customer_id", payer, "payment_type"]].rename(columns={payer: "account_id"})
    stays = customers[["customer_id"]].assign(first_month=month_of(customers["acquired_on"]))
    stays = stays.merge(owned, on="customer_id", validate="one_to_one")
    stays = stays.assign(began_as="gross_add", stay=0)
    if subscriptions is not None:
        back = _returns(subscriptions).merge(owned, on="customer_id", validate="many_to_one")
        stays = pd.concat([stays, back[back["customer_id"].isin(stays["customer_id"])]])
    spells = stays.merge(
        _departures(churn_events, stays), "left", ["customer_id", "stay"], validate="one_to_one"
    )
    _check_order(spells)
    spells = spells.assign(ended_as=spells["last_month"].notna().map({True: "churn"}))
    return spells.drop(columns="stay")


def account_spells(spells: pd.DataFrame) -> pd.DataFrame:
    """Merge the spells of an account's SIMs: it is active while any of them is.

    Parameters
    ----------
    spells
        `account_id`, `first_month`, `last_month`. A SIM that follows in the month after
        another's last continues the account's stay. So does one that comes back in that month:
        the SIM left and was reactivated, while its account never stopped.

    Returns
    -------
    pandas.DataFrame
        One row per account and unbroken stay: `account_id`, `first_month`, `last_month`,
        `began_as`, `ended_as`. With households' shared bills among the accounts (see
        `sim_spells`), there are fewer accounts than SIMs, and an account stays on while its
        owner's SIM is gone and another is not.
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


def _returns(subscriptions: pd.DataFrame) -> pd.DataFrame:
    """Return the further stays of each customer, numbered from 1 in the order of time."""
    terms = subscriptions[subscriptions["signed_as"] == "win_back"].sort_values("term_start")
    back = terms[["customer_id"]].assign(
        first_month=month_of(terms["term_start"]), began_as="reactivation"
    )
    return back.assign(stay=back.groupby("customer_id").cumcount() + 1)


def _departures(churn_events: pd.DataFrame, stays: pd.DataFrame) -> pd.DataFrame:
    """Return each customer's departures, numbered from 0 in the order of time."""
    left = churn_events[["customer_id", "month", "churn_type", "ported_out"]]
    left = left[left["customer_id"].isin(stays["customer_id"])].sort_values(
        ["customer_id", "month"]
    )
    left = left.assign(stay=left.groupby("customer_id").cumcount())
    over = left[left["stay"] >= left["customer_id"].map(stays["customer_id"].value_counts())]
    if not over.empty:
        raise ValueError(
            f"Customer {over['customer_id'].iloc[0]} left {over['stay'].iloc[0] + 1} times and "
            "came less often. Who was won back can leave again: pass `subscriptions`, with every "
            "term, since those signed as win_back begin the further stays."
        )
    return left.rename(columns={"month": "last_month"})


def _check_order(spells: pd.DataFrame) -> None:
    """Refuse stays that overlap, or that end before they begin."""
    rows = spells.sort_values(["customer_id", "stay"])
    before = rows.groupby("customer_id")["last_month"].shift()
    early = (rows["stay"] > 0) & ~(rows["first_month"] > before)
    wrong = rows[early | (rows["last_month"] < rows["first_month"])]
    if not wrong.empty:
        raise ValueError(
            f"Stay {wrong['stay'].iloc[0] + 1} of customer {wrong['customer_id'].iloc[0]} begins "
            "before the one before it has ended, or ends before it begins. Departures lie in the "
            "month of activation or later, and returns in a later month than the departure."
        )
