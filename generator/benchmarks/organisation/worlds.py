"""Pairs of worlds of one seed that differ by a switch."""

import numpy as np
import pandas as pd

import telcosim
from cvmkit.kpi.spells import MONTH_0
from telcosim import World
from telcosim.config import Config, load_config

from .switches import Overrides, Switch

MONTHS_A_YEAR = 12
SPILL_MONTHS = 6


def effects(switch: Switch, seed: int, customers: int) -> list[float]:
    """Return what a switch did on one pair of worlds.

    Returns
    -------
    list of float
        Profit in EUR per active SIM and year, the same as a share of the margin without it, and
        churn as a share of the active a month; moved less unmoved. Profit is contribution less
        acquisition, which is the same in both, and less handsets that come with terms.
    """
    moved, usual = (
        _figures(_world(extra, seed, customers))
        for extra in ({**switch.beside, **switch.moved}, switch.beside)
    )
    profit = moved["profit"] - usual["profit"]
    a_year = MONTHS_A_YEAR / usual["months"]
    churn = moved["left"] / moved["months"] - usual["left"] / usual["months"]
    return [profit * a_year, profit / usual["profit"], churn]


def spillover(overrides: Overrides, seed: int, customers: int) -> float:
    """Return how the churn of the untouched moves when half of the eligible get an offer.

    A share of the untouched a month. Without interference it is 0: paired worlds are the same
    for whom nobody treats.
    """
    start = telcosim.simulate(_config(overrides, customers), seed, telcosim.NO_CONTACT, 12)
    ids = start.snapshot()
    treated = ids.loc[ids["eligible"] & (ids["customer_id"] % 2 == 0), "customer_id"]
    plan = pd.DataFrame({"customer_id": treated, "month": 12})
    plan["action"] = "retention:deep_discount:call"
    untouched = np.setdiff1d(ids["customer_id"], treated)
    lost = []
    for decisions in (plan, telcosim.NO_CONTACT):
        world = telcosim.resume(start, decisions, 13)
        world = telcosim.resume(world, telcosim.NO_CONTACT, 12 + SPILL_MONTHS)
        ends = world.load("churn_events")
        lost.append(np.isin(ends.loc[ends["month"] >= 12, "customer_id"], untouched).sum())
    return float((lost[0] - lost[1]) / len(untouched) / SPILL_MONTHS)


def _config(overrides: Overrides, customers: int) -> Config:
    return load_config("course", customers=customers, overrides=dict(overrides))


def _world(overrides: Overrides, seed: int, customers: int) -> World:
    return telcosim.simulate(_config(overrides, customers), seed)


def _figures(world: World) -> dict[str, float]:
    """Return profit in EUR, months of service and departures of a world."""
    months, terms = world.load("truth_month"), world.load("subscriptions")
    handsets = terms["with_handset"] & (terms["term_start"] >= MONTH_0)
    subsidy = world.config.costs.handset_subsidy * handsets.sum()
    return {
        "profit": float(months["margin_cents"].sum() / 100 - subsidy),
        "months": float(len(months)),
        "left": float(len(world.load("churn_events"))),
    }
