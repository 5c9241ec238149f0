"""Satisfaction: a memory of service that fades."""

from telcosim.context import Context
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray


def update(
    ctx: Context,
    state: State,
    month: int,
    shocked: BoolArray,
    complained: BoolArray,
    outage_hours: FloatArray,
) -> None:
    """Move satisfaction on by a month: an autoregression, hurt by what went wrong."""
    config = ctx.config.satisfaction
    state.satisfaction = (
        config.memory * state.satisfaction
        + config.noise * ctx.streams.normal("truth_month.satisfaction", month)
        - config.shock_hurt * shocked
        - config.complaint_hurt * complained
        - ctx.config.network.outage_hurt * outage_hours
    )
