"""Trips abroad, as the operator sees them: first use, days with a pass, data."""

import numpy as np

from telcosim.calendar import DAY_S, month_start_s
from telcosim.context import Context
from telcosim.processes.usage import Used

ZONES = np.cumsum([0.45, 0.40])
"""How often each zone is gone to, cumulated (assumption)."""

LAST_START = 18
"""A trip of up to eight days that starts by then ends within the month."""


def record(ctx: Context, month: int, used: Used) -> None:
    """Write the month's trips."""
    if not ctx.rows.kept:
        return
    drawn = ctx.streams.uniform("trips.event_ts", month)
    event = month_start_s(month) + np.floor(drawn * LAST_START * DAY_S).astype(np.int64)
    ctx.rows.add(
        "trips",
        used.roaming_days > 0,
        trip_id=ctx.people.customer_id * 1000 + month,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=event,
        loaded_ts=event + 10 * DAY_S,
        zone=np.searchsorted(ZONES, ctx.streams.uniform("trips.zone", month)),
        days=used.roaming_days,
        data_mb=used.roaming_mb,
    )
