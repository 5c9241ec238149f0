"""What nbgrader's own programs need in a cohort's folder: called by its nbgrader_config.py."""

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.converters.base import NbGraderException
from traitlets.config import Config

from . import cohort, engine

REFUSED = (
    "nbgrader's own autograding is off in this cohort, for it would mark notebooks that have "
    "not been run. Use 'cvm grade'; then marks, comments and feedback work here."
)


class NotHere(NotebookExporter):
    """Stops nbgrader's autograding before it removes or marks anything."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)  # type: ignore[no-untyped-call]
        self.log.error(REFUSED)
        raise NbGraderException(REFUSED)


def apply(c: Config, folder: Path) -> None:
    """Give nbgrader the settings of a cohort; what an instructor adds comes after them.

    They are asked for each time and written nowhere: the gradebook's address may hold a
    password. For the same reason the formgrader does not show its settings.
    """
    c.merge(engine.config(cohort.load(folder)))
    c.FormgradeExtension.debug = False
    if not engine.BEING_READ.get():  # else cvm grade asks, which has run the notebooks
        c.Autograde.exporter_class = f"{__name__}.{NotHere.__name__}"
