"""The save desk: some of those about to leave call first, and so do some who only bargain.

Who is planned for a rung of the ladder gets it, and its benefit runs for months. All others meet
the standing desk: by lot its agents talk, or give a small or a large credit on the next bill.
"""

from dataclasses import dataclass

import numpy as np

from telcosim.actions import RETENTION_OFFERS, SAVE_RUNGS, Plan
from telcosim.calendar import DAY_S, last_day_s
from telcosim.context import Context
from telcosim.maths import sigmoid
from telcosim.processes import benefits, standing
from telcosim.processes.care import MOST_CONTACTS
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray

SHIFT_MONTHS = 3
OFFER_OF_RUNG = {"credit": "credit", "discount": "discount", "deep": "deep_discount"}


@dataclass(frozen=True)
class Desk:
    """The chances of a call, shape (customers,).

    Attributes
    ----------
    announce
        P(calls first | about to leave).
    saved
        P(stays | called, about to leave).
    threat
        P(calls and takes the offer | not about to leave).
    credit_cents
        What the standing desk gives at once to those who stay.
    """

    announce: FloatArray
    saved: FloatArray
    threat: FloatArray
    credit_cents: FloatArray

    def take(self, leaving: FloatArray) -> FloatArray:
        """Return P(takes the offer, or stays for the talk), given P(about to leave)."""
        return np.asarray(leaving * self.announce * self.saved + (1.0 - leaving) * self.threat)

    def calls(self, leaving: FloatArray) -> FloatArray:
        """Return P(calls), given P(about to leave)."""
        return np.asarray(leaving * self.announce + (1.0 - leaving) * self.threat)


def desk(ctx: Context, plan: Plan, month: int | None = None) -> Desk:
    """Return the chances; bargaining pays only where there is something to get.

    With a month, they are those of the agent and the offer drawn for it; without, the mean.
    """
    config = ctx.config.save_desk
    who = plan.where("save_desk")
    announce = np.where(ctx.people.prepaid, config.announce_prepaid, config.announce_postpaid)
    saved = {rung: getattr(config, f"saved_{rung}") for rung in SAVE_RUNGS}
    gives = plan.by_offer("save_desk", {rung: float(rung != "talk") for rung in SAVE_RUNGS})
    threat = sigmoid(config.threat + config.threat_price * ctx.traits.price_sensitivity)
    usual = standing.mean(ctx) if month is None else standing.drawn(ctx, month)
    return Desk(
        announce,
        np.where(who, plan.by_offer("save_desk", saved), usual.saved),
        threat * np.where(who, gives, usual.gives),
        np.where(who, 0, usual.credit_cents),
    )


def offer_of(plan: Plan) -> IntArray:
    """Return the retention offer that a rung gives, -1 for none."""
    codes = {r: float(RETENTION_OFFERS.index(o)) for r, o in OFFER_OF_RUNG.items()}
    return plan.by_offer("save_desk", {"talk": -1.0} | codes, -1.0).astype(np.int64)


@dataclass(frozen=True)
class Saved:
    """What came of the calls, shape (customers,).

    Attributes
    ----------
    calls, seconds
        Who called, and how long the talk was.
    stays
        Who stays because of it.
    credit_cents
        What the standing desk gave.
    desk
        The chances that were behind it.
    """

    calls: BoolArray
    seconds: IntArray
    stays: BoolArray
    credit_cents: IntArray
    desk: Desk


def take_calls(
    ctx: Context,
    state: State,
    month: int,
    plan: Plan,
    chance: FloatArray,
    leaving: BoolArray,
    cut: BoolArray,
) -> Saved:
    """Talk to the callers; those who take a rung's offer get its benefit from next month on.

    Among survivors nobody is about to leave: there the takers are drawn given that they stay,
    and calls and credits are left to whoever weighs the survivors.
    """
    chances, who = desk(ctx, plan, month), plan.where("save_desk")
    drawn = ctx.streams.uniform("save_desk.calls", month)
    announces = leaving & (drawn < chances.announce)
    bargains = state.active & ~leaving & ~cut & (drawn < chances.threat)
    stays = announces & (ctx.streams.uniform("save_desk.saved", month) < chances.saved)
    takes = stays | bargains
    if ctx.survivors:
        staying = 1.0 - chance * (1.0 - chances.announce * chances.saved)
        takes = state.active & (drawn * staying < chances.take(chance))
        announces = bargains = np.zeros_like(takes)
    benefits.grant(ctx, state, month, takes & who, offer_of(plan))
    state.change(
        takes & who,
        leaving_shift=ctx.config.save_desk.saved_shift,
        shift_until=month + 1 + SHIFT_MONTHS,
    )
    calls = announces | bargains
    credit = np.where((stays | bargains) & calls, chances.credit_cents, 0).astype(np.int64)
    when = _record(ctx, month, calls)
    standing.record(ctx, month, calls & ~who, stays | bargains, credit, when)
    seconds = np.where(calls, ctx.config.save_desk.call_seconds, 0)
    return Saved(calls, seconds, stays, credit, chances)


def _record(ctx: Context, month: int, calls: BoolArray) -> IntArray:
    into = np.floor(3 * 3600 * ctx.streams.uniform("save_desk.ts", month)).astype(np.int64)
    event = np.asarray(last_day_s(month) + 8 * 3600 + into)
    ctx.rows.add(
        "care_contacts",
        calls,
        care_contact_id=(ctx.people.customer_id * 1000 + month) * 10 + MOST_CONTACTS,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=event,
        loaded_ts=event + DAY_S,
        channel=words.CARE_CHANNELS.index("call"),
        reason=words.CARE_REASONS.index("cancellation"),
        is_complaint=0,
        handling_seconds=ctx.config.save_desk.call_seconds,
    )
    return event
