"""What every process of a block may look at, and where it puts its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from telcosim.config import Config
from telcosim.graph import Graph
from telcosim.market import Market
from telcosim.people import People
from telcosim.schema import TABLES
from telcosim.streams import BoolArray, Branch, IntArray, Streams
from telcosim.traits import Traits


@dataclass
class Rows:
    """Collects the rows of a block, table by table, as whole numbers.

    Attributes
    ----------
    kept
        Whether rows are kept; where they are not, nobody needs to work them out.
    late_s
        Seconds by which the data warehouse knows of everything later than usual.
    """

    kept: ClassVar[bool] = True

    parts: dict[str, list[Mapping[str, IntArray]]] = field(default_factory=dict)
    late_s: int = 0

    def add(
        self, table: str, where: BoolArray | None = None, **columns: IntArray | BoolArray | int
    ) -> None:
        """Add rows; a column is an array or one value for all, `where` says who gets a row."""
        shape = np.broadcast_shapes(*(np.shape(c) for c in columns.values()))
        keep = slice(None) if where is None else where
        whole = {
            name: np.broadcast_to(np.asarray(values, dtype=np.int64), shape)[keep]
            for name, values in columns.items()
        }
        if self.late_s and "loaded_ts" in whole:
            whole["loaded_ts"] = whole["loaded_ts"] + self.late_s
        self.parts.setdefault(table, []).append(whole)

    def finish(self, table: str) -> dict[str, IntArray]:
        """Return a table's columns in schema order, sorted by customer and then as they came.

        That order makes the rows of a smaller base the first rows of a larger one.
        """
        names = [c.name for c in TABLES[table].columns]
        parts = self.parts.get(table, [])
        if not parts:
            return {name: np.zeros(0, dtype=np.int64) for name in names}
        columns = {name: np.concatenate([p[name] for p in parts]) for name in names}
        order = np.argsort(columns["customer_id"], kind="stable")
        return {name: values[order] for name, values in columns.items()}


class NoRows(Rows):
    """Keeps nothing: for continuations of which only sums are wanted."""

    kept = False

    def add(
        self, table: str, where: BoolArray | None = None, **columns: IntArray | BoolArray | int
    ) -> None:
        """Forget the rows."""


@dataclass(frozen=True)
class Context:
    """One block: its parameters, streams, customers, market, and the rows made so far.

    Attributes
    ----------
    survivors
        Nobody leaves or is cut off: for continuations that carry survival as a weight.
    accepts
        Every contact reaches and is accepted: for continuations of those who do accept.
    graph
        The ties between customers; None in continuations, whose rows are copies.
    """

    config: Config
    streams: Streams
    traits: Traits
    people: People
    market: Market
    rows: Rows
    survivors: bool = False
    accepts: bool = False
    graph: Graph | None = None

    def branched(self, branch: Branch, *, survivors: bool = False) -> "Context":
        """Return one continuation for copies of some customers; it makes no rows."""
        return Context(
            self.config,
            self.streams.branched(branch),
            self.traits.take(branch.rows),
            self.people.take(branch.rows),
            self.market,
            NoRows(),
            survivors,
        )
