"""Are the stated chances and expectations those of the ordinary month loop?"""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm

import telcosim
from telcosim.actions import ACTIONS, BY_NAME, EVERY_ACTION, NONE
from telcosim.block import Block, advance, start_block
from telcosim.config import Config
from telcosim.context import Context, Rows
from telcosim.month import run_month
from telcosim.one_step import one_step
from telcosim.policy import Decision
from telcosim.processes.opening import open_month
from telcosim.programme import Observed
from telcosim.state import State
from telcosim.streams import BLOCK_SIZE, Branch, FloatArray, IntArray
from telcosim.valuation import value_actions

FULL = bool(os.environ.get("CVM_FULL"))
SIMULATIONS = 5_000 if FULL else 800
CUSTOMERS = 200
MONTH = 20
FRESH = 1_000
"""Number of the first fresh continuation; those of the roll-outs count from 1."""


@pytest.fixture(scope="module")
def block() -> Block:
    """A block in the middle of its history, some of its customers after a contact."""
    made = start_block(telcosim.load_config("course"), 5, 0)
    advance(made, Observed(), MONTH)
    return made


@pytest.fixture(scope="module")
def who(block: Block) -> IntArray:
    """200 active customers; a quarter of them with overdue bills, whom dunning concerns."""
    chance = block.ctx.streams.uniform("tests.sample")
    overdue = np.flatnonzero(block.state.active & (block.state.open_count >= 2))
    others = np.flatnonzero(block.state.active & (block.state.open_count < 2))
    picked = [overdue[np.argsort(chance[overdue])[:50]], others[np.argsort(chance[others])[:150]]]
    return np.sort(np.concatenate(picked))


@pytest.fixture(scope="module")
def counted(block: Block, who: IntArray) -> "Callable[[int], Counted]":
    """Simulate an action once, for all tests."""
    return cache(lambda code: Counted(block, who, code))


