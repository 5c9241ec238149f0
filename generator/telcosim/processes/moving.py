"""Moving house: another town, another site, and a moment at which other operators come to mind."""

import numpy as np

from telcosim.calendar import DAY_S, moment_s
from telcosim.context import Context
from telcosim.schema import vocabulary as words
from telcosim.state import State

FELT_MONTHS = 3


def move(ctx: Context, state: State, month: int) -> None:
    """Move some customers; it is felt from the next month on."""
    moves = ctx.streams.uniform("moves.month", month) < ctx.config.bonds.moving_share
    moves &= state.active
    town = np.floor(ctx.streams.uniform("moves.town", month) * len(words.TOWNS)).astype(np.int64)
    state.change(moves, town=town, moved_until=month + 1 + FELT_MONTHS)
    event = moment_s(month, ctx.streams.uniform("moves.event_ts", month))
    ctx.rows.add(
        "moves",
        moves,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=event,
        loaded_ts=event + 3 * DAY_S,
        town=town,
        region=town % len(words.REGIONS),
    )
