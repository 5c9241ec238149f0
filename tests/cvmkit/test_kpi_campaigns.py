"""Does every rate of a campaign have the denominator that it names?"""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmkit import kpi

CONTACTS = pd.DataFrame(
    [
        (3, 1, 3, "retention", "treatment", "sms", True),
        (3, 2, 3, "retention", "treatment", "sms", False),
        (3, 3, 3, "retention", "treatment", "call", True),
        (3, 4, 3, "retention", "treatment", "sms", True),
        (3, 5, 3, "retention", "control", None, False),
        (6, 1, 6, "upsell", "treatment", "sms", True),
    ],
    columns=["campaign_id", "customer_id", "month", "programme", "arm", "channel", "reached"],
)


def test_take_up_divides_by_the_targeted_and_hit_rate_by_the_reached() -> None:
    responses = pd.DataFrame({"campaign_id": [3, 3, 9], "customer_id": [1, 3, 1]})
    rates = kpi.response_rates(CONTACTS, responses)
    first = rates.loc[("retention", 3)]
    assert first.to_dict() == pytest.approx(
        {"targeted": 4, "reached": 3, "takers": 2, "take_up": 1 / 2, "hit_rate": 2 / 3}
    )
    assert rates.loc[("upsell", 6), "takers"] == 0
    assert kpi.conversion(2, 2) == 1.0


def test_an_opt_out_belongs_to_the_wave_of_its_channel_and_month() -> None:
    consents = pd.DataFrame(
        {
            "customer_id": [1, 3, 4, 1],
            "channel": ["sms", "sms", "sms", "email"],
            "event": ["withdrawn", "withdrawn", "given", "withdrawn"],
            "event_ts": pd.to_datetime(["2023-04-09", "2023-04-09", "2023-04-10", "2023-07-02"]),
        }
    )
    found = kpi.opt_out_share(CONTACTS, consents)
    # Customer 3 was called, and 4 gave consent: one of three messages was one too many.
    assert found.loc[("retention", 3)].to_dict() == pytest.approx(
        {"sent": 3, "withdrawn": 1, "opt_out": 1 / 3}
    )
    assert found.loc[("upsell", 6), "withdrawn"] == 0


def test_three_months_are_the_waves_own_and_the_two_after_it() -> None:
    rows = pd.DataFrame({"customer_id": [1, 2, 3, 4, 5], "month": 6}, index=list("abcde"))
    gone = pd.DataFrame({"customer_id": [1, 2, 3, 4], "month": [5, 6, 8, 9]})
    left = kpi.left_within(rows, gone)
    assert left.to_dict() == {"a": False, "b": True, "c": True, "d": False, "e": False}


LOOKS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 9)), min_size=1, max_size=20)


@settings(deadline=None)
@given(LOOKS, LOOKS, st.integers(1, 4))
def test_left_within_agrees_with_looking_row_by_row(
    looks: list[tuple[int, int]], departures: list[tuple[int, int]], months: int
) -> None:
    columns = ["customer_id", "month"]
    found = kpi.left_within(
        pd.DataFrame(looks, columns=columns), pd.DataFrame(departures, columns=columns), months
    )
    by_hand = [
        any(c == who and month <= m < month + months for c, m in departures) for who, month in looks
    ]
    assert found.tolist() == by_hand
