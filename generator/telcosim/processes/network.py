"""What the month's outages at a customer's site do."""

import numpy as np

from telcosim.context import Context
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import FloatArray

WORST_HOURS = 10.0
"""Longer outages are not felt as worse (assumption)."""


def felt_outage_hours(ctx: Context, state: State, month: int) -> FloatArray:
    """Return the hours of outage that each customer feels, at most 10, shape (customers,).

    An outage that nobody was told of is felt as one of twice the length.
    """
    hours = ctx.market.outage_hours[month][state.town % len(words.SITES)]
    surprise = 2.0 - ctx.config.organisation.outage_notice
    return np.asarray(np.minimum(hours, WORST_HOURS) * surprise)
