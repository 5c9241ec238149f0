"""Who leaves, by which cause, and what is on record of it."""

from dataclasses import dataclass

import numpy as np

from telcosim.calendar import DAY_S, last_day_s
from telcosim.context import Context
from telcosim.maths import choose
from telcosim.processes import bonds
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray

EARLY_MONTHS = 6
MEAN_LOG_TENURE = 3.2
"""Logarithm of about 25 months, the tenure at which its effect is nil."""

FELT_MONTHS = 3
"""Months for which a bill shock or a complaint weighs on staying (assumption)."""

VOLUNTARY, INVOLUNTARY = range(len(words.CHURN_TYPES))
PRICE, CONTRACT_END, SERVICE, NON_PAYMENT, SILENT, OTHER = range(len(words.CHURN_REASONS))


@dataclass(frozen=True)
class Pressure:
    """What speaks for leaving this month, shape (customers,), all of it known at its start.

    Attributes
    ----------
    log_odds
        Log-odds of leaving of one's own will, without any action's effect.
    at_end, past_term, shocked, complained
        In the months around the end of the term; later than that; a bill shock, a complaint in
        the last three months.
    price_gap
        Logarithm of one's fee over the best offer in the market.
    """

    log_odds: FloatArray
    at_end: BoolArray
    past_term: BoolArray
    shocked: BoolArray
    complained: BoolArray
    price_gap: FloatArray


def pressure(ctx: Context, state: State, month: int) -> Pressure:
    """Add up the reasons for leaving."""
    churn, traits, prepaid = ctx.config.churn, ctx.traits, ctx.people.prepaid
    tenure = np.maximum(month - state.joined + 1, 1)
    to_end = state.term_end - month
    contract = ~prepaid & (state.term_months > 1)
    at_end = contract & (to_end <= 2) & (to_end >= -1)
    past_term = ~prepaid & ~at_end & (to_end < -1) | (~prepaid & (state.term_months == 1))
    shocked = state.last("shocks", month, FELT_MONTHS) > 0
    complained = state.last("complaints", month, FELT_MONTHS) > 0
    gap = _price_gap(ctx, state, month)
    log_odds = (
        np.where(prepaid, churn.prepaid, churn.postpaid)
        + churn.contract_end * at_end
        + churn.past_term * past_term
        + churn.no_topup * ~state.topped_up
        + churn.early_life * (tenure <= EARLY_MONTHS)
        + churn.log_tenure * (np.log(tenure) - MEAN_LOG_TENURE)
        + churn.exit_intention * state.exit_intention
        + churn.price_sensitivity * traits.price_sensitivity
        + churn.price_gap * gap
        + churn.bill_shock * shocked
        + churn.complaint * complained
        + churn.inertia * traits.inertia
        + churn.satisfaction * state.satisfaction
        + bonds.ties(ctx, state, month)
    )
    return Pressure(log_odds, at_end, past_term, shocked, complained, gap)


def _price_gap(ctx: Context, state: State, month: int) -> FloatArray:
    today = ctx.market.list_fee_cents(state.tariff, np.full_like(state.tariff, month))
    comparable = ~ctx.people.prepaid & (today > 0)
    ratio = np.where(comparable, state.fee_cents, 1) / np.where(comparable, today, 1)
    return np.asarray(np.log(np.maximum(ratio, 1e-9)) - ctx.market.best_rival(month))


def shift(state: State, month: int) -> FloatArray:
    """Return what contacts add to the log-odds of leaving this month, of all programmes."""
    return retention_shift(state, month) + nudge(state, month)


def retention_shift(state: State, month: int) -> FloatArray:
    """Return what the retention programme's last contact adds, or the save desk's."""
    return np.where(state.shift_until > month, state.leaving_shift, 0.0)


def nudge(state: State, month: int) -> FloatArray:
    """Return what the last contact of another programme adds."""
    return np.where(state.nudge_until > month, state.nudge, 0.0)


def causes(ctx: Context, forces: Pressure) -> dict[int, FloatArray]:
    """Return the weight of each cause, given that a customer leaves."""
    traits = ctx.traits
    return {
        PRICE: np.exp(0.8 * traits.price_sensitivity + 4.0 * forces.price_gap),
        CONTRACT_END: 2.5 * forces.at_end + 0.4 * forces.past_term,
        SERVICE: 0.6 * np.exp(0.6 * traits.quality_sensitivity) + 1.5 * forces.complained,
        OTHER: np.full_like(forces.log_odds, 0.6),
    }


def leave(ctx: Context, state: State, month: int, chance: FloatArray, cut: BoolArray) -> BoolArray:
    """Return who wants to leave this month; the disconnected are not among them."""
    drawn = ctx.streams.uniform("churn_events.voluntary", month)
    return np.asarray(state.active & ~cut & (drawn < chance) & (not ctx.survivors))


def record(ctx: Context, month: int, forces: Pressure, left: BoolArray, cut: BoolArray) -> None:
    """Write the rows of churn_events."""
    if not ctx.rows.kept:
        return
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
    weights = causes(ctx, forces)
    drawn = ctx.streams.uniform("churn_events.reason", month)
    stated = np.array(list(weights))[choose(drawn, list(weights.values()))]
    return np.where(cut, NON_PAYMENT, np.where(ctx.people.prepaid, SILENT, stated))
