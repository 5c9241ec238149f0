"""Every customer's margin, rebuilt from the tables that a learner sees."""

from dataclasses import dataclass

import pandas as pd

from telcosim.report.records import Records

KEY = ["customer_id", "month"]


@dataclass(frozen=True)
class Line:
    """One line of the ledger: a quantity per customer and month, times a unit cost.

    Attributes
    ----------
    table, column
        Where the quantity stands; no column is to count rows.
    item
        The item of unit_costs; "" for an amount in cents that is a cost by itself.
    where
        Which rows count, as a pandas query; "" for all.
    """

    table: str
    column: str = ""
    item: str = ""
    where: str = ""

    def cost_eur(self, records: Records, eur: pd.Series, index: pd.Index) -> pd.Series:
        """Return the line's cost per customer and month of the index (EUR)."""
        rows = records.table(self.table)
        rows = rows.query(self.where) if self.where else rows
        groups = rows.groupby(KEY)
        total = groups[self.column].sum() if self.column else groups.size()
        each = eur[self.item] if self.item else 1.0
        in_eur = 0.01 if self.column.endswith("_cents") else 1.0
        return total.reindex(index, fill_value=0) * each * in_eur


LINES = (
    Line("usage_monthly", "data_mb", "data_mb"),
    Line("usage_monthly", "roaming_mb", "roaming_mb"),
    Line("usage_monthly", "voice_seconds", "voice_second"),
    Line("usage_monthly", "sms_count", "sms"),
    Line("usage_monthly", item="active_sim"),
    Line("invoices", item="invoice"),
    Line("payments", item="payment", where="status == 'paid'"),
    Line("payments", "amount_cents", where="status == 'written_off'"),
    Line("topups", "amount_cents", "topup_eur"),
    Line("care_contacts", "handling_seconds", "care_second"),
    Line("dunning_steps", item="payment_plan", where="step == 'plan'"),
    Line("benefits", "cost_cents"),
    Line("contacts", item="consent_breach", where="consent_breach"),
    *(
        Line("contacts", "", f"campaign_{c}", f"arm == 'treatment' and channel == '{c}'")
        for c in ("sms", "push", "email", "call")
    ),
)
"""What a month of a customer costs, beside what winning or keeping a handset's buyer takes."""


def difference_eur(records: Records) -> pd.Series:
    """Return the stated margin less the rebuilt one, per customer and month (EUR).

    Stated margins are rounded to the cent, so it should nowhere be above half a cent.
    """
    costs = records.table("unit_costs").set_index("item")["cost_microeur"] / 1e6
    stated = records.truth("truth_month").set_index(KEY)
    billed = records.table("invoices").groupby(KEY)["total_cents"].sum()
    charged = records.table("usage_monthly").groupby(KEY)["charged_cents"].sum()
    earned = charged.add(billed, fill_value=0).reindex(stated.index, fill_value=0)
    margin = earned / 100
    for line in LINES:
        if records.has(line.table):
            margin = margin - line.cost_eur(records, costs, stated.index)
    return stated["margin_cents"] / 100 - margin
