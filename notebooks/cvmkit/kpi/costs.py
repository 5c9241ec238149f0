"""What it costs to win a customer and to keep one (EUR)."""

import math

import pandas as pd

from cvmkit.kpi.spells import month_of

ACQUIRED = ("activation", "win_back")
"""How terms come about that win a customer."""

RENEWED = ("renewal", "late_renewal")
"""How terms come about that keep one: what SRC divides by."""


def acquisition_cost_eur(
    spells: pd.DataFrame, unit_costs: pd.DataFrame, customers: pd.DataFrame | None = None
) -> pd.Series:
    """Return the cost of acquisition by month of activation (EUR), handsets not included.

    Parameters
    ----------
    spells
        `first_month`, `began_as`, `payment_type`; only gross adds cost, reactivations do not.
        Months before the records hold only those who were still there: leave them out.
    unit_costs
        `item`, `cost_microeur` with `sac_postpaid` and `sac_prepaid`, per gross add, and with
        `commission_<acquisition_channel>`, per postpaid gross add, if `customers` is given.
    customers
        `customer_id`, `acquisition_channel` (and `customer_id` in `spells`): adds the commission
        of the channel where a postpaid customer signed up. Prepaid SIMs earn none. The whole of
        SAC is this and the acquisition part of `handset_cost_eur`.

    Raises
    ------
    ValueError
        If an item that is needed has no unit cost.
    """
    joined = spells[spells["began_as"] == "gross_add"]
    cost = _cost_of("sac_" + joined["payment_type"].astype(str), unit_costs)
    if customers is not None:
        sold = joined[joined["payment_type"] == "postpaid"]
        channel = customers.set_index("customer_id")["acquisition_channel"].astype(str)
        commission = _cost_of("commission_" + sold["customer_id"].map(channel), unit_costs)
        cost = cost.add(commission, fill_value=0.0)
    return cost.groupby(joined["first_month"]).sum().rename_axis("month").rename("cost_eur")


def handset_cost_eur(subscriptions: pd.DataFrame, unit_costs: pd.DataFrame) -> pd.DataFrame:
    """Return the subsidy of the handsets that came with terms, by month of the term's start (EUR).

    Parameters
    ----------
    subscriptions
        `signed_as`, `term_start`, `with_handset`. Terms count that start in the records (month 0
        or later); a term that came about by a change of tariff or price brings no handset, though
        it may carry on the mark of the one that it follows.
    unit_costs
        `item`, `cost_microeur` with `handset_subsidy`, per handset.

    Returns
    -------
    pandas.DataFrame
        Indexed by `month`, as far as there is any: `acquisition` (activations and win-backs, part
        of SAC) and `retention` (renewals and late ones, part of SRC).

    Notes
    -----
    Subsidy counts in full in the month in which the handset is handed over, as in cash; accounts
    that spread it over the term show less at first and more later.
    """
    purpose = dict.fromkeys(ACQUIRED, "acquisition") | dict.fromkeys(RENEWED, "retention")
    month = month_of(subscriptions["term_start"])
    given = subscriptions["with_handset"].astype(bool) & (month >= 0)
    handsets = pd.crosstab(month[given], subscriptions["signed_as"].astype(str).map(purpose))
    subsidy = _cost_of(pd.Series(["handset_subsidy"]), unit_costs).iloc[0]
    handsets = handsets.reindex(columns=["acquisition", "retention"], fill_value=0)
    cost: pd.DataFrame = handsets * subsidy
    return cost.rename_axis(index="month", columns=None)


def retention_cost_eur(
    benefits: pd.DataFrame, contacts: pd.DataFrame, unit_costs: pd.DataFrame
) -> pd.Series:
    """Return the cost of the retention programme by month (EUR): its contacts and its offers.

    What SRC divides is this and the subsidy at renewal, the retention part of `handset_cost_eur`:
    `programme.add(handsets["retention"], fill_value=0.0)`. The save desk's credits, loyalty perks
    and fixed costs of the programmes are further lines; say which are in. In the Netherlands SRC
    was brought down from above 200 EUR to under half of it (tefficient, 2014 and 2015).

    Parameters
    ----------
    benefits
        `month`, `cost_cents`: what accepted offers cost in the month.
    contacts
        `month`, `programme`, `arm`, `channel`; control customers cost nothing.
    unit_costs
        `item`, `cost_microeur` with `campaign_<channel>`, per contact.
    """
    sent = contacts[(contacts["programme"] == "retention") & (contacts["arm"] == "treatment")]
    contacting = ("campaign_" + sent["channel"].astype(str)).map(_eur(unit_costs))
    offers = benefits.groupby("month")["cost_cents"].sum() / 100
    cost = offers.add(contacting.groupby(sent["month"]).sum(), fill_value=0.0)
    return cost.rename("cost_eur")


def sac_eur(acquisition_eur: float, gross_adds: int) -> float:
    """Return SAC: cost of acquisition over gross adds, not net adds (EUR per gross add).

    Take one payment type at a time: a postpaid customer with a handset costs many times what a
    prepaid SIM does. Handsets of those won back are in the acquisition part of
    `handset_cost_eur`: count the won-back in the divisor as well, or leave out both.
    """
    return acquisition_eur / gross_adds


def src_eur(retention_eur: float, renewals: int) -> float:
    """Return SRC: cost of retention over renewals, or over another stated count of the kept (EUR).

    Renewals are terms signed as one of `RENEWED` in the same months. It does not say that they
    would have left without it. Spending on SRC about what SAC is has been called the efficient
    point (tefficient, 2014 and 2015).
    """
    return retention_eur / renewals


def sac_src_share(acquisition_eur: float, retention_eur: float, revenue_eur: float) -> float:
    """Return what a period's acquisition and retention take of its service revenue (0 to 1).

    About 15 to 20 % at European operators (tefficient, 2014 and 2015).
    """
    return (acquisition_eur + retention_eur) / revenue_eur


def payback_months(sac: float, ampu: float) -> float:
    """Return SAC / AMPU (months), infinite without a margin.

    A ratio of means, right for a customer who stays and whose margin is level. It is not the
    month in which half of the joiners are paid back.
    """
    return sac / ampu if ampu > 0 else math.inf


def _eur(unit_costs: pd.DataFrame) -> pd.Series:
    """Return EUR per unit by item."""
    return unit_costs.set_index(unit_costs["item"].astype(str))["cost_microeur"] / 1_000_000


def _cost_of(items: pd.Series, unit_costs: pd.DataFrame) -> pd.Series:
    """Return what one unit of each item costs (EUR); every item must have a unit cost."""
    cost = items.map(_eur(unit_costs)).astype(float)
    if cost.isna().any():
        lacking = ", ".join(sorted(items[cost.isna()].astype(str).unique()))
        raise ValueError(f"unit_costs has no cost of {lacking}: pass the table of this operator.")
    return cost
