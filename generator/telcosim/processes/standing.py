"""The standing save desk: which agent takes the call, and what by lot the caller is given."""

from dataclasses import dataclass

import numpy as np

from telcosim.calendar import DAY_S
from telcosim.context import Context
from telcosim.schema import vocabulary as words
from telcosim.streams import BoolArray, FloatArray, IntArray

TALK, SMALL, LARGE = range(len(words.SAVE_OFFERS))
MORE_BARGAINS = 3.0
"""Times as many bargain where agents are paid for every save (assumption)."""


@dataclass(frozen=True)
class Standing:
    """What the desk does for a caller, shape (customers,), or the mean over agents and lots.

    Attributes
    ----------
    saved
        P(stays | called, about to leave).
    gives
        How readily somebody who would stay anyway bargains: 0 where nothing is given.
    credit_cents
        What is given on the next bill to those who stay.
    """

    saved: FloatArray
    gives: FloatArray
    credit_cents: FloatArray


def drawn(ctx: Context, month: int) -> Standing:
    """Return what each customer would meet in a month."""
    offer = _offer(ctx, month)
    skill = ctx.market.agent_skill[_agent(ctx, month)]
    saved, credit, gives = _by_offer(ctx)
    return Standing(saved[offer] * skill, gives[offer], credit[offer])


def mean(ctx: Context) -> Standing:
    """Return the mean over agents and lots, the same for every customer."""
    shares = _shares(ctx)
    saved, credit, gives = _by_offer(ctx)
    skill = ctx.market.agent_skill.mean()
    everybody = np.ones(ctx.streams.size)
    return Standing(
        everybody * (shares @ saved) * skill,
        everybody * (shares @ gives),
        everybody * (shares @ credit),
    )


def record(
    ctx: Context,
    month: int,
    calls: BoolArray,
    stayed: BoolArray,
    credit: IntArray,
    when: IntArray,
) -> None:
    """Write the calls that the standing desk took."""
    if not ctx.rows.kept:
        return
    ctx.rows.add(
        "save_offers",
        calls,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=when,
        loaded_ts=when + DAY_S,
        agent_id=_agent(ctx, month) + 1,
        offer=_offer(ctx, month),
        cost_cents=credit,
        stayed=stayed,
    )


def _shares(ctx: Context) -> FloatArray:
    """Return how often each offer is given, by what the organisation pays for."""
    organisation = ctx.config.organisation
    if organisation.pay_per_sale:
        return np.array([0.0, 0.0, 1.0])
    if organisation.quarterly_targets:  # a credit costs now and brings its margin later
        return np.array([1.0, 0.0, 0.0])
    return np.full(len(words.SAVE_OFFERS), 1.0 / len(words.SAVE_OFFERS))


def _by_offer(ctx: Context) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return P(stays), the credit in cents, and the readiness to bargain, by offer."""
    desk = ctx.config.desk
    more = MORE_BARGAINS if ctx.config.organisation.pay_per_sale else 1.0
    return (
        np.array([desk.saved_talk, desk.saved_small, desk.saved_large]),
        np.array([0.0, round(100 * desk.small_eur), round(100 * desk.large_eur)]),
        np.array([0.0, more, more]),
    )


def _offer(ctx: Context, month: int) -> IntArray:
    lot = ctx.streams.uniform("save_offers.offer", month)
    return np.searchsorted(np.cumsum(_shares(ctx)), lot, side="right").clip(max=LARGE)


def _agent(ctx: Context, month: int) -> IntArray:
    agents = ctx.config.desk.agents
    lot = ctx.streams.uniform("save_offers.agent_id", month)
    return np.floor(lot * agents).astype(np.int64)
