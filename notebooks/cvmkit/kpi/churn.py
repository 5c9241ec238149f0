"""Churn rates and what lies in them. Rates are shares from 0 to 1; tables are `cvmkit.kpi.base`'s.

A rate has a period, a numerator and a denominator. Here the period is a month, the numerator
counts departures on any day of it, and the denominator is the average of its opening and closing
base.
"""

import math

import pandas as pd

from cvmkit.kpi.base import average_base

EARLY_MONTHS = 3


def monthly_churn(walk: pd.DataFrame, *, net: bool = False) -> pd.Series:
    """Return churn by month: deactivations over the average base (per month).

    Parameters
    ----------
    walk
        Result of `base_walk`, of the whole base or of a segment.
    net
        Take the month's reactivations off the deactivations. The rate is gross otherwise. Who
        comes back has mostly left in an earlier month, so that the net rate of a month can fall
        below zero; and it flatters whoever counts a customer as lost too early.
    """
    return (_lost(walk, net) / average_base(walk)).rename("net_churn" if net else "churn")


def mean_churn(walk: pd.DataFrame, *, net: bool = False) -> float:
    """Return the churn of the walk's months taken together, each weighted by its base (per month).

    This is deactivations of all months over the sum of their average bases.
    """
    return float(_lost(walk, net).sum() / average_base(walk).sum())


def annualised(monthly: float) -> float:
    """Return the share that a year takes of a group at a constant monthly rate: 1 − (1 − c)^12.

    Not 12 c: who has left cannot leave again.
    """
    return 1 - (1 - monthly) ** 12


def monthly_from_annual(annual: float) -> float:
    """Return the constant monthly rate behind a yearly loss: 1 − (1 − A)^(1/12).

    The yearly figure must be the share of one group that leaves within the year. A reported
    "annual churn" of deactivations over the average base may be above 1, and is not such a share.
    """
    return float(1 - (1 - annual) ** (1 / 12))


def expected_tenure(monthly: float) -> float:
    """Return 1/c (months, the month of leaving included): right only if the hazard is constant.

    In a base whose hazard falls with tenure it is the expected stay neither of a joiner nor of
    a customer of today.
    """
    return 1 / monthly if monthly > 0 else math.inf


def losses(spells: pd.DataFrame, months: range) -> pd.DataFrame:
    """Return the spells that ended in churn in the given months: what the shares below divide."""
    return spells[spells["last_month"].isin(list(months)) & (spells["ended_as"] == "churn")]


def involuntary_share(lost: pd.DataFrame) -> float:
    """Return the share of departures that the operator caused, for unpaid bills (of all lost).

    Requires `churn_type`. Take one payment type: prepaid SIMs have no bills.
    """
    return float((lost["churn_type"] == "involuntary").mean())


def port_out_share(lost: pd.DataFrame) -> float:
    """Return the share of *voluntary* departures that took their number to a competitor.

    Requires `churn_type`, `ported_out`.
    """
    chosen = lost.loc[lost["churn_type"] == "voluntary", "ported_out"]
    return float(chosen.astype(bool).mean())


def early_life_share(lost: pd.DataFrame, early_months: int = EARLY_MONTHS) -> float:
    """Return the share of all departures that fell into the first months of a stay (of all lost).

    Requires `first_month`, `last_month`; the month of activation is the first. It is a share of
    losses, not the share of joiners lost early, which `hazard_by_tenure` shows. A second lifetime
    has first months of its own: keep `began_as` gross_add alone for new customers.
    """
    return float((lost["last_month"] - lost["first_month"] < early_months).mean())


def hazard_by_tenure(spells: pd.DataFrame, joined: range, until: int) -> pd.DataFrame:
    """Return the share of a cohort's remaining members that leaves in each month of tenure.

    Parameters
    ----------
    spells
        `first_month`, `last_month`, `ended_as`. Who migrates is at risk up to then, and has not
        left. Tenure counts from the start of the stay: take one `began_as` at a time, since those
        won back are another kind of joiner than new customers.
    joined
        Months of activation of the cohort. They must be months that the tables cover: of earlier
        joiners only the survivors may be on record.
    until
        Last month observed. A spell that still runs then counts as at risk up to it.

    Returns
    -------
    pandas.DataFrame
        One row per month of tenure, the month of activation being 1: `at_risk` and `left` (SIMs),
        `hazard` (left over at risk, per month).
    """
    cohort = spells[spells["first_month"].isin(list(joined))]
    ended = cohort["last_month"] <= until
    seen = cohort["last_month"].where(ended, until) - cohort["first_month"] + 1
    tenures = pd.RangeIndex(1, until - min(joined) + 2, name="tenure_month")
    ends = seen.value_counts().reindex(tenures, fill_value=0)
    gone = seen[ended & (cohort["ended_as"] == "churn")]
    left = gone.value_counts().reindex(tenures, fill_value=0)
    at_risk = ends[::-1].cumsum()[::-1]
    return pd.DataFrame({"at_risk": at_risk, "left": left, "hazard": left / at_risk})


def hazard_fall(hazards: pd.DataFrame, early: range, late: range) -> float:
    """Return by which share the aggregate hazard is lower late than early: 1 − late / early.

    Above zero, two explanations fit: customers grow loyal, or those prone to leave have left.
    With a beta-distributed constant churn, α = 1 and β = 30, the fall from month 1 to month 25
    is 1 − 31/55 = 44 %, though no customer changes.

    Parameters
    ----------
    hazards
        Result of `hazard_by_tenure`.
    early, late
        Months of tenure to pool (leavers over customer-months at risk).
    """
    first, then = (hazards.loc[list(span), ["left", "at_risk"]].sum() for span in (early, late))
    return float(1 - (then["left"] / then["at_risk"]) / (first["left"] / first["at_risk"]))


def _lost(walk: pd.DataFrame, net: bool) -> pd.Series:
    return walk["churn"] - walk["reactivations"] if net else walk["churn"]
