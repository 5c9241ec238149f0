"""What ties a customer beside contract and price, or loosens the tie; known at a month's start."""

import numpy as np

from telcosim.config import Config
from telcosim.context import Context
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray

MIS_SOLD = 0.3
"""Log-odds of leaving of those who were talked into a tariff (assumption)."""

TELESALES = words.ACQUISITION_CHANNELS.index("telesales")
CAPITAL = words.REGIONS.index("capital")


def ties(ctx: Context, state: State, month: int) -> FloatArray:
    """Return what all of them add to the log-odds of leaving, shape (customers,)."""
    bonds, config, people = ctx.config.bonds, ctx.config, ctx.people
    by_channel = [getattr(config.acquisition, name) for name in words.ACQUISITION_CHANNELS]
    return np.asarray(
        bonds.loyalty * ctx.traits.loyalty
        + _mis_sold(ctx)
        + np.array(by_channel)[people.acquisition_channel]
        + config.acquisition.ported * people.ported_in
        + bonds.moved * (state.moved_until > month)
        + bonds.autopay * (state.autopay & ~people.prepaid)
        + config.household.effect * bundled(ctx, month)
        + config.loyalty.gold * (state.gold_until > month)
        + config.rollout.leaving * upgraded(config, state.town, month)
        + np.where(state.notice_until > month, state.notice, 0.0)
        + state.second_life
        + config.social.contagion * np.minimum(state.exposure, 2.0)
    )


def _mis_sold(ctx: Context) -> FloatArray:
    """Return what sales calls that are paid per sale leave behind with those who came by one."""
    paid = MIS_SOLD if ctx.config.organisation.pay_per_sale else 0.0
    return np.asarray(paid * (ctx.people.acquisition_channel == TELESALES))


def bundled(ctx: Context, month: int) -> BoolArray:
    """Return who is postpaid in a household with a running fixed line."""
    return np.asarray(~ctx.people.prepaid & ctx.people.home.has_fixed_line(month))


def upgrade_month(config: Config, region: int) -> int:
    """Return the month in which a region's network is upgraded: the capital's comes first."""
    place = 0 if region == CAPITAL else region + 1
    return config.rollout.first_month + place * config.rollout.every


def upgraded(config: Config, town: IntArray, month: int) -> BoolArray:
    """Return whether the network is upgraded where each customer lives."""
    months = np.array([upgrade_month(config, k) for k in range(len(words.REGIONS))])
    return np.asarray(months[town % len(words.REGIONS)] <= month)


def remember_leavers(ctx: Context, state: State, left: BoolArray) -> None:
    """Let the month's departures weigh on those who have ties to the leavers, and fade."""
    if ctx.config.social.contagion == 0.0:
        return
    fresh = ctx.graph.exposure(left) if ctx.graph else np.zeros(len(left))
    state.exposure = ctx.config.social.memory * state.exposure + fresh
