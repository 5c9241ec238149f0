"""A run that is killed and started again: does it grade just what is missing?"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil
import pytest
from conftest import QUICK, Toy

from cvmgrade import cohort, grade, intake
from cvmgrade.records import Submission, records
from cvmgrade.tables import GRADED, GRADING, RECEIVED

pytestmark = pytest.mark.sandbox


@dataclass(frozen=True)
class Broken:
    """A cohort whose grading was killed, as it was then, and the processes of that run."""

    toy: Toy
    before: dict[str, Submission]
    family: list[psutil.Process]


@pytest.fixture(scope="module")
def broken_off(
    make_toy: Callable[[str], Toy], sandbox: object, tmp_path_factory: pytest.TempPathFactory
) -> Broken:
    """A cohort of three whose run was killed by SIGKILL while it graded the second."""
    toy = make_toy("Broken cohort")
    inbox = tmp_path_factory.mktemp("inbox")
    toy.send(inbox, "a", toy.solved())
    toy.send(inbox, "b", toy.solved(churn_rate="import time\ntime.sleep(5)"))
    toy.send(inbox, "c", toy.solved())
    intake.collect(toy.cohort, inbox)
    run = subprocess.Popen(
        [sys.executable, "-m", "cvmgrade.cli", "grade", "--cohort", str(toy.cohort.folder),
         "--workers", "1"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while states(toy.cohort) != {"a": GRADED, "b": GRADING, "c": RECEIVED}:
        assert time.monotonic() < deadline
        assert run.poll() is None
        time.sleep(0.05)
    time.sleep(1)
    family = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(signal.SIGKILL)
    run.wait()
    return Broken(toy, look(toy.cohort), family)


def look(held: cohort.Cohort) -> dict[str, Submission]:
    with records(held) as book:
        return {item.learner: item for item in book.all()}


def states(held: cohort.Cohort) -> dict[str, str]:
    return {name: item.state for name, item in look(held).items()}


def test_is_only_the_missing_graded(broken_off: Broken) -> None:
    toy, before = broken_off.toy, broken_off.before
    assert {name: item.state for name, item in before.items()} == {
        "a": GRADED, "b": GRADING, "c": RECEIVED}  # fmt: skip
    done = grade.grade(toy.cohort, None, grade.Options(limits=QUICK))
    assert [item.learner for item in done] == ["b", "c"]
    after = look(toy.cohort)
    assert after["a"] == before["a"]
    assert [after[name].total for name in "abc"] == [4, 2, 4]


def test_does_no_kernel_outlive_a_killed_grader(broken_off: Broken) -> None:
    assert broken_off.family
    _, alive = psutil.wait_procs(broken_off.family, timeout=10)
    assert alive == []
