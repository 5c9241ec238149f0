"""Is money divided by the right base, and does every split add up?"""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvmkit import kpi

WALK = pd.DataFrame({"opening": [2, 3], "closing": [3, 3]}, index=[0, 1])
REVENUE = pd.DataFrame({"month": [0, 0, 1], "revenue_eur": [30.0, 20.0, 36.0]})


def segments(**rows: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index", columns=["sims", "revenue_eur"])


def arpu(table: pd.DataFrame) -> float:
    return float(table["revenue_eur"].sum() / table["sims"].sum())


def test_service_revenue_is_bills_and_what_is_used_of_the_balance() -> None:
    usage = pd.DataFrame(
        {"customer_id": [1, 1, 2], "month": [0, 1, 0], "charged_cents": [0, 0, 650]}
    )
    invoices = pd.DataFrame({"customer_id": [1, 1], "month": [0, 1], "total_cents": [1999, 2499]})
    revenue = kpi.service_revenue(usage, invoices).set_index(["customer_id", "month"])
    assert revenue["revenue_eur"].to_dict() == {(1, 0): 19.99, (1, 1): 24.99, (2, 0): 6.5}


def test_arpu_arpa_and_ampu_divide_by_the_average_base() -> None:
    assert kpi.arpu_eur(REVENUE, WALK).tolist() == [20.0, 12.0]
    assert kpi.arpa_eur(REVENUE, WALK.assign(opening=2, closing=2)).tolist() == [25.0, 18.0]
    costs = pd.DataFrame({"month": [0, 0], "cost_eur": [10.0, 5.0]})
    assert kpi.ampu_eur(REVENUE, costs, WALK).tolist() == [14.0, 12.0]


def test_arpu_can_rise_while_every_segment_earns_less() -> None:
    """ARPU from 12.80 to 13.45 EUR, revenue 9.7 % down, each segment's ARPU 2 % down."""
    before = segments(postpaid=(400, 8_000), prepaid=(600, 4_800))
    sims, post = 859.3, 0.477
    after = segments(
        postpaid=(post * sims, post * sims * 19.6),
        prepaid=((1 - post) * sims, (1 - post) * sims * 7.84),
    )
    split = kpi.mix_rate(before, after)
    assert [round(arpu(before), 2), round(arpu(after), 2)] == [12.80, 13.45]
    assert after["revenue_eur"].sum() / before["revenue_eur"].sum() - 1 == pytest.approx(
        -0.097, abs=5e-4
    )
    assert (split["rate"] < 0).all()
    assert split["mix"].sum() == pytest.approx(0.077 * 12)
    assert split.to_numpy().sum() == pytest.approx(arpu(after) - arpu(before))


AMOUNT = st.tuples(st.integers(0, 500), st.floats(0.01, 60))
BASE = st.dictionaries(st.sampled_from("abcd"), AMOUNT, min_size=1).filter(
    lambda base: any(sims for sims, _ in base.values())
)


@given(BASE, BASE)
def test_mix_and_rate_add_up_to_the_change_even_where_segments_come_and_go(
    one: dict[str, tuple[int, float]], other: dict[str, tuple[int, float]]
) -> None:
    before, after = (
        segments(**{name: (sims, sims * each) for name, (sims, each) in base.items()})
        for base in (one, other)
    )
    split = kpi.mix_rate(before, after)
    assert split.sum().sum() == pytest.approx(arpu(after) - arpu(before), abs=1e-9)


def test_a_segment_that_comes_or_goes_is_all_mix() -> None:
    one, two = segments(a=(10, 100.0)), segments(a=(10, 100.0), b=(10, 200.0))
    for before, after in ((one, two), (two, one)):
        split = kpi.mix_rate(before, after)
        assert split["rate"].tolist() == pytest.approx([0, 0])
        assert split["mix"].sum() == pytest.approx(arpu(after) - arpu(before))


def test_an_unchanged_segment_has_no_rate_and_an_unchanged_mix_no_mix() -> None:
    before = segments(a=(10, 100.0), b=(30, 60.0))
    only_mix = kpi.mix_rate(before, segments(a=(20, 200.0), b=(20, 40.0)))
    only_rate = kpi.mix_rate(before, segments(a=(20, 300.0), b=(60, 60.0)))
    assert only_mix["rate"].tolist() == pytest.approx([0, 0])
    assert only_rate["mix"].tolist() == pytest.approx([0, 0])


def test_revenue_retention_follows_the_old_base_only() -> None:
    before = pd.Series({1: 20.0, 2: 30.0, 3: 50.0})
    after = pd.Series({2: 33.0, 3: 44.0, 4: 99.0})
    kept = kpi.revenue_retention(before, after)
    assert (kept.opening, kept.up, kept.down, kept.lost) == (100.0, 3.0, 6.0, 20.0)
    assert kept.revenue_churn == pytest.approx(0.20)
    assert kept.nrr == pytest.approx(0.77)


MRR = st.dictionaries(st.integers(1, 9), st.floats(1, 100), min_size=1)


@given(MRR, MRR)
def test_net_retention_is_what_the_old_base_pays_now(
    before: dict[int, float], after: dict[int, float]
) -> None:
    kept = kpi.revenue_retention(pd.Series(before), pd.Series(after, dtype=float))
    now = sum(paid for who, paid in after.items() if who in before)
    assert kept.nrr * kept.opening == pytest.approx(now)


def test_bad_debt_is_what_is_written_off_over_what_was_earned() -> None:
    payments = pd.DataFrame({"status": ["paid", "written_off"], "amount_cents": [9_000, 172]})
    assert kpi.write_off_share(payments, REVENUE) == pytest.approx(1.72 / 86)


UNIT_COSTS = pd.DataFrame(
    {
        "item": ["sac_postpaid", "sac_prepaid", "campaign_call", "campaign_sms"],
        "cost_microeur": [95_000_000, 6_000_000, 4_000_000, 20_000],
    }
)


def test_acquisition_costs_by_gross_add_and_payment_type() -> None:
    spells = pd.DataFrame(
        {
            "first_month": [0, 0, 1, 1],
            "began_as": ["gross_add", "gross_add", "gross_add", "reactivation"],
            "payment_type": ["postpaid", "prepaid", "prepaid", "postpaid"],
        }
    )
    cost = kpi.acquisition_cost_eur(spells, UNIT_COSTS)
    assert cost.to_dict() == {0: 101.0, 1: 6.0}
    assert kpi.sac_eur(cost.sum(), 3) == pytest.approx(107 / 3)


def test_retention_costs_its_own_contacts_and_its_offers_and_controls_nothing() -> None:
    contacts = pd.DataFrame(
        {
            "month": [3, 3, 3, 4],
            "programme": ["retention", "retention", "upsell", "retention"],
            "arm": ["treatment", "control", "treatment", "treatment"],
            "channel": ["call", "call", "sms", "sms"],
        }
    )
    benefits = pd.DataFrame({"month": [3, 5], "cost_cents": [300, 250]})
    cost = kpi.retention_cost_eur(benefits, contacts, UNIT_COSTS)
    assert cost.to_dict() == pytest.approx({3: 7.0, 4: 0.02, 5: 2.5})
    assert kpi.src_eur(cost.sum(), 2) == pytest.approx(4.76)
    assert kpi.sac_src_share(10.0, 5.0, 100.0) == pytest.approx(0.15)


def test_payback_is_cost_over_margin_and_never_without_one() -> None:
    assert kpi.payback_months(90.0, 7.5) == 12.0
    assert kpi.payback_months(90.0, 0.0) == math.inf
