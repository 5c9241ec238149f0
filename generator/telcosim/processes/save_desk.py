"""The save desk: some of those about to leave call first, and so do some who only bargain."""

from dataclasses import dataclass

import numpy as np

from telcosim.actions import RETENTION_OFFERS, SAVE_RUNGS, Plan
from telcosim.calendar import DAY_S, last_day_s
from telcosim.context import Context
from telcosim.maths import sigmoid
from telcosim.processes import benefits
from telcosim.processes.care import MOST_CONTACTS
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray

SHIFT_MONTHS = 3
OFFER_OF_RUNG = {"credit": "credit", "discount": "discount", "deep": "deep_discount"}


@dataclass(frozen=True)
class Desk:
    """The chances of a rung of the ladder, shape (customers,); 0 where there is no desk.

    Attributes
    ----------
    announce
        P(calls first | about to leave).
    saved
        P(stays | called, about to leave).
    threat
        P(calls and takes the offer | not about to leave).
    """

    announce: FloatArray
    saved: FloatArray
    threat: FloatArray

    def take(self, leaving: FloatArray) -> FloatArray:
        """Return P(takes the offer, or stays for the talk), given P(about to leave)."""
        return np.asarray(leaving * self.announce * self.saved + (1.0 - leaving) * self.threat)

    def calls(self, leaving: FloatArray) -> FloatArray:
        """Return P(calls), given P(about to leave)."""
        return np.asarray(leaving * self.announce + (1.0 - leaving) * self.threat)


def desk(ctx: Context, plan: Plan) -> Desk:
    """Return the chances; bargaining pays only where there is something to get."""
    config = ctx.config.save_desk
    who = plan.where("save_desk")
    announce = np.where(ctx.people.prepaid, config.announce_prepaid, config.announce_postpaid)
    saved = {rung: getattr(config, f"saved_{rung}") for rung in SAVE_RUNGS}
    gives = plan.by_offer("save_desk", {rung: float(rung != "talk") for rung in SAVE_RUNGS})
    threat = sigmoid(config.threat + config.threat_price * ctx.traits.price_sensitivity)
    return Desk(
        np.where(who, announce, 0.0), plan.by_offer("save_desk", saved), threat * gives * who
    )


def offer_of(plan: Plan) -> IntArray:
    """Return the retention offer that a rung gives, -1 for none."""
    codes = {r: float(RETENTION_OFFERS.index(o)) for r, o in OFFER_OF_RUNG.items()}
    return plan.by_offer("save_desk", {"talk": -1.0} | codes, -1.0).astype(np.int64)


@dataclass(frozen=True)
class Saved:
    """Calls, their seconds, who stays because of one, P(that | about to leave); (customers,)."""

    calls: BoolArray
    seconds: IntArray
    stays: BoolArray
    share: FloatArray


def take_calls(
    ctx: Context,
    state: State,
    month: int,
    plan: Plan,
    chance: FloatArray,
    leaving: BoolArray,
    cut: BoolArray,
) -> Saved:
    """Talk to the callers; those who take an offer get its benefit from next month on.

    Among survivors nobody is about to leave: there the takers are drawn given that they stay,
    and the calls are left to whoever weighs the survivors.
    """
    chances = desk(ctx, plan)
    drawn = ctx.streams.uniform("save_desk.calls", month)
    announces = leaving & (drawn < chances.announce)
    bargains = state.active & ~leaving & ~cut & (drawn < chances.threat)
    stays = announces & (ctx.streams.uniform("save_desk.saved", month) < chances.saved)
    takes = stays | bargains
    if ctx.survivors:
        staying = 1.0 - chance * (1.0 - chances.announce * chances.saved)
        takes = state.active & (drawn * staying < chances.take(chance))
        announces = bargains = np.zeros_like(takes)
    benefits.grant(ctx, state, month, takes, offer_of(plan))
    state.change(
        takes, leaving_shift=ctx.config.save_desk.saved_shift, shift_until=month + 1 + SHIFT_MONTHS
    )
    calls = announces | bargains
    _record(ctx, month, calls)
    seconds = np.where(calls, ctx.config.save_desk.call_seconds, 0)
    return Saved(calls, seconds, stays, chances.announce * chances.saved)


def _record(ctx: Context, month: int, calls: BoolArray) -> None:
    event = last_day_s(month) + np.floor(3 * 3600 * ctx.streams.uniform("save_desk.ts", month))
    ctx.rows.add(
        "care_contacts",
        calls,
        care_contact_id=(ctx.people.customer_id * 1000 + month) * 10 + MOST_CONTACTS,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=event + 8 * 3600,
        loaded_ts=event + 8 * 3600 + DAY_S,
        channel=words.CARE_CHANNELS.index("call"),
        reason=words.CARE_REASONS.index("cancellation"),
        is_complaint=0,
        handling_seconds=ctx.config.save_desk.call_seconds,
    )
