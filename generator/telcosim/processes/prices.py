"""Price changes of running terms: a general rise, and the ones that are decided per customer.

A general rise spares those around the end of their term, unless it comes from a team that does
not ask: `organisation.uncoordinated_rise`.
"""

import numpy as np

from telcosim.actions import PRICE_CHANGES, Plan
from telcosim.context import Context
from telcosim.maths import to_int
from telcosim.processes import contracts
from telcosim.state import State
from telcosim.streams import BoolArray

WINDOW = (-2, 3)
"""Months to the end of the term that count as around it."""

NOTICE_MONTHS = 3
USUAL_RISE = 0.08


def change_prices(ctx: Context, state: State, month: int, plan: Plan) -> None:
    """Change fees from this month on; a rise is noticed for three months."""
    market = ctx.config.market
    change = plan.by_offer("price_change", PRICE_CHANGES)
    if month == market.rise_month:
        hit = ~_at_end(state, month) | bool(ctx.config.organisation.uncoordinated_rise)
        change = np.where((change == 0.0) & hit, market.rise, change)
    change = np.where(state.active & ~ctx.people.prepaid, change, 0.0)
    fee = to_int(state.fee_cents * (1.0 + change))
    contracts.amend(ctx, state, change != 0, month, contracts.PRICE_CHANGE, fee_cents=fee)
    notice = market.notice * np.maximum(change, 0.0) / USUAL_RISE
    state.change(change > 0, notice=notice, notice_until=month + NOTICE_MONTHS)


def _at_end(state: State, month: int) -> BoolArray:
    """Return who is in the months around the end of the term, when leaving costs nothing."""
    to_end = state.term_end - month
    return np.asarray((state.term_months > 1) & (to_end <= WINDOW[1]) & (to_end >= WINDOW[0]))
