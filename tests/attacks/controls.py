"""Runs attacks without our layers: on plain nbgrader, and on receivers without bounds."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attacks import naive
from attacks.attack import Attack, Files, write
from attacks.ears import Ears
from attacks.evidence import Evidence
from attacks.gauge import Peak
from attacks.target import Canaries, Target, copy_source, plant, released, solutions

HERE = Path(__file__).parent
WORKERS = 3
NEIGHBOURS = ("aa-neighbour", "zz-neighbour")


@dataclass
class Bench:
    """A folder with one course per attack, all copies of one template."""

    folder: Path
    canaries: Canaries
    ears: Ears
    program: "subprocess.Popen[str]"

    def target(self, attack: Attack) -> Target:
        """Return the target of one attack, its course laid out."""
        course, outside = self.folder / "c" / attack.name, self.folder / "o" / attack.name
        shutil.copytree(self.folder / "template", course)
        plant(self.canaries, course, outside)
        for name in ("home", "lib", "tmp"):
            (course / name).mkdir()
        source = course / "source" / "0-3" / "0-3-target.ipynb"
        release = course / "release" / "0-3" / "0-3-target.ipynb"
        return Target(
            released(release), solutions(source), course, outside,
            self.canaries, self.ears, [str(course / "lib")], plain=True,
        )  # fmt: skip

    def job(self, attack: Attack, target: Target) -> dict[str, Any]:
        """Hand an attack in, beside two honest learners; return what is to be done."""
        word = f"\n# {self.canaries.words['neighbour']}"
        honest = target.full(totals=target.reference["totals"] + word)
        submitted, plain = {}, attack.plain
        for name in NEIGHBOURS:
            submitted |= honest.files(name)
        submitted |= attack.files(target)
        write(_sorted_in(submitted, zipped=attack.alone), target.root)
        return {
            "course": str(target.root), "cell_s": plain.cell_s, "limit_s": plain.limit_s,
            "who": None if plain.beside else sorted(attack.who), "feedback": plain.feedback,
            "transport": plain.transport,
            "segments": attack.trick == "System V memory",
        }  # fmt: skip


def _sorted_in(files: Files, *, zipped: bool) -> Files:
    """Return files by their path in a course of nbgrader, for zip_collect if there are zips."""
    return {
        f"downloaded/0-3/archive/{name}" if zipped or "/" not in name
        else "submitted/{}/0-3/{}".format(*name.split("/", 1)): content
        for name, content in files.items()
    }  # fmt: skip


def run(attacks: Iterable[Attack], home: Path) -> dict[str, Evidence]:
    """Run each attack's control; return what was seen, by the attack's name."""
    attacks = list(attacks)
    bench = _bench(home)
    targets = {attack.name: bench.target(attack) for attack in attacks}
    on_nbgrader = [attack for attack in attacks if not attack.naive]
    jobs = [bench.job(attack, targets[attack.name]) for attack in on_nbgrader]
    jobs.sort(key=lambda job: -job["limit_s"])  # what may take longest begins first
    assert bench.program.stdin is not None
    bench.program.stdin.write(json.dumps({"jobs": jobs, "workers": WORKERS}) + "\n")
    bench.program.stdin.flush()
    received = {attack.name: naive.run(*attack.naive) for attack in attacks if attack.naive}
    bench.program.communicate()
    seen = {}
    for attack in attacks:
        target = targets[attack.name]
        result = target.root / "result.json"
        said = json.loads(result.read_text()) if result.exists() else NO_RUN
        seen[attack.name] = Evidence(
            attack, target, said["ended"], said["seconds"], said["said"], said["scores"],
            said["survivors"], Peak(*said["peak"]), list(bench.ears.heard),
            any(victim.poll() is not None for victim in target.victims),
            target.shown(), received.get(attack.name, ""),
        )  # fmt: skip
        target.close()
        deep = [*target.root.glob("autograded/*/0-3/d"), *target.root.glob("tmp/d")]
        for folder in deep:  # too deep for shutil, and so for pytest's own cleaning
            subprocess.run(["rm", "-rf", str(folder)], check=True)
    bench.ears.close()
    return seen


NO_RUN: dict[str, Any] = {"ended": "not run", "seconds": 0, "said": "", "scores": {},
                          "survivors": [], "peak": Peak()}  # fmt: skip


def _bench(folder: Path) -> Bench:
    """Start plain nbgrader and wait for its template course."""
    canaries = Canaries()
    template = folder / "template"
    copy_source(canaries, folder / "assignments")
    shutil.copytree(folder / "assignments" / "0-3-target", template / "source" / "0-3")
    words = {"WORD": canaries.words["environment"], "CVM_SECRET": canaries.secret}
    scripts = str(Path(sys.executable).parent)
    words["PATH"] = os.pathsep.join([scripts, os.environ["PATH"]])
    # a kernel behaves otherwise where it finds itself under test
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    program = subprocess.Popen(
        [sys.executable, str(HERE / "plain_nbgrader.py"), str(template),
         canaries.words["gradebook"], canaries.words["process"]],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=own | words,
        cwd=folder,
    )  # fmt: skip
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    return Bench(folder, canaries, Ears(folder), program)
