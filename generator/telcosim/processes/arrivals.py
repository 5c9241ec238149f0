"""What newcomers bring: intention, handset, habits in the app, consent."""

import numpy as np

from telcosim.actions import CHANNELS
from telcosim.calendar import DAY_S, month_start_day, month_start_s
from telcosim.context import Context
from telcosim.maths import choose
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, IntArray

OLDEST_DEVICE = 45
"""Months; ages of handsets at the start are spread evenly up to it (assumption)."""

GIVEN, WITHDRAWN = range(len(words.CONSENT_EVENTS))


def arrive(ctx: Context, state: State, month: int, arriving: BoolArray) -> None:
    """Set what is known of newcomers and write their first handset and their consents."""
    streams = ctx.streams
    age = np.floor(streams.uniform("devices.in_use_since") * OLDEST_DEVICE).astype(np.int64)
    idle = np.floor(3.0 * streams.exponential("digital_events.own_change")).astype(np.int64)
    state.change(
        arriving,
        exit_intention=streams.normal("truth_month.exit_intention"),
        device_since=month - age,
        changed=month - 1 - idle,
    )
    state.active |= arriving
    state.consent |= (arriving & ctx.people.marketing_consent)[:, None]
    record_device(ctx, state, arriving, 0)
    signed = month_start_s(ctx.people.activation_month)
    for channel in range(len(CHANNELS)):
        ctx.rows.add(
            "consents",
            arriving & ctx.people.marketing_consent,
            customer_id=ctx.people.customer_id,
            channel=channel,
            event=GIVEN,
            event_ts=signed,
            loaded_ts=signed + DAY_S,
        )


def record_device(ctx: Context, state: State, who: BoolArray, number: IntArray | int) -> None:
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
        kind=kind,
    )
