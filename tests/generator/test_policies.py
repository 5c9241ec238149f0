"""Does a better way of choosing customers earn more, and for the right reasons?"""

import os
from dataclasses import replace

import numpy as np
import pytest
from policies import learners
from policies.ablations import ablations
from policies.allocation import CALLS, CONTACTS, Rules, allocate, calls
from policies.features import Data
from policies.month_loop import MonthLoop
from policies.policies import ORACLE, choices, earned
from policies.table import run
from policies.world import NOBODY, EffectWorld
from scipy.optimize import linprog
from scipy.sparse import eye, kron, vstack

import telcosim
from telcosim.actions import BY_NAME, catalogue

FULL = bool(os.environ.get("CVM_FULL"))
SEEDS = range(1001, 1021) if FULL else range(1001, 1003)
ROLLOUTS = 200 if FULL else 8
EVERY = tuple(action.code for action in catalogue("retention"))
ONE = BY_NAME["retention:data_bonus:sms"].code


@pytest.fixture(scope="module")
def loop() -> MonthLoop:
    return MonthLoop(telcosim.load_config("cohort"), EVERY, 8)


@pytest.fixture(scope="module")
def world(loop: MonthLoop) -> EffectWorld:
    return loop(1001)


@pytest.mark.slow
def test_the_log_is_what_the_capstone_promises(world: EffectWorld) -> None:
    """About 36,000 rows, half of them holdout; 24 actions drawn alike; nothing but the view."""
    assert 33_000 < len(world.log) < 41_000
    treated = world.log["contacted"]
    assert treated.mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(world.log)))
    pairs = world.log.loc[treated].groupby(["offer", "channel"]).size()
    assert len(pairs) == 24
    assert (abs(pairs - pairs.mean()) < 4.5 * np.sqrt(pairs.mean())).all()
    assert not world.log.loc[~treated, ["reached", "accepted"]].any(axis=None)
    assert 0.25 < world.log.loc[world.log["reached"], "accepted"].mean() < 0.45
    assert 0.05 < world.log["churned"].mean() < 0.11


@pytest.mark.slow
def test_every_policy_obeys_the_rules_and_none_beats_the_oracle(world: EffectWorld) -> None:
    rng = np.random.default_rng(5)
    chosen = choices(world, rng)
    people = len(world.snapshot)
    for name, choice in chosen.items():
        assert earned(world, choice) <= earned(world, chosen[ORACLE]) + 1e-6, name
        if "everybody" not in name:
            assert (choice != NOBODY).sum() <= CONTACTS * people, name
            assert world.is_call[choice[choice != NOBODY]].sum() <= CALLS * people, name
    held_out = np.all([choice == NOBODY for choice in chosen.values()], axis=0)
    assert held_out.sum() >= round(0.05 * people)


@pytest.mark.slow
def test_one_price_per_call_earns_what_the_linear_programme_can(world: EffectWorld) -> None:
    """On 500 customers, at most one per cent below the bound that no choice can exceed."""
    profit = world.truth_profit[:500]
    rules = Rules(np.ones(500, dtype=bool), 100, 5, world.is_call)
    chosen = allocate(profit, rules)
    rows = np.flatnonzero(chosen != NOBODY)
    got = profit[rows, chosen[rows]].sum()
    once = kron(eye(500), np.ones((1, 24)))
    limits = vstack([once, np.ones((1, 12_000)), np.tile(rules.is_call.astype(float), 500)[None]])
    most = np.concatenate([np.ones(500), [rules.contacts, rules.calls]])
    best = linprog(-profit.ravel(), A_ub=limits, b_ub=most, bounds=(0, 1))
    assert calls(chosen, rules) <= rules.calls
    assert 0.99 * -best.fun <= got <= -best.fun + 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("codes", [EVERY, (ONE,)], ids=["24 actions", "one action"])
def test_the_order_of_the_policies_and_the_gap_hold(
    loop: MonthLoop, codes: tuple[int, ...]
) -> None:
    """Everybody < risk < uplift < profit < reference in the means; a gap of at least 0.20."""
    config = loop.config
    if len(codes) == 1:
        config = config.with_overrides({"campaigns.only_action": codes[0]})
    found = run(MonthLoop(config, codes, ROLLOUTS), SEEDS, workers=1).findings()
    assert found["ordered"]
    assert found["gap_risk"] > 0.20
    assert found["gap_risk_value"] > 0.20


@pytest.mark.slow
def test_what_a_learner_is_told_holds_no_truth(world: EffectWorld) -> None:
    """The method earns by what the log says: with shuffled outcomes it earns little or loses."""
    data = Data.of(world)
    learned = learners.reference_profit(data, learners.take_up(data), learners.contact_made(data))
    order = np.random.default_rng(3).permutation(len(world.log))
    shuffled = world.log.assign(churned=world.log["churned"].to_numpy()[order])
    blind = Data.of(replace(world, log=shuffled))
    noise = learners.reference_profit(blind, learners.take_up(blind), learners.contact_made(blind))
    rules = Rules.draw(world, np.random.default_rng(5))
    honest, lucky = (earned(world, allocate(profit, rules)) for profit in (learned, noise))
    assert honest > 2 * max(lucky, 1.0)


def test_every_ablation_is_a_configuration() -> None:
    config = telcosim.load_config("cohort")
    for name, overrides in ablations(config).items():
        changed = config.with_overrides(dict(overrides))
        assert (changed == config) == (name == "none"), name
