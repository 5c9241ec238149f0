"""Former customers: some come back unasked, some for an offer; a second lifetime is another one."""

import numpy as np

from telcosim.calendar import DAY_S, month_start_s
from telcosim.context import Context
from telcosim.market import UNLIMITED
from telcosim.maths import sigmoid, to_int
from telcosim.processes import contracts
from telcosim.schema import NULL
from telcosim.state import NEVER_LOST, State
from telcosim.streams import BoolArray, FloatArray, IntArray

DISCOUNT, UPGRADE, BOTH = range(3)
A_YEAR = 12
MORNING_S = 7 * 3600


def bring_back(ctx: Context, state: State, month: int) -> None:
    """Write to those who left some months ago, by lot, and start second lifetimes."""
    if ctx.survivors:
        return
    plan = ctx.config.winback
    gone = ~state.active & (state.lost > NEVER_LOST) & ~state.returned
    away = month - state.lost
    willing = plan.price * ctx.traits.price_sensitivity
    unasked = ctx.streams.uniform("winback_offers.unasked", month) < sigmoid(plan.unasked + willing)
    asked = gone & (away == plan.after) & ctx.people.marketing_consent & ~ctx.people.vulnerable
    offer = _offers(ctx, asked, month)
    base = np.array([plan.discount, plan.upgrade, plan.both, -np.inf])[offer]
    accepts = ctx.streams.uniform("winback_offers.accepted", month) < sigmoid(base + willing)
    accepts &= offer >= 0
    _record(ctx, month, asked, offer, accepts)
    returns = accepts | (gone & unasked & (away >= 1) & (away <= A_YEAR))
    _restart(ctx, state, month, returns, np.where(accepts, offer, -1))


def _offers(ctx: Context, asked: BoolArray, month: int) -> IntArray:
    """Return the offer of each former customer by lot, -1 for control and all others."""
    control = ctx.config.winback.control_share
    lot = ctx.streams.uniform("winback_offers.arm", month)
    share = (lot - control) / max(1.0 - control, 1e-9)
    drawn = np.minimum(np.floor(3 * share).astype(np.int64), BOTH)
    return np.where(asked & (lot >= control), drawn, -1)


def _restart(ctx: Context, state: State, month: int, who: BoolArray, offer: IntArray) -> None:
    """Start the second lifetime: a new term, a new view of the operator, nothing carried over."""
    plan = ctx.config.winback
    state.active |= who
    state.returned |= who
    cut = np.where((offer == DISCOUNT) | (offer == BOTH), 1.0 - plan.fee_cut, 1.0)
    up = who & ((offer == UPGRADE) | (offer == BOTH)) & ~ctx.people.prepaid
    contracts.sign_again(ctx, state, month, who, contracts.WIN_BACK)
    bigger = np.minimum(state.tariff + 1, UNLIMITED)
    state.change(up, tariff=bigger)
    state.change(
        who,
        fee_cents=to_int(state.fee_cents * cut),
        joined=month,
        exit_intention=ctx.streams.normal("winback_offers.exit_intention", month),
        second_life=_second_life(ctx, offer),
        **dict.fromkeys(("satisfaction", "fatigue", "bill_mean"), 0.0),
        **dict.fromkeys(("shift_until", "nudge_until", "notice_until", "benefit_until"), 0),
        **dict.fromkeys(("addon_until", "gold_until", "moved_until"), 0),
    )
    state.topped_up |= who
    for values in state.recent.values():
        values[:, who] = 0


def _second_life(ctx: Context, offer: IntArray) -> FloatArray:
    """Return what the return adds to the log-odds of leaving once more."""
    plan = ctx.config.winback
    by_offer = np.array([0.0, plan.second_life_upgrade, plan.second_life_both, 0.0])[offer]
    own = plan.second_life_price * ctx.traits.price_sensitivity
    return np.asarray(plan.second_life + own + by_offer)


def _record(
    ctx: Context, month: int, asked: BoolArray, offer: IntArray, accepts: BoolArray
) -> None:
    event = int(month_start_s(month)) + MORNING_S
    ctx.rows.add(
        "winback_offers",
        asked,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=event,
        loaded_ts=event + DAY_S,
        arm=(offer < 0).astype(np.int64),
        offer=np.where(offer < 0, NULL, offer),
        accepted=accepts,
    )
