"""What was seen in a run without our layers, and the words for what it shows."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attacks.attack import Attack
from attacks.gauge import Peak
from attacks.target import Target

MOST = 6.0
LOOT = re.compile(r"LOOT [^\\\"]*")
"""What an attacker found, as it prints it."""


@dataclass
class Evidence:
    """A finished control: plain nbgrader's course, and what the test's own targets saw.

    Attributes
    ----------
    ended
        "finished", "died", or "no end" if it had to be stopped.
    naive
        What a receiver without bounds did with it.
    """

    attack: Attack
    target: Target
    ended: str
    seconds: float
    said: str
    scores: dict[str, float | None]
    survivors: list[str]
    peak: Peak
    heard: list[str] = field(default_factory=list)
    victim_ended: bool = False
    terminal: str = ""
    naive: str = ""

    @property
    def course(self) -> Path:
        """The course's folder."""
        return self.target.root

    @property
    def score(self) -> float:
        """The best score among the attack's learners."""
        return max((self.scores.get(name) or 0.0 for name in self.attack.who), default=0.0)

    def graded(self, learner: str) -> bool:
        """Whether nbgrader left a graded notebook."""
        return (self.course / "autograded" / learner / "0-3" / "0-3-target.ipynb").is_file()

    def raw(self) -> str:
        """Return the graded notebooks of the attack's learners as they lie there."""
        homes = [self.course / "autograded" / name for name in self.attack.who]
        return "".join(path.read_text(errors="replace")
                       for home in homes for path in sorted(home.rglob("*.ipynb")))  # fmt: skip

    def outputs(self) -> str:
        """Return the text of all outputs of the attack's learners."""
        found = []
        for name in self.attack.who:
            for path in sorted((self.course / "autograded" / name).rglob("*.ipynb")):
                cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
                found += [text for cell in cells for text in texts(cell)]
        return "\n".join(found)

    def pages(self) -> str:
        """Return nbgrader's feedback pages and what lies beside them."""
        homes = [self.course / "feedback" / name for name in self.attack.who]
        files = [path for home in homes for path in sorted(home.rglob("*")) if path.is_file()]
        return "".join(path.read_text(errors="replace") for path in files)


Control = Callable[[Evidence], str]


def texts(cell: dict[str, Any]) -> list[str]:
    """Return every text in a cell's outputs, but for tracebacks: those quote the attacker."""
    return [json.dumps({name: part for name, part in output.items() if name != "traceback"})
            for output in cell.get("outputs", [])]  # fmt: skip


def forged(seen: Evidence) -> str:
    """Say that points were got that the answers do not deserve."""
    if seen.score > seen.attack.honest:
        return f"{seen.score:g} points for {seen.attack.honest:g}"
    return ""


def unrepaired(seen: Evidence) -> str:
    """Say that honest points were lost."""
    if not seen.graded(seen.attack.name):
        return "left ungraded, without a reason"
    if seen.score < seen.attack.honest:
        return f"{seen.score:g} points for {seen.attack.honest:g}"
    return ""


NAMES = {
    "hidden": "the hidden tests", "argument": "the hidden tests' data", "secret": "the secret",
    "solution": "the solutions", "gradebook": "the gradebook", "world": "the truth tables",
    "cohort": "the grader's files", "neighbour": "another's work", "outside": "files outside",
    "environment": "the environment", "process": "the process list",
}  # fmt: skip


def leaked(*kinds: str) -> Control:
    """Say that the attacker printed it; what nbgrader shows by itself does not count."""

    def said(seen: Evidence) -> str:
        printed = " ".join(LOOT.findall(seen.outputs()))
        found = seen.target.canaries.found(printed)
        named = ", ".join(NAMES[kind] for kind in kinds)
        return f"shows {named}" if found.issuperset(kinds) else ""

    return said


def on_page(kind: str) -> Control:
    """Say that it came out on the page that the learner is given, or beside it."""

    def said(seen: Evidence) -> str:
        found = seen.target.canaries.found(seen.pages())
        return f"the feedback shows {NAMES[kind]}" if kind in found else ""

    return said


def loot(seen: Evidence) -> str:
    """Say that the attacker printed what it was after."""
    return "shows the solutions" if LOOT.search(seen.outputs()) else ""


def stopped(seen: Evidence) -> str:
    """Say that a batch did not reach the honest learner behind the attack."""
    if seen.ended != "finished":
        return "the run stopped" if seen.ended == "died" else "the run hung"
    if seen.attack.plain.beside and not seen.graded("zz-neighbour"):
        return "the run stopped; who comes later is ungraded"
    return ""


def left_out(seen: Evidence) -> str:
    """Say that the batch stopped, or that this learner silently has no grade."""
    if stopped(seen):
        return stopped(seen)
    if any(seen.graded(name) for name in seen.attack.who):
        return ""
    known = any(name in seen.scores for name in seen.attack.who)
    return "exported as 0 points, without a reason" if known else "passed over without a word"


def impersonated(seen: Evidence) -> str:
    """Say that an honest learner was given another's work."""
    score = seen.scores.get("zz-neighbour")
    if score is None:
        return "the collection stopped; nobody was received"
    return f"{score:g} points for {MOST:g}: another's file" if score != MOST else ""


def received(seen: Evidence) -> str:
    """Say what a receiver without bounds did with it; one that took it for data shows nothing."""
    return "" if seen.naive.startswith("took") else seen.naive
