"""Who pays earlier bills, who falls into arrears, what is written off at the end."""

import numpy as np

from telcosim.calendar import DAY_S, last_day_s, moment_s
from telcosim.context import Context
from telcosim.maths import sigmoid
from telcosim.processes.billing import Bill, invoice_id
from telcosim.schema import vocabulary as words
from telcosim.state import OPEN_BILLS, State
from telcosim.streams import BoolArray, FloatArray, IntArray

PAID, WRITTEN_OFF = range(len(words.PAYMENT_STATUS))
SETTLED_S = 10 * 3600


def pay_probability(ctx: Context, state: State) -> FloatArray:
    """Return the probability that all open bills are paid this month."""
    config = ctx.config.billing
    more_than_one = np.maximum(state.open_count - 1, 0)
    return sigmoid(
        config.pay_log_odds
        + config.pay_credit_risk * ctx.traits.credit_risk
        + config.pay_arrears * more_than_one
    )


def disconnection_probability(ctx: Context, state: State) -> FloatArray:
    """Return the probability of reaching the number of bills at which the line is cut."""
    last_chance = state.open_count >= ctx.config.billing.bills_until_disconnection
    return np.where(state.active & last_chance, 1.0 - pay_probability(ctx, state), 0.0)


def pay(ctx: Context, state: State, month: int) -> tuple[IntArray, BoolArray]:
    """Settle open bills; return payments made per customer, and who is disconnected."""
    owes = state.active & (state.open_count > 0)
    drawn = ctx.streams.uniform("payments.status", month)
    pays = owes & (drawn < pay_probability(ctx, state))
    when = moment_s(month, ctx.streams.uniform("payments.event_ts", month))
    limit = ctx.config.billing.bills_until_disconnection
    disconnected = owes & ~pays & (state.open_count >= limit)
    paid = np.where(pays, state.open_count, 0)
    _settle_open(ctx, state, month, pays, when, PAID)
    return paid, disconnected


def settle_at_exit(
    ctx: Context, state: State, month: int, bill: Bill, leaving: BoolArray, cut: BoolArray
) -> tuple[IntArray, IntArray]:
    """Close the books of those who leave; return payments made and cents written off."""
    drawn = ctx.streams.uniform("payments.final", month)
    pays = leaving & ~cut & (drawn < pay_probability(ctx, state))
    owed = np.where(leaving, state.open_cents.sum(axis=1) + bill.total_cents, 0)
    billed = bill.total_cents > 0
    made = np.where(pays & billed, state.open_count + 1, 0)
    when = np.full_like(state.open_count, int(last_day_s(month)) + SETTLED_S)
    for who, status in ((pays, PAID), (leaving & ~pays, WRITTEN_OFF)):
        _settle_open(ctx, state, month, who, when, status)
        final = (np.full_like(when, month), bill.total_cents)
        _record(ctx, month, who & billed, final, when, status)
    return made, np.where(leaving & ~pays, owed, 0)


def carry_over(state: State, month: int, bill: Bill, staying: BoolArray) -> None:
    """Add the month's bill to the open ones of those who stay."""
    owing = np.flatnonzero(staying & (bill.total_cents > 0))
    place = state.open_count[owing]
    state.open_month[owing, place] = month
    state.open_cents[owing, place] = bill.total_cents[owing]
    state.open_count[owing] += 1


def _settle_open(
    ctx: Context, state: State, month: int, who: BoolArray, when: IntArray, status: int
) -> None:
    for k in range(OPEN_BILLS):
        has = who & (state.open_count > k)
        bill = (state.open_month[:, k], state.open_cents[:, k])
        _record(ctx, month, has, bill, when, status)
    state.open_count = np.where(who, 0, state.open_count)
    state.open_cents[who] = 0


def _record(
    ctx: Context,
    month: int,
    who: BoolArray,
    bill: tuple[IntArray, IntArray],
    when: IntArray,
    status: int,
) -> None:
    bill_month, cents = bill
    invoice = invoice_id(ctx, bill_month)
    ctx.rows.add(
        "payments",
        who,
        payment_id=invoice * 10 + status,
        invoice_id=invoice,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=when,
        loaded_ts=when + 2 * DAY_S,
        amount_cents=cents,
        status=status,
    )
