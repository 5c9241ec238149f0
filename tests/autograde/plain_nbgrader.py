"""Grade a cohort's submissions with nbgrader as it comes, in a course of its own.

Runs as a program, because nbgrader reads the world's place from the environment:
``python plain_nbgrader.py COHORT COURSE``. Prints the scores by learner and cell as JSON.
"""

import json
import logging
import os
import shutil
import sys
import warnings
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy import text
from traitlets.config import Config

SCORES = text("""
    SELECT a.name, s.student_id, b.name, g.auto_score
    FROM grade g JOIN base_cell b ON b.id = g.cell_id
    JOIN submitted_notebook n ON n.id = g.notebook_id
    JOIN submitted_assignment s ON s.id = n.assignment_id
    JOIN assignment a ON a.id = s.assignment_id
""")

Scores = dict[str, float | None]


def scores(database: str) -> Scores:
    """Return every automatic cell score of a gradebook, by exercise, learner and cell."""
    with Gradebook(database) as book, book.engine.connect() as connection:
        rows = connection.execute(SCORES)
        return {"/".join(row[:3]): row[3] for row in rows}


def environment(hidden: Path | None, world: Path | None) -> dict[str, str]:
    """Return an environment in which a plain kernel finds the worlds that checks load."""
    found = {"CVM_HIDDEN_WORLDS": hidden, "CVM_WORLD": world}
    return os.environ | {name: str(path) for name, path in found.items() if path}


def main(cohort: Path, course: Path) -> None:
    """Release and autograde everything that the cohort has received."""
    warnings.simplefilter("ignore")
    logging.getLogger("traitlets").handlers = [logging.NullHandler()]
    logging.getLogger("traitlets").propagate = False
    for name in ("source", "submitted"):
        shutil.copytree(cohort / name, course / name)
    made = Config()
    made.CourseDirectory.root = str(course)
    made.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}"
    made.Exchange.root = str(course / "no-exchange")
    api = NbGraderAPI(config=made)
    for exercise in sorted(path.name for path in (course / "source").iterdir()):
        assert api.generate_assignment(exercise, create=True)["success"], exercise
        for learner in sorted(path.name for path in (course / "submitted").iterdir()):
            if (course / "submitted" / learner / exercise).is_dir():
                done = api.autograde(exercise, learner, create=True)
                assert done["success"], (learner, done)
    sys.stdout.write(json.dumps(scores(made.CourseDirectory.db_url)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
