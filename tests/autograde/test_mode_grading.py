"""Is every grading mode's exercise graded by the real path as its cases say? One boxed batch."""

import json
import os

import pytest
from conftest import HERE
from mode_cases import CASES
from plain_nbgrader import scores
from sample_cohort import fill, released, solutions

from cvmgrade import assignments, cohort, grade, intake, release
from cvmgrade.records import Submission, records

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

SOURCES = HERE / "mode_assignments"
EACH = [(name, key) for name, cases in CASES.items() for key in cases]

Found = tuple[dict[tuple[str, str], Submission], dict[str, float | None]]


@pytest.fixture(scope="module")
def found(sandbox: object, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Every case of every mode, graded, and nbgrader's own scores of them."""
    folder = tmp_path_factory.mktemp("modes")
    held = cohort.init(folder / "cohort", SOURCES)
    for name, cases in CASES.items():
        exercise = assignments.find(name, SOURCES)
        file, blank = released(release.release(held, exercise))
        for key, case in cases.items():
            target = folder / "inbox" / key / file
            target.parent.mkdir(parents=True, exist_ok=True)
            answers = solutions(exercise.notebook) | case.cells
            target.write_text(json.dumps(fill(blank, answers)))
    assert not [each for each in intake.collect(held, folder / "inbox") if each.refused]
    grade.grade(held, None, grade.Options(workers=1 if "PYTEST_XDIST_WORKER" in os.environ else 2))
    with records(held) as book:
        ours = {(item.exercise, item.learner): item for item in book.all()}
    return ours, scores(held.gradebook_url)


@pytest.mark.parametrize(("name", "key"), EACH, ids=str)
def test_does_a_case_get_its_points_and_its_message(found: Found, name: str, key: str) -> None:
    case, item = CASES[name][key], found[0][name, key]
    lost = [verdict.reason for verdict in item.verdicts if verdict.reason]
    assert item.total == pytest.approx(case.points, abs=1e-9), (item.reason, lost)
    assert any(case.message in reason for reason in lost) if case.message else not lost, lost


def test_does_nbgraders_own_gradebook_hold_the_same_points(found: Found) -> None:
    for (name, key), item in found[0].items():
        for verdict in item.verdicts:
            assert found[1][f"{name}/{key}/{verdict.grade_id}"] == pytest.approx(verdict.points)


def test_is_there_partial_credit_and_does_it_say_why(found: Found) -> None:
    partial = [verdict for item in found[0].values() for verdict in item.verdicts
               if verdict.points and verdict.points < verdict.max_points]  # fmt: skip
    assert partial
    assert all(len(verdict.reason) > 20 for verdict in partial)
