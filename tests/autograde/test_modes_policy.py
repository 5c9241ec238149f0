"""Is a choice of customers and actions worth what it earns, and nothing where it breaks a rule?"""

import math

import numpy as np
import pandas as pd
import pytest
from hostile import ODD, anything
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmgrade import checks
from cvmgrade.checks import Outcome

WHY = "An offer earns what it keeps, less what it costs."
ONE = pd.DataFrame({"sms": [5.0, -2.0, 3.0, 0.5, -9.0]}, index=[11, 12, 13, 14, 15])
TWO = pd.DataFrame(
    {"none": 0.0, "care:sms": [5.0, -2.0, 3.0, 0.5], "care:call": [9.0, -8.0, 1.0, 0.6]},
    index=pd.Index(["a", "b", "c", "d"], name="customer_id"),
)
BEST = pd.Series({"a": "care:call", "b": "none", "c": "care:sms", "d": "care:call"})
LINES = [(0.4, 0.5), (0.95, 1.0)]


def one(answer: object, **options: object) -> Outcome:
    return checks.policy([answer], [ONE], lines=LINES, reason=WHY, **options)


def two(answer: object, **options: object) -> Outcome:
    return checks.policy([answer], [TWO], lines=LINES, reason=WHY, **options)


@pytest.mark.parametrize(
    "answer",
    [
        [11, 13, 14], (14, 13, 11), {11, 13, 14}, np.array([11, 13, 14]), [11.0, np.int8(13), 14],
        pd.Series([11, 13, 14]), pd.Index([11, 13, 14]),
        {11: "sms", 12: "none", 13: " sms", 14: True, 15: None},
        pd.Series([True, False, True, True, False], index=ONE.index),
        pd.Series(["sms", None, "sms", "sms", ""], index=ONE.index)[::-1],
        pd.DataFrame({"action": ["sms", "none", "sms", "sms", "none"], "customer_id": ONE.index}),
    ],
)  # fmt: skip
def test_is_the_oracle_s_choice_worth_everything_in_any_form(answer: object) -> None:
    assert one(answer).share == 1


def test_is_the_best_action_of_each_customer_worth_everything() -> None:
    assert two(BEST).share == 1
    assert two(BEST.to_dict()).share == 1
    found = two(BEST.replace("care:call", "care:sms"))
    assert found.share == 0.5, "(5 + 3 + 0.5) / (9 + 3 + 0.6) is 67 %"
    assert found.reason.startswith("Your choice earns 67 % of what is possible (2.12 EUR per cust")


def test_do_lines_give_the_share_of_the_highest_reached() -> None:
    assert [one(answer).share for answer in ([11, 13], [11], [13], [], [12])] == [0.5, 0.5, 0, 0, 0]
    assert "Of the points there are 50 % from 40 %, 100 % from 95 %." in one([13]).reason
    assert WHY in one([13]).reason


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([11, 16], "1 of your entries is not among those who may be chosen: 16"),
        ([11, 11], "named twice"), ([11, None], "not among"), ([math.nan], "not among: nan"),
        ([True], "not among"), (["11"], "not among those who may be chosen: '11'"),
        ({11: "sms"}, "4 customers are missing"), (dict.fromkeys(ONE.index, "fax"), "no action"),
        (dict.fromkeys(ONE.index, 1), "no action on offer"), ("sms", "your answer is a str"),
        (pd.DataFrame({"customer": [11]}), "needs the columns customer_id and action"),
        ([11, 13, 14], "3 customers are chosen, and 2 are allowed"),
        (pd.DataFrame({"customer_id": [11, 11], "action": ["sms", "none"]}), "named twice"),
    ],
)  # fmt: skip
def test_does_a_broken_rule_cost_everything_and_say_which(answer: object, said: str) -> None:
    found = one(answer, limit=2)
    assert found.share == 0
    assert found.reason.startswith("No points while a rule is broken. ")
    assert said.replace("not among:", "not among those who may be chosen:") in found.reason


def test_is_the_world_named_in_which_a_rule_is_broken() -> None:
    both = checks.policy([[11], [99]], [ONE, ONE], lines=LINES, reason=WHY, limit=[1, 2])
    assert "(world 2 of 2)" in both.reason


def test_may_some_customers_stay_unnamed_where_the_author_says_so() -> None:
    some = {"a": "care:call", "c": "care:sms"}
    assert two(some).share == 0
    assert two(some, complete=False).share == 1, "12 of 12.6"


