"""A batch of forty, killed again and again: does the gradebook end as if nothing had happened?"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import QUICK, Toy
from sqlalchemy import text

from cvmgrade import cohort, engine, grade, intake
from cvmgrade.records import records
from cvmgrade.tables import FAILED, GRADED

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

LEARNERS = 40
KILLS = 20 if os.environ.get("CVM_FULL") else 3
SECONDS = 14.0
"""About the time of an undisturbed run; the moments of the kills are drawn below it."""
WRONG = "def churn_rate(opening, lost):\n    return lost / (opening - lost)"
SCORES = text("""
    SELECT s.student_id, b.name, g.auto_score, g.manual_score, g.needs_manual_grade
    FROM grade g JOIN base_cell b ON b.id = g.cell_id
    JOIN submitted_notebook n ON n.id = g.notebook_id
    JOIN submitted_assignment s ON s.id = n.assignment_id ORDER BY 1, 2
""")


@pytest.fixture(scope="module")
def received(
    make_toy: Callable[[str], Toy], sandbox: object, tmp_path_factory: pytest.TempPathFactory
) -> cohort.Cohort:
    """A cohort of forty, received and not graded: right, wrong, blank and broken notebooks."""
    toy = make_toy("Crash")
    inbox = tmp_path_factory.mktemp("inbox")
    for number in range(LEARNERS):
        answers = [{}, {"churn_rate": WRONG}, {"worst_segment": "import os\nos._exit(1)"}, {}]
        notebook = toy.blank() if number % 4 == 3 else toy.solved(**answers[number % 4])
        toy.send(inbox, f"learner-{number:02}", notebook)
    (inbox / "learner-00" / toy.exercise.notebook.name).write_text("{")
    assert not [each for each in intake.collect(toy.cohort, inbox) if each.refused]
    return toy.cohort


def copied(held: cohort.Cohort, target: Path) -> cohort.Cohort:
    """Return a copy of a whole cohort, with its secret."""
    shutil.copytree(held.folder, target)
    return cohort.load(target)


def gradebook(held: cohort.Cohort) -> dict[str, Any]:
    """Return all that was decided, without the times at which it was."""
    with records(held) as book:
        ours = {item.learner: (item.state, item.reason, item.verdicts) for item in book.all()}
    with engine.gradebook(held) as book, book.engine.connect() as connection:
        scores = [tuple(row) for row in connection.execute(SCORES)]
    return {"records": ours, "scores": scores}


def start(held: cohort.Cohort) -> subprocess.Popen[bytes]:
    """Start to grade as a user does, with two workers."""
    log = (held.folder / "said").open("wb")
    command = [sys.executable, "-m", "cvmgrade.cli", "grade", "--cohort", str(held.folder),
               "--workers", "2", "--cell-seconds", str(QUICK.cell_s)]  # fmt: skip
    with log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def test_does_a_batch_killed_at_any_moment_end_like_one_left_in_peace(
    received: cohort.Cohort, tmp_path: Path
) -> None:
    calm, struck = (copied(received, tmp_path / name) for name in ("calm", "struck"))
    assert start(calm).wait(timeout=300) == 0
    moments = random.Random(5)
    for _ in range(KILLS):
        run = start(struck)
        time.sleep(moments.uniform(0.2, SECONDS))
        family = psutil.Process(run.pid).children(recursive=True) if run.poll() is None else []
        run.send_signal(signal.SIGKILL)
        run.wait()
        _, alive = psutil.wait_procs(family, timeout=10)
        assert alive == []
    assert start(struck).wait(timeout=300) == 0
    found = gradebook(struck)
    assert found == gradebook(calm)
    states = [state for state, _, _ in found["records"].values()]
    assert (len(states), set(states)) == (LEARNERS, {GRADED, FAILED})
    assert len({row[0] for row in found["scores"]}) == states.count(GRADED)


def test_does_a_second_run_find_nothing_to_do(received: cohort.Cohort, tmp_path: Path) -> None:
    held = copied(received, tmp_path / "again")
    one, *_ = [path.parents[1].name for path in held.folder.glob("submitted/*/*/*.ipynb")]
    for path in held.folder.glob("submitted/*"):
        if path.name not in (one, "learner-01"):
            shutil.rmtree(path)
    with records(held) as book:
        for item in book.all():
            if item.learner not in (one, "learner-01"):
                book.finish(item, "", (), "left out")
    grade.grade(held, None, grade.Options(limits=QUICK, force=True))
    before = gradebook(held)
    assert grade.grade(held, None, grade.Options(limits=QUICK)) == []
    assert gradebook(held) == before
