"""What an attack is: files that somebody hands in, and what shows that the trick is real."""

import copy
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attacks.evidence import Evidence
    from attacks.target import Target

Notebook = dict[str, Any]
NOTEBOOK = "0-3-target.ipynb"
HONEST = 2.0
"""Points by machine of the wrong but honest answers that most attacks are built on, of six."""

WRONG = {
    "churn_rate": "def churn_rate(opening, lost):\n    return lost / (opening - lost)",
    "worst_segment": (
        "def worst_segment(base):\n"
        "    ranked = base.assign(rate=base['lost'] / base['opening'])\n"
        "    return str(ranked.sort_values('rate')['segment'].iloc[-1])"
    ),
    "arpu": "arpu_eur = 12.0\nbest = ['a', 'b']",
    "totals": "def totals(base):\n    return base.groupby('segment')[['lost']].max()",
}


@dataclass(frozen=True)
class Link:
    """A symbolic link in a delivery, and where it points."""

    to: str


@dataclass(frozen=True)
class Fifo:
    """A named pipe in a delivery."""


Content = bytes | Link | Fifo
Files = dict[str, Content]
"""What is handed in, by path in the delivery: ``<learner>/<file>`` or ``<learner>.zip``."""


@dataclass(frozen=True)
class Plain:
    """How its control runs on plain nbgrader.

    Attributes
    ----------
    beside
        Whether the honest learners beside it are graded too.
    feedback
        Whether feedback is written.
    transport
        How the kernel is connected.
    cell_s, limit_s
        nbgrader's timeout for a cell, and after how long the whole run is ended.
    """

    beside: bool = False
    feedback: bool = False
    transport: str = "tcp"
    cell_s: int = 4
    limit_s: float = 25


BESIDE, FEEDBACK = Plain(beside=True), Plain(feedback=True)


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes
    ----------
    threat
        The line of the threat list that it stands for.
    make
        Returns what is handed in, aimed at what the target names.
    control
        What the trick did where nothing stops it, in a few words; empty if it did nothing, and
        then it is no attack. Read off a run of plain nbgrader, or off a receiver without bounds.
    honest
        The most points that the answers in it deserve.
    exact
        Whether it deserves just these points, because all it does is repaired or ignored.
    ends
        The states that are a fitting end: graded, failed, refused.
    says
        Part of a reason that must be recorded.
    trick
        Attacks with the same word are variants of one trick.
    learners
        Who hands it in; by default the attack's own name.
    naive
        Where plain nbgrader has no such channel: how a receiver without bounds takes it, and
        the code or text that it is given.
    alone
        Whether it comes in a delivery of its own, with one honest learner in it.
    lets
        What is known to come through, and why that is borne; the law then has to fail.
    """

    name: str
    threat: str
    make: Callable[["Target"], "Sheet | Files"]
    control: Callable[["Evidence"], str]
    honest: float = HONEST
    exact: bool = False
    ends: frozenset[str] = frozenset({"graded", "failed"})
    says: str = ""
    trick: str = ""
    learners: tuple[str, ...] = ()
    naive: tuple[str, ...] = ()
    alone: bool = False
    plain: Plain = Plain()
    lets: str = ""
    family: str = field(default="", compare=False)

    @property
    def who(self) -> tuple[str, ...]:
        """The learners in whose name it is handed in."""
        return self.learners or (self.name,)

    def files(self, target: "Target") -> Files:
        """Return what is handed in."""
        made = self.make(target)
        return made.files(self.name) if isinstance(made, Sheet) else made


class Sheet:
    """A released notebook being filled in; every method returns the sheet."""

    def __init__(self, blank: Notebook, answers: dict[str, str]) -> None:
        self.content: Notebook = copy.deepcopy(blank)
        self.answer(**answers)

    def cell(self, grade_id: str) -> Notebook:
        """Return a cell of the release."""
        return next(cell for cell in self.content["cells"] if _name(cell) == grade_id)

    def tests(self) -> Iterable[Notebook]:
        """Yield the test cells."""
        for cell in self.content["cells"]:
            about = cell["metadata"].get("nbgrader", {})
            if about.get("grade") and not about.get("solution"):
                yield cell

    def answer(self, **sources: str) -> "Sheet":
        """Write answers, by grade_id."""
        for grade_id, source in sources.items():
            self.cell(grade_id)["source"] = source
        return self

    def add(self, source: str, after: str = "setup", kind: str = "code", **parts: Any) -> "Sheet":
        """Add a cell of one's own behind a cell of the release, or before all for ""."""
        made: Notebook = {"cell_type": kind, "metadata": {}, "source": source}
        made |= {"outputs": [], "execution_count": None} if kind == "code" else {}
        cells = self.content["cells"]
        place = cells.index(self.cell(after)) + 1 if after else 0
        made["id"] = f"added-{len(cells)}"
        cells.insert(place, made | parts)
        return self

    def text(self) -> str:
        """Return the notebook as it is written to a file."""
        return json.dumps(self.content)

    def files(self, learner: str) -> Files:
        """Return the delivery of one notebook."""
        return {f"{learner}/{NOTEBOOK}": self.text().encode("utf-8", "surrogatepass")}


def _name(cell: Notebook) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def write(files: Files, folder: Path) -> None:
    """Lay a delivery into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            path.symlink_to(content.to)
        elif isinstance(content, Fifo):
            import os  # noqa: PLC0415 - named pipes are not on every system

            os.mkfifo(path)
        else:
            path.write_bytes(content)
