"""Where postpaid customers stand in their contract terms, on a stated day.

All functions take `subscriptions`: one row per subscription and term, with `subscription_id`,
`term_months` (0: prepaid, 1: month to month), `term_start`, `term_end`, `closed_on`.
"""

import pandas as pd

from cvmkit.kpi.spells import month_of

WINDOW = (-2, 3)
"""The contract window: the term ends between 2 months ago and 3 months ahead."""


def open_terms(subscriptions: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """Return the postpaid terms that run on a day: begun by then, and not closed by then.

    A term past its minimum runs on until a next term or churn closes it.
    """
    started = (subscriptions["term_start"] <= on) & (subscriptions["term_months"] > 0)
    return subscriptions[started & ~(subscriptions["closed_on"] <= on)]


def months_to_end(subscriptions: pd.DataFrame, on: pd.Timestamp) -> pd.Series:
    """Return months from the day to the end of each open postpaid term; negative once past.

    Counted in calendar months; the index is `subscription_id`.
    """
    terms = open_terms(subscriptions, on).set_index("subscription_id")
    return month_of(terms["term_end"], on).rename("months_to_end")


def out_of_contract_share(
    subscriptions: pd.DataFrame, on: pd.Timestamp, *, month_to_month: bool = True
) -> float:
    """Return the share of postpaid SIMs that may leave without a fee on the day (of postpaid SIMs).

    Parameters
    ----------
    subscriptions
        See the module.
    on
        The day; a term that ends on it is over.
    month_to_month
        Count month-to-month SIMs as out of contract; if False, they are in neither the numerator
        nor the denominator. Published figures differ in this, so say which you mean. Ofcom had
        27 % of UK mobile customers out of contract in 2019 and 25 % in 2020 (wiggin.co.uk).
    """
    terms = open_terms(subscriptions, on)
    monthly = terms["term_months"] == 1
    if month_to_month:
        return float(((terms["term_end"] <= on) | monthly).mean())
    return float((terms.loc[~monthly, "term_end"] <= on).mean())


def sim_only_share(subscriptions: pd.DataFrame, on: pd.Timestamp) -> float:
    """Return the share of postpaid SIMs whose running term came without a subsidised handset.

    The denominator is all postpaid SIMs that run on the day (0 to 1), month to month included;
    1 less the share is the handset share. A SIM counts by the term that runs, also when its
    minimum is over: a handset paid for long ago still makes no SIM-only customer until the next
    term. In the UK 27 % were SIM-only in 2017, and 54 % were forecast for 2021 (inews).

    Parameters
    ----------
    subscriptions
        See the module, and `with_handset`.
    on
        The day.
    """
    return float((~open_terms(subscriptions, on)["with_handset"].astype(bool)).mean())


def contract_shares(
    subscriptions: pd.DataFrame, on: pd.Timestamp, window: tuple[int, int] = WINDOW
) -> pd.Series:
    """Return how postpaid SIMs are spread over the states of a contract (of postpaid SIMs).

    Parameters
    ----------
    subscriptions, on
        See the module.
    window
        First and last number of months to the term's end that lie in the contract window.

    Returns
    -------
    pandas.Series
        Shares that add up to 1: `locked_in` (further from the end than the window), `in_window`,
        `past_term` (the window is over), `month_to_month`.
    """
    terms = open_terms(subscriptions, on).set_index("subscription_id")
    left = months_to_end(subscriptions, on)
    state = pd.Series("in_window", index=left.index)
    state[left > window[1]] = "locked_in"
    state[left < window[0]] = "past_term"
    state[terms["term_months"] == 1] = "month_to_month"
    states = ["locked_in", "in_window", "past_term", "month_to_month"]
    return state.value_counts(normalize=True).reindex(states, fill_value=0.0).rename("share")
