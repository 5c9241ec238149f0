"""Does the base reconcile, whatever comes and goes?"""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmkit import kpi

MONTHS = range(12)
STAY = st.tuples(
    st.integers(-4, 13),
    st.none() | st.integers(0, 8),
    st.sampled_from(["gross_add", "migration", "reactivation"]),
    st.sampled_from(["churn", "migration"]),
)


def spells_of(*rows: tuple[int, int | None, str, str]) -> pd.DataFrame:
    """Spells from (first month, months stayed after it, began as, ended as)."""
    return pd.DataFrame(
        [(f, None if n is None else f + n, b, None if n is None else e) for f, n, b, e in rows],
        columns=["first_month", "last_month", "began_as", "ended_as"],
    ).astype({"last_month": float})


def test_a_date_is_as_many_months_on_as_the_calendar_says() -> None:
    days = pd.Series(pd.to_datetime(["2022-12-31", "2023-01-01", "2024-02-29", None]))
    found = kpi.month_of(days)
    assert found[:3].tolist() == [-1, 0, 13]
    assert pd.isna(found[3])


def test_each_customer_has_one_spell_from_activation_to_departure() -> None:
    customers = pd.DataFrame(
        {"customer_id": [1, 2], "acquired_on": pd.to_datetime(["2022-11-01", "2023-03-01"])}
    )
    accounts = pd.DataFrame(
        {"account_id": [7, 8], "customer_id": [1, 2], "payment_type": ["prepaid", "postpaid"]}
    )
    left = pd.DataFrame(
        {"customer_id": [1], "month": [4], "churn_type": ["voluntary"], "ported_out": [True]}
    )
    spells = kpi.sim_spells(customers, accounts, left).set_index("customer_id")
    assert spells.loc[1, ["first_month", "last_month", "ended_as"]].tolist() == [-2, 4, "churn"]
    assert spells.loc[2, "first_month"] == 2
    assert spells.loc[2, ["last_month", "ended_as", "ported_out"]].isna().all()


def test_the_walk_counts_by_hand() -> None:
    spells = spells_of(
        (-3, None, "gross_add", ""),  # there before, and still
        (-3, 3, "gross_add", "churn"),  # leaves with the end of month 0
        (0, 0, "gross_add", "churn"),  # comes and goes in month 0
        (1, None, "reactivation", ""),
        (1, 0, "migration", "migration"),
    )
    walk = kpi.base_walk(spells, range(2))
    assert walk.loc[0].to_dict() == {
        "opening": 2, "gross_adds": 1, "migrations_in": 0, "reactivations": 0,
        "churn": 2, "migrations_out": 0, "closing": 1,
    }  # fmt: skip
    assert walk.loc[1, ["opening", "migrations_in", "reactivations", "closing"]].tolist() == [
        1, 1, 1, 2,
    ]  # fmt: skip
    assert kpi.average_base(walk).tolist() == [1.5, 1.5]


@settings(deadline=None)
@given(st.lists(STAY, min_size=1, max_size=30))
def test_every_walk_reconciles_and_one_months_closing_is_the_nexts_opening(
    rows: list[tuple[int, int | None, str, str]],
) -> None:
    spells = spells_of(*rows)
    walk = kpi.base_walk(spells, MONTHS)
    gains = walk[["gross_adds", "migrations_in", "reactivations"]].sum(axis=1)
    losses = walk[["churn", "migrations_out"]].sum(axis=1)
    assert (walk["opening"] + gains - losses == walk["closing"]).all()
    assert (walk["closing"].iloc[:-1].to_numpy() == walk["opening"].iloc[1:].to_numpy()).all()
    last = spells["last_month"].fillna(99)
    for month in MONTHS:
        there = (spells["first_month"] <= month) & (last > month)
        assert walk.loc[month, "closing"] == there.sum()


def test_a_stay_that_ends_without_a_cause_is_named() -> None:
    spells = spells_of((0, 2, "gross_add", "churn")).assign(ended_as="lost")
    with pytest.raises(ValueError, match="month 2 is off by 1 SIMs"):
        kpi.base_walk(spells, MONTHS)


def test_false_acquisitions_are_returns_over_all_that_came() -> None:
    walk = pd.DataFrame({"gross_adds": [6, 3], "reactivations": [0, 1]})
    assert kpi.reactivation_share(walk) == pytest.approx(1 / 10)
    assert kpi.reactivation_share(walk.loc[[1]]) == pytest.approx(1 / 4)
    assert math.isnan(kpi.reactivation_share(walk * 0))


def test_a_segments_share_is_of_the_closing_base() -> None:
    spells = spells_of(
        (0, None, "gross_add", ""), (0, 1, "gross_add", "churn"), (5, None, "gross_add", "")
    ).assign(payment_type=["postpaid", "prepaid", "prepaid"])
    assert kpi.base_shares(spells, 0).to_dict() == {"postpaid": 0.5, "prepaid": 0.5}
    assert kpi.base_shares(spells, 1).to_dict() == {"postpaid": 1.0}


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), STAY), min_size=1, max_size=12))
def test_an_account_is_active_while_any_of_its_sims_is(
    rows: list[tuple[int, tuple[int, int | None, str, str]]],
) -> None:
    sims = spells_of(*(stay for _, stay in rows)).assign(
        account_id=[account for account, _ in rows]
    )
    merged = kpi.account_spells(sims)
    before = merged.groupby("account_id")["last_month"].shift() + 1
    assert not (merged["first_month"] <= before).any(), "stays without a month between are one"
    for month in range(-5, 25):
        active = [
            set(table.loc[(table["first_month"] <= month) & ~(table["last_month"] < month)]
                .loc[:, "account_id"])
            for table in (sims, merged)
        ]  # fmt: skip
        assert active[0] == active[1]
    assert merged.groupby("account_id")["began_as"].first().eq("gross_add").all()
    kpi.base_walk(merged, MONTHS)
