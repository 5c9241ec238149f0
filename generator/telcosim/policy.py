"""Policies: who is contacted with what, decided on what the operator sees.

A policy is an object with `decide`, or a plain function of a learner's table and the month that
returns one action per row. It never touches a random stream of the world: lots are drawn from
streams of their own, which are the same under every policy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from telcosim.config import Config
from telcosim.schema import vocabulary as words
from telcosim.streams import BoolArray, FloatArray, IntArray
from telcosim.view import View

RETENTION, UPSELL, TOPUP_BONUS = range(len(words.PROGRAMMES))
RANDOMISED, BY_SCORE, DECIDED = range(len(words.CAMPAIGN_DESIGNS))


@dataclass(frozen=True)
class Decision:
    """What is decided for a block in a month, each array of shape (customers,).

    Attributes
    ----------
    action
        Code of the action, 0 for none.
    in_wave
        Who belongs to the wave, control customers included.
    programme, design
        Codes in the vocabulary.
    propensity
        Probability of being treated; None where nobody knows it.
    drawn
        The action that a customer in the wave gets, or would get if treated.
    """

    action: IntArray
    in_wave: BoolArray
    programme: int = RETENTION
    design: int = DECIDED
    propensity: FloatArray | None = None
    drawn: IntArray | None = None


@dataclass(frozen=True)
class Wave:
    """A planned wave, one row of the table campaigns."""

    campaign_id: int
    programme: int
    month: int
    design: int


class Policy(Protocol):
    """Decides for a block in a month; None is to do nothing."""

    def decide(self, view: View) -> Decision | None:
        """Return the decision for the customers of a block at the start of a month."""
        ...

    def waves(self, config: Config) -> list[Wave]:
        """Return the waves that it will run, for the table campaigns."""
        ...


def waves_within(policy: Policy, config: Config, start: int, end: int) -> tuple[Wave, ...]:
    """Return the waves that a policy runs from month `start` up to before `end`."""
    return tuple(wave for wave in policy.waves(config) if start <= wave.month < end)


PolicyFunction = Callable[[pd.DataFrame, int], Any]
"""(table of customers, month) to one action per row: code, name, or None for nothing."""
