"""A batch of sixteen: does each get what it deserves, whatever the others do?"""

import pytest
from conftest import Graded

from cvmgrade.tables import FAILED, GRADED

pytestmark = pytest.mark.sandbox

FIXED = ("full-marks", "misconception-closing-base", "misconception-ranks-by-count", "blank",
         "reads-the-gradebook")  # fmt: skip


@pytest.mark.parametrize("learner", FIXED)
def test_does_each_sample_learner_get_the_stated_points(batch: Graded, learner: str) -> None:
    item = batch.outcomes[learner]
    assert (item.state, item.total) == (GRADED, batch.expected[learner]), item


def test_does_every_submission_end_with_an_outcome(batch: Graded) -> None:
    assert {item.state for item in batch.outcomes.values()} == {GRADED, FAILED}
    assert all(item.reason for item in batch.outcomes.values() if item.state == FAILED)
    assert all(item.finished_at for item in batch.outcomes.values())


def test_is_partly_right_between_nothing_and_everything(batch: Graded) -> None:
    assert batch.outcomes["partly-right"].total == 2


@pytest.mark.parametrize(
    ("learner", "reason"),
    [
        ("misconception-closing-base", "Divide by the opening base."),
        ("misconception-ranks-by-count", "you ranked by customers lost, not by rate"),
        ("blank", "Not answered yet"),
        ("endless-loop", "did not finish in 6 seconds"),
        ("takes-all-memory", "MemoryError"),
        ("deletes-a-test", "was deleted"),
    ],
)
def test_does_a_lost_point_carry_its_reason(batch: Graded, learner: str, reason: str) -> None:
    assert any(reason in verdict.reason for verdict in batch.outcomes[learner].verdicts)


@pytest.mark.parametrize(
    ("learner", "reason"),
    [
        ("not-json", "not valid JSON"),
        ("ignores-interrupts", "did not react to being interrupted"),
        ("kills-its-kernel", "The kernel died"),
    ],
)
def test_does_an_ungradable_submission_say_why(batch: Graded, learner: str, reason: str) -> None:
    item = batch.outcomes[learner]
    assert (item.state, item.total) == (FAILED, None)
    assert reason in item.reason


def test_is_the_rest_graded_after_an_endless_loop_in_one_cell(batch: Graded) -> None:
    assert [verdict.points for verdict in batch.outcomes["endless-loop"].verdicts] == [0, 0, 1, 1]


def test_does_a_full_mark_have_no_reason(batch: Graded) -> None:
    assert not any(verdict.reason for verdict in batch.outcomes["full-marks"].verdicts)


def test_does_reading_the_gradebook_find_nothing(batch: Graded) -> None:
    path = batch.toy.cohort.folder / "autograded/reads-the-gradebook/0-1/0-1-toy.ipynb"
    assert "found: []" in path.read_text()


@pytest.mark.parametrize("learner", ["foreign-kernel", "warns"])
def test_do_harmless_oddities_cost_nothing(batch: Graded, learner: str) -> None:
    assert batch.outcomes[learner].total == 4


def test_is_the_sandbox_stated(batch: Graded) -> None:
    assert {item.sandbox for item in batch.outcomes.values()} == {"bubblewrap"}
