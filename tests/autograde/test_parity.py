"""Does an honest submission get from us, cell by cell, what nbgrader itself would give it?

Submissions are drawn: for each answer of an exercise the reference, one of its cases' answers
(right in another way, or wrong), or the placeholder.
"""

import json
import os
import random
import subprocess
import sys

import pytest
from conftest import HERE
from plain_nbgrader import Scores, environment, scores
from sample_cohort import fill, released, solutions

sys.path.insert(0, str(HERE.parent / "exercises"))

from case import files, load

from cvmgrade import assignments, cohort, grade, intake, release, worlds
from cvmgrade.assignments import Exercise

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

REAL = HERE.parents[1] / "notebooks/assignments"
HOMES = {"0-1": HERE / "assignments", "0-2": HERE / "world_assignments"}
CASES = {"0-1": HERE / "toy_cases.py", **files()}
EXERCISES = sorted(HOMES | dict.fromkeys(files(), REAL))
MANY = bool(os.environ.get("CVM_FULL"))
COUNT = {"0-1": 60 if MANY else 8} | {
    name: 50 if MANY else 4 for name in EXERCISES if name != "0-1"
}


def drawn(exercise: Exercise, blank: dict, count: int) -> dict[str, dict]:
    """Return so many different notebooks of one exercise."""
    reference = solutions(exercise.notebook)
    cases = load(CASES[exercise.id]) if exercise.id in CASES else {}
    choices = {
        name: [text, None, *(case.cells[name] for case in cases.values() if name in case.cells)]
        for name, text in reference.items()
    }
    draw = random.Random(f"parity {exercise.id}")
    found: dict[str, dict] = {}
    for number in range(count):
        picked = {name: draw.choice(each) for name, each in choices.items()}
        answers = {name: text for name, text in picked.items() if text is not None}
        found[f"learner-{number:02}"] = fill(blank, answers)
    return found


@pytest.fixture(scope="module", params=EXERCISES)
def both(
    request: pytest.FixtureRequest, sandbox: object, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Scores, Scores]:
    """The scores of nbgrader itself, and ours, of the same submissions."""
    folder = tmp_path_factory.mktemp("parity")
    home = HOMES.get(request.param, REAL)
    exercise, held = assignments.find(request.param, home), cohort.init(folder / "cohort", home)
    name, blank = released(release.release(held, exercise))
    for learner, notebook in drawn(exercise, blank, COUNT[exercise.id]).items():
        target = folder / "inbox" / learner / name
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(notebook))
    assert not [each for each in intake.collect(held, folder / "inbox") if each.refused]
    grade.grade(held, None, grade.Options())
    kernel = environment(worlds.hidden_worlds(held, exercise), worlds.pack_world(held, exercise))
    program = [sys.executable, str(HERE / "plain_nbgrader.py")]
    run = subprocess.run(
        [*program, str(held.folder), str(folder / "course")],
        capture_output=True, text=True, env=kernel, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2_000:]
    return json.loads(run.stdout.splitlines()[-1]), scores(held.gradebook_url)


def test_is_every_automatic_score_that_of_nbgrader(both: tuple[Scores, Scores]) -> None:
    plain, ours = both
    assert ours == plain
    assert sum(value or 0 for value in plain.values()) > 0, "some of it is right"
    assert 0.0 in plain.values(), "some of it is wrong"
