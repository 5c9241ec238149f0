"""Are estimates and intervals judged by the truth, and never passed for being odd?"""

import math

import numpy as np
import pandas as pd
import pytest
from hostile import ODD, anything, is_an_outcome
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from cvmgrade import checks
from cvmgrade.checks.modes_cover import band

WHY = "See glossary."
finite = st.floats(-1e6, 1e6)


@settings(deadline=None)
@given(st.lists(finite, min_size=1, max_size=6), st.floats(0.01, 100), st.floats(-1, 1))
def test_is_an_estimate_within_the_tolerance_right(
    truths: list[float], tolerance: float, off: float
) -> None:
    estimates = [truth + 0.999 * off * tolerance for truth in truths]
    assert checks.near_truth(estimates, truths, tolerance, reason=WHY).share == 1


@settings(deadline=None)
@given(anything, st.lists(finite, min_size=1, max_size=4), st.floats(1, 9))
def test_is_whatever_is_estimated_an_outcome(
    estimates: object, truths: list[float], fade: float
) -> None:
    assert is_an_outcome(checks.near_truth(estimates, truths, 1e-3, reason=WHY, fade=fade))


@pytest.mark.parametrize("odd", ODD, ids=lambda value: type(value).__name__)
def test_is_nothing_odd_near_the_truth(odd: object) -> None:
    assert checks.near_truth(odd, 0.25, 0.1, reason=WHY).share == 0
    assert checks.near_truth([odd], [0.25], 0.1, reason=WHY, fade=2).share == 0
    assert checks.near_truth(pd.Series({"a": odd}), {"a": 0.25}, 0.1, reason=WHY).share == 0


def test_does_credit_fade_beyond_the_tolerance() -> None:
    truths = [10.0, 10.0, 10.0, 10.0]
    found = checks.near_truth([10.5, 11.5, 12.5, math.nan], truths, 1, reason=WHY, fade=2)
    assert found.share == pytest.approx((1 + 0.5 + 0 + 0) / 4)
    said = "Of 4 estimates, 2 too high and 1 not a number, by 2 times the tolerance on average."
    assert found.reason == f"{said} {WHY}"
    assert checks.near_truth([10.5, 11.5, 12.5, 9], truths, 1, reason=WHY).share == 0.5


def test_are_estimates_matched_by_label_and_mistakes_named() -> None:
    truths = pd.Series({"sms": 1.0, "call": 2.0})
    assert checks.near_truth({"call": 2.0, "sms": 1.0}, truths, 0.1, reason=WHY).share == 1
    assert checks.near_truth({"call": 2.0}, truths, 0.1, reason=WHY).share == 0
    assert checks.near_truth([1.0, 2.0], truths, 0.1, reason=WHY).share == 0
    found = checks.near_truth(
        {"sms": 2.0, "call": 4.05}, truths, 0.1, reason=WHY,
        mistakes={"Far.": truths * 3, "Twice the effect.": truths * 2, "Near.": truths * 2.04},
    )  # fmt: skip
    assert (found.share, found.reason.split(". ")[-1]) == (0, "Near.")


@pytest.mark.parametrize(("truths", "tolerance"), [([], 1), (["a"], 1), ([math.nan], 1), ([1], 0)])
def test_are_truths_that_cannot_be_used_refused(truths: list[object], tolerance: float) -> None:
    with pytest.raises(ValueError, match="Truths"):
        checks.near_truth([1.0], truths, tolerance, reason=WHY)


@settings(deadline=None)
@given(
    st.integers(1, 400), st.floats(0.5, 0.99), st.floats(1e-6, 0.2), st.sampled_from([0.0, 0.03])
)
def test_does_the_band_cut_off_no_more_than_the_risk(
    trials: int, level: float, risk: float, slack: float
) -> None:
    least, most = band(trials, level, risk, slack)
    low, high = binom(trials, level - slack), binom(trials, min(level + slack, 1))
    assert 0 <= least <= most <= trials
    assert low.cdf(least - 1) <= risk / 2 * (1 + 1e-9)
    assert high.sf(most) <= risk / 2 * (1 + 1e-9)
    assert low.cdf(least) > risk / 2 * (1 - 1e-9), "and not less than it may"


def intervals(z: float, trials: int = 400, seed: int = 3) -> np.ndarray:
    draws = np.random.default_rng(seed).normal(size=trials)
    return np.column_stack([draws - z, draws + z])


def test_do_honest_intervals_cover_and_others_not() -> None:
    truths = np.zeros(400)
    options = {"truths": truths, "widest": 6.0, "reason": WHY}
    honest = intervals(1.96)
    as_dicts = [{"low": low, "high": high} for low, high in honest]
    forms = [honest, honest.tolist(), as_dicts, pd.DataFrame(honest, columns=["low", "high"])]
    assert [checks.covers(form, **options).share for form in forms] == [1, 1, 1, 1]
    assert "70 % of your intervals" in checks.covers(intervals(1.0), **options).reason
    wide = checks.covers(intervals(9.0), **options)
    assert (wide.share, "On average they are 3 times as wide" in wide.reason) == (0, True)
    assert checks.covers(intervals(2.8), **options).share == 0, "they claim 95 % and cover 100 %"
    assert checks.covers(intervals(2.8), **options, slack=0.05).share == 1
    assert checks.covers(honest[:399], **options).share == 0
    assert checks.covers(honest[:, ::-1], **options).share == 0
    assert 0.5 < checks.covers(intervals(1.645), **options, fade=0.1).share < 1
    named = {"No.": intervals(2.0), "You took 90 %.": intervals(1.0)}
    assert checks.covers(intervals(1.0), **options, mistakes=named).reason.endswith(
        "You took 90 %."
    )


def test_does_no_lottery_of_boundless_intervals_pass() -> None:
    lots = [(-1e300, 1e300)] * 380 + [(5.0, 5.0)] * 20
    boundless = [(-math.inf, math.inf)] * 380 + [(5.0, 5.0)] * 20
    for made in (lots, boundless):
        assert checks.covers(made, np.zeros(400), widest=5.0, reason=WHY, fade=0.5).share == 0


@settings(deadline=None)
@given(
    st.lists(st.one_of(anything, st.tuples(st.floats(), st.floats())), max_size=6), st.floats(0, 1)
)
def test_are_whatever_intervals_an_outcome(made: list[object], fade: float) -> None:
    assert is_an_outcome(checks.covers(made, [0.0] * 6, widest=1.0, reason=WHY, fade=fade))
    assert is_an_outcome(checks.covers(tuple(made), [0.0], widest=1.0, reason=WHY, fade=fade))


@pytest.mark.parametrize("odd", ODD, ids=lambda value: type(value).__name__)
def test_does_nothing_odd_cover(odd: object) -> None:
    for made in (odd, [odd] * 400, [(odd, odd)] * 400, [(-1.0, odd)] * 400):
        assert checks.covers(made, np.full(400, -0.25), widest=2e3, reason=WHY).share == 0
