"""Do nbgrader's own tools, the formgrader before all, keep working on a graded cohort?"""

import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from conftest import QUICK, Graded, Toy

from cvmgrade import engine, export, feedback, grade, intake, tally
from cvmgrade.cohort import Cohort
from cvmgrade.records import Submission, records

pytestmark = pytest.mark.sandbox

DUE = datetime(2026, 3, 1, 18, tzinfo=UTC)
NOTEBOOK = "0-1-toy"


@pytest.fixture(scope="module")
def course(batch: Graded, tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """A copy of the graded cohort, for tests that mark in it."""
    folder = tmp_path_factory.mktemp("tools") / "cohort"
    shutil.copytree(batch.toy.cohort.folder, folder)
    return replace(batch.toy.cohort, folder=folder)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment without the user's own Jupyter."""
    home = tmp_path_factory.mktemp("jupyter")
    names = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, **dict.fromkeys(names, str(home)), "PATH": beside}


@dataclass(frozen=True)
class Formgrader:
    """A running Jupyter server with nbgrader's formgrader."""

    port: int
    token: str = "t"  # noqa: S105 - of a server that lives as long as the tests

    def page(self, path: str, method: str = "GET", **body: object) -> str:
        request = Request(
            f"http://127.0.0.1:{self.port}/formgrader/{path}", method=method,
            data=json.dumps(body).encode() if body else None if method == "GET" else b"",
            headers={"Authorization": f"token {self.token}"},
        )  # fmt: skip
        with urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server
            return str(answer.read().decode())

    def answers(self) -> bool:
        try:
            return bool(self.ask("status"))
        except URLError:
            return False

    def ask(self, path: str, method: str = "GET", **body: object) -> Any:
        return json.loads(self.page(f"api/{path}", method, **body))


@pytest.fixture(scope="module")
def formgrader(
    course: Cohort, plain: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Formgrader]:
    """nbgrader's formgrader, started in the cohort's folder as its guide says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        served = Formgrader(free.getsockname()[1])
    extensions = {"nbgrader.server_extensions.formgrader": True}
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
               f"--ServerApp.port={served.port}", "--ServerApp.port_retries=0",
               f"--IdentityProvider.token={served.token}",
               f"--ServerApp.jpserver_extensions={extensions}"]  # fmt: skip
    log = tmp_path_factory.mktemp("log") / "server.log"
    with log.open("w") as said:
        run = subprocess.Popen(command, cwd=course.folder, env=plain, stdout=said, stderr=said)
    try:
        deadline = time.monotonic() + 60
        while not served.answers():
            assert run.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield served
    finally:
        run.terminate()
        run.wait()


def held(course: Cohort) -> dict[str, Submission]:
    with records(course) as book:
        return {item.learner: item for item in book.all()}


def test_does_the_formgrader_list_the_assignment(formgrader: Formgrader, batch: Graded) -> None:
    [assignment] = formgrader.ask("assignments")
    assert (assignment["name"], assignment["max_score"]) == ("0-1", 4)
    graded = [item for item in batch.outcomes.values() if item.total is not None]
    assert assignment["num_submissions"] >= len(graded)


def test_does_the_formgrader_show_the_same_marks(formgrader: Formgrader, batch: Graded) -> None:
    found = {each["student"]: each for each in formgrader.ask("submissions/0-1")}
    assert set(found) == set(batch.outcomes)
    for learner, item in batch.outcomes.items():
        if item.total is not None:
            assert found[learner]["score"] == pytest.approx(item.total), learner
            assert found[learner]["autograded"], learner


@pytest.mark.parametrize(
    "path", ["manage_assignments", "manage_submissions/0-1", "gradebook", "gradebook/0-1",
             f"gradebook/0-1/{NOTEBOOK}", "manage_students"]
)  # fmt: skip
def test_do_the_formgraders_pages_open(formgrader: Formgrader, path: str) -> None:
    page = formgrader.page(path)
    assert "nbgrader" in page
    assert "sqlite" not in page  # the gradebook's address, which may hold a password


def test_does_the_formgrader_show_a_notebook(formgrader: Formgrader, course: Cohort) -> None:
    with engine.gradebook(course) as book:
        found = book.find_submission_notebook(NOTEBOOK, "0-1", "full-marks")
        page = formgrader.page(f"submissions/{found.id}/")
    assert ">churn_rate</span>" in page
    assert "full-marks" in page


def test_does_a_mark_of_the_formgrader_count(
    formgrader: Formgrader, course: Cohort, tmp_path: Path
) -> None:
    assert held(course)["blank"].total == 0
    with engine.gradebook(course) as book:
        mark = book.find_grade("churn_rate_visible", NOTEBOOK, "0-1", "blank").id
    formgrader.ask(f"grade/{mark}", "PUT", manual_score=0.5, extra_credit=0.25)
    assert held(course)["blank"].total == 0.75
    with export.write(course, tmp_path / "grades.csv").open() as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert rows["blank"]["total"] == "0.75"
    assert rows["blank"]["0-1:churn_rate_visible"] == "0.75"


def test_is_autograding_there_refused_before_it_does_harm(
    formgrader: Formgrader, course: Cohort, plain: dict[str, str]
) -> None:
    """A notebook that has not been run has no errors: nbgrader would give it full marks."""
    before = held(course)["blank"]
    path = course.folder / "autograded/blank/0-1" / f"{NOTEBOOK}.ipynb"
    done = formgrader.ask("submission/0-1/blank/autograde", "POST")
    assert not done["success"]
    assert "Use 'cvm grade'" in done["log"]
    said = nbgrader(course, plain, "autograde", "0-1", "--force")
    assert (said.returncode, "Use 'cvm grade'" in said.stderr) == (1, True)
    assert path.is_file()
    assert held(course)["blank"] == before


def nbgrader(
    course: Cohort, plain: dict[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nbgrader", *words]
    return subprocess.run(command, cwd=course.folder, env=plain, check=False,
                          capture_output=True, text=True)  # fmt: skip


def test_does_nbgraders_own_feedback_run(course: Cohort, plain: dict[str, str]) -> None:
    """And it leaves ours, which learners get, where it is."""
    ours = feedback.write(course)
    done = nbgrader(course, plain, "generate_feedback", "0-1", "--student=full-marks")
    assert done.returncode == 0, done.stderr
    theirs = course.folder / "feedback/full-marks/0-1" / f"{NOTEBOOK}.html"
    assert "churn_rate" in theirs.read_text()
    assert all(path.is_file() for path in ours)


def test_does_nbgraders_own_export_run(course: Cohort, plain: dict[str, str]) -> None:
    done = nbgrader(course, plain, "export", "--to=theirs.csv")
    assert done.returncode == 0, done.stderr
    with (course.folder / "theirs.csv").open() as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores["full-marks"] == 4


POLICY = """
from nbgrader.plugins import BasePlugin

