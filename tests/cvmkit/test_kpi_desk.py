"""Is a save a caller who stayed, and does each cost divide by what it bought?"""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmkit import kpi

CALLS = pd.DataFrame(
    [
        *[("talk", 0, True)] * 2,
        *[("talk", 0, False)] * 8,
        *[("small_credit", 600, True)] * 3,
        *[("small_credit", 600, False)] * 7,
        *[("large_credit", 3_000, True)] * 5,
        *[("large_credit", 0, False)] * 5,
    ],
    columns=["offer", "cost_cents", "stayed"],
)


def test_a_saved_share_divides_by_all_calls_that_were_given_the_offer() -> None:
    table = kpi.saved_share(CALLS)
    assert table["calls"].to_dict() == {"talk": 10, "small_credit": 10, "large_credit": 10}
    assert table["saved"].to_dict() == {"talk": 2, "small_credit": 3, "large_credit": 5}
    assert table["saved_share"].to_dict() == {"talk": 0.2, "small_credit": 0.3, "large_credit": 0.5}


def test_only_who_stays_takes_the_credit() -> None:
    cost = kpi.cost_per_save_eur(CALLS)
    assert cost.to_dict() == {"talk": 0.0, "small_credit": 6.0, "large_credit": 30.0}
    everyone_left = CALLS.assign(stayed=False)
    assert kpi.cost_per_save_eur(everyone_left).isna().all()


def test_one_more_save_costs_more_than_one_save() -> None:
    cost = kpi.cost_per_extra_save_eur(CALLS)
    # Per 10 calls: 18 EUR for one more save than talk makes; 150 EUR for three more.
    assert cost.to_dict() == pytest.approx({"small_credit": 18.0, "large_credit": 50.0})
    # From the small credit to the large one: 132 EUR more for two more saves. Talk saves fewer.
    ladder = kpi.cost_per_extra_save_eur(CALLS, against="small_credit")
    assert ladder["large_credit"] == pytest.approx(66.0)
    assert ladder["talk"] == math.inf
    with pytest.raises(ValueError, match="No call was given coupon"):
        kpi.cost_per_extra_save_eur(CALLS, against="coupon")


OFFERS = st.sampled_from(["talk", "small_credit", "large_credit"])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(OFFERS, st.integers(0, 5_000), st.booleans()), min_size=1, max_size=30))
def test_shares_and_costs_add_up_to_the_desks_totals(rows: list[tuple[str, int, bool]]) -> None:
    calls = pd.DataFrame(rows, columns=["offer", "cost_cents", "stayed"])
    table = kpi.saved_share(calls)
    assert (table["calls"] * table["saved_share"]).sum() == pytest.approx(calls["stayed"].sum())
    given_eur = calls.loc[calls["stayed"], "cost_cents"].sum() / 100
    assert (kpi.cost_per_save_eur(calls) * table["saved"]).sum() == pytest.approx(given_eur)
    coded = kpi.saved_share(calls.astype({"offer": "category"}))
    assert coded["saved_share"].tolist() == table["saved_share"].tolist()


FORMER = pd.DataFrame(
    {
        "customer_id": [1, 2, 3, 4, 5, 6],
        "month": [6, 6, 6, 6, 7, 7],
        "arm": [*["treatment"] * 4, *["control"] * 2],
        "offer": ["discount", "discount", "upgrade", "upgrade", None, None],
        "accepted": [True, False, True, True, False, False],
    }
)


def test_a_win_back_rate_divides_by_all_in_the_arm_or_all_with_the_offer() -> None:
    by_arm = kpi.winback_rate(FORMER)
    assert by_arm.loc["treatment"].to_dict() == {"former": 4, "accepted": 3, "winback_rate": 0.75}
    assert by_arm.loc["control"].to_dict() == {"former": 2, "accepted": 0, "winback_rate": 0.0}
    by_offer = kpi.winback_rate(FORMER, "offer")
    assert by_offer["winback_rate"].to_dict() == {"discount": 0.5, "upgrade": 1.0}
    by_both = kpi.winback_rate(FORMER, ["month", "arm"])
    assert by_both["former"].to_dict() == {(6, "treatment"): 4, (7, "control"): 2}


def test_some_of_the_control_come_back_by_themselves_and_that_is_no_win() -> None:
    spells = pd.DataFrame(
        {
            "customer_id": [1, 1, 3, 4, 5, 6, 2],
            "first_month": [0, 6, 6, 12, 12, 13, 6],
            "began_as": ["gross_add", *["reactivation"] * 5, "gross_add"],
        }
    )
    back = kpi.came_back_within(FORMER, spells)
    # Months 6 to 11 count for those written to in month 6, and 7 to 12 in month 7.
    assert back.tolist() == [True, False, True, False, True, False]
    effect = kpi.uplift(back, FORMER["arm"] == "treatment")
    assert effect.value == pytest.approx(0.5 - 0.5)
    assert kpi.came_back_within(FORMER, spells, 7).tolist() == [True, False, True, True, True, True]
