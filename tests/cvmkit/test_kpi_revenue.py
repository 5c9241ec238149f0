"""Is money divided by the right base, and does every split add up?"""

import pandas as pd
import pytest
from hypothesis import given, settings
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


def test_a_household_with_one_bill_is_one_account_and_arpa_is_arpu_times_sims_per_account() -> None:
    """SIMs 1 and 2 share a bill; the head, 1, leaves with the end of month 0. SIM 3 pays alone."""
    spells = pd.DataFrame(
        {
            "account_id": [70, 70, 90],
            "first_month": [-5, -5, -5],
            "last_month": [0, None, None],
            "began_as": "gross_add",
            "ended_as": ["churn", None, None],
        }
    )
    walk, accounts = (
        kpi.base_walk(rows, range(2)) for rows in (spells, kpi.account_spells(spells))
    )
    revenue = pd.DataFrame(
        {"month": [0, 0, 0, 1, 1], "revenue_eur": [20.0, 10.0, 20.0, 10.0, 20.0]}
    )
    # Month 0: 50 EUR over (3 + 2) / 2 SIMs and over 2 accounts. Month 1: 30 EUR over 2 and 2.
    assert kpi.arpu_eur(revenue, walk).tolist() == [20.0, 15.0]
    assert kpi.arpa_eur(revenue, accounts).tolist() == [25.0, 15.0]
    per_account = kpi.average_base(walk) / kpi.average_base(accounts)
    assert (kpi.arpu_eur(revenue, walk) * per_account).tolist() == [25.0, 15.0]
    # What a bill leaves is a figure of SIMs, whoever pays: AMPU knows no accounts.
    costs = pd.DataFrame({"month": [0], "cost_eur": [5.0]})
    assert kpi.ampu_eur(revenue, costs, walk).tolist() == [18.0, 15.0]


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


@settings(deadline=None)
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


@settings(deadline=None)
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
