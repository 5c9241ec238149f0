"""Without a sandbox, as on macOS and Windows: is the same graded, and is a stuck run ended?"""

import json
from pathlib import Path

import pytest
from conftest import HERE
from sample_cohort import fill, released, solutions

from cvmgrade import assignments, cohort, grade, intake, release
from cvmgrade.box import Limits
from cvmgrade.records import Submission, records

pytestmark = pytest.mark.slow

SOURCES = HERE / "world_assignments"
STUCK = """import time

while True:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""


def graded(
    folder: Path, answers: dict[str, dict[str, str]], limits: Limits | None = None
) -> dict[str, Submission]:
    """Hand in a notebook per learner with these answers, and grade without a box."""
    held = cohort.init(folder / "cohort", SOURCES, "Bare")
    exercise = assignments.find("0-2", SOURCES)
    name, blank = released(release.release(held, exercise))
    for learner, answer in answers.items():
        target = folder / "inbox" / learner / name
        target.parent.mkdir(parents=True)
        notebook = fill(blank, solutions(exercise.notebook) | answer)
        target.write_text(json.dumps(notebook), encoding="utf-8")
    assert not [each for each in intake.collect(held, folder / "inbox") if each.refused]
    grade.grade(held, None, grade.Options(sandboxed=False, limits=limits or Limits()))
    with records(held) as book:
        return {item.learner: item for item in book.all()}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Submission]:
    constant = "def prepaid_share(subscriptions): return 0.36"
    answers = {"full": {}, "constant": {"prepaid_share": constant}}
    return graded(tmp_path_factory.mktemp("bare"), answers)


def test_does_the_reference_pass_on_hidden_worlds(outcomes: dict[str, Submission]) -> None:
    assert outcomes["full"].total == outcomes["full"].maximum == 3, outcomes["full"]


def test_does_a_constant_fail_there(outcomes: dict[str, Submission]) -> None:
    assert outcomes["constant"].total == 1


def test_is_a_loop_that_ignores_interrupts_ended(tmp_path: Path) -> None:
    limits = Limits(cell_s=20, wall_s=12)
    stuck = graded(tmp_path, {"stuck": {"prepaid_share": STUCK}}, limits)["stuck"]
    assert stuck.state == "failed"
    assert "12 seconds" in stuck.reason


def test_is_every_record_stamped(outcomes: dict[str, Submission]) -> None:
    assert {item.sandbox for item in outcomes.values()} == {"none (--no-sandbox)"}


def test_is_the_terminal_spared_what_the_kernel_says(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert graded(tmp_path, {"full": {}})["full"].total == 3
    assert capfd.readouterr() == ("", "")
