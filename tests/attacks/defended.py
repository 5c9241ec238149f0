"""Grades a batch of attacks as a course would: default configuration, one cohort, one run."""

import io
import json
import os
import sysconfig
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from attacks.attack import Attack, Files, write
from attacks.ears import Ears, own_keyring
from attacks.evidence import texts
from attacks.gauge import Gauge, Peak
from attacks.target import Canaries, Target, copy_source, plant, solutions
from attacks.watching import digest, listening, survivors
from cvmgrade import (
    assignments,
    cohort,
    engine,
    export,
    feedback,
    grade,
    intake,
    release,
    report,
    show,
)
from cvmgrade.box import Limits
from cvmgrade.errors import CvmError
from cvmgrade.records import Submission, records

LIMITS = Limits(cell_s=4, wall_s=15, memory_mb=1200)
HONEST = {"aa-neighbour": 6.0, "mm-neighbour": 6.0, "nn-neighbour": 2.0, "zz-neighbour": 6.0}
OTHERS = ("plain_nbgrader.py", "naive.py", "0x59616d61")
"""Words in command lines of the tests' own processes, which are none of the grader's."""


@dataclass
class Batch:
    """What came of a batch.

    Attributes
    ----------
    refused
        Reasons of refused files, by attack.
    beside
        The state and points of honest learners in the delivery of an attack that came alone.
    stopped
        What the delivery itself was refused with, by attack.
    ends
        When each submission was done.
    changed
        What is different in folders that nothing should have changed.
    """

    target: Target
    outcomes: dict[str, Submission]
    refused: dict[str, list[str]]
    beside: dict[str, Submission | None]
    stopped: dict[str, str]
    changed: list[str]
    survivors: list[str]
    peak: Peak
    gauge: Gauge
    said: str
    table: str
    report: str
    screen: str
    ends: dict[str, float]
    pages: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def close(self) -> None:
        """End what the targets started."""
        self.target.close()
        self.target.ears.close()

    def of(self, attack: Attack) -> list[Submission]:
        """Return the outcomes of an attack's learners."""
        names = [intake.learner_name(name) for name in attack.who]
        return [self.outcomes[name] for name in names if name in self.outcomes]

    def points(self, attack: Attack) -> float:
        """Return the best points among an attack's learners."""
        return max((item.total or 0.0 for item in self.of(attack)), default=0.0)

    def outputs(self, item: Submission) -> str:
        """Return the text of all outputs in a graded notebook."""
        text = self.raw(item)
        cells = json.loads(text)["cells"] if text else []
        return "\n".join(text for cell in cells for text in texts(cell))

    def raw(self, item: Submission) -> str:
        """Return a graded notebook as it lies there."""
        path = self.target.root / "autograded" / item.learner / "0-3" / "0-3-target.ipynb"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def peak_of(self, item: Submission) -> Peak:
        """Return what was taken while a submission was graded: since the one before it was."""
        ends = sorted(self.ends.values())
        place = ends.index(self.ends[item.learner])
        return self.gauge.between(ends[place - 1] if place else 0.0, ends[place])


def run(attacks: Iterable[Attack], folder: Path) -> Batch:
    """Receive and grade attacks between honest learners; write every page about them."""
    attacks = list(attacks)
    target = _cohort(folder)
    held = cohort.load(target.root)
    console = Console(file=io.StringIO(), width=300, force_terminal=True, color_system=None)
    refused, stopped = _receive(held, attacks, target, folder, console)
    watched = [target.root / "source", target.root / "release", target.root / "packs",
               target.root / "secret", target.root / "cohort.json", target.outside,
               folder / "assignments"]  # fmt: skip
    watched += [target.root / "submitted" / name for name in HONEST]
    before = {path: digest(path) for path in watched}
    known = {process.pid for process in psutil.Process().children(recursive=True)}
    own_keyring()
    ends: dict[str, float] = {}
    gauge, began = Gauge(os.getpid(), without=OTHERS), time.time()
    with listening() as said, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CVM_SECRET", target.canaries.secret)
        patch.setenv("WORD", target.canaries.words["environment"])
        grade.grade(
            held, None, grade.Options(limits=LIMITS),
            lambda *of: ends.setdefault(of[1], time.time()),
        )  # fmt: skip
    seconds = time.time() - began
    peak = gauge.stop()
    with records(held) as book:
        outcomes = {item.learner: item for item in book.all()}
    show.submissions(console, list(outcomes.values()))
    written = feedback.write(held, folder / "feedback")
    return Batch(
        target, outcomes, refused,
        {attack.name: outcomes.get(f"with-{attack.name}") for attack in attacks if attack.alone},
        stopped, [path.name for path in watched if digest(path) != before[path]],
        survivors(known), peak, gauge, said.getvalue(),
        export.write(held, folder / "grades.csv").read_text(encoding="utf-8"),
        report.write(held, folder / "report.html").read_text(encoding="utf-8"),
        console.file.getvalue(),  # type: ignore[attr-defined]
        ends, {path.parent.name: path.read_text(encoding="utf-8") for path in written}, seconds,
    )  # fmt: skip


def _cohort(folder: Path) -> Target:
    """Make a cohort with words planted in everything that must stay with the grader."""
    canaries = Canaries()
    home, outside = folder / "cohort", folder / "outside"
    sources = copy_source(canaries, folder / "assignments")
    held = cohort.init(home, sources, "Attacked cohort")
    plant(canaries, home, outside)
    exercise = assignments.find("0-3", sources)
    with zipfile.ZipFile(release.release(held, exercise)) as pack:
        [name] = [name for name in pack.namelist() if name.endswith(".ipynb")]
        blank = json.loads(pack.read(name))
    with engine.gradebook(held) as book:
        book.update_or_create_student("registrar", last_name=canaries.words["gradebook"])
    outside.chmod(0o777)
    libs = [sysconfig.get_path("purelib"), "/opt/cvm/lib", sysconfig.get_path("stdlib")]
    return Target(blank, solutions(exercise.notebook), held.folder, outside, canaries,
                  Ears(folder), libs, plain=False, assignments=sources)  # fmt: skip


def _receive(
    held: cohort.Cohort, attacks: list[Attack], target: Target, folder: Path, console: Console
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Hand everything in: most in one delivery, the rest each in its own beside an honest one."""
    word = f"\n# {target.canaries.words['neighbour']}"
    right = target.full(totals=target.reference["totals"] + word)
    together: Files = {}
    for name, points in HONEST.items():
        together |= (right if points > 2 else target.sheet()).files(name)
    for attack in attacks:
        if not attack.alone:
            together |= attack.files(target)
    refused: dict[str, list[str]] = {}
    stopped: dict[str, str] = {}
    show.receipts(console, _collect(held, together, folder / "inbox", refused))
    for attack in attacks:
        if attack.alone:
            files = right.files(f"with-{attack.name}") | attack.files(target)
            try:
                _collect(held, files, folder / f"inbox-{attack.name}", refused)
            except CvmError as error:
                stopped[attack.name] = str(error)
    assert (target.root / "submitted/aa-neighbour/0-3/0-3-target.ipynb").is_file()
    assert (target.root / "source/0-3/0-3-target.ipynb").is_file()
    return refused, stopped


def _collect(
    held: cohort.Cohort, files: Files, inbox: Path, refused: dict[str, list[str]]
) -> list[intake.Receipt]:
    write(files, inbox)
    receipts = intake.collect(held, inbox)
    for receipt in receipts:
        if receipt.refused:
            refused.setdefault(receipt.path.split("/")[0].removesuffix(".zip"), []).append(
                receipt.refused
            )
    return receipts
