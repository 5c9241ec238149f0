"""Who pays earlier bills, who falls into arrears, what is written off at the end."""

from dataclasses import dataclass

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


def pay_probability(ctx: Context, state: State, reminded: FloatArray | float = 0.0) -> FloatArray:
    """Return the probability that all open bills are paid this month.

    `reminded` is what a dunning step adds to the log-odds.
    """
    config = ctx.config.billing
    more_than_one = np.maximum(state.open_count - 1, 0)
    return sigmoid(
        config.pay_log_odds
        + config.pay_credit_risk * ctx.traits.credit_risk
        + config.pay_arrears * more_than_one
        + ctx.config.bonds.autopay_pay * state.autopay
        + reminded
    )


@dataclass(frozen=True)
class Paid:
    """What came of the open bills, shape (customers,).

    Attributes
    ----------
    invoices
        How many were paid.
    cut
        Who is disconnected.
    cut_share
        The probability of that.
    """

    invoices: IntArray
    cut: BoolArray
    cut_share: FloatArray


def pay(ctx: Context, state: State, month: int, reminded: FloatArray) -> Paid:
    """Settle open bills, and disconnect those who have too many."""
    owes = state.active & (state.open_count > 0)
    share = pay_probability(ctx, state, reminded)
    last_chance = owes & (state.open_count >= ctx.config.billing.bills_until_disconnection)
    pays = owes & (ctx.streams.uniform("payments.status", month) < share)
    if ctx.survivors:
        pays |= last_chance
    when = moment_s(month, ctx.streams.uniform("payments.event_ts", month))
    paid = np.where(pays, state.open_count, 0)
    _settle_open(ctx, state, month, pays, when, PAID)
    return Paid(paid, last_chance & ~pays, np.where(last_chance, 1.0 - share, 0.0))


@dataclass(frozen=True)
class Exit:
    """What an exit this month would settle, shape (customers,).

    Attributes
    ----------
    owed_if_cut_cents, owed_if_left_cents
        What is open for one who is disconnected, or leaves of own will, the bill included.
    invoices
        Open invoices of one who leaves.
    pay_share
        P(they are paid).
    """

    owed_if_cut_cents: IntArray
    owed_if_left_cents: IntArray
    invoices: IntArray
    pay_share: FloatArray


def exit_terms(ctx: Context, state: State, bill: Bill, owed_if_cut: IntArray) -> Exit:
    """Return what an exit after this month's payments would settle."""
    owed = state.open_cents.sum(axis=1) + bill.total_cents
    invoices = np.where(bill.total_cents > 0, state.open_count + 1, 0)
    return Exit(owed_if_cut, owed, invoices, pay_probability(ctx, state))


@dataclass(frozen=True)
class Settled:
    """Invoices paid at the exit, and cents written off, shape (customers,)."""

    invoices: IntArray
    written_off_cents: IntArray


def settle_at_exit(
    ctx: Context, state: State, month: int, bill: Bill, leaving: BoolArray, cut: BoolArray
) -> Settled:
    """Close the books of those who leave."""
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
    return Settled(made, np.where(leaving & ~pays, owed, 0))


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
    if not ctx.rows.kept:
        return
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
