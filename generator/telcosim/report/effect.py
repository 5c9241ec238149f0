"""What contact does to the eligible in three months, by the truth.

The stored truth of a wave covers its month. For three months a sample of the eligible is valued
once more, in the same world up to the same month, which takes its seed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from telcosim.actions import ACTIONS
from telcosim.config import load_config
from telcosim.decided import READY
from telcosim.manifest import Manifest
from telcosim.report.records import Records
from telcosim.report.rows import Row, absent, within
from telcosim.report.statistics import FloatArray
from telcosim.rollout import THREE
from telcosim.simulate import World, resume, simulate
from telcosim.streams import BLOCK_SIZE, BoolArray
from telcosim.valuation import value_actions

SAMPLE = 1000
"""Eligible customers who are valued per wave."""

ROLLOUTS = 16
RETENTION = tuple(a.code for a in ACTIONS if a.catalogue == "retention")


@dataclass(frozen=True)
class Effects:
    """Three months of a sample of eligible customers, each array of shape (customers,).

    Attributes
    ----------
    effect
        Change of P(churn in three months) by contact, mean over the programme's actions.
    chance
        P(churn in three months) without contact.
    left
        Whether the customer did leave, in the world as it was.
    """

    effect: FloatArray
    chance: FloatArray
    left: BoolArray


def valued(records: Records, tick: Callable[[], None] = lambda: None) -> Effects | None:
    """Value a sample at the first and at a later wave; None where the world does not say how.

    Parameters
    ----------
    records
        A world.
    tick
        Called after each part of the work.
    """
    made_from = records.manifest
    waves = _waves(records)
    if made_from.seed is None or made_from.world not in READY or not waves or not records.open:
        return None
    parts = []
    world = _start(made_from)
    for month in waves:
        world = resume(world, READY[made_from.world], month)
        if world.blocks[0].view.eligible.any():
            parts.append(_of_wave(world, records))
        tick()
    return (
        Effects(*(np.concatenate(column) for column in zip(*parts, strict=True))) if parts else None
    )


def _waves(records: Records) -> list[int]:
    """Return the months of up to three waves that three months of history follow."""
    if not records.has("campaigns"):
        return []
    plan = records.table("campaigns")
    late = records.months[-1] - THREE + 1
    run = sorted(plan.loc[plan["programme"] == "retention", "month"])
    run = [int(month) for month in run if month <= late]
    return run[:5:2]


def _start(made_from: Manifest) -> World:
    """Return the world's first block before its first month; a block stands for all."""
    config = load_config(
        made_from.preset,
        customers=min(made_from.customers, BLOCK_SIZE),
        months=made_from.months,
        overrides=made_from.overrides,
    )
    return simulate(config, made_from.seed or 0, until=0)


def _of_wave(world: World, records: Records) -> tuple[FloatArray, FloatArray, BoolArray]:
    (block,) = world.blocks
    eligible = np.flatnonzero(block.view.eligible)
    who = eligible[:: max(1, len(eligible) // SAMPLE)][:SAMPLE]
    churn = value_actions(block, who, RETENTION, ROLLOUTS, THREE).mean["left"]
    ends = records.table("churn_events")
    soon = ends[ends["month"].between(world.month, world.month + THREE - 1)]
    left = np.isin(block.ctx.people.customer_id[who], soon["customer_id"])
    return (churn[1:] - churn[0]).mean(axis=0), churn[0], left


def rows(effects: Effects | None) -> list[Row]:
    """Return the calibration card's rows on the effect of contact."""
    harm = ("share of the eligible whom contact drives away", "%", 15.0, 40.0)
    mean = ("mean effect of contact on 3-month churn", "% points", -1.2, -0.3)
    if effects is None:
        why = "Needs the truth, the seed and a wave of the retention programme."
        return [absent(*harm, why), absent(*mean, why)]
    source = (
        f"Assumption. Truth, {len(effects.effect):,} eligible, {len(RETENTION)} actions, "
        f"{THREE} months"
    )
    found = 100 * (effects.effect > 0).mean(), 100 * effects.effect.mean()
    return [
        within(harm[0], float(found[0]), *harm[1:], source),
        within(mean[0], float(found[1]), *mean[1:], source),
    ]
