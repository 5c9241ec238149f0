"""What winning and keeping customers takes of service revenue, by `cvmkit.kpi`."""

from inspect import signature

from cvmkit import kpi
from telcosim.report.measures import Measures, newer


def sac_src_share(measures: Measures) -> float:
    """Return acquisition and retention cost of the history over its service revenue (0 to 1).

    Handsets that come with a term belong to either, depending on the term; the sum is the same.
    """
    tables = measures.records.table
    costs = tables("unit_costs")
    joined = measures.spells[measures.spells["first_month"] >= 0]
    extra = {}
    # Commission depends on the channel of acquisition, which the customers' table holds.
    if "customers" in signature(kpi.acquisition_cost_eur).parameters:
        extra["customers"] = tables("customers")
    won = kpi.acquisition_cost_eur(joined, costs, **extra).sum()
    kept = kpi.retention_cost_eur(tables("benefits"), tables("contacts"), costs).sum()
    if (costs["item"] == "handset_subsidy").any():
        kept += newer("handset_cost_eur")(tables("subscriptions"), costs).to_numpy().sum()
    return kpi.sac_src_share(float(won), float(kept), float(measures.revenue["revenue_eur"].sum()))
