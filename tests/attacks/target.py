"""What an attack may aim at. Everything named here belongs to the test that made it."""

import json
import os
import platform
import re
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attacks.attack import WRONG, Notebook, Sheet
from attacks.ears import KEY_CALLS, Ears

MARK = "canary-"
KINDS = ("solution", "hidden", "argument", "gradebook", "cohort", "world", "neighbour", "outside",
         "environment", "process")  # fmt: skip
NUMBER = "123456789"
HOME = "t.home = os.path.dirname(get_connection_file())\n"
VICTIM = (
    "import ctypes, sys, time\n"
    "ctypes.CDLL(None).prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)\n"  # may be traced by anyone
    "print('up', flush=True)\ntime.sleep(900)"
)


@dataclass(frozen=True)
class Canaries:
    """Unique words, one for each thing that must stay with the grader."""

    words: dict[str, str] = field(
        default_factory=lambda: {kind: f"{MARK}{kind}-{secrets.token_hex(6)}" for kind in KINDS}
    )
    number: str = field(default_factory=lambda: str(10**9 + secrets.randbelow(8 * 10**9)))
    secret: str = field(default_factory=lambda: secrets.token_hex(16))

    def planted(self, text: str) -> str:
        """Return an exercise's source with the words in place of its capitals."""
        for kind in ("solution", "hidden", "argument"):
            text = text.replace(f"CANARY_{kind.upper()}", self.words[kind])
        return text.replace(NUMBER, self.number)

    def found(self, text: str) -> set[str]:
        """Return which of them a text holds."""
        held = {kind for kind, word in self.words.items() if word in text}
        held |= {"argument"} if self.number in text else set()
        return held | ({"secret"} if self.secret in text else set())


@dataclass
class Target:
    """The grader's folders as a well-informed attacker knows them, and the test's own victims."""

    blank: Notebook
    reference: dict[str, str]
    root: Path
    outside: Path
    canaries: Canaries
    ears: Ears
    libs: list[str]
    plain: bool
    assignments: Path | None = None
    terminals: list[tuple[int, int]] = field(default_factory=list)
    victims: list["subprocess.Popen[str]"] = field(default_factory=list)

    @property
    def submitted(self) -> Path:
        """Where submissions lie."""
        return self.root / "submitted"

    def sheet(self, **answers: str) -> Sheet:
        """Return a notebook with wrong but honest answers, and others where given."""
        return Sheet(self.blank, WRONG | answers)

    def full(self, **answers: str) -> Sheet:
        """Return a notebook with right answers, and others where given."""
        return Sheet(self.blank, self.reference | answers)

    def victim(self) -> int:
        """Return a process of the test's own, with words in its environment and arguments."""
        words = self.canaries.words
        if not self.victims:
            started = subprocess.Popen(
                [sys.executable, "-c", VICTIM, words["process"]],
                stdout=subprocess.PIPE, text=True, env=os.environ | {"WORD": words["environment"]},
            )  # fmt: skip
            assert started.stdout is not None
            started.stdout.readline()
            self.victims.append(started)
        return self.victims[0].pid

    def terminal(self) -> str:
        """Return the name of a terminal of the test's own."""
        if not self.terminals:
            self.terminals.append(os.openpty())
            os.set_blocking(self.terminals[0][0], False)
        return os.ttyname(self.terminals[0][1])

    def shown(self) -> str:
        """Return what was written to that terminal."""
        try:
            return "".join(os.read(ours, 10_000).decode() for ours, _ in self.terminals)
        except BlockingIOError:
            return ""

    def facts(self, **more: Any) -> str:
        """Return code that tells the attacker what stands where, as ``t``."""
        known = {
            "root": str(self.root), "gradebook": str(self.root / "gradebook.db"),
            "secret": str(self.root / "secret"), "source": str(self.root / "source"),
            "submitted": str(self.root / "submitted"), "cohort": str(self.root / "cohort.txt"),
            "worlds": str(self.root / "cache" / "worlds"), "outside": str(self.outside),
            "assignments": str(self.assignments or ""), "libs": self.libs,
            "tcp": self.ears.tcp, "udp": self.ears.udp,
            "abstract": self.ears.abstract, "unix": self.ears.unix,
            "plain": self.plain, "mark": MARK, "key_calls": KEY_CALLS[platform.machine()],
        }  # fmt: skip
        said = f"from types import SimpleNamespace\nt = SimpleNamespace(**{known | more!r})\n"
        said += "import ctypes, glob, json, os, socket, sys, time\n"
        return said + "from ipykernel import get_connection_file\n" + HOME

    def close(self) -> None:
        """End what was started."""
        for pair in self.terminals:
            list(map(os.close, pair))
        for victim in self.victims:
            victim.kill()
            victim.wait()
            assert victim.stdout is not None
            victim.stdout.close()


def plant(canaries: Canaries, root: Path, outside: Path) -> None:
    """Put words where an attacker would look, beside the grader's own files."""
    words = canaries.words
    worlds = root / "cache" / "worlds" / "hidden" / "0-3"
    for folder in (root, worlds, outside):
        folder.mkdir(parents=True, exist_ok=True)
    (root / "cohort.txt").write_text(words["cohort"])
    (worlds / "truth.csv").write_text(f"customer_id,would_leave\n1,{words['world']}\n")
    (outside / "kept.txt").write_text(words["outside"])
    (root / "secret").write_text(canaries.secret)
    (root / "secret").chmod(0o600)


def released(target: Path) -> Notebook:
    """Return a released notebook."""
    content: Notebook = json.loads(target.read_text(encoding="utf-8"))
    return content


def solutions(source: Path) -> dict[str, str]:
    """Return the right answers by grade_id, without their markers and their canary."""
    found = {}
    for cell in released(source)["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution"):
            lines = "".join(cell["source"]).splitlines()
            kept = [line for line in lines if " SOLUTION" not in line]
            found[about["grade_id"]] = re.sub(f"{MARK}[a-z]+-[0-9a-f]+", "x", "\n".join(kept))
    return found


def copy_source(canaries: Canaries, folder: Path) -> Path:
    """Write the exercise with its words in place; return the folder of assignments."""
    home = Path(__file__).parent / "assignments"
    shutil.copytree(home, folder, dirs_exist_ok=True)
    for path in folder.rglob("*.ipynb"):
        path.write_text(canaries.planted(path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder
