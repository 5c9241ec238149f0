"""What newcomers bring: intention, handset, habits in the app, consent."""

import numpy as np

from telcosim.actions import CHANNELS
from telcosim.calendar import DAY_S, month_start_s
from telcosim.context import Context
from telcosim.processes import handsets, onboarding
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray

GIVEN, WITHDRAWN = range(len(words.CONSENT_EVENTS))


def arrive(ctx: Context, state: State, month: int, arriving: BoolArray) -> None:
    """Set what is known of newcomers and write their first handset and their consents."""
    streams = ctx.streams
    idle = np.floor(3.0 * streams.exponential("digital_events.own_change")).astype(np.int64)
    state.change(
        arriving,
        exit_intention=streams.normal("truth_month.exit_intention"),
        joined=ctx.people.activation_month,
        changed=month - 1 - idle,
    )
    state.active |= arriving
    state.consent |= (arriving & ctx.people.marketing_consent)[:, None]
    handsets.bring_along(ctx, state, month, arriving)
    onboarding.begin(ctx, state, month, arriving)
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