class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2 if total_seconds_late > 60 else None

c.AssignLatePenalties.plugin_class = Half
"""


def test_is_a_late_submission_marked_down(
    make_toy: Callable[[str], Toy], sandbox: object, tmp_path: Path
) -> None:
    toy = make_toy("Late cohort")
    settings = toy.cohort.folder / "nbgrader_config.py"
    settings.write_text(settings.read_text() + POLICY)
    with engine.gradebook(toy.cohort) as book:
        book.update_or_create_assignment("0-1", duedate=DUE.replace(tzinfo=None))
    for learner, hours in (("early", -1), ("late", 1)):
        toy.send(tmp_path / learner, learner, toy.solved())
        intake.collect(toy.cohort, tmp_path / learner, DUE + timedelta(hours=hours))
    grade.grade(toy.cohort, None, grade.Options(limits=QUICK))
    with engine.gradebook(toy.cohort) as book:
        marks = {
            item.student_id: (item.score, item.total_seconds_late, item.late_submission_penalty)
            for item in book.assignment_submissions("0-1")
        }
    assert marks == {"early": (4, 0, 0), "late": (4, 3600, 2)}
    with records(toy.cohort) as book:
        assert {item.learner: item.total for item in book.all()} == {"early": 4, "late": 2}
        standing = {item.learner: item.points for item in tally.standings(book)}
        assert standing == {"early": 4, "late": 2}
    with export.write(toy.cohort).open() as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert (rows["late"]["total"], rows["late"]["late_penalty"]) == ("2", "2")
    pages = {path.parent.name: path.read_text() for path in feedback.write(toy.cohort)}
    assert "Handed in late: −2 points in all." in pages["late"]
    assert "Handed in late" not in pages["early"]


def test_are_broken_settings_said(make_toy: Callable[[str], Toy]) -> None:
    toy = make_toy("Broken settings")
    (toy.cohort.folder / "nbgrader_config.py").write_text("c = get_config()\nc.x = 1 / 0\n")
    with pytest.raises(Exception, match=r"nbgrader_config\.py cannot be read: ZeroDivisionError"):
        engine.config(toy.cohort)
