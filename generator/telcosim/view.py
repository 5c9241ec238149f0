"""What the operator sees of its customers at the start of a month: no trait, no future."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from telcosim.actions import CHANNELS
from telcosim.context import Context
from telcosim.maths import to_int
from telcosim.processes import bonds
from telcosim.schema import NULL
from telcosim.schema.learner import VIEW
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray

WINDOW = (-2, 3)
"""Months to the end of the term within which a customer counts as at its end."""

MIN_TENURE = 3
"""Months; before that the retention programme leaves customers alone."""

LONG_MONTHS, SHORT_MONTHS = 12, 3


@dataclass
class View:
    """The customers of a block at the start of a month.

    Attributes
    ----------
    month
        The month that begins.
    """

    ctx: Context = field(repr=False)
    state: State = field(repr=False)
    month: int

    @property
    def size(self) -> int:
        """Number of customer slots in the block."""
        return self.ctx.streams.size

    @cached_property
    def columns(self) -> dict[str, IntArray]:
        """The columns of `telcosim.schema.learner.VIEW`, as whole numbers, shape (customers,)."""
        state, ctx, month = self.state, self.ctx, self.month
        prepaid = ctx.people.prepaid
        tenure = month - state.joined
        seen = np.clip(np.minimum(tenure, month), 1, SHORT_MONTHS)
        term = ~prepaid & (state.term_months > 1)
        to_end = state.term_end - month
        in_window = term & (to_end >= WINDOW[0]) & (to_end <= WINDOW[1])

        total = self._total

        values = {
            "prepaid": prepaid,
            "tenure_months": tenure,
            "arpu_cents": to_int(total("revenue_cents") / seen),
            "margin_cents": to_int(total("margin_cents") / seen),
            "months_to_end": np.where(term, to_end, NULL),
            "in_window": in_window,
            "past_term": ~prepaid & ~in_window & ((to_end < 0) | (state.term_months == 1)),
            "complaint_3m": total("complaints") > 0,
            "bill_shock_3m": total("shocks") > 0,
            "late_topup": prepaid & ~state.topped_up,
            "usage_trend": self._usage_trend(tenure),
            "data_mb": to_int(total("data_mb") / seen),
            "page_views_3m": total("page_views"),
            "port_codes_3m": total("port_codes"),
            "logins_3m": total("logins"),
            "care_contacts_12m": total("care_contacts", LONG_MONTHS),
            "coupons_12m": total("coupons", LONG_MONTHS),
            "own_changes_12m": total("own_changes", LONG_MONTHS),
            "idle_months": month - state.changed,
            "device_age_months": month - state.device_since,
            "open_bills": state.open_count,
            "bundled": bonds.bundled(ctx, month),
            "gold": state.gold_until > month,
            "contacts_3m": total("contacts"),
        }
        return {c.name: np.asarray(values[c.name], dtype=np.int64) for c in VIEW}

    def _total(self, name: str, months: int = SHORT_MONTHS) -> IntArray:
        """Add up the last months that the operator knows of."""
        whole, part = divmod(self.ctx.config.organisation.data_late_days, 30)
        known = self.state.last(name, self.month - whole, months)
        if not part:
            return known
        older = self.state.last(name, self.month - whole - 1, months)
        return np.where(self.lottery("late") < part / 30, older, known)

    def _usage_trend(self, tenure: IntArray) -> IntArray:
        known = np.clip(np.minimum(tenure, self.month), 1, LONG_MONTHS)
        short = self._total("data_mb")
        before = self._total("data_mb", LONG_MONTHS) - short
        recent = (short + 1.0) / np.minimum(known, SHORT_MONTHS)
        earlier = (before + 1.0) / np.maximum(known - SHORT_MONTHS, 1)
        return to_int(np.where(known > SHORT_MONTHS, 1000.0 * np.log(recent / earlier), 0.0))

    @cached_property
    def may_be_contacted(self) -> BoolArray:
        """Whether the customer is active, not vulnerable, and has consented in every channel.

        An operator that breaches consent contacts some of the others too.
        """
        breached = self.ctx.config.organisation.consent_breaches
        consents = self.state.consent.all(axis=1)
        if breached:
            consents = consents | (self.lottery("consent") < breached)
        return np.asarray(self.state.active & ~self.ctx.people.vulnerable & consents)

    @cached_property
    def eligible(self) -> BoolArray:
        """Whether the retention programme may choose the customer, shape (customers,).

        At the end of the term or past it, after a complaint or a bill shock, or with a top-up
        overdue; with consent, and not new.
        """
        seen = self.columns
        reasons = ("in_window", "past_term", "complaint_3m", "bill_shock_3m", "late_topup")
        reason = np.any([seen[name] > 0 for name in reasons], axis=0)
        return np.asarray(self.may_be_contacted & reason & (seen["tenure_months"] >= MIN_TENURE))

    def lottery(self, name: str) -> FloatArray:
        """Return one uniform per customer for this month, the same under every policy."""
        return self.ctx.streams.uniform(f"policy.{name}", self.month)

    def frame(self) -> pd.DataFrame:
        """Return the view as a learner's table: one row per customer slot of the block.

        The columns of campaign_selections in their natural units, and `customer_id`, `active`,
        `eligible` and `consent_sms` and so on for each channel.
        """
        data = natural(pd.DataFrame(self.columns))
        data.insert(0, "customer_id", self.ctx.people.customer_id)
        data["active"] = self.state.active
        data["eligible"] = self.eligible
        for k, channel in enumerate(CHANNELS):
            data[f"consent_{channel}"] = self.state.consent[:, k]
        return data


def natural(selections: pd.DataFrame) -> pd.DataFrame:
    """Return view columns in natural units: EUR, GB, log units; missing months as NaN."""
    data = selections.copy()
    for column in VIEW:
        if column.kind == "bool":
            data[column.name] = data[column.name].astype(bool)
    ends = data["months_to_end"].astype("float64")
    data["months_to_end"] = ends.mask(ends == NULL)
    data["months_past"] = (-data["months_to_end"]).clip(lower=0).fillna(0)
    data["arpu_eur"] = data.pop("arpu_cents") / 100
    data["margin_eur"] = data.pop("margin_cents") / 100
    data["data_gb"] = data.pop("data_mb") / 1000
    data["usage_trend"] = data["usage_trend"] / 1000
    return data