def test_do_limits_hold_for_patterns_of_actions() -> None:
    assert (
        "2 customers with call are chosen" in two(BEST, limit={"*:call": 1}, oracle=[12.5]).reason
    )
    assert two(BEST, limit={"*:call": 2, "*": 3}, oracle=[12.6]).share == 1
    with pytest.raises(ValueError, match="oracle"):
        two(BEST, limit={"*:call": 2})


def test_does_a_limit_bind_the_oracle_too() -> None:
    assert one([11], limit=1).share == 1
    assert one([11], limit=2).share == 0.5, "5 of 8"
    assert one([11], limit=0 + 1).reason.startswith("Your choice earns 100 %")


def test_is_a_choice_compared_with_the_naive_ones() -> None:
    risk = pd.Series({11: 0.1, 12: 0.8, 13: 0.2, 14: 0.3, 15: 0.9, 99: 1.0})
    found = one([12, 15], limit=2, against={"a list by churn risk": [risk]})
    assert "It is nearly a list by churn risk: 100 % of the customers are the same." in found.reason
    assert "a list by churn risk −138 %" in found.reason
    assert "contacting everybody −31 %, a random list −12 %" in found.reason
    same = one([14], limit=2, against={"a list by hand": [[14, 12]], "one more": [{14: "sms"}]})
    assert "It is nearly one more" in same.reason
    alike = one([14], limit=2, against={"other": [[13, 12, 14]]})
    assert "nearly" not in alike.reason
    assert "That is what other earns" not in alike.reason
    near = one([13], limit=4, against={"by value": [[11, 12]]})
    assert "That is what by value earns." in near.reason


def test_may_a_baseline_be_what_scores_nothing() -> None:
    rivals = {"the old list": [[13]]}
    assert one([13], against=rivals, baseline="the old list").share == 0
    assert one([11, 13], against=rivals, baseline="the old list").share == 0.5, (
        "(8 - 3) / (8.5 - 3)"
    )


def test_are_profits_added_up_over_the_worlds() -> None:
    small = ONE / 10
    found = checks.policy([[], [11, 13, 14]], [ONE, small], lines=LINES, reason=WHY)
    assert found.share == 0
    found = checks.policy([[11, 13, 14], []], [ONE, small], lines=LINES, reason=WHY)
    assert found.share == 0.5


@pytest.mark.parametrize(
    ("profits", "lines"),
    [
        ([ONE * math.nan], LINES), ([ONE[:0]], LINES), ([-ONE.abs()], LINES), ([ONE, ONE], LINES),
        ([pd.concat([ONE, ONE])], LINES), ([ONE], []), ([ONE], [(0.5, 0.5)]), ([ONE], LINES[::-1]),
    ],
)  # fmt: skip
def test_is_what_the_author_got_wrong_refused(
    profits: list[pd.DataFrame], lines: list[tuple[float, float]]
) -> None:
    with pytest.raises(ValueError, match=r"[Pp]rofits|[Ll]ines|nobody|earned"):
        checks.policy([[11]], profits, lines=lines, reason=WHY)


@settings(deadline=None)
@given(anything)
def test_is_whatever_is_chosen_an_outcome_that_does_not_pass(answer: object) -> None:
    for found in (one(answer), two(answer), one({11: answer}, complete=False), one([answer])):
        assert math.isfinite(found.share)
        assert 0 <= found.share < 1
        assert found.reason


@pytest.mark.parametrize("odd", ODD, ids=lambda value: type(value).__name__)
def test_is_no_customer_chosen_by_something_odd(odd: object) -> None:
    assert one([11, odd]).share == 0
    assert one({11: "sms", odd if isinstance(odd, str | float | None) else 1: "sms"}).share == 0


@settings(deadline=None)
@given(st.data())
def test_does_the_oracle_s_choice_always_score_one(data: st.DataObject) -> None:
    eur = st.floats(-1e4, 1e4).map(lambda value: round(value, 2))
    gains = data.draw(st.lists(st.tuples(eur, eur), min_size=1, max_size=8))
    limit = data.draw(st.none() | st.integers(1, 8))
    table = pd.DataFrame(gains, columns=["sms", "call"])
    best = table.max(axis=1)
    chosen = table.idxmax(axis=1).where(best > 0)
    if limit is not None:
        chosen = chosen.where(table.index.isin(best.nlargest(limit).index))
    if not (best > 0).any():
        return
    found = checks.policy([chosen], [table], lines=[(0.999999, 1.0)], reason=WHY, limit=limit)
    assert found.share == 1
