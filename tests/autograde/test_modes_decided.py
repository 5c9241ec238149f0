"""Are decisions scored by what they give up, and checks by what they tell apart?"""

import math

import numpy as np
import pytest
from hostile import Flatterer, anything, is_an_outcome
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmgrade import checks
from cvmgrade.checks import CheckFailed, Outcome
from cvmgrade.wire import Opaque

WHY = "See glossary."


OFFERS = {
    "deep discount": -57.0, "discount": -17.0, "data bonus": 4.0, "nobody": 0.0,
}  # fmt: skip
names = st.sampled_from(sorted(OFFERS))


@pytest.mark.parametrize(
    "answer", ["data bonus", " Data_Bonus ", "DATA-BONUS", "databonus", np.str_("data  bonus")]
)
def test_is_the_best_option_right_however_it_is_written(answer: object) -> None:
    assert checks.decision(answer, OFFERS).share == 1


def test_does_a_decision_say_what_it_gives_up() -> None:
    why = {"deep discount": "It is taken by those who stay anyway."}
    worst = checks.decision("Deep discount", OFFERS, why=why)
    assert worst == Outcome(
        0, f"Your answer gives up 61.00 EUR against the best. {why['deep discount']}"
    )
    nobody = checks.decision("nobody", OFFERS)
    assert nobody.share == pytest.approx((0 + 17.5) / (4 + 17.5))
    assert checks.decision("nobody", OFFERS, tie=5).share == 1
    assert checks.decision("nobody", OFFERS, zero=0.0).share == 0
    assert "is no option; there are deep discount" in checks.decision("deep", OFFERS).reason


@settings(deadline=None)
@given(st.permutations(sorted(OFFERS)))
def test_is_a_ranking_worth_what_its_first_places_are(ranking: list[str]) -> None:
    found = checks.decision(ranking, OFFERS, rank=4)
    sums = np.mean(np.cumsum([OFFERS[name] for name in ranking]))
    best = np.mean(np.cumsum(sorted(OFFERS.values(), reverse=True)))
    blind = np.mean(np.cumsum([np.mean(list(OFFERS.values()))] * 4))
    assert found.share == pytest.approx(max((sums - blind) / (best - blind), 0))
    assert (found.share == 1) == (ranking == ["data bonus", "nobody", "discount", "deep discount"])


@pytest.mark.parametrize(
    "ranking",
    [["data bonus"], ["data bonus"] * 2, ["data bonus", "free phone"], "data bonus", None, 3,
     {"data bonus", "nobody"}, ["data bonus", "nobody", "discount"]],
)  # fmt: skip
def test_is_a_ranking_of_something_else_none(ranking: object) -> None:
    assert checks.decision(ranking, OFFERS, rank=2).share == 0
    assert checks.decision(["data bonus", "nobody"], OFFERS, rank=2).share == 1


def test_are_several_questions_judged_apart() -> None:
    values = {"offer": OFFERS, "week": {4: 1.0, 8: 3.0, 12: 2.0}}
    assert checks.decision({"Offer": "data bonus", "week": 8.0, "note": "!"}, values).share == 1
    half = checks.decision(
        {"offer": "data bonus", "week": "4"}, values, why={"week": {4: "Early."}}
    )
    assert half.share == 0.5
    assert half.reason == "week: Your answer gives up 2.00 EUR against the best. Early."
    assert checks.decision({"offer": "data bonus"}, values).share == 0.5
    assert checks.decision(["data bonus", 8], values).share == 0


@settings(deadline=None)
@given(anything)
def test_is_whatever_is_decided_an_outcome(answer: object) -> None:
    asked = {"offer": OFFERS}
    for given_up in (
        checks.decision(answer, OFFERS), checks.decision(answer, OFFERS, rank=2),
        checks.decision(answer, asked), checks.decision({"offer": answer}, asked),
    ):  # fmt: skip
        assert is_an_outcome(given_up)
        assert given_up.share == 0


@pytest.mark.parametrize(
    "values", [{}, {"a": 1.0}, {"a": 1.0, "b": math.nan}, {"a": 1, "A": 2}, {"a": 1, "b": math.inf}]
)
def test_are_values_that_cannot_be_used_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="Options"):
        checks.decision("a", values)


FAULTY = {"late": (5,), "much too late": (9,)}
CLEAN = {"early": (1,), "in time": (4,), "nothing": (0,)}


def raises(k: int) -> None:
    if k > 4:
        raise ValueError(k)


def asserts(k: int) -> bool:
    assert k <= 4
    return True


@pytest.mark.parametrize("check", [lambda k: k <= 4, lambda k: np.bool_(k <= 4), raises, asserts])
def test_may_a_check_return_or_raise(check: object) -> None:
    assert checks.catches(check, FAULTY, CLEAN, reason=WHY).share == 1


def test_are_misses_and_false_alarms_named() -> None:
    lax = checks.catches(lambda k: k < 9, FAULTY, CLEAN, reason=WHY)
    assert lax == Outcome(0.5, f"Your check misses late. {WHY}")
    strict = checks.catches(lambda k: k < 4, FAULTY, CLEAN, reason=WHY)
    assert strict.reason == f"Your check gives a false alarm on in time. {WHY}"
    assert strict.share == 2 / 3
    alarm = checks.catches(lambda k: k > 4, FAULTY, CLEAN, reason=WHY, rejects=True)
    assert alarm.share == 1
    assert checks.catches(lambda k: k > 4, FAULTY, CLEAN, reason=WHY).share == 0


@pytest.mark.parametrize(
    "same", [True, False, None, 0, 1, "yes", [], math.nan, Opaque("bool"), Flatterer()]
)
def test_does_a_check_that_always_says_the_same_earn_nothing(same: object) -> None:
    found = checks.catches(lambda _: same, FAULTY, CLEAN, reason=WHY)
    assert found.share == 0
    assert is_an_outcome(found)


def test_is_an_error_of_the_check_no_rejection() -> None:
    def broken(k: int) -> bool:
        return k <= 4 or {}["limit"]

    with pytest.raises(KeyError):
        checks.catches(broken, FAULTY, CLEAN, reason=WHY)

    def refused(k: int) -> bool:
        if k == 9:
            raise CheckFailed("What it returned is not plain data.")
        assert k <= 4
        return True

    with pytest.raises(CheckFailed, match="not plain"):
        checks.catches(refused, FAULTY, CLEAN, reason=WHY)


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=5, max_size=5))
def test_is_a_check_worth_what_it_tells_apart(answers: list[bool]) -> None:
    cases = [*FAULTY.values(), *CLEAN.values()]
    known = {case[0]: answer for case, answer in zip(cases, answers, strict=True)}
    found = checks.catches(known.get, FAULTY, CLEAN, reason=WHY)
    caught, passed = 1 - np.mean(answers[:2]), np.mean(answers[2:])
    assert found.share == pytest.approx(max(caught + passed - 1, 0))
