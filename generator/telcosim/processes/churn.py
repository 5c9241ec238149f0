"""Who leaves, by which cause, and what is on record of it."""

from dataclasses import dataclass

import numpy as np

from telcosim.calendar import DAY_S, last_day_s
from telcosim.context import Context
from telcosim.market import list_fee_cents
from telcosim.maths import choose, sigmoid
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray

EARLY_MONTHS = 6
MEAN_LOG_TENURE = 3.2
"""Logarithm of about 25 months, the tenure at which its effect is nil."""

VOLUNTARY, INVOLUNTARY = range(len(words.CHURN_TYPES))
PRICE, CONTRACT_END, SERVICE, NON_PAYMENT, SILENT, OTHER = range(len(words.CHURN_REASONS))


@dataclass(frozen=True)
class Pressure:
    """What speaks for leaving this month, shape (customers,).

    Attributes
    ----------
    log_odds
        Log-odds of leaving of one's own will, without any contact.
    at_end, past_term
        In the months around the end of the term; later than that.
    price_gap
        Logarithm of one's fee over today's list price.
    """

    log_odds: FloatArray
    at_end: BoolArray
    past_term: BoolArray
    price_gap: FloatArray


def pressure(ctx: Context, state: State, month: int) -> Pressure:
    """Add up the reasons for leaving."""
    churn, traits, prepaid = ctx.config.churn, ctx.traits, ctx.people.prepaid
    tenure = np.maximum(month - ctx.people.activation_month + 1, 1)
    to_end = state.term_end - month
    contract = ~prepaid & (state.term_months > 1)
    at_end = contract & (to_end <= 2) & (to_end >= -1)
    past_term = ~prepaid & ~at_end & (to_end < -1) | (~prepaid & (state.term_months == 1))
    gap = _price_gap(ctx, state, month)
    log_odds = (
        np.where(prepaid, churn.prepaid, churn.postpaid)
        + churn.contract_end * at_end
        + churn.past_term * past_term
        + churn.no_topup * ~state.topped_up
        + churn.early_life * (tenure <= EARLY_MONTHS)
        + churn.log_tenure * (np.log(tenure) - MEAN_LOG_TENURE)
        + churn.exit_intention * traits.exit_intention
        + churn.price_sensitivity * traits.price_sensitivity
        + churn.price_gap * gap
        + churn.bill_shock * state.shocked
        + churn.complaint * state.complained
        + churn.inertia * traits.inertia
        + churn.satisfaction * state.satisfaction
    )
    return Pressure(log_odds, at_end, past_term, gap)


def _price_gap(ctx: Context, state: State, month: int) -> FloatArray:
    today = list_fee_cents(state.tariff, np.full_like(state.tariff, month))
    comparable = ~ctx.people.prepaid & (today > 0)
    ratio = np.where(comparable, state.fee_cents, 1) / np.where(comparable, today, 1)
    return np.log(np.maximum(ratio, 1e-9))


def leave(ctx: Context, state: State, month: int, forces: Pressure, cut: BoolArray) -> BoolArray:
    """Return who leaves of their own will this month; the disconnected are not among them."""
    drawn = ctx.streams.uniform("churn_events.voluntary", month)
    chance = sigmoid(forces.log_odds + state.leaving_shift)
    return np.asarray(state.active & ~cut & (drawn < chance))


def record(ctx: Context, month: int, forces: Pressure, left: BoolArray, cut: BoolArray) -> None:
    """Write the rows of churn_events."""
    prepaid = ctx.people.prepaid
    churn = ctx.config.churn
    share = np.where(prepaid, churn.port_out_share_prepaid, churn.port_out_share_postpaid)
    ported = left & (ctx.streams.uniform("churn_events.ported_out", month) < share)
    hour = np.floor(ctx.streams.uniform("churn_events.event_ts", month) * 8 * 3600)
    event = int(last_day_s(month)) + 12 * 3600 + hour.astype(np.int64)
    silence = np.where(prepaid, churn.prepaid_inactivity_days, 1)
    ctx.rows.add(
        "churn_events",
        left | cut,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=event,
        loaded_ts=event + silence * DAY_S,
        churn_type=np.where(cut, INVOLUNTARY, VOLUNTARY),
        ported_out=ported,
        reason=_reason(ctx, month, forces, cut),
    )


def _reason(ctx: Context, month: int, forces: Pressure, cut: BoolArray) -> IntArray:
    traits = ctx.traits
    stated = choose(
        ctx.streams.uniform("churn_events.reason", month),
        [
            np.exp(0.8 * traits.price_sensitivity + 4.0 * forces.price_gap),
            2.5 * forces.at_end + 0.4 * forces.past_term,
            0.6 * np.exp(0.6 * traits.quality_sensitivity),
            0.0,
            0.0,
            0.6,
        ],
    )
    return np.where(cut, NON_PAYMENT, np.where(ctx.people.prepaid, SILENT, stated))
