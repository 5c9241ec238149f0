"""One way of grading everything once, in a process of its own: ``ways.py WAY SETTING RESULT``."""

import contextlib
import io
import json
import logging
import os
import sys
import time
import warnings
from pathlib import Path

if __package__ in {None, ""}:  # run as a file: its modules belong to the package around it
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pyarrow.parquet  # noqa: F401 - the floor is a process that has the imports
from matplotlib.figure import Figure
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import Execute

import telcosim  # noqa: F401 - the same
from cvmgrade import (
    checks,  # noqa: F401 - the same
    cohort,
    engine,
    execute,
    grade,
    records,
)
from cvmgrade.checks import HIDDEN_WORLDS
from speed import phases
from speed.setting import Setting, answers, configured, filled, read


def nbgrader(setting: Setting) -> float:
    """Grade with nbgrader's own interface, as shipped; return the seconds, as all do."""
    phases.time_client()
    phases.time_cells(Execute)
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    began = time.perf_counter()
    api = NbGraderAPI(config=configured(setting.course))
    for exercise in setting.exercises:
        os.environ[HIDDEN_WORLDS] = setting.hidden[exercise]
        for learner in setting.learners:
            done = api.autograde(exercise, learner, force=True)
            if not done["success"]:
                raise RuntimeError(f"nbgrader did not grade {learner}: {done}")
    return time.perf_counter() - began


def ours(setting: Setting, workers: int) -> float:
    """Grade by ``grade.grade``, as the command ``cvm grade`` does."""
    phases.time_client()
    phases.time_cells(execute.BoxedExecute)
    phases.timed(engine, "record", lambda *_: phases.BOOK)
    for step in ("begin", "finish"):
        phases.timed(records.Records, step, lambda *_: phases.BOOK)
    began = time.perf_counter()
    held = cohort.load(setting.cohort)
    graded = grade.grade(held, None, grade.Options(workers=workers, force=True))
    seconds = time.perf_counter() - began
    lost = [item for item in graded if item.state != "graded"]
    if lost or len(graded) != setting.count:
        raise RuntimeError(f"Not graded: {lost}")
    return seconds


def floor(setting: Setting) -> float:
    """Run each notebook's cells in a fork of a process that has the imports, and draw once."""
    began = time.perf_counter()
    for exercise in setting.exercises:
        source = setting.find(exercise).notebook
        os.environ[HIDDEN_WORLDS] = setting.hidden[exercise]
        os.chdir(setting.course / "source" / exercise)
        for learner in setting.learners:
            child = os.fork()
            if child == 0:
                try:
                    _exec(source, setting.course / "submitted" / learner / exercise / source.name)
                finally:
                    os._exit(0)
            os.waitpid(child, 0)
    return time.perf_counter() - began


def _exec(source: Path, submitted: Path) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for cell in filled(read(source), answers(read(submitted)))["cells"]:
            if cell["cell_type"] == "code":
                with contextlib.suppress(Exception):
                    exec("".join(cell["source"]), names)  # noqa: S102 - our own made-up answers
    drawn = Figure()
    drawn.subplots().plot([1, 3, 2])
    drawn.savefig(io.BytesIO(), format="png")


def main(way: str, setting: Path, result: Path) -> None:
    """Grade everything once and write down the seconds, whole and by phase."""
    warnings.simplefilter("ignore")
    ways = {"nbgrader": nbgrader, "floor": floor}
    given = Setting.load(setting)
    whole = ways[way](given) if way in ways else ours(given, int(way))
    spent = phases.spent(whole, phases.BOOK if way == "nbgrader" else phases.REST)
    result.write_text(json.dumps({"whole": whole, "phases": spent}))


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
