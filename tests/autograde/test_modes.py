"""Do checks award what is right, and only that? Outcomes, references, functions and their laws."""

import copy
import math
import pickle

import numpy as np
import pandas as pd
import pytest
from hostile import NOTHING, ODD, Flatterer
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmgrade import checks
from cvmgrade.checks import CheckFailed, Outcome
from cvmgrade.wire import Opaque

shares = st.floats(0, 1)
finite = st.floats(-1e9, 1e9)
outcomes = st.builds(Outcome, shares, st.sampled_from(["Divide by the base.", "Count money."]))
TABLE = pd.DataFrame({"month": [1, 1, 2], "eur": [3.0, 4.0, 5.0]})
WHY = "Revenue is a sum over customers."


def by_month(table: pd.DataFrame) -> pd.Series:
    return table.groupby("month")["eur"].sum()


class Proxy:
    """A function that is asked in batches, as at the grader."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def __call__(self, *_: object) -> object:
        raise AssertionError("asked one by one")

    def __cvm_each__(self, calls: list[tuple[float]]) -> list[float]:
        self.batches.append(len(calls))
        return [2 * number for (number,) in calls]


@pytest.mark.parametrize("share", [1, 1.5, -0.1, float("nan"), float("inf"), True, "0.5", None])
def test_can_a_failed_check_not_keep_such_a_share(share: object) -> None:
    with pytest.raises(ValueError, match="share"):
        CheckFailed("no", share)  # type: ignore[arg-type]


@pytest.mark.parametrize("share", [1.5, -0.1, float("nan"), float("inf"), True, "0.5", None])
def test_can_an_outcome_not_have_such_a_share(share: object) -> None:
    with pytest.raises(ValueError, match="share"):
        Outcome(share, "no")  # type: ignore[arg-type]


def test_do_lost_points_need_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        Outcome(0.5, "")
    assert Outcome(1, "").share == 1


def test_does_a_learner_read_how_much_is_right_and_the_grader_only_why() -> None:
    error = CheckFailed(WHY, 0.6)
    assert str(error) == f"Partly right (60 % of the points): {WHY}"
    assert str(CheckFailed(WHY)) == WHY
    assert "(1 % of" in str(CheckFailed(WHY, 1e-9))
    assert "(99 % of" in str(CheckFailed(WHY, 1 - 1e-9))
    token = checks.REFERENCE.set({})
    assert (str(error), error.reason, error.share) == (WHY, WHY, 0.6)
    checks.REFERENCE.reset(token)


def test_does_a_failed_check_survive_a_copy() -> None:
    error = CheckFailed(WHY, 0.25)
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301 - our own
        assert (again.reason, again.share, str(again)) == (WHY, 0.25, str(error))


@settings(deadline=None)
@given(st.lists(outcomes, min_size=1, max_size=6), st.data())
def test_is_an_award_the_weighted_mean_with_every_reason_once(
    found: list[Outcome], data: st.DataObject
) -> None:
    size = len(found)
    weights = data.draw(st.none() | st.lists(st.floats(0.1, 9), min_size=size, max_size=size))
    lost = [each for each in found if each.share < 1]
    if not lost:
        assert checks.award(*found, weights=weights) is None
        return
    with pytest.raises(CheckFailed) as caught:
        checks.award(*found, weights=weights)
    mean = np.average([each.share for each in found], weights=weights)
    assert 0 <= caught.value.share < 1
    assert caught.value.share == pytest.approx(mean, abs=1e-9)
    assert all(caught.value.reason.count(each.reason) == 1 for each in lost)


@pytest.mark.parametrize("weights", [[1], [1, 0], [1, -1], [1, float("nan")], [1, float("inf")]])
def test_are_weights_that_do_not_fit_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        checks.award(Outcome(1, ""), Outcome(0, "no"), weights=weights)


def test_are_many_calls_one_batch_in_order() -> None:
    proxy = Proxy()
    assert checks.each(proxy, ((k,) for k in range(5))) == [0, 2, 4, 6, 8]
    checks.matches(proxy, [(1,), (2,), (3,)], lambda number: 2 * number, reason=WHY)
    assert proxy.batches == [5, 3]


def test_does_a_function_get_arguments_of_its_own() -> None:
    def careless(table: pd.DataFrame) -> int:
        table["eur"] = 0
        del table["month"]
        return table.shape[1]

    case = TABLE.copy()
    assert checks.each(careless, [(case,), (case,)]) == [1, 1]
    pd.testing.assert_frame_equal(case, TABLE)


@pytest.mark.parametrize("value", [3, None, "margin", Opaque("Thing")])
def test_is_a_value_no_function(value: object) -> None:
    with pytest.raises(CheckFailed, match=r"yours is a (int|NoneType|str|Thing)"):
        checks.each(value, [(1,)])


def test_does_what_a_function_raises_pass_through() -> None:
    with pytest.raises(ZeroDivisionError):
        checks.matches(lambda k: 1 / k, [(0,)], 1, reason=WHY)


def test_is_a_reference_only_at_the_grader() -> None:
    with pytest.raises(CheckFailed, match="Hidden checks run when"):
        checks.reference("margin")
    token = checks.REFERENCE.set({"margin": by_month})
    assert checks.reference("margin") is by_month
    with pytest.raises(LookupError, match="defines no 'marjin'"):
        checks.reference("marjin")
    checks.REFERENCE.reset(token)


def test_are_truth_and_unfinished_folders_no_worlds(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("hidden")
    for name in ("1", "2", "10", "1.truth", ".3.partial"):
        (home / name).mkdir()
    monkeypatch.setenv(checks.HIDDEN_WORLDS, str(home))
    assert [path.name for path in checks.worlds()] == ["1", "2", "10"]


def test_do_named_mistakes_explain_wrong_cases() -> None:
    cases = {"one month": (TABLE[:2],), "two months": (TABLE,), "none": (TABLE[:0],)}
    mistakes = {
        "You count rows.": lambda table: table.groupby("month")["eur"].size(),
        "You take the mean.": lambda table: table.groupby("month")["eur"].mean(),
        "Never seen.": 17.0,
        "It fails.": lambda _: 1 / 0,
    }
    found = checks.matches(
        mistakes["You take the mean."], cases, by_month, reason=WHY, mistakes=mistakes
    )
    assert found.share == 1 / 3
    assert (
        found.reason == "Right in 1 of 3 cases, not for: one month, two months. You take the mean."
    )
    odd = checks.matches(
        lambda table: by_month(table) + 1, cases, by_month, reason=WHY, mistakes=mistakes
    )
    assert WHY in odd.reason
    whole = checks.matches(
        mistakes["You take the mean."], cases, by_month, reason=WHY, partial=False
    )
    assert whole.share == 0


def test_is_the_mistake_named_that_explains_most() -> None:
    mistakes = {"You add 1.": lambda k: k + 1, "You double.": lambda k: 2 * k}
    found = checks.matches(
        mistakes["You double."], [(1,), (2,), (3,)], lambda k: k, reason=WHY, mistakes=mistakes
    )
    assert found == Outcome(0.0, "You double.")


@pytest.mark.parametrize("odd", ODD, ids=lambda value: type(value).__name__)
def test_does_nothing_odd_match_or_keep_a_law(odd: object) -> None:
    found = checks.matches(lambda _: odd, [(TABLE,)], by_month, reason=WHY)
    assert found.share == 0
    assert WHY in found.reason
    law = {WHY: lambda seen: seen.found.sum() == seen.given[0]["eur"].sum()}
    assert checks.holds(lambda _: odd, [(TABLE,)], law).share == 0


@pytest.mark.parametrize("nothing", NOTHING, ids=lambda value: type(value).__name__)
def test_does_nothing_keep_no_law_not_even_that_it_stays_the_same(nothing: object) -> None:
    law = {"Same again.": lambda seen: checks.same(seen.found, seen.more["again"]) or True}
    again = checks.holds(lambda _: nothing, [(1,)], law, then=lambda seen: {"again": seen.given})
    assert again.share == 0


def test_does_a_broken_law_show_a_counterexample() -> None:
    laws = {
        "A share is no less than 0.": lambda seen: seen.found >= 0,
        "A share is no more than 1.": lambda seen: seen.found <= 1,
    }
    found = checks.holds(lambda k: k / 4, [(1,), (6,)], laws)
    assert found == Outcome(0.5, "A share is no more than 1. Not so for (6): your answer is 1.5.")
    named = checks.holds(lambda k: k / 4, {"six of four": (6,)}, laws, partial=False)
    assert named == Outcome(
        0.0, "A share is no more than 1. Not so for six of four: your answer is 1.5."
    )


def test_may_a_law_need_the_result_once_more() -> None:
    law = {"Twice is once.": lambda seen: checks.same(seen.more["twice"], seen.found)}
    twice = {"cases": [([3, 1, 2],)], "laws": law, "then": lambda seen: {"twice": (seen.found,)}}
    assert checks.holds(sorted, **twice).share == 1
    assert checks.holds(lambda values: values[::-1], **twice).share == 0


def test_may_results_have_gaps_where_the_author_says_so() -> None:
    law = {"Nothing has no share.": lambda seen: math.isnan(seen.found)}
    assert checks.holds(lambda _: math.nan, [(0,)], law).share == 0
    assert checks.holds(lambda _: math.nan, [(0,)], law, gaps=True).share == 1


@pytest.mark.parametrize(
    "answer", [1, "yes", None, np.array([True]), pd.Series([True]), Flatterer()]
)
def test_is_a_law_only_kept_by_a_plain_true(answer: object) -> None:
    assert checks.holds(lambda k: k, [(1,)], {WHY: lambda _: answer}).share == 0
    assert checks.holds(lambda k: k, [(1,)], {WHY: lambda _: np.bool_(True)}).share == 1


@settings(deadline=None)
@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=8), st.integers(0, 8))
def test_is_the_share_that_of_the_right_cases(cases: list[tuple[float, float]], wrong: int) -> None:
    calls = [(k, *case) for k, case in enumerate(cases)]

    def mine(k: int, a: float, b: float) -> float:
        return a + b if k >= wrong else a + b + 1 + abs(a + b)

    found = checks.matches(mine, calls, lambda _, a, b: a + b, reason=WHY)
    assert found.share == max(len(calls) - wrong, 0) / len(calls)
    assert (found.share == 1) == (WHY not in found.reason)


def test_are_checks_of_nothing_refused() -> None:
    with pytest.raises(ValueError, match="no case"):
        checks.matches(by_month, [], by_month, reason=WHY)
    with pytest.raises(TypeError, match="tuple of arguments"):
        checks.matches(by_month, [TABLE], by_month, reason=WHY)
