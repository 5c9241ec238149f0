"""A launch that cannibalises: a cheap tariff that those past their term move down to."""

import numpy as np

from telcosim.context import Context
from telcosim.maths import sigmoid, to_int
from telcosim.processes import contracts
from telcosim.state import State

FEE_CUT = 0.20
"""By which the launched tariff undercuts the one that is left (assumption)."""

MOVES, MOVES_PRICE = -2.2, 0.8
"""Log-odds of moving down in a month, and more per sd of price sensitivity (assumption)."""


def move_down(ctx: Context, state: State, month: int) -> None:
    """Let those who are free to, and care for the price, move down from the launch on."""
    if month < ctx.config.organisation.launch_month:
        return
    free = (state.term_months == 1) | (state.term_end <= month)
    who = state.active & ~ctx.people.prepaid & free & (state.term_start < month)
    who &= state.signed_as != contracts.LAUNCH
    wish = sigmoid(MOVES + MOVES_PRICE * ctx.traits.price_sensitivity)
    who &= ctx.streams.uniform("subscriptions.launch", month) < wish
    fee = to_int(np.asarray(state.fee_cents * (1.0 - FEE_CUT)))
    contracts.amend(ctx, state, who, month, contracts.LAUNCH, fee_cents=fee)
