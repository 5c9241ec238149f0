"""The operator's key figures, from the learner tables alone, by the functions of `cvmkit.kpi`.

Shares and rates run from 0 to 1, money is EUR.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

import pandas as pd

from cvmkit import kpi
from telcosim.report.records import Records
from telcosim.report.walk import spells_of

MONTH_0 = pd.Timestamp("2023-01-01")
"""First day of month 0."""

SUMMER = (6, 7)
"""July and August, counted from January as month 0."""


class NotMeasuredError(Exception):
    """A figure that this world's tables, or this version of cvmkit, cannot show."""


class Measures:
    """The check rows' figures of one world; tables and walks are made once."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.months = records.months
        self.end = MONTH_0 + pd.DateOffset(months=len(self.months), seconds=-1)

    @cached_property
    def spells(self) -> pd.DataFrame:
        """When each SIM came and went."""
        names = ("customers", "accounts", "churn_events", "subscriptions")
        return spells_of(self.records.tables(*names))

    @cached_property
    def walk(self) -> pd.DataFrame:
        """The walk of the whole base."""
        return kpi.base_walk(self.spells, self.months)

    def of_type(self, payment_type: str) -> pd.DataFrame:
        """Return the spells of postpaid or prepaid SIMs."""
        return self.spells[self.spells["payment_type"] == payment_type]

    @cached_property
    def revenue(self) -> pd.DataFrame:
        """Service revenue by customer and month, with the payment type."""
        tables = self.records.table
        revenue = kpi.service_revenue(tables("usage_monthly"), tables("invoices"))
        types = tables("accounts").set_index("customer_id")["payment_type"]
        return revenue.assign(payment_type=revenue["customer_id"].map(types))

    def churn(self, payment_type: str) -> float:
        """Return deactivations over the average base, per month."""
        return kpi.mean_churn(kpi.base_walk(self.of_type(payment_type), self.months))

    def prepaid_share(self) -> float:
        """Return the prepaid share of SIMs at the end."""
        return float(kpi.base_shares(self.spells, self.months[-1]).get("prepaid", 0.0))

    def arpu_eur(self, payment_type: str) -> float:
        """Return the mean of the months' ARPU."""
        walk = kpi.base_walk(self.of_type(payment_type), self.months)
        own = self.revenue[self.revenue["payment_type"] == payment_type]
        return float(kpi.arpu_eur(own, walk).mean())

    def sim_only_share(self) -> float:
        """Return the share of postpaid SIMs without a handset of the operator's, at the end."""
        share = newer("sim_only_share")(self.records.table("subscriptions"), self.end)
        return float(share)

    def out_of_contract(self) -> float:
        """Return the share of postpaid SIMs that may leave, at the end."""
        return kpi.out_of_contract_share(self.records.table("subscriptions"), self.end)

    def fall_of_hazard(self) -> float:
        """Return by which share churn is lower around month 25 of a stay than at its start."""
        new = self.spells[self.spells["began_as"] == "gross_add"]
        hazards = kpi.hazard_by_tenure(new, self.months, self.months[-1])
        if len(hazards) < 27:
            raise NotMeasuredError("It takes 27 months of history.")
        return kpi.hazard_fall(hazards, range(1, 4), range(23, 28))

    def early_share(self) -> float:
        """Return the share of losses in the first three months of a stay."""
        return kpi.early_life_share(kpi.losses(self.spells, self.months))

    def involuntary_share(self) -> float:
        """Return the share of postpaid losses that the operator caused."""
        return kpi.involuntary_share(kpi.losses(self.of_type("postpaid"), self.months))

    def bad_debt_share(self) -> float:
        """Return write-offs over service revenue, that of prepaid included."""
        return kpi.write_off_share(self.records.table("payments"), self.revenue)

    def data_sigma(self) -> float:
        """Return the spread of data use, mean of the last twelve months."""
        use = self.records.table("usage_monthly")
        late = use[use["month"] > self.months[-1] - 12].groupby("month")["data_mb"]
        return float(late.agg(kpi.lognormal_sigma).mean())

    def degree(self, payment_type: str) -> float:
        """Return with how many others a SIM of the type exchanges calls."""
        edges = self.records.table("call_edges")
        return float(newer("contacts_per_sim")(edges, self.spells)[payment_type])

    def nps(self) -> float:
        """Return the net promoter score of all answers, in points."""
        answers = self.records.table("nps_relational")["score"].dropna()
        return kpi.nps(answers).value

    def share_with(self, table: str) -> float:
        """Return the share of customers with a row of the table in a month, mean of months."""
        return float(kpi.customers_share(self.records.table(table), self.walk).mean())

    def roaming(self, *, summer: bool) -> float:
        """Return the share of SIMs with use abroad, mean of July and August or of the others."""
        share = kpi.roaming_share(self.records.table("usage_monthly"), self.walk)
        return float(share[(share.index % 12).isin(SUMMER) == summer].mean())

    def opt_out(self) -> float:
        """Return which share of text messages made people withdraw their consent."""
        tables = self.records.table
        waves = kpi.opt_out_share(tables("contacts"), tables("consents")).sum()
        return float(waves["withdrawn"] / waves["sent"])

    def acceptance(self) -> float:
        """Return acceptances of retention offers over customers reached."""
        tables = self.records.table
        rates = kpi.response_rates(tables("contacts"), tables("responses"))
        own = rates[rates.index.get_level_values("programme") == "retention"]
        if not len(own):
            raise NotMeasuredError("It has no wave of the retention programme.")
        return float(own["takers"].sum() / own["reached"].sum())

    def eligible_churn(self) -> float:
        """Return which share of the retention waves' control customers leaves in three months."""
        contacts = self.records.table("contacts")
        control = (contacts["programme"] == "retention") & (contacts["arm"] == "control")
        rows = contacts[control & (contacts["month"] <= self.months[-1] - 2)]
        if not len(rows):
            raise NotMeasuredError("It has no wave that was followed for three months.")
        return float(kpi.left_within(rows, self.records.table("churn_events")).mean())


def newer(name: str) -> Callable[..., Any]:
    """Return a key figure's function that an older cvmkit does not have."""
    if (function := getattr(kpi, name, None)) is None:
        raise NotMeasuredError(f"This version of cvmkit has no kpi.{name}.")
    return cast(Callable[..., Any], function)
