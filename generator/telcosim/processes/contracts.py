"""Activation, contract terms and renewals."""

import numpy as np

from telcosim.calendar import month_start_day
from telcosim.context import Context
from telcosim.market import PREPAID, UNLIMITED
from telcosim.maths import sigmoid, to_int
from telcosim.processes import arrivals, handsets
from telcosim.schema import NULL
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, IntArray
from telcosim.traits import mixed

ACTIVATION, RENEWAL, LATE_RENEWAL, UPGRADE, PRICE_CHANGE, WIN_BACK, LAUNCH = range(
    len(words.SALES_REASONS)
)
TARIFF_STEPS = (-0.45, 0.60, 1.50)
"""Where the leaning to bigger tariffs steps up: about 34, 38, 20 and 8 % of sales (assumption)."""


def start_or_renew(ctx: Context, state: State, month: int) -> None:
    """Activate this month's newcomers and renew the terms of those who want to."""
    arriving = ctx.people.activation_month == month
    if month == 0:
        arriving |= ctx.people.activation_month < 0
    arriving &= ~state.active
    _activate(ctx, state, month, arriving)
    arrivals.arrive(ctx, state, month, arriving)
    on_term = state.active & ~arriving & (state.term_months > 1)
    ends_now = on_term & (state.term_end == month)
    past = on_term & (state.term_end < month)
    contract = ctx.config.contract
    base = np.where(ends_now, contract.renewal_log_odds, contract.late_renewal_log_odds)
    wish = sigmoid(base + contract.renewal_inertia * ctx.traits.inertia)
    renews = (ends_now | past) & (ctx.streams.uniform("subscriptions.renewal", month) < wish)
    close_term(ctx, state, renews, month_start_day(month))
    tariff = _next_tariff(ctx, state, month)
    reason = np.where(ends_now, RENEWAL, LATE_RENEWAL)
    start = np.full_like(state.term_start, month)
    _sign(ctx, state, month, renews, tariff, _term_length(ctx, month), start, reason)
    handsets.hand_over(ctx, state, month, renews)


def sign_again(ctx: Context, state: State, month: int, who: BoolArray, reason: int) -> None:
    """Sign a new term at the same tariff for customers who come back."""
    length = np.where(ctx.people.prepaid, 0, _term_length(ctx, month))
    start = np.full_like(state.term_start, month)
    _sign(ctx, state, month, who, state.tariff, length, start, np.full_like(start, reason))
    handsets.hand_over(ctx, state, month, who)


def close_term(ctx: Context, state: State, who: BoolArray, day: IntArray | int) -> None:
    """Write the row of the current term, closed on a day (NULL: still open)."""
    if not ctx.rows.kept:
        return
    prepaid = ctx.people.prepaid
    ctx.rows.add(
        "subscriptions",
        who,
        subscription_id=subscription_id(ctx),
        term_no=state.term_no,
        account_id=ctx.people.payer,
        customer_id=ctx.people.customer_id,
        tariff_id=state.tariff,
        signed_as=state.signed_as,
        term_months=state.term_months,
        term_start=month_start_day(state.term_start),
        term_end=np.where(prepaid, NULL, month_start_day(state.term_end)),
        closed_on=day,
        monthly_fee_cents=state.fee_cents,
        with_handset=state.with_handset,
    )


def amend(
    ctx: Context, state: State, who: BoolArray, month: int, reason: int, **changed: IntArray
) -> None:
    """Change tariff or fee within a running term, from the start of a month."""
    close_term(ctx, state, who, month_start_day(month))
    state.change(who, term_start=month, signed_as=reason, term_no=state.term_no + 1, **changed)


def subscription_id(ctx: Context) -> IntArray:
    """Return the id of each customer's SIM."""
    return np.asarray(ctx.people.customer_id * 10 + 1)


def _activate(ctx: Context, state: State, month: int, arriving: BoolArray) -> None:
    state.active |= arriving
    leaning = mixed(
        ctx.streams.normal("subscriptions.tariff"),
        (0.60, ctx.traits.data_need),
        (0.40, ctx.traits.spend_level),
        (-0.20, ctx.traits.price_sensitivity),
    )
    tariff = np.searchsorted(TARIFF_STEPS, leaning).astype(np.int64)
    length = _term_length(ctx, month=-1)
    start = np.where(ctx.people.activation_month < 0, _opening_start(ctx, length), month)
    tariff = np.where(ctx.people.prepaid, PREPAID, tariff)
    length = np.where(ctx.people.prepaid, 0, length)
    reason = np.full_like(start, ACTIVATION)
    _sign(ctx, state, -1, arriving, tariff, length, start, reason)


def _opening_start(ctx: Context, length: IntArray) -> IntArray:
    """Place the current term of those who are there at the start: running, or past its end."""
    contract = ctx.config.contract
    lapse = sigmoid(contract.past_term_log_odds + contract.past_term_inertia * ctx.traits.inertia)
    position = ctx.streams.uniform("subscriptions.term_start")
    running = -np.floor(position * np.maximum(length, 1)).astype(np.int64)
    past = contract.past_term_mean_months * ctx.streams.exponential("subscriptions.past_term")
    lapsed = ctx.streams.uniform("subscriptions.lapsed") < lapse
    start = np.where(lapsed & (length > 1), -length - to_int(past), running)
    start = np.where(length <= 1, ctx.people.activation_month, start)
    return np.maximum(start, ctx.people.activation_month)


def _term_length(ctx: Context, month: int) -> IntArray:
    contract = ctx.config.contract
    drawn = ctx.streams.uniform("subscriptions.term_months", month)
    edges = np.cumsum([contract.monthly_share if month < 0 else 0.0, contract.one_year_share])
    return np.array([1, 12, 24])[np.searchsorted(edges, drawn, side="right")]


def _next_tariff(ctx: Context, state: State, month: int) -> IntArray:
    """Move to a bigger tariff with data need, to a smaller one with price sensitivity.

    Who has the data add-on has less need of a bigger tariff: that is its cannibalisation.
    """
    contract = ctx.config.contract
    drawn = ctx.streams.uniform("subscriptions.move", month)
    need = ctx.traits.data_need - 0.5 - 1.0 * (state.addon_until > month)
    up = contract.move_up_share * sigmoid(need)
    down = contract.move_down_share * sigmoid(ctx.traits.price_sensitivity - 0.5)
    step = np.where(drawn < up, 1, np.where(drawn > 1.0 - down, -1, 0))
    return np.clip(state.tariff + step, 0, UNLIMITED)


def _sign(
    ctx: Context,
    state: State,
    stream_month: int,
    who: BoolArray,
    tariff: IntArray,
    length: IntArray,
    start: IntArray,
    reason: IntArray,
) -> None:
    contract = ctx.config.contract
    promoted = ctx.streams.uniform("subscriptions.promotion", stream_month) < (
        contract.promotion_share
        * (1.0 + contract.promotion_price_sensitivity * np.tanh(ctx.traits.price_sensitivity))
    )
    factor = np.where(promoted & (length > 1), 1.0 - contract.promotion_depth, 1.0)
    fee = to_int(ctx.market.list_fee_cents(tariff, start) * factor)
    state.change(
        who,
        tariff=tariff,
        term_months=length,
        term_start=start,
        term_end=start + np.maximum(length, 1),
        fee_cents=fee,
        signed_as=reason,
        term_no=state.term_no + 1,
    )
    handsets.come_with_term(ctx, state, stream_month, who, length)
