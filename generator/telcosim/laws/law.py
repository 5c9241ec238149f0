"""What a law is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Law:
    """One law.

    Attributes
    ----------
    name
        A few words to call it by.
    statement
        What holds, in one sentence.
    needs
        Tables without which it cannot be looked at; none for a law of every table.
    breaches
        From the tables of a world to a sentence for every way in which it is broken.
    also
        Further tables that it looks at, where a world has them.
    """

    name: str
    statement: str
    needs: tuple[str, ...]
    breaches: Callable[[Tables], Iterator[str]]
    also: tuple[str, ...] = ()

    def rows(self, tables: Tables) -> int | None:
        """Return how many rows the law looks at, None where a table that it needs is absent."""
        if any(name not in tables for name in self.needs):
            return None
        names = [n for n in (*self.needs, *self.also) if n in tables] or list(tables)
        return sum(len(tables[name]) for name in names)
