"""What accepted offers, credits of the save desk, gold status and bonuses cost, and when."""

from dataclasses import dataclass

import numpy as np

from telcosim.calendar import DAY_S, last_day_s
from telcosim.context import Context
from telcosim.maths import to_int
from telcosim.schema import vocabulary as words
from telcosim.sections import Offer
from telcosim.state import State
from telcosim.streams import BoolArray, IntArray

CREDIT, PERK, BONUS = range(len(words.OFFERS), len(words.BENEFITS))


def now_cents(offer: Offer) -> int:
    """Return what an offer costs in the month of acceptance."""
    return round(100 * offer.cost_now_eur)


def month_cents(offer: Offer) -> int:
    """Return what it costs in each later month of its run."""
    return round(100 * offer.cost_month_eur)


def grant(ctx: Context, state: State, month: int, who: BoolArray, offer: IntArray) -> IntArray:
    """Start an offer's benefit next month, in place of a running one; return the cost now.

    `offer` holds indices of retention offers; a negative one grants nothing.
    """
    who = who & (offer >= 0)
    offers = ctx.config.offers()
    now = np.array([*map(now_cents, offers), 0])[offer]
    later = np.array([*map(month_cents, offers), 0])[offer]
    months = np.array([*(o.cost_months for o in offers), 0])[offer]
    state.change(who, benefit_offer=offer, benefit_cents=later, benefit_until=month + 1 + months)
    return np.where(who, to_int(now), 0)


@dataclass(frozen=True)
class Running:
    """What running benefits cost this month, and of which offers, shape (customers,)."""

    cents: IntArray
    offer: IntArray


def running(state: State, month: int) -> Running:
    """Return the benefits that run this month."""
    runs = state.active & (state.benefit_until > month)
    return Running(np.where(runs, state.benefit_cents, 0), state.benefit_offer)


def record(ctx: Context, month: int, runs: Running, granted: IntArray, offer: IntArray) -> IntArray:
    """Write and return what offers cost this month: running ones, and one granted now."""
    return book(ctx, month, runs.cents + granted, np.where(granted > 0, offer, runs.offer))


def perks(ctx: Context, state: State, month: int) -> IntArray:
    """Write and return what gold status costs this month."""
    gold = state.active & (state.gold_until > month)
    return book(ctx, month, np.where(gold, round(100 * ctx.config.loyalty.perk_eur), 0), PERK)


def book(ctx: Context, month: int, cost: IntArray, offer: IntArray | int) -> IntArray:
    """Write and return a cost of one kind this month, shape (customers,)."""
    end = int(last_day_s(month))
    ctx.rows.add(
        "benefits",
        cost > 0,
        customer_id=ctx.people.customer_id,
        month=month,
        offer_id=offer,
        cost_cents=cost,
        event_ts=end,
        loaded_ts=end + DAY_S,
    )
    return cost
