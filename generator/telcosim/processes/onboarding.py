"""The first weeks: who installs the app and who pays automatically, nudged to one of them by lot.

The app goes with those who stay anyway; automatic payment is what makes them stay.
"""

import numpy as np

from telcosim.calendar import DAY_S, month_start_s
from telcosim.context import Context
from telcosim.maths import sigmoid
from telcosim.processes import digital
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray

NONE, APP, AUTOPAY = range(len(words.ONBOARDING_ARMS))
FIRST_HOUR_S = 3600


def begin(ctx: Context, state: State, month: int, arriving: BoolArray) -> None:
    """Nudge newcomers, and set what they do; who was there before the history did it then."""
    new = arriving & (ctx.people.activation_month >= 0)
    lot = np.floor(3 * ctx.streams.uniform("onboarding.arm")).astype(np.int64)
    arm = np.where(new, lot, NONE)
    plan, traits = ctx.config.onboarding, ctx.traits
    app = plan.app + plan.app_digital * traits.digital_affinity + plan.nudge * (arm == APP)
    pays = plan.autopay + plan.autopay_inertia * traits.inertia + plan.nudge * (arm == AUTOPAY)
    installs = arriving & _happens(ctx, "app_install", sigmoid(app))
    switches = arriving & ~ctx.people.prepaid & _happens(ctx, "autopay_on", sigmoid(pays))
    state.app |= installs
    state.autopay |= switches
    event = int(month_start_s(month)) + FIRST_HOUR_S
    ctx.rows.add(
        "onboarding",
        new,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=event,
        loaded_ts=event + DAY_S,
        arm=arm,
    )


def go_on(ctx: Context, state: State, month: int) -> None:
    """Let some come to the app or to automatic payment later, and write who came to it now."""
    later = ctx.config.onboarding.later
    installs = state.active & ~state.app & _happens(ctx, "app_install", later, month)
    switches = state.active & ~state.autopay & ~ctx.people.prepaid
    switches &= _happens(ctx, "autopay_on", later, month)
    new = state.active & (ctx.people.activation_month == month)
    digital.record(ctx, month, "app_install", (installs | (new & state.app)).astype(np.int64))
    digital.record(ctx, month, "autopay_on", (switches | (new & state.autopay)).astype(np.int64))
    state.app |= installs
    state.autopay |= switches


def _happens(
    ctx: Context, event: str, chance: FloatArray | float, month: int | None = None
) -> BoolArray:
    name = f"digital_events.{event}"
    drawn = ctx.streams.uniform(name) if month is None else ctx.streams.uniform(name, month)
    return np.asarray(drawn < chance)
