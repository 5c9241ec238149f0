"""Handsets: brought along, bought, got with a term at the operator's expense, or for a voucher."""

import numpy as np

from telcosim.calendar import month_start_day
from telcosim.context import Context
from telcosim.maths import choose, sigmoid
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, IntArray

OLDEST = 45
"""Months; ages of handsets at the start are spread evenly up to it (assumption)."""

LONG_TERM = 24
"""Only such a term comes with a handset."""

OWN, CONTRACT, VOUCHER = range(len(words.DEVICE_SOURCES))
FIRST, WITH_TERM = 0, 500
"""Where a customer's handsets start to count by how they were got, for their ids."""


def come_with_term(
    ctx: Context, state: State, stream_month: int, who: BoolArray, length: IntArray
) -> None:
    """Say whose new term comes with a handset."""
    config = ctx.config.handset
    chance = sigmoid(config.log_odds + config.spend * ctx.traits.spend_level)
    gets = ctx.streams.uniform("subscriptions.with_handset", stream_month) < chance
    state.change(who, with_handset=gets & (length == LONG_TERM))


def bring_along(ctx: Context, state: State, month: int, arriving: BoolArray) -> None:
    """Set the handset of newcomers: the one of their term, or one of their own."""
    drawn = ctx.streams.uniform("devices.in_use_since")
    age = np.floor(drawn * OLDEST).astype(np.int64)
    state.change(arriving, device_since=np.where(state.with_handset, state.term_start, month - age))
    source = np.where(state.with_handset, CONTRACT, OWN)
    record(ctx, state, arriving, FIRST, source)


def hand_over(ctx: Context, state: State, month: int, signed: BoolArray) -> None:
    """Hand over the handsets that come with terms signed this month by present customers."""
    gets = signed & state.with_handset
    state.change(gets, device_since=month)
    record(ctx, state, gets, WITH_TERM + month, CONTRACT)


def record(ctx: Context, state: State, who: BoolArray, number: int, source: IntArray | int) -> None:
    """Write the handset that came into use; `number` tells a customer's handsets apart."""
    if not ctx.rows.kept:
        return
    kind = choose(
        ctx.streams.uniform("devices.kind"),
        [np.exp(-0.5 * ctx.traits.spend_level), 1.0, np.exp(0.7 * ctx.traits.spend_level - 0.5)],
    )
    ctx.rows.add(
        "devices",
        who,
        device_id=ctx.people.customer_id * 1000 + number,
        customer_id=ctx.people.customer_id,
        in_use_since=month_start_day(state.device_since),
        source=source,
        kind=kind,
    )
