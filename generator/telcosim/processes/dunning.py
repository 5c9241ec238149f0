"""Steps about overdue bills: the standard letters, and the ones that are decided."""

from dataclasses import dataclass

import numpy as np

from telcosim.actions import DUNNING_STEPS, Plan
from telcosim.calendar import DAY_S, month_start_s
from telcosim.context import Context
from telcosim.processes.billing import invoice_id
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray

STANDARD = 2
"""A reminder goes out with two open bills, the final notice with three."""

EARLY_S = 6 * 3600
"""Letters go out on the first of the month, before anybody pays."""


@dataclass(frozen=True)
class Dunned:
    """What dunning adds this month to the log-odds of paying and of leaving, and for whom."""

    who: BoolArray
    pay: FloatArray
    annoy: FloatArray


def may_be_dunned(state: State) -> BoolArray:
    """Return who has a bill that is overdue: two open ones, or more."""
    return np.asarray(state.active & (state.open_count >= 2))


def dun(ctx: Context, state: State, month: int, plan: Plan) -> Dunned:
    """Send the standard letters, and do what was decided beyond them."""
    config = ctx.config.dunning
    who = plan.where("dunning") & may_be_dunned(state)
    pay = {step: getattr(config, f"{step}_pay") for step in DUNNING_STEPS}
    annoy = {step: getattr(config, f"{step}_annoy") for step in DUNNING_STEPS}
    _record(ctx, state, month, plan, who)
    return Dunned(
        who,
        np.where(who, plan.by_offer("dunning", pay), 0.0),
        np.where(who, plan.by_offer("dunning", annoy), 0.0),
    )


def _record(ctx: Context, state: State, month: int, plan: Plan, decided: BoolArray) -> None:
    event = int(month_start_s(month)) + EARLY_S
    codes = {name: float(STANDARD + k) for k, name in enumerate(DUNNING_STEPS)}
    extra = plan.by_offer("dunning", codes).astype(np.int64)
    standard = (state.open_count > STANDARD).astype(np.int64)
    overdue = may_be_dunned(state)
    for number, (who, step) in enumerate(((overdue, standard), (decided, extra))):
        ctx.rows.add(
            "dunning_steps",
            who,
            dunning_step_id=(ctx.people.customer_id * 1000 + month) * 10 + number,
            customer_id=ctx.people.customer_id,
            invoice_id=invoice_id(ctx, state.open_month[:, 0]),
            month=month,
            event_ts=event,
            loaded_ts=event + DAY_S,
            step=step,
            overdue_cents=state.open_cents.sum(axis=1),
        )
