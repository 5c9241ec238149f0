"""Prepaid: how much is topped up, when, and what is spent of it."""

from dataclasses import dataclass

import numpy as np

from telcosim.calendar import moment_s
from telcosim.context import Context
from telcosim.maths import choose, sigmoid
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray

DENOMINATIONS_CENTS = np.array([500, 1000, 1500, 2000, 3000])
MOST_TOPUPS = 3


@dataclass(frozen=True)
class Spent:
    """Prepaid money of the month in cents, the share afforded, the usual top-up."""

    topped_up_cents: IntArray
    charged_cents: IntArray
    affordable: FloatArray
    usual_cents: IntArray


def top_up(ctx: Context, state: State, month: int) -> Spent:
    """Top up where the balance does not cover the month's wishes, then spend."""
    config, streams, traits = ctx.config.prepaid, ctx.streams, ctx.traits
    prepaid = state.active & ctx.people.prepaid
    wish = config.spend_median_eur * np.exp(
        config.spend_sd * traits.spend_level
        + config.spend_month_sd * streams.normal("usage_monthly.charged_cents", month)
    )
    wish_cents = np.where(prepaid, np.floor(100 * wish), 0).astype(np.int64)
    skips = streams.uniform("topups.skip", month) < sigmoid(
        config.skip_log_odds + config.skip_exit_intention * state.exit_intention
    )
    usual = _usual_amount(ctx)
    missing = np.maximum(wish_cents - state.balance_cents, 0)
    count = np.where(skips | ~prepaid, 0, np.minimum(-(-missing // usual), MOST_TOPUPS))
    added = count * usual
    balance = state.balance_cents + added
    charged = np.minimum(wish_cents, balance)
    state.balance_cents = balance - charged
    state.topped_up = ~prepaid | (count > 0) | (missing == 0)
    _record(ctx, month, count, usual)
    affordable = np.where(prepaid, charged / np.maximum(wish_cents, 1), 1.0)
    return Spent(added, charged, affordable, usual)


def _usual_amount(ctx: Context) -> IntArray:
    """Return each customer's usual denomination: one that lasts about a month."""
    leaning = ctx.traits.spend_level + 0.8 * ctx.streams.normal("topups.amount_cents")
    return DENOMINATIONS_CENTS[np.searchsorted([-0.7, 0.8, 1.5, 2.2], leaning)]


def _record(ctx: Context, month: int, count: IntArray, amount: IntArray) -> None:
    if not ctx.rows.kept:
        return
    when = np.sort(ctx.streams.uniform("topups.event_ts", month, MOST_TOPUPS), axis=1)
    where = ctx.streams.uniform("topups.channel", month, MOST_TOPUPS)
    digital = np.exp(0.9 * ctx.traits.digital_affinity)
    for k in range(MOST_TOPUPS):
        event = moment_s(month, when[:, k])
        ctx.rows.add(
            "topups",
            count > k,
            topup_id=(ctx.people.customer_id * 1000 + month) * 10 + k,
            customer_id=ctx.people.customer_id,
            month=month,
            event_ts=event,
            loaded_ts=event + 7200,
            amount_cents=amount,
            bonus_cents=0,
            channel=choose(where[:, k], [digital, 0.5 * digital, 0.8, 1.2]),
        )


def top_up_for_bonus(
    ctx: Context,
    state: State,
    month: int,
    takes: BoolArray,
    paid: IntArray,
    bonus: IntArray,
    event: IntArray,
) -> None:
    """Add a top-up made for the sake of a bonus; part of it is only brought forward."""
    state.balance_cents = state.balance_cents + np.where(takes, paid + bonus, 0)
    state.topped_up |= takes
    ctx.rows.add(
        "topups",
        takes,
        topup_id=(ctx.people.customer_id * 1000 + month) * 10 + MOST_TOPUPS,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=event,
        loaded_ts=event + 7200,
        amount_cents=paid,
        bonus_cents=bonus,
        channel=words.TOPUP_CHANNELS.index("app"),
    )
