"""The data add-on: bought unasked, or after an offer that may only bring the purchase forward."""

import numpy as np

from telcosim.context import Context
from telcosim.market import ALLOWANCE_MB, UNLIMITED
from telcosim.maths import sigmoid
from telcosim.processes import contracts
from telcosim.schema import NULL
from telcosim.state import State
from telcosim.streams import BoolArray, IntArray


def fee_cents(ctx: Context, state: State, month: int) -> IntArray:
    """Return what the running add-on costs the customer this month, shape (customers,)."""
    charged = (state.addon_until > month) & (state.addon_free_until <= month)
    return np.where(charged, round(100 * ctx.config.addon.fee_eur), 0)


def may_have(state: State, month: int) -> BoolArray:
    """Return who could use an add-on: postpaid, limited, and without one."""
    limited = ALLOWANCE_MB[state.tariff] != NULL
    return np.asarray(state.active & limited & (state.addon_until <= month))


def may_move_up(ctx: Context, state: State) -> BoolArray:
    """Return who has a next bigger tariff to move to."""
    return np.asarray(state.active & ~ctx.people.prepaid & (state.tariff < UNLIMITED))


def buy_unasked(ctx: Context, state: State, month: int) -> None:
    """Let customers buy the add-on by themselves, from next month on."""
    config = ctx.config.addon
    wish = sigmoid(
        config.own_log_odds
        + config.own_data_need * ctx.traits.data_need
        + config.own_overage * (state.last("overage", month, 3) > 0)
        + config.own_banner * (state.app & _sees_banner(ctx, month))
    )
    buys = ctx.streams.uniform("invoices.addon_cents", month) < wish
    start(ctx, state, month, may_have(state, month) & buys, 0)


def _sees_banner(ctx: Context, month: int) -> BoolArray:
    """Return to whom the app would show the add-on this month."""
    drawn = ctx.streams.uniform("invoices.banner", month)
    return np.asarray(drawn < ctx.config.organisation.banner_reach)


def start(ctx: Context, state: State, month: int, who: BoolArray, free_months: int) -> None:
    """Start the add-on next month for those who can have it."""
    who = who & may_have(state, month)
    state.change(
        who,
        addon_until=month + 1 + ctx.config.addon.months,
        addon_free_until=month + 1 + free_months,
    )


def move_up(ctx: Context, state: State, month: int, who: BoolArray) -> None:
    """Move customers to the next bigger tariff from next month on, for the difference in list."""
    who = who & may_move_up(ctx, state)
    start = np.full_like(state.tariff, month + 1)
    bigger = np.where(who, state.tariff + 1, state.tariff)
    step = ctx.market.list_fee_cents(bigger, start) - ctx.market.list_fee_cents(state.tariff, start)
    fee = state.fee_cents + step
    contracts.amend(ctx, state, who, month + 1, contracts.UPGRADE, tariff=bigger, fee_cents=fee)
