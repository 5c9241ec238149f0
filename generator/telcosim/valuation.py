"""What actions are worth to customers: many continuations each, and the mean over them."""

from dataclasses import dataclass, replace

import numpy as np

from telcosim.actions import ACTIONS, NONE, Action, Plan
from telcosim.block import Block
from telcosim.one_step import contact_cost_microeur, setting
from telcosim.policy import Decision
from telcosim.rollout import BRANCHES, Streamed, Totals, contact_branches, continuation
from telcosim.streams import BLOCK_SIZE, Branch, FloatArray, IntArray


@dataclass(frozen=True)
class Values:
    """What actions are worth to customers, each of shape (actions, customers).

    Attributes
    ----------
    codes
        The actions, the first of them doing nothing.
    rollouts
        Number of continuations behind each figure.
    mean, error
        By name: first and whole (margins in microeuro), left (P(churn in three months)), gain
        (whole less that of doing nothing), survival; and their standard errors.
    """

    codes: tuple[int, ...]
    rollouts: int
    mean: dict[str, FloatArray]
    error: dict[str, FloatArray]


def value_actions(
    block: Block, who: IntArray, codes: tuple[int, ...], rollouts: int, horizon: int
) -> Values:
    """Value actions at the start of a block's month, for customers given by their rows.

    Parameters
    ----------
    block
        A block at the start of a month.
    who
        Rows of active customers in the block, at most 16,384.
    codes
        Action codes; doing nothing comes first, and is added where it is missing.
    rollouts
        At least so many continuations are run per customer.
    horizon
        Months that are added up.
    """
    codes = (NONE, *(code for code in codes if code != NONE))
    copies = min(BLOCK_SIZE // len(who), rollouts)
    rounds = -(-rollouts // copies)
    total: dict[str, FloatArray] = {}
    square: dict[str, FloatArray] = {}
    for number in range(1, rounds + 1):
        branch = Branch(np.tile(who, copies), block.month, number)
        for name, values in _round(block, branch, codes, horizon).items():
            split = values.reshape(len(codes), copies, len(who))
            total[name] = total.get(name, 0.0) + split.sum(axis=1)
            square[name] = square.get(name, 0.0) + (split**2).sum(axis=1)
    runs = rounds * copies
    mean = {name: values / runs for name, values in total.items()}
    error = {
        name: np.sqrt(np.maximum(square[name] / runs - mean[name] ** 2, 0.0) / max(runs - 1, 1))
        for name in mean
    }
    return Values(codes, runs, mean, error)


FIGURES = ("first", "whole", "left", "survival")
MONEY = ("first", "whole")
Figures = dict[str, FloatArray]
"""By name as in `Values`, each of shape (copies,)."""


def _round(block: Block, branch: Branch, codes: tuple[int, ...], horizon: int) -> Figures:
    """Value the actions in one set of continuations; arrays of shape (actions, copies)."""
    valued = _Round(block, branch, horizon)
    rows = [valued.action(code) for code in codes]
    stacked = {name: np.stack([row[name] for row in rows]) for name in FIGURES}
    return {**stacked, "gain": stacked["whole"] - stacked["whole"][0]}


class _Round:
    """One continuation per customer and way on; ways that actions share are run once."""

    def __init__(self, block: Block, branch: Branch, horizon: int) -> None:
        self.block, self.branch, self.horizon = block, branch, horizon
        self.ctx = block.ctx.branched(branch, survivors=True)
        self.start = block.state.take(branch.rows)
        branches = contact_branches(self.ctx, self.start, block.month)
        self.untouched = self._run(NONE, branches)
        self.accepted: dict[tuple[str, str], Figures] = {}

    def _run(self, code: int, branches: Streamed | None = None, *, accepts: bool = False) -> Totals:
        """Run a continuation in which everybody gets an action."""
        size = self.ctx.streams.size
        decision = Decision(np.full(size, code), np.ones(size, dtype=np.bool_)) if code else None
        ctx = replace(self.ctx, accepts=accepts)
        state = self.block.state.take(self.branch.rows)
        return continuation(ctx, state, self.block.month, self.horizon, decision, branches)

    def action(self, code: int) -> Figures:
        """Return the figures of one action."""
        if code == NONE:
            return self._branch("missed")
        action = ACTIONS[code - 1]
        if action.channel:
            return self._contact(action)
        totals = self._run(code)
        return {name: getattr(totals, name)[0] for name in FIGURES}

    def _branch(self, name: str) -> Figures:
        row = BRANCHES.index(name)
        return {figure: getattr(self.untouched, figure)[row] for figure in FIGURES}

    def _contact(self, action: Action) -> Figures:
        """Weigh the three outcomes of a contact, and take off what it costs."""
        chances = setting(self.ctx, self.start, self.block.month, action.code).chances
        retention = action.catalogue == "retention"
        missed = self._branch("missed")
        contact = self._branch(action.channel if retention else action.catalogue)
        accepted = self._branch(action.offer) if retention else self._accepted(action)
        cost = self._cost(action)
        mixed = {}
        for name in FIGURES:
            reached = (1.0 - chances.accept) * contact[name] + chances.accept * accepted[name]
            mixed[name] = (1.0 - chances.reach) * missed[name] + chances.reach * reached
        return mixed | {name: mixed[name] - cost for name in MONEY}

    def _cost(self, action: Action) -> FloatArray:
        """Return what the contact itself costs."""
        plan = Plan(np.full(self.ctx.streams.size, action.code))
        return contact_cost_microeur(self.ctx, self.start, plan)

    def _accepted(self, action: Action) -> Figures:
        """Return the figures of those who accept, whatever the channel, without its cost."""
        key = (action.catalogue, action.offer)
        if key not in self.accepted:
            totals = self._run(action.code, accepts=True)
            cost = self._cost(action)
            figures = {name: getattr(totals, name)[0] for name in FIGURES}
            self.accepted[key] = figures | {name: figures[name] + cost for name in MONEY}
        return self.accepted[key]
