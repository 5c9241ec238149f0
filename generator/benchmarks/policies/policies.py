"""The policies that a campaign manager might run, from the naive to the all-knowing."""

from collections.abc import Mapping

import numpy as np

from . import learners
from .allocation import Rules, allocate, top
from .features import Data
from .world import NOBODY, Choice, EffectWorld, Matrix, Vector

ORACLE = "oracle"


def lists(data: Data, rules: Rules, accepted: Matrix) -> Mapping[str, Choice]:
    """Return the policies that rank customers and send them all the best single action."""
    world, single = data.world, data.world.best_single
    rules = rules.for_one(single)
    action = np.full(len(data.now), single, dtype=np.int64)
    worth = learners.value(world.snapshot)
    risk, uplift = learners.churn_risk(data), learners.uplift(data)
    cost = world.contact_cost[single] + accepted[:, single] * world.offer_cost[single]
    gain = uplift * worth - cost
    scores: Mapping[str, Vector] = {
        "value top 20 %": worth,
        "risk top 20 %": risk,
        "risk × value top 20 %": risk * worth,
        "propensity top 20 %": accepted[:, single],
        "uplift top 20 %": uplift,
        "profit top 20 %": gain,
    }
    filled = {name: top(score, action, rules) for name, score in scores.items()}
    return {**filled, "profit > 0": top(gain, action, rules, floor=0.0)}


def untargeted(world: EffectWorld, rules: Rules, rng: np.random.Generator) -> Mapping[str, Choice]:
    """Return the policies that look at nobody."""
    people, single = len(world.snapshot), world.best_single
    nobody = np.full(people, NOBODY, dtype=np.int64)
    order, same = rng.random(people), np.full(people, single, dtype=np.int64)
    any_action = rng.integers(len(world.actions), size=people)
    return {
        "nobody": nobody,
        "everybody, best single": np.where(rules.free, single, NOBODY),
        "random, any action": within_slots(top(order, any_action, rules), rules, rng),
        "random, best single": top(order, same, rules.for_one(single)),
    }


def within_slots(chosen: Choice, rules: Rules, rng: np.random.Generator) -> Choice:
    """Redraw the action of calls beyond the slots among the other channels."""
    called = np.flatnonzero((chosen != NOBODY) & rules.is_call[chosen])
    called = rng.permutation(called)[rules.calls :]
    others = np.flatnonzero(~rules.is_call)
    chosen = chosen.copy()
    chosen[called] = rng.choice(others, len(called)) if len(others) else NOBODY
    return chosen


def modelled(data: Data, rules: Rules, accepted: tuple[Vector, Matrix]) -> Mapping[str, Choice]:
    """Return the policies that predict a profit for every action."""
    made, reached = learners.contact_made(data), learners.reach(data)
    profits = {
        "two-model, dummies": learners.two_model_profit(data, accepted[1]),
        "reference": learners.reference_profit(data, accepted, made),
        "reference with reach": learners.reference_profit(data, accepted, reached),
        ORACLE: data.world.truth_profit,
    }
    return {name: allocate(profit, rules) for name, profit in profits.items()}


def choices(world: EffectWorld, rng: np.random.Generator) -> Mapping[str, Choice]:
    """Let every policy choose on the same snapshot, with the same holdout.

    Parameters
    ----------
    world
        The log to learn from and the snapshot to act on.
    rng
        Draws the holdout and the random policies.
    """
    rules, data = Rules.draw(world, rng), Data.of(world)
    accepted = learners.take_up(data)
    return {
        **untargeted(world, rules, rng),
        **lists(data, rules, accepted[1]),
        **modelled(data, rules, accepted),
    }


def earned(world: EffectWorld, chosen: Choice) -> float:
    """Return the true expected profit of a choice against contacting nobody, in EUR."""
    rows = np.flatnonzero(chosen != NOBODY)
    return float(world.truth_profit[rows, chosen[rows]].sum())
