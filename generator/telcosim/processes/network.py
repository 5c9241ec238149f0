"""What the month's outages at a customer's site do."""

import numpy as np

from telcosim.context import Context
from telcosim.streams import FloatArray

WORST_HOURS = 10.0
"""Longer outages are not felt as worse (assumption)."""


def felt_outage_hours(ctx: Context, month: int) -> FloatArray:
    """Return the hours of outage that each customer feels, at most 10, shape (customers,)."""
    return np.asarray(np.minimum(ctx.market.outage_hours[month][ctx.people.site], WORST_HOURS))
