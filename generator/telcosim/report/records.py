"""The tables of the world that is reported on, each read once."""

from pathlib import Path

import pandas as pd

from telcosim.generate import truth_folder
from telcosim.manifest import FILE, Manifest, read_manifest
from telcosim.world import load, truth

CORE = (
    *("customers", "accounts", "subscriptions", "churn_events", "usage_monthly"),
    *("invoices", "payments", "topups", "care_contacts", "unit_costs"),
)
"""Tables without which neither the truth can be checked nor the base be drawn."""


NO_TRUTH = "This takes the truth and whole tables; of a closed world, only its grader has them."


class Records:
    """A world's tables and truth, read when they are asked for, and kept.

    Parameters
    ----------
    folder
        Folder of a world; its truth lies beside it, or nowhere.

    Attributes
    ----------
    whole
        Whether it has the tables of `CORE`.
    open
        Whether it has its truth as well.

    Raises
    ------
    WorldError
        If it is not a world.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.manifest: Manifest = read_manifest(self.folder)
        self.whole = all(name in self.manifest.tables for name in CORE)
        self.open = self.whole and (truth_folder(self.folder) / FILE).is_file()
        self._kept: dict[str, pd.DataFrame] = {}

    @property
    def months(self) -> range:
        """The months of history."""
        return range(self.manifest.months)

    def has(self, name: str) -> bool:
        """Tell whether a learner table, or a column as in ``devices.source``, is in the world."""
        table, _, column = name.partition(".")
        there = table in self.manifest.tables
        return there and (not column or column in self.table(table))

    def table(self, name: str) -> pd.DataFrame:
        """Return a learner table; callers must not change it."""
        if name not in self._kept:
            self._kept[name] = load(name, self.folder)
        return self._kept[name]

    def tables(self, *names: str) -> dict[str, pd.DataFrame]:
        """Return those of the learner tables that the world has."""
        return {name: self.table(name) for name in names if self.has(name)}

    def truth(self, name: str) -> pd.DataFrame:
        """Return a truth table of an open world; callers must not change it."""
        if name not in self._kept:
            self._kept[name] = truth(name, self.folder)
        return self._kept[name]
