"""Contacts with customer care, and complaints."""

from dataclasses import dataclass

import numpy as np

from telcosim.calendar import DAY_S, moment_s
from telcosim.context import Context
from telcosim.maths import choose, poisson_counts, sigmoid, to_int
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray

MOST_CONTACTS = 3
MEDIAN_SECONDS = 260.0
SECONDS_BY_REASON = np.array([1.2, 1.1, 1.0, 1.3, 0.9, 1.5])
"""Handling time by reason against the median contact (assumption)."""


@dataclass(frozen=True)
class CareMonth:
    """The month's contacts, shape (customers,)."""

    contacts: IntArray
    handling_seconds: IntArray
    complained: BoolArray


def contact_care(ctx: Context, state: State, month: int, outage_hours: FloatArray) -> CareMonth:
    """Draw contacts: more after bill shocks and outages, in arrears, from the dissatisfied."""
    care, traits = ctx.config.care, ctx.traits
    rate = np.exp(
        care.log_rate
        + care.quality_sensitivity * traits.quality_sensitivity
        + care.bill_shock * _shocked(state, month)
        + care.arrears * np.minimum(state.open_count, 2) * (state.open_count > 1)
        - care.dissatisfaction * state.satisfaction
        + ctx.config.network.outage_care * outage_hours
    )
    drawn = ctx.streams.uniform("care_contacts.count", month)
    count = np.where(state.active, poisson_counts(drawn, rate, MOST_CONTACTS), 0)
    contacts = _Attributes(ctx, month, _shocked(state, month))
    complaint_share = sigmoid(
        care.complaint_log_odds
        + care.complaint_shock * contacts.shocked
        + care.complaint_quality * traits.quality_sensitivity
    )
    seconds = np.zeros_like(count)
    complained = np.zeros_like(state.active)
    for k in range(MOST_CONTACTS):
        has = count > k
        reason = contacts.reason(state, k)
        complaint = contacts.complaint[:, k] < complaint_share
        handling = contacts.seconds(reason, k)
        contacts.record(has, k, reason, complaint, handling)
        seconds += np.where(has, handling, 0)
        complained |= has & complaint
    return CareMonth(count, seconds, complained)


def _shocked(state: State, month: int) -> BoolArray:
    return np.asarray(state.last("shocks", month, 1) > 0)


class _Attributes:
    """The attributes of a customer's k-th contact in a month, drawn for all at once."""

    def __init__(self, ctx: Context, month: int, shocked: BoolArray) -> None:
        def uniform(column: str) -> FloatArray:
            return ctx.streams.uniform(f"care_contacts.{column}", month, MOST_CONTACTS)

        self.ctx, self.month, self.shocked = ctx, month, shocked
        self.when = np.sort(uniform("event_ts"), axis=1)
        self.complaint = uniform("is_complaint")
        self.why = uniform("reason")
        self.where = uniform("channel")
        self.length = ctx.streams.normal("care_contacts.handling", month, MOST_CONTACTS)

    def reason(self, state: State, k: int) -> IntArray:
        traits = self.ctx.traits
        return choose(
            self.why[:, k],
            [
                1.0 + 3.0 * self.shocked,
                0.8 * np.exp(0.5 * traits.quality_sensitivity),
                0.7 * np.exp(0.3 * traits.price_sensitivity),
                0.6,
                0.2 + 1.5 * (state.open_count > 1),
                0.25 * np.exp(0.6 * state.exit_intention),
            ],
        )

    def seconds(self, reason: IntArray, k: int) -> IntArray:
        demanding = 0.15 * self.ctx.traits.quality_sensitivity
        factor = SECONDS_BY_REASON[reason] * np.exp(0.55 * self.length[:, k] + demanding)
        return to_int(MEDIAN_SECONDS * factor)

    def record(
        self, has: BoolArray, k: int, reason: IntArray, complaint: BoolArray, handling: IntArray
    ) -> None:
        ctx, digital = self.ctx, self.ctx.traits.digital_affinity
        if not ctx.rows.kept:
            return
        event = moment_s(self.month, self.when[:, k])
        ctx.rows.add(
            "care_contacts",
            has,
            care_contact_id=(ctx.people.customer_id * 1000 + self.month) * 10 + k,
            customer_id=ctx.people.customer_id,
            month=self.month,
            event_ts=event,
            loaded_ts=event + DAY_S,
            channel=choose(
                self.where[:, k], [1.0, 0.7 * np.exp(0.8 * digital), 0.35 * np.exp(-0.3 * digital)]
            ),
            reason=reason,
            is_complaint=complaint,
            handling_seconds=handling,
        )
        ctx.rows.add(
            "complaints",
            has & complaint,
            complaint_id=(ctx.people.customer_id * 1000 + self.month) * 10 + k,
            care_contact_id=(ctx.people.customer_id * 1000 + self.month) * 10 + k,
            customer_id=ctx.people.customer_id,
            month=self.month,
            event_ts=event,
            loaded_ts=event + DAY_S,
            reason=reason,
            resolved_ts=event + DAY_S + np.floor(20 * DAY_S * self.complaint[:, k]),
        )
