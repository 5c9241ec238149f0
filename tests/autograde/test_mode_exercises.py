"""Does each mode's small exercise give every answer its points and its reason? In this process."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import HERE
from inprocess import Mark, blank, make_worlds, marks
from mode_cases import CASES

from cvmgrade import assignments
from cvmgrade.assignments import Exercise

SOURCES = HERE / "mode_assignments"
EXERCISES = {each.id: each for each in map(assignments.read, assignments.sources(SOURCES))}
EACH = [(name, key) for name, cases in CASES.items() for key in cases]
SEEDS = range(41, 401 if os.environ.get("CVM_FULL") else 161, 60)

Marks = dict[str, Mark]
Worlds = Callable[[Exercise, int], Path]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Make an exercise's worlds of a seed, once."""
    made: dict[tuple[str, int], Path] = {}

    def of(exercise: Exercise, seed: int) -> Path:
        key = exercise.id, seed
        if key not in made:
            made[key] = make_worlds(exercise, seed, tmp_path_factory.mktemp("worlds"))
        return made[key]

    return of


def total(found: Marks) -> float:
    return sum(mark.points for mark in found.values())


def check(exercise: Exercise, key: str, home: Path) -> None:
    case = CASES[exercise.id][key]
    found = marks(exercise, home, case.cells)
    reasons = [mark.reason for mark in found.values() if mark.reason]
    assert total(found) == pytest.approx(case.points, abs=1e-9), reasons
    assert all((mark.reason == "") == (mark.points == mark.most) for mark in found.values())
    assert all(len(reason) <= 400 for reason in reasons), "a page shows no more"
    assert any(case.message in reason for reason in reasons) if case.message else not reasons, (
        reasons
    )


def test_has_each_mode_an_exercise_and_its_cases() -> None:
    assert sorted(EXERCISES) == sorted(CASES) == [f"0-{k}" for k in range(3, 9)]
    for cases in CASES.values():
        assert {"reference", "blank-like", "another-way"} <= set(cases)
        assert sum(key.startswith("half-") for key in cases) >= 1
        assert all(bool(case.message) for key, case in cases.items()
                   if key not in {"reference", "another-way"})  # fmt: skip


@pytest.mark.parametrize("name", EXERCISES)
def test_does_a_blank_notebook_get_nothing(worlds: Worlds, name: str) -> None:
    exercise = EXERCISES[name]
    found = marks(exercise, worlds(exercise, SEEDS[0]), blank(exercise))
    assert total(found) == 0
    assert all(mark.reason for mark in found.values())


@pytest.mark.parametrize(("name", "key"), EACH, ids=str)
def test_does_a_case_get_its_points_and_its_reason(worlds: Worlds, name: str, key: str) -> None:
    check(EXERCISES[name], key, worlds(EXERCISES[name], SEEDS[0]))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS[1:])
@pytest.mark.parametrize("name", EXERCISES)
def test_does_no_case_hang_on_the_seed(worlds: Worlds, name: str, seed: int) -> None:
    for key in CASES[name]:
        check(EXERCISES[name], key, worlds(EXERCISES[name], seed))


@pytest.mark.parametrize(
    ("named", "hidden", "said"),
    [
        (["truth_moth"], {}, "no truth table 'truth_moth'"),
        (["truth_month", "customers"], {}, "no truth table 'customers'"),
        (["truth_actions"], {}, "needs 'truth_at'"),
    ],
)
def test_is_truth_that_cannot_be_had_refused(
    tmp_path: Path, named: list[str], hidden: dict[str, int], said: str
) -> None:
    source = EXERCISES["0-5"].notebook.read_text(encoding="utf-8")
    target = tmp_path / EXERCISES["0-5"].notebook.name
    listed = ", ".join(f'"{name}"' for name in named)
    target.write_text(source.replace('"truth_uplift"', listed, 1), encoding="utf-8")
    with pytest.raises(assignments.AssignmentError, match=said):
        assignments.read(target)


def test_is_truth_read_from_the_source() -> None:
    assert EXERCISES["0-5"].truth == ("truth_uplift",)
    assert EXERCISES["0-3"].truth == ()