class Counted:
    """What fresh one-step simulations of one action did to each customer."""

    def __init__(self, block: Block, who: IntArray, code: int) -> None:
        copies = BLOCK_SIZE // len(who)
        rounds = -(-SIMULATIONS // copies)
        self.runs = copies * rounds
        self.gone, self.took = np.zeros(len(who)), np.zeros(len(who))
        margins = []
        for number in range(FRESH, FRESH + rounds):
            ctx, state = fresh(block, np.tile(who, copies), number)
            everybody = np.full(len(who) * copies, code)
            run_month(ctx, state, MONTH, Decision(everybody, everybody >= 0))
            self.gone += (~state.active).reshape(copies, -1).sum(axis=0)
            self.took += self.takers(block, ctx, who)
            (record,) = ctx.rows.parts["truth_month"]
            margins.append(record["margin_cents"].reshape(copies, -1))
        cents = np.concatenate(margins)
        self.margin = cents.mean(axis=0)
        self.margin_error = cents.std(axis=0) / np.sqrt(self.runs)

    @staticmethod
    def takers(block: Block, ctx: Context, who: IntArray) -> FloatArray:
        """Count acceptances by customer, from the rows of responses."""
        parts = ctx.rows.parts.get("responses", [])
        taken = np.concatenate([p["customer_id"] for p in parts]) if parts else np.zeros(0)
        ids = block.ctx.people.customer_id[who]
        return np.array([(taken == customer).sum() for customer in ids], dtype=float)


def fresh(block: Block, rows: IntArray, number: int) -> tuple[Context, State]:
    """Return an ordinary continuation, in which customers may leave."""
    branch = Branch(rows, block.month, number)
    return replace(block.ctx.branched(branch), rows=Rows()), block.state.take(rows)


def surprise(counts: FloatArray, runs: int, share: FloatArray) -> FloatArray:
    """Return how unlikely each count is under its share, in standard deviations (two-sided)."""
    tail = np.minimum(binom.cdf(counts, runs, share), binom.sf(counts - 1, runs, share))
    return np.asarray(norm.isf(np.clip(tail, 1e-300, 0.5)))


@pytest.mark.slow
@pytest.mark.parametrize("code", EVERY_ACTION, ids=["none", *(a.name for a in ACTIONS)])
def test_one_step_chances_are_those_of_the_month_loop(
    block: Block, who: IntArray, counted: "Callable[[int], Counted]", code: int
) -> None:
    """Each customer by itself within four standard errors, and all of them together."""
    found, exact = counted(code), one_step(block.ctx, block.state, MONTH, code)
    outcomes = [(found.gone, exact.churn[who])]
    if code and ACTIONS[code - 1].channel:
        outcomes.append((found.took, exact.take[who]))
    for counts, share in outcomes:
        assert np.sum(surprise(counts, found.runs, share) > 4) <= 1  # by chance, one time in 80
        spread = np.sqrt((found.runs * share * (1 - share)).sum())
        assert abs(counts.sum() - found.runs * share.sum()) < 4 * max(spread, 1)


@pytest.mark.slow
def test_expected_margins_of_the_month_are_those_of_the_month_loop(
    block: Block, who: IntArray, counted: "Callable[[int], Counted]"
) -> None:
    """Roll-outs of survivors against simulations in which customers do leave."""
    values = value_actions(block, who, EVERY_ACTION, 400, 1)
    for row, code in enumerate(values.codes):
        found = counted(code)
        error = np.hypot(found.margin_error, values.error["first"][row] / 1e4)
        away = (found.margin - values.mean["first"][row] / 1e4) / np.maximum(error, 0.05)
        assert abs(away.sum() / np.sqrt(len(who))) < 4, code
        assert np.mean(abs(away) > 4) <= 0.01, code  # margins have heavy tails


HORIZON = 6
LONG = ("none", "retention:discount:call", "upsell:addon:call", "save_desk:deep")


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_expected_margins_over_months_are_those_of_the_month_loop(
    block: Block, who: IntArray, name: str
) -> None:
    """Survival as a weight, and benefits as streams of cost, give what plain runs give."""
    code = NONE if name == "none" else BY_NAME[name].code
    values = value_actions(block, who, (code,), 800, HORIZON)
    copies, rounds = BLOCK_SIZE // len(who), 12
    sums = np.zeros((rounds, len(who)))
    for number in range(rounds):
        ctx, state = fresh(block, np.tile(who, copies), FRESH + number)
        total = plain_run(ctx, state, code)
        sums[number] = total.reshape(copies, -1).mean(axis=0)
    row = values.codes.index(code)
    error = np.hypot(sums.std(axis=0, ddof=1) / np.sqrt(rounds), values.error["whole"][row] / 1e4)
    away = sums.mean(axis=0) - values.mean["whole"][row] / 1e4
    assert abs(away.sum()) < 4 * np.sqrt((error**2).sum())
    assert np.mean(abs(away) > 4 * error) < 0.02


def plain_run(ctx: Context, state: State, code: int) -> FloatArray:
    """Return each row's discounted margin in cents, customers leaving as they do."""
    discount = (1 + ctx.config.value.yearly_discount) ** (-1 / 12)
    total = np.zeros(ctx.streams.size)
    everybody = np.full(ctx.streams.size, code)
    for k in range(HORIZON):
        decision = Decision(everybody, everybody >= 0) if k == 0 and code else None
        active = state.active.copy()
        run_month(ctx, state, MONTH + k, decision)
        open_month(ctx, state, MONTH + k + 1)
        total[active] += discount**k * ctx.rows.parts["truth_month"][-1]["margin_cents"]
    return total


@pytest.mark.slow
def test_a_wrong_chance_would_be_noticed(
    block: Block, who: IntArray, counted: "Callable[[int], Counted]"
) -> None:
    """The comparison has the power it needs: a tenth less acceptance stands out."""
    code = BY_NAME["retention:discount:call"].code
    found, exact = counted(code), one_step(block.ctx, block.state, MONTH, code)
    share = 0.9 * exact.take[who]
    spread = np.sqrt((found.runs * share * (1 - share)).sum())
    assert abs(found.took.sum() - found.runs * share.sum()) > 4 * spread


def test_truth_of_the_history_is_that_of_the_action_table(config: Config) -> None:
    """truth_uplift's p0 and p1 are what truth_actions states for the drawn action."""
    world = telcosim.simulate(config, 11, until=12)
    later = telcosim.resume(world, until=13).load("truth_uplift")
    some = later[later["campaign_id"] == 12].head(8)
    truth = world.truth_actions(some["customer_id"], rollouts=4)
    churn = truth.set_index(["customer_id", "action"])["p_churn_ppm"]
    names = "retention:" + some["drawn_offer_id"] + ":" + some["drawn_channel"]
    for row, action in zip(some.itertuples(), names, strict=True):
        cut = churn[row.customer_id, "none"] - row.p0_ppm  # cut off for unpaid bills
        assert churn[row.customer_id, action] == pytest.approx(row.p1_ppm + cut, abs=2)


@pytest.fixture(scope="module")
def config() -> Config:
    return telcosim.load_config("course", customers=2_500, months=20)


def test_more_rollouts_shrink_the_stated_error(config: Config) -> None:
    """The standard error falls with the root of the number of continuations."""
    world = telcosim.simulate(config, 11, until=15)
    some = world.snapshot()["customer_id"].head(150)
    few, many = (world.truth_clv(some, rollouts) for rollouts in (20, 320))
    ratio = few["clv_se_millicents"].sum() / many["clv_se_millicents"].sum()
    assert ratio == pytest.approx(4.0, rel=0.15)
    away = (few["clv_millicents"] - many["clv_millicents"]) / few["clv_se_millicents"]
    assert 0.7 < away.std() < 1.4
    assert (many["survival_ppm"].between(0, 1_000_000)).all()


def test_doing_nothing_gains_nothing_and_costs_nothing(config: Config) -> None:
    world = telcosim.simulate(config, 11, until=15)
    truth = world.truth_actions(world.snapshot()["customer_id"].head(5), rollouts=4)
    none = truth[truth["action"] == "none"]
    assert len(none) == 5
    assert (none[["gain_millicents", "gain_se_millicents", "cost_microeur"]] == 0).all(axis=None)
    assert len(truth) == 5 * len(EVERY_ACTION)
    assert truth.groupby("customer_id")["action"].nunique().eq(len(EVERY_ACTION)).all()


def test_requested_truth_is_written_and_read_with_the_world(tmp_path: Path) -> None:
    folder = tmp_path / "world"
    telcosim.generate("tiny", 7, folder, customers=60, truth_at=10, truth_for="dunning")
    assert telcosim.verify(folder) == []
    truth = telcosim.truth("truth_actions", folder)
    world = telcosim.simulate(telcosim.load_config("tiny", customers=60), 7, until=10)
    dunning = [a.code for a in ACTIONS if a.catalogue == "dunning"]
    again = world.truth_actions(truth["customer_id"].unique(), dunning)
    pd.testing.assert_frame_equal(truth, again)
    assert set(telcosim.truth("truth_clv", folder)["customer_id"]) == set(truth["customer_id"])
