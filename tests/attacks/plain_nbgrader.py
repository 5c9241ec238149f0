"""nbgrader as it comes, on one small course per attack: the control of the suite.

Runs as a program of its own: ``python plain_nbgrader.py COURSE WORDS``. It makes the template
course, says "ready", reads the jobs as one line of JSON, and forks for each, so that an attack
that succeeds harms nothing but its own course. Its stock preprocessors are untouched; only the
timeout is short, and a kernel is not waited for when it ends.
"""

import contextlib
import ctypes
import json
import logging
import os
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

import psutil
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.zipcollectapp import ZipCollectApp
from nbgrader.plugins import CsvExportPlugin
from traitlets.config import Config

sys.path.append(str(Path(__file__).parents[1]))

from attacks.ears import own_keyring
from attacks.gauge import Gauge, Peak, end_all

EXERCISE = "0-3"
BY_FOLDER = r".*/(?P<student_id>[^/]+)/(?P<file_id>[^/]+)$"
SUBREAPER = 36
SEGMENTS = range(0x6B610000, 0x6B610000 + 64)


def config(course: Path, cell_s: int, transport: str = "tcp") -> Config:
    """Return the configuration of one course."""
    made = Config()
    made.CourseDirectory.root = str(course)
    made.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}"
    made.Exchange.root = str(course / "no-exchange")
    made.Execute.timeout = cell_s
    made.AsyncKernelManager.transport = transport
    if transport == "ipc":
        made.AsyncKernelManager.ip = str(course / "tmp" / "s")
    made.Execute.shutdown_kernel = "immediate"
    made.CourseDirectory.student_id_exclude = "aa-neighbour"
    made.FileNameCollectorPlugin.named_regexp = BY_FOLDER
    return made


def template(course: Path, word: str) -> None:
    """Release the exercise, in a course that all others are copies of."""
    made = config(course, 10)
    done = NbGraderAPI(config=made).generate_assignment(EXERCISE, create=True)
    assert done["success"], done
    with Gradebook(made.CourseDirectory.db_url) as book:
        book.update_or_create_student("registrar", last_name=word)


def grade(course: Path, job: dict[str, Any]) -> dict[str, Any]:
    """Collect, grade, write feedback and export, as an instructor would."""
    made = config(course, job["cell_s"], job["transport"])
    api, said = NbGraderAPI(config=made), ""
    if (course / "downloaded").is_dir():
        said += _collected(course, made)
    success = True
    for learner in job["who"] or ["*"]:
        done = api.autograde(EXERCISE, learner, force=True, create=True)
        success = success and done["success"]
        said += done.get("log", "") + done.get("error", "")
        if job["feedback"]:
            told = api.generate_feedback(EXERCISE, learner, force=True)
            said += told.get("log", "") + told.get("error", "")
    with Gradebook(made.CourseDirectory.db_url) as book:
        with contextlib.suppress(Exception):
            CsvExportPlugin(to=str(course / "grades.csv")).export(book)
        scores = {each.id: _score(book, each.id) for each in book.students}
    return {"said": said, "success": success, "scores": scores}


def _score(book: Any, learner: str) -> float | None:
    with contextlib.suppress(Exception):
        return float(book.find_submission(EXERCISE, learner).score)
    return None


def _collected(course: Path, made: Config) -> str:
    """Run zip_collect; return what it logged."""
    app = ZipCollectApp(config=made)
    with (course / "collected").open("w") as log:
        handler = logging.StreamHandler(log)
        logging.getLogger("traitlets").addHandler(handler)
        app.log.addHandler(handler)
        with contextlib.suppress(SystemExit, Exception):
            app.initialize([EXERCISE])
            app.start()
        app.log.removeHandler(handler)
    return (course / "collected").read_text(errors="replace")


def one(job: dict[str, Any]) -> None:
    """Do one job in this process, a fork; write its result."""
    course = Path(job["course"])
    os.setsid()
    _reap_here()
    os.chdir(course)
    out = os.open(course / "log", os.O_WRONLY | os.O_CREAT)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.update(HOME=str(course / "home"), PYTHONPATH=str(course / "lib"))
    os.environ["TMPDIR"] = tempfile.tempdir = str(course / "tmp")  # connection files lie there
    gauge, began = Gauge(os.getpid()), time.time()
    try:
        result = grade(course, job)
    except BaseException:  # noqa: BLE001 - what stops nbgrader is a finding
        result = {"said": traceback.format_exc(), "success": False, "scores": {}}
    result |= {"seconds": time.time() - began, "peak": gauge.stop(), "ended": "finished"}
    left = psutil.Process().children(recursive=True)
    result["survivors"] = end_all([process.pid for process in left])
    (course / "result.json").write_text(json.dumps(result))


def serve(jobs: list[dict[str, Any]], workers: int) -> None:
    """Do all jobs in forks, some at a time, each within its seconds."""
    waiting, running = list(jobs), {}
    while waiting or running:
        while waiting and len(running) < workers:
            job = waiting.pop(0)
            child = os.fork()
            if child == 0:
                try:
                    one(job)
                finally:
                    os._exit(0)
            running[child] = (job, time.monotonic() + job["limit_s"])
        time.sleep(0.05)
        for child, (job, deadline) in list(running.items()):
            if os.waitpid(child, os.WNOHANG)[0]:
                _settle(job, "died", list(running))
                del running[child]
            elif time.monotonic() > deadline:
                _stop(child, job, list(running))
                del running[child]


def _stop(child: int, job: dict[str, Any], running: list[int]) -> None:
    tree = [process.pid for process in psutil.Process(child).children(recursive=True)]
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, 9)
        os.waitpid(child, 0)
    end_all(tree)
    _settle(job, "no end", running)


def _settle(job: dict[str, Any], ended: str, running: list[int]) -> None:
    """See that a job has a result and leaves neither processes nor segments behind."""
    orphans = [each.pid for each in psutil.Process().children() if each.pid not in running]
    end_all(orphans)
    with contextlib.suppress(ChildProcessError):
        while any(os.waitpid(pid, os.WNOHANG)[0] for pid in orphans):
            pass
    libc = ctypes.CDLL(None)
    for key in SEGMENTS if job.get("segments") else ():
        libc.shmctl(libc.shmget(key, 0, 0), 0, None)
    result = Path(job["course"]) / "result.json"
    if not result.exists():
        said = (Path(job["course"]) / "log").read_text(errors="replace")
        result.write_text(json.dumps({
            "said": said, "success": False, "scores": {}, "ended": ended, "survivors": [],
            "seconds": job["limit_s"] if ended == "no end" else 0, "peak": Peak(),
        }))  # fmt: skip


def _reap_here() -> None:
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def main() -> None:
    """Make the template, say so, and do what is asked."""
    warnings.simplefilter("ignore")
    course = Path(sys.argv[1])
    logging.getLogger("traitlets").setLevel(logging.INFO)
    child = os.fork()  # nothing that making the template leaves open shall be shared
    if child == 0:
        template(course, sys.argv[2])
        os._exit(0)
    os.waitpid(child, 0)
    _reap_here()
    own_keyring()
    print("ready", flush=True)  # noqa: T201 - to whoever started this
    asked = json.loads(sys.stdin.readline())
    serve(asked["jobs"], asked["workers"])
    print("done", flush=True)  # noqa: T201 - the same


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # without nbgrader's own clean-up, which asks for the course's folder
