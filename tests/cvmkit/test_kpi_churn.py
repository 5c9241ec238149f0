"""Do churn figures divide by what they say, and take what they say?"""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvmkit import kpi

SPELLS = pd.DataFrame(
    {
        "first_month": [-9, 0, 0, 0, 0, 1],
        "last_month": [0, 0, 1, 2, None, None],
        "began_as": "gross_add",
        "ended_as": ["churn", "churn", "churn", "churn", None, None],
        "churn_type": ["involuntary", "voluntary", "voluntary", "voluntary", None, None],
        "ported_out": [False, True, True, False, None, None],
    }
)


def test_churn_divides_by_the_average_base_and_net_takes_the_returned_off() -> None:
    walk = pd.DataFrame(
        {"opening": [100, 90], "closing": [90, 110], "churn": [19, 10], "reactivations": [0, 5]}
    )
    assert kpi.monthly_churn(walk).tolist() == pytest.approx([19 / 95, 10 / 100])
    assert kpi.monthly_churn(walk, net=True).tolist() == pytest.approx([19 / 95, 5 / 100])
    assert kpi.mean_churn(walk) == pytest.approx(29 / 195)
    assert kpi.mean_churn(walk, net=True) == pytest.approx(24 / 195)


@pytest.mark.parametrize(("monthly", "year"), [(1.5, 16.6), (3.8, 37.2), (6.6, 55.9)])
def test_a_year_of_churn_is_not_twelve_times_a_month(monthly: float, year: float) -> None:
    assert round(100 * kpi.annualised(monthly / 100), 1) == year


def test_a_month_of_a_yearly_loss_is_more_than_a_twelfth() -> None:
    assert round(100 * kpi.monthly_from_annual(0.164), 2) == 1.48
    assert round(16.4 / 12, 2) == 1.37


@given(st.floats(0, 0.5))
def test_annualising_and_back_are_inverse(monthly: float) -> None:
    assert kpi.monthly_from_annual(kpi.annualised(monthly)) == pytest.approx(monthly, abs=1e-9)


def test_expected_tenure_is_the_mean_of_a_constant_hazard() -> None:
    by_hand = sum(t * 0.1 * 0.9 ** (t - 1) for t in range(1, 2000))
    assert kpi.expected_tenure(0.1) == pytest.approx(by_hand)
    assert kpi.expected_tenure(0.0) == math.inf


def test_each_share_has_its_own_denominator() -> None:
    lost = kpi.losses(SPELLS, range(3))
    assert len(lost) == 4
    assert kpi.involuntary_share(lost) == 1 / 4
    assert kpi.port_out_share(lost) == 2 / 3
    assert kpi.early_life_share(lost) == 3 / 4
    assert kpi.early_life_share(lost, 2) == 2 / 4
    assert len(kpi.losses(SPELLS, range(1, 3))) == 2
    assert kpi.losses(SPELLS.assign(ended_as="migration"), range(3)).empty


def test_the_hazard_of_a_cohort_counts_those_still_at_risk() -> None:
    hazards = kpi.hazard_by_tenure(SPELLS, joined=range(2), until=2)
    # Five joined. One had seen two months only by the end of month 2, and is still here.
    assert hazards["at_risk"].tolist() == [5, 4, 2]
    assert hazards["left"].tolist() == [1, 1, 1]
    assert hazards["hazard"].tolist() == [0.2, 0.25, 0.5]
    assert kpi.hazard_fall(hazards, range(1, 2), range(2, 4)) == pytest.approx(1 - (2 / 6) / 0.2)
    moved = kpi.hazard_by_tenure(SPELLS.assign(ended_as="migration"), range(2), until=2)
    assert moved["at_risk"].tolist() == [5, 4, 2]
    assert moved["left"].sum() == 0


def test_mixed_but_constant_customers_make_the_aggregate_hazard_fall() -> None:
    """Beta(1, 30) churn: 3.23 % in month 1, 1.82 % in month 25, and nobody changed."""
    hazard = [1 / (30 + month) for month in range(1, 26)]
    at_risk = [1e6]
    for h in hazard[:-1]:
        at_risk.append(at_risk[-1] * (1 - h))
    table = pd.DataFrame({"at_risk": at_risk}, index=range(1, 26))
    table["left"] = table["at_risk"] * hazard
    assert [round(100 * hazard[0], 2), round(100 * hazard[-1], 2)] == [3.23, 1.82]
    fall = kpi.hazard_fall(table, range(1, 2), range(25, 26))
    assert round(100 * fall) == 44
