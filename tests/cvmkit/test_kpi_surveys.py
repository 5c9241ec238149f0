"""Does a survey speak for those who answered, and by its weights for those who did not?"""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmkit import kpi


def test_nps_by_hand() -> None:
    found = kpi.nps([10, 9, 9, 8, 7, 7, 6, 0, 10, 5])
    assert found.value == pytest.approx(10.0)
    assert found.se == pytest.approx(100 * math.sqrt((0.4 + 0.3 - 0.01) / 10))


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_nps_is_the_mean_of_plus_and_minus_a_hundred(scores: list[int]) -> None:
    signs = [100 if s >= 9 else -100 if s <= 6 else 0 for s in scores]
    found = kpi.nps(scores)
    assert found.value == pytest.approx(np.mean(signs))
    assert found.se**2 == pytest.approx(np.var(signs) / len(signs), abs=1e-6)


@pytest.mark.parametrize("scores", [[], [11], [-1, 5], [float("nan")]])
def test_answers_off_the_scale_are_refused(scores: list[float]) -> None:
    with pytest.raises(ValueError, match="from 0 to 10"):
        kpi.nps(scores)


SURVEY = pd.DataFrame(
    {
        "customer_id": range(1, 9),
        "month": [1, 1, 1, 1, 1, 4, 4, 7],
        "score": pd.array([10, 9, 6, 7, None, 3, None, None], dtype="Int8"),
    }
)


def test_who_is_silent_counts_among_the_asked_and_not_in_the_score() -> None:
    assert kpi.response_share(SURVEY) == 5 / 8
    found = kpi.nps(SURVEY["score"])
    assert found.value == pytest.approx(0.0)  # two promoters, two detractors of five
    assert found.se == pytest.approx(100 * math.sqrt(0.8 / 5))
    floats = kpi.nps(SURVEY["score"].to_numpy(dtype=float, na_value=np.nan))
    assert floats == found == kpi.nps([10, 9, None, 6, 7, 3])


def test_a_table_by_month_has_each_months_own_denominators() -> None:
    table = kpi.nps_of(SURVEY)
    assert table["asked"].to_dict() == {1: 5, 4: 2, 7: 1}
    assert table["answered"].to_dict() == {1: 4, 4: 1, 7: 0}
    assert table["response_share"].tolist() == [0.8, 0.5, 0.0]
    assert table.loc[1, "nps"] == pytest.approx(25.0)  # two of four, less one of four
    assert table.loc[1, "se"] == pytest.approx(100 * math.sqrt((0.75 - 0.25**2) / 4))
    assert table.loc[4, "nps"] == -100.0
    assert table.loc[7, ["nps", "se"]].isna().all()


def test_segments_can_be_several_columns() -> None:
    by_both = kpi.nps_of(SURVEY.assign(kind=list("aabbbaba")), ["kind", "month"])
    assert by_both.loc[("a", 1), "nps"] == 100.0
    assert by_both.loc[("b", 1), ["asked", "answered", "nps"]].tolist() == [3, 2, -50.0]


def test_weights_of_asked_over_answered_speak_for_the_silent_by_hand() -> None:
    """Ten asked of each kind. All ten of one answer: 9s and 10s; two of the other: both 0."""
    scores = pd.Series([9] * 10 + [0, 0] + [None] * 8)
    weights = pd.Series([1.0] * 10 + [5.0] * 10)
    assert kpi.nps(scores).value == pytest.approx(100 * (10 - 2) / 12)
    found = kpi.nps_reweighted(scores, weights)
    assert found.value == pytest.approx(0.0)
    # Σ w² (s − 0)² = 100² (10 · 1 + 2 · 25), Σ w = 20.
    assert found.se == pytest.approx(100 * math.sqrt(60) / 20)


ANSWERS = st.lists(
    st.tuples(st.none() | st.integers(0, 10), st.floats(0.1, 9)), min_size=1, max_size=40
).filter(lambda rows: any(score is not None for score, _ in rows))


@settings(deadline=None)
@given(ANSWERS, st.floats(0.1, 100))
def test_equal_weights_change_nothing_and_only_their_ratios_matter(
    rows: list[tuple[int | None, float]], factor: float
) -> None:
    scores, weights = [score for score, _ in rows], np.array([weight for _, weight in rows])
    plain, equal = kpi.nps(scores), kpi.nps_reweighted(scores, np.full(len(rows), factor))
    assert (equal.value, equal.se) == pytest.approx((plain.value, plain.se))
    one, other = (kpi.nps_reweighted(scores, w) for w in (weights, factor * weights))
    assert (one.value, one.se) == pytest.approx((other.value, other.se))


def test_the_reweighted_score_covers_the_truth_that_the_raw_one_misses() -> None:
    """Two kinds of known size: the content answer five times as often, and lie 60 points higher."""
    draw = np.random.default_rng(7)
    content = np.repeat([True, False], 1_500)
    chance = np.where(content, 0.5, 0.1)
    truth = 100 * (0.5 * (0.5 - 0.2) + 0.5 * (0.2 - 0.5))
    raw, mended = [], []
    for _ in range(300):
        u = draw.random(3_000)
        promoter, detractor = np.where(content, 0.5, 0.2), np.where(content, 0.2, 0.5)
        score = np.where(u < promoter, 10.0, np.where(u < promoter + detractor, 0.0, 8.0))
        score[draw.random(3_000) > chance] = np.nan
        raw.append(kpi.nps(score))
        mended.append(kpi.nps_reweighted(score, 1 / chance))
    covered = np.mean([one.low <= truth <= one.high for one in mended])
    assert abs(covered - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 300)
    assert not any(one.low <= truth <= one.high for one in raw)


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ([1.0], "1 weights for 2"),
        ([1.0, 0.0], "above zero"),
        ([float("nan"), 1.0], "above zero"),
        ([float("inf"), 1.0], "above zero"),
    ],
)
def test_an_answer_without_a_weight_is_refused(weights: list[float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        kpi.nps_reweighted([9, 2], weights)


def test_the_weight_of_a_silent_customer_may_be_missing() -> None:
    assert kpi.nps_reweighted([9, None], [2.0, float("nan")]).value == 100.0
