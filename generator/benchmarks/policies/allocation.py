"""Who gets which action, when contacts and call slots are scarce."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from .world import NOBODY, Choice, EffectWorld, Mask, Matrix, Vector

HOLDOUT, CONTACTS, CALLS = 0.05, 0.20, 0.01
"""Shares of the eligible customers: kept out at random; contacted at most; called at most."""


@dataclass(frozen=True)
class Rules:
    """What every policy obeys, the oracle too.

    Parameters
    ----------
    free
        Customers who may be contacted: all but the random holdout.
    contacts, calls
        Most customers contacted, and most of them called.
    is_call
        Which actions take a call slot.
    """

    free: Mask
    contacts: int
    calls: int
    is_call: Mask

    @classmethod
    def draw(cls, world: EffectWorld, rng: np.random.Generator) -> Self:
        """Draw the holdout that all policies share."""
        people = len(world.snapshot)
        free = np.ones(people, dtype=np.bool_)
        free[rng.choice(people, round(HOLDOUT * people), replace=False)] = False
        return cls(free, int(CONTACTS * people), int(CALLS * people), world.is_call)

    def for_one(self, action: int) -> Self:
        """Return the rules of a campaign with a single action: if it calls, the slots cap it."""
        most = min(self.contacts, self.calls) if self.is_call[action] else self.contacts
        return replace(self, contacts=most)


def top(score: Vector, action: Choice, rules: Rules, floor: float = -np.inf) -> Choice:
    """Give the best scores above `floor` their action, up to the cap on contacts."""
    chosen = np.full(len(score), NOBODY, dtype=np.int64)
    ranked = np.argsort(-np.where(rules.free, score, -np.inf), kind="stable")[: rules.contacts]
    ranked = ranked[rules.free[ranked] & (score[ranked] > floor)]
    chosen[ranked] = action[ranked]
    return chosen


def at_price(profit: Matrix, rules: Rules, price: float) -> Choice:
    """Give each customer the best action when a call costs `price` more; stop at zero."""
    net = profit - price * rules.is_call
    best = net.argmax(axis=1)
    return top(net[np.arange(len(net)), best], best, rules, floor=0.0)


def calls(chosen: Choice, rules: Rules) -> int:
    """Count the calls among the chosen actions."""
    return int(rules.is_call[chosen[chosen != NOBODY]].sum())


def allocate(profit: Matrix, rules: Rules) -> Choice:
    """Choose the most profitable actions under the rules, one contact each.

    One price per call is raised by bisection until the slots suffice: the dual of the linear
    programme, exact but for the last few calls.
    """
    free_of_charge = at_price(profit, rules, 0.0)
    if calls(free_of_charge, rules) <= rules.calls:
        return free_of_charge
    low, high = 0.0, float(profit.max()) + 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        if calls(at_price(profit, rules, middle), rules) > rules.calls:
            low = middle
        else:
            high = middle
    return at_price(profit, rules, high)
