"""Are intervals as wide as chance, and samples as large as they must be?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvmkit import kpi


def test_uplift_by_hand() -> None:
    treated = np.repeat([True, False], [100, 400])
    outcome = np.concatenate([np.arange(100) < 10, np.arange(400) < 20])
    found = kpi.uplift(outcome, treated)
    assert found.value == pytest.approx(0.05)
    assert found.se == pytest.approx(math.sqrt(0.1 * 0.9 / 100 + 0.05 * 0.95 / 400))
    assert found.high - found.low == pytest.approx(2 * 1.96 * found.se)


def test_the_interval_of_uplift_covers_the_truth_about_95_times_in_100() -> None:
    draw = np.random.default_rng(11)
    treated = np.repeat([True, False], [600, 900])
    rate = np.where(treated, 0.07, 0.10)
    found = [kpi.uplift(draw.random(1_500) < rate, treated) for _ in range(2_000)]
    covered = np.mean([one.low <= -0.03 <= one.high for one in found])
    assert abs(covered - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 2_000)


@pytest.mark.parametrize(
    ("p1", "p2", "each"),
    [(0.03, 0.027, 48_292), (0.03, 0.024, 11_455), (0.06, 0.048, 5_568), (0.064, 0.10, 911)],
)
def test_how_many_each_arm_needs(p1: float, p2: float, each: int) -> None:
    assert kpi.sample_size_per_arm(p1, p2) == each
    assert kpi.sample_size_per_arm(p2, p1) == each
    assert kpi.sample_size_per_arm(p1, p2, power=0.9) > each


def test_an_uneven_split_costs_variance() -> None:
    assert kpi.split_penalty(0.5) == 1.0
    assert round(kpi.split_penalty(0.9), 2) == 2.78
    assert kpi.split_penalty(0.1) == pytest.approx(kpi.split_penalty(0.9))


def test_psi_by_hand() -> None:
    by_hand = 0.25 * math.log(2) + 0.25 * math.log(1.5)
    assert kpi.psi([50, 50], [25, 75]) == pytest.approx(by_hand)
    assert kpi.psi([1, 2, 0], [10, 20, 0]) == pytest.approx(0.0)
    assert kpi.psi([1, 1], [1, 0]) == math.inf


COUNTS = st.lists(st.integers(1, 999), min_size=4, max_size=4)


@given(COUNTS, COUNTS)
def test_psi_is_never_negative_and_the_same_both_ways(one: list[int], other: list[int]) -> None:
    assert kpi.psi(one, other) >= -1e-12
    assert kpi.psi(one, other) == pytest.approx(kpi.psi(other, one))
