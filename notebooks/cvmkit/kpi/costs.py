"""What it costs to win a customer and to keep one (EUR)."""

import math

import pandas as pd


def acquisition_cost_eur(spells: pd.DataFrame, unit_costs: pd.DataFrame) -> pd.Series:
    """Return the cost of acquisition by month of activation (EUR).

    Parameters
    ----------
    spells
        `first_month`, `began_as`, `payment_type`; only gross adds cost.
    unit_costs
        `item`, `cost_microeur` with `sac_postpaid` and `sac_prepaid`, per gross add.
    """
    joined = spells[spells["began_as"] == "gross_add"]
    each = "sac_" + joined["payment_type"].astype(str)
    cost = each.map(_eur(unit_costs))
    return cost.groupby(joined["first_month"]).sum().rename_axis("month").rename("cost_eur")


def retention_cost_eur(
    benefits: pd.DataFrame, contacts: pd.DataFrame, unit_costs: pd.DataFrame
) -> pd.Series:
    """Return the cost of the retention programme by month (EUR): its contacts and its offers.

    Handset subsidy and commission at renewal belong here as well, where an operator has them.

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
    """Return SAC: cost of acquisition over gross adds, not net adds (EUR per gross add)."""
    return acquisition_eur / gross_adds


def src_eur(retention_eur: float, renewals: int) -> float:
    """Return SRC: cost of retention over renewals, or over another stated count of the kept (EUR).

    It does not say that they would have left without it.
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
