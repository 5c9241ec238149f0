"""Does everybody have as many stays as they began, each with its own end?"""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmkit import kpi

Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]


def first_day(month: int) -> pd.Timestamp:
    return pd.Timestamp("2023-01-01") + pd.DateOffset(months=month)


def tables_of(*stays: list[tuple[int, int | None]]) -> Tables:
    """Customers 1, 2, ... from each one's stays: (first month, last month or None)."""
    ids = range(1, len(stays) + 1)
    customers = pd.DataFrame(
        {"customer_id": ids, "acquired_on": [first_day(own[0][0]) for own in stays]}
    )
    accounts = pd.DataFrame(
        {"account_id": [10 * i for i in ids], "customer_id": ids, "payment_type": "postpaid"}
    )
    left = [(i, last) for i, own in zip(ids, stays, strict=True) for _, last in own]
    churn = pd.DataFrame(left, columns=["customer_id", "month"]).dropna().astype("int64")
    churn = churn.assign(churn_type="voluntary", ported_out=churn["month"] % 2 == 0)
    terms = [
        (i, "activation" if k == 0 else "win_back", first_day(first))
        for i, own in zip(ids, stays, strict=True)
        for k, (first, _) in enumerate(own)
    ]
    columns = ["customer_id", "signed_as", "term_start"]
    return customers, accounts, churn, pd.DataFrame(terms, columns=columns)


def test_a_second_lifetime_is_a_second_stay_by_hand() -> None:
    spells = kpi.sim_spells(*tables_of([(-2, 3), (7, 9)], [(1, None)], [(0, 4), (5, None)]))
    rows = spells[["customer_id", "first_month", "last_month", "began_as", "ended_as"]]
    assert rows.fillna({"last_month": 99, "ended_as": "here"}).to_numpy().tolist() == [
        [1, -2, 3, "gross_add", "churn"],
        [2, 1, 99, "gross_add", "here"],
        [3, 0, 4, "gross_add", "churn"],
        [3, 5, 99, "reactivation", "here"],
        [1, 7, 9, "reactivation", "churn"],
    ]
    assert spells.query("customer_id == 1")["ported_out"].tolist() == [False, False]
    walk = kpi.base_walk(spells, range(10))
    assert walk["reactivations"].to_dict() == {m: int(m in (5, 7)) for m in range(10)}
    assert walk["churn"].to_dict() == {m: int(m in (3, 4, 9)) for m in range(10)}
    assert walk["gross_adds"].sum() == 2
    # Three left over ten months, two came back: gross, net, and falsely acquired.
    base = kpi.average_base(walk).sum()
    assert kpi.mean_churn(walk) == pytest.approx(3 / base)
    assert kpi.mean_churn(walk, net=True) == pytest.approx(1 / base)
    assert kpi.reactivation_share(walk) == pytest.approx(2 / 4)


def test_who_came_back_and_left_on_the_same_first_month_stayed_a_month() -> None:
    spells = kpi.sim_spells(*tables_of([(0, 2), (3, 3)]))
    assert spells["last_month"].tolist() == [2, 3]
    walk = kpi.base_walk(spells, range(5))
    assert walk.loc[3, ["opening", "reactivations", "churn", "closing"]].tolist() == [0, 1, 1, 0]
    # The SIM was gone for a night. To the account, that is no interruption.
    assert kpi.account_spells(spells)[["first_month", "last_month"]].to_numpy().tolist() == [[0, 3]]


HISTORY = st.tuples(
    st.integers(-6, 6), st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), max_size=3)
)


def stays_of(start: int, rest: list[tuple[int, int]], ends: bool) -> list[tuple[int, int | None]]:
    """Stays from months stayed on and months away, the last one open or not."""
    stays: list[tuple[int, int | None]] = []
    for length, away in rest:
        stays.append((start, start + length))
        start += length + away
    return [*stays, (start, start + 1 if ends else None)]


@settings(deadline=None, max_examples=50)  # building dates takes most of the time
@given(st.lists(st.tuples(HISTORY, st.booleans()), min_size=1, max_size=6), st.integers(0, 99))
def test_every_history_comes_back_from_its_tables_and_its_walk_reconciles(
    people: list[tuple[tuple[int, list[tuple[int, int]]], bool]], order: int
) -> None:
    histories = [stays_of(start, rest, ends) for (start, rest), ends in people]
    mixed = (table.sample(frac=1, random_state=order) for table in tables_of(*histories))
    spells = kpi.sim_spells(*mixed)
    for who, own in spells.groupby("customer_id"):
        rows = own.sort_values("first_month")
        ends = [None if pd.isna(last) else last for last in rows["last_month"]]
        assert list(zip(rows["first_month"], ends, strict=True)) == histories[who - 1]
    walk = kpi.base_walk(spells, range(-6, 40))
    stays = [stay for own in histories for stay in own]
    assert walk["gross_adds"].sum() == len(histories)
    assert walk["reactivations"].sum() == len(stays) - len(histories)
    assert walk["churn"].sum() == sum(last is not None for _, last in stays)
    for (_, row), (_, later) in pairwise(walk.iterrows()):
        gains, losses = row["gross_adds"] + row["reactivations"], row["churn"]
        assert row["opening"] + gains - losses == row["closing"] == later["opening"]


def test_the_one_who_pays_is_the_account_where_the_tables_know_it() -> None:
    customers, accounts, churn, terms = tables_of([(0, 1), (3, None)], [(0, None)], [(0, None)])
    assert kpi.sim_spells(customers, accounts, churn, terms)["account_id"].tolist() == [
        10, 20, 30, 10,
    ]  # fmt: skip
    shared = accounts.assign(payer_account_id=[20, 20, 30])
    spells = kpi.sim_spells(customers, shared, churn, terms)
    assert spells["account_id"].tolist() == [20, 20, 30, 20]
    assert len(kpi.account_spells(spells)) == 2, "the bill goes on while a SIM of it does"


def test_two_departures_need_the_terms_that_tell_when_somebody_came_back() -> None:
    customers, accounts, churn, terms = tables_of([(0, None)], [(0, 2), (4, 6)])
    with pytest.raises(ValueError, match=r"Customer 2 left 2 times .* pass `subscriptions`"):
        kpi.sim_spells(customers, accounts, churn)
    with pytest.raises(ValueError, match="came less often"):
        kpi.sim_spells(customers, accounts, churn, terms[terms["signed_as"] != "win_back"])
    # Of customers who are not asked about, nothing is needed.
    assert len(kpi.sim_spells(customers[:1], accounts[:1], churn, terms)) == 1


@pytest.mark.parametrize(
    "stays",
    [
        [(0, None), (4, None)],  # came back without having left
        [(0, 4), (4, None)],  # back before the month of leaving was over
        [(5, 3)],  # left before joining
    ],
)
def test_stays_that_cannot_be_are_refused(stays: list[tuple[int, int | None]]) -> None:
    with pytest.raises(ValueError, match=r"Stay \d of customer 1 begins"):
        kpi.sim_spells(*tables_of(stays))


def test_without_returns_the_terms_change_nothing() -> None:
    customers, accounts, churn, terms = tables_of([(-3, 5)], [(0, None)], [(2, 2)])
    plain = kpi.sim_spells(customers, accounts, churn)
    pd.testing.assert_frame_equal(plain, kpi.sim_spells(customers, accounts, churn, terms))
