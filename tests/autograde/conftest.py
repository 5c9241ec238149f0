"""One toy cohort, graded once for all tests that only look."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "exercises")]

from case import load  # noqa: E402 - found through the line above
from sample_cohort import fill, make, released, solutions  # noqa: E402

from cvmgrade import assignments, cohort, grade, intake, probe, release  # noqa: E402
from cvmgrade.box import Limits  # noqa: E402
from cvmgrade.errors import SandboxError  # noqa: E402
from cvmgrade.records import Submission, records  # noqa: E402

TOYS = HERE / "assignments"
QUICK = Limits(cell_s=6, wall_s=60, memory_mb=1500)

STUBBORN = """import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    pass
"""


@pytest.fixture(scope="session")
def sandbox() -> probe.Machine:
    """What makes a box here; without it the test is skipped, and fails where skips are failures."""
    try:
        return probe.machine()
    except SandboxError as error:
        pytest.skip(f"no sandbox on this machine: {error}")


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's own folders out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        patch.delenv("CVM_SECRET", raising=False)
        patch.delenv("CVM_ASSIGNMENTS", raising=False)
        yield


@dataclass(frozen=True)
class Toy:
    """A cohort with the toy exercise released."""

    cohort: cohort.Cohort
    exercise: assignments.Exercise
    pack: Path

    def blank(self) -> dict[str, Any]:
        """Return the released notebook."""
        return released(self.pack)[1]

    def solved(self, **answers: str) -> dict[str, Any]:
        """Return the released notebook with the reference, and other answers where given."""
        return fill(self.blank(), solutions(self.exercise.notebook) | answers)

    def send(self, inbox: Path, learner: str, notebook: dict[str, Any]) -> None:
        """Lay a submission into a delivery."""
        target = inbox / learner / self.exercise.notebook.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="session")
def make_toy(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Toy]:
    """Make a fresh cohort with the toy exercise released."""

    def made(name: str) -> Toy:
        held = cohort.init(tmp_path_factory.mktemp(name) / "cohort", TOYS, name)
        exercise = assignments.find("0-1", TOYS)
        return Toy(held, exercise, release.release(held, exercise))

    return made


@pytest.fixture(scope="session")
def toy(make_toy: Callable[[str], Toy]) -> Toy:
    """A released toy exercise; tests do not grade in it."""
    return make_toy("Toy cohort")


@dataclass(frozen=True)
class Graded:
    """A graded batch, and what its honest submissions must have got."""

    toy: Toy
    expected: dict[str, float | None]
    outcomes: dict[str, Submission]


@pytest.fixture(scope="session")
def batch(
    make_toy: Callable[[str], Toy], sandbox: probe.Machine, tmp_path_factory: pytest.TempPathFactory
) -> Graded:
    """The sample cohort and the hostile ones, received and graded in one run."""
    made = make_toy("Graded cohort")
    inbox = tmp_path_factory.mktemp("inbox")
    cases = load(HERE / "toy_cases.py")
    expected = make(made.pack, made.exercise.notebook, cases, inbox)
    for name, notebook in hostile(made).items():
        made.send(inbox, name, notebook)
    assert not [receipt for receipt in intake.collect(made.cohort, inbox) if receipt.refused]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CVM_SECRET", made.cohort.secret().hex())
        grade.grade(made.cohort, None, grade.Options(limits=QUICK))
    with records(made.cohort) as book:
        return Graded(made, expected, {item.learner: item for item in book.all()})


def hostile(made: Toy) -> dict[str, dict[str, Any]]:
    """Return submissions that break something, each in the way its name says."""
    reference = solutions(made.exercise.notebook)["churn_rate"]
    removed = made.solved()
    removed["cells"] = [cell for cell in removed["cells"]
                        if cell["metadata"].get("nbgrader", {}).get("grade_id")
                        != "churn_rate_hidden"]  # fmt: skip
    foreign = made.solved()
    foreign["metadata"]["kernelspec"] = {"name": "ruby", "display_name": "R", "language": "ruby"}
    warns = "import sys\n" + reference.replace(
        "    return", "    sys.stderr.write('careful')\n    return"
    )
    script = "from IPython.display import HTML, display\n" + reference + (
        "\ndisplay(HTML('<script>alert(1)</script><img src=x onerror=alert(1)><b>bold</b>'))\n"
        "print('\\x1b[31mred\\x1b[0m \\u202e <script>alert(2)</script>')\n")  # fmt: skip
    return {
        "ignores-interrupts": made.solved(churn_rate=STUBBORN),
        "kills-its-kernel": made.solved(churn_rate="import os\nos._exit(0)"),
        "takes-all-memory": made.solved(churn_rate="held = bytearray(4 * 1024**3)\n" + reference),
        "deletes-a-test": removed,
        "foreign-kernel": foreign,
        "warns": made.solved(churn_rate=warns),
        "attacks-the-reader": made.solved(
            churn_rate=script,
            worst_segment="def worst_segment(base):\n    raise ValueError('<script>alert(3)</script>')",  # noqa: E501
        ),
    }  # fmt: skip
