"""Does every exercise grade as it should? One batch through the real path: release, edit, collect,
grade in the box, gradebook. Blank gets nothing, the reference everything, and each case of
``S-N.py`` its stated points and its stated message.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
AUTOGRADE = HERE.parent / "autograde"
sys.path[:0] = [str(HERE), str(AUTOGRADE)]

from case import Case, files, load  # noqa: E402 - found through the line above
from sample_cohort import fill, released, solutions, total  # noqa: E402

from cvmgrade import assignments, cohort, grade, intake, probe, release  # noqa: E402
from cvmgrade.assignments import Exercise  # noqa: E402
from cvmgrade.errors import SandboxError  # noqa: E402
from cvmgrade.records import Submission, records  # noqa: E402

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

REAL = HERE.parents[1] / "notebooks/assignments"
SOURCES = [*assignments.sources(AUTOGRADE / "assignments"), *assignments.sources(REAL)]
EXERCISES = {exercise.id: exercise for exercise in map(assignments.read, SOURCES)}
FILES = {"0-1": AUTOGRADE / "toy_cases.py", **files()}
CASES = {name: load(path) for name, path in FILES.items() if name in EXERCISES}
EACH = [(name, key) for name, cases in CASES.items() for key in cases]

Outcome = Callable[[str, str], Submission]


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Submission]:
    """Grade the blank and every case of every exercise, in one run per folder of sources."""
    try:
        probe.machine()
    except SandboxError as error:
        pytest.skip(f"no sandbox on this machine: {error}")
    found: dict[tuple[str, str], Submission] = {}
    for source in sorted({exercise.notebook.parents[1] for exercise in EXERCISES.values()}):
        folder = tmp_path_factory.mktemp("exercises")
        held = cohort.init(folder / "cohort", source)
        for exercise in EXERCISES.values():
            if exercise.notebook.parents[1] == source:
                hand_in(held, exercise, folder / "inbox")
        assert not [each for each in intake.collect(held, folder / "inbox") if each.refused]
        grade.grade(held, None, grade.Options())
        with records(held) as book:
            found |= {(item.exercise, item.learner): item for item in book.all()}
    return found


def hand_in(held: cohort.Cohort, exercise: Exercise, inbox: Path) -> None:
    """Release an exercise and lay the blank and all its cases into the inbox."""
    name, blank = released(release.release(held, exercise))
    reference = solutions(exercise.notebook)
    sent = {"blank": blank}
    for key, case in CASES.get(exercise.id, {}).items():
        assert set(case.cells) <= set(reference), f"{exercise.id} {key}: unknown grade_id"
        sent[key] = fill(blank, reference | case.cells)
    for key, notebook in sent.items():
        target = inbox / intake.learner_name(key) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="session")
def outcome(outcomes: dict[tuple[str, str], Submission]) -> Outcome:
    """Look an outcome up."""
    return lambda name, key: outcomes[name, intake.learner_name(key)]


@pytest.mark.parametrize("name", EXERCISES)
def test_has_an_exercise_the_cases_that_prove_it(name: str) -> None:
    assert name in CASES, f"tests/exercises/{name}.py is missing"
    most = total(json.loads(EXERCISES[name].notebook.read_text(encoding="utf-8")))
    wrong = [case for case in CASES[name].values() if case.points < most]
    assert len(wrong) >= (2 if name == "0-1" else 3)
    assert all(case.message for case in wrong), "a lost point carries its reason"
    assert any(0.2 * most <= case.points <= 0.8 * most for case in wrong)
    right = [case for case in CASES[name].values() if case.points == most]
    assert any(not case.cells for case in right), "the reference is a case"
    assert name == "0-1" or any(case.cells for case in right), "another right way is a case"


@pytest.mark.parametrize("name", EXERCISES)
def test_does_a_blank_notebook_get_nothing(outcome: Outcome, name: str) -> None:
    item = outcome(name, "blank")
    assert (item.state, item.total) == ("graded", 0.0), item


@pytest.mark.parametrize(("name", "key"), EACH, ids=str)
def test_does_a_case_get_its_points_and_its_message(outcome: Outcome, name: str, key: str) -> None:
    case: Case = CASES[name][key]
    item = outcome(name, key)
    lost = {verdict.grade_id: verdict.reason for verdict in item.verdicts if verdict.reason}
    assert (item.state, item.total) == ("graded", case.points), (item.reason, lost)
    if case.message:
        assert any(case.message in reason for reason in lost.values()), lost
    else:
        assert lost == {}
