"""What is stated of a table and of each of its columns."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal["int8", "int16", "int32", "int64", "bool", "date", "timestamp", "category"]
"""The type of a column. Everything is a whole number inside; texts are coded categories."""

NULL = -(2**31)
"""The whole number that stands for a missing value inside the simulator."""

ARROW: dict[str, pa.DataType] = {
    "int8": pa.int8(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("s"),
    "category": pa.dictionary(pa.int16(), pa.string()),
}


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    name, kind
        As they stand in the file.
    about
        One sentence for the data dictionary.
    unit
        Unit of measure, or "" where there is none.
    nullable
        Whether values may be missing.
    categories
        The texts that the codes of a category stand for, in order.
    """

    name: str
    kind: Kind
    about: str
    unit: str = ""
    nullable: bool = False
    categories: tuple[str, ...] = ()

    @property
    def arrow(self) -> pa.Field:
        """The column's Arrow field, with its sentence and unit as metadata."""
        about = {"description": self.about, "unit": self.unit}
        return pa.field(self.name, ARROW[self.kind], nullable=self.nullable, metadata=about)

    @property
    def encoding(self) -> str | None:
        """The Parquet encoding; None leaves dictionary encoding on, for categories and flags."""
        return None if self.kind in {"category", "bool"} else "DELTA_BINARY_PACKED"


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    grain
        What one row is.
    key
        The columns that identify a row.
    references
        Foreign keys: column to (table, column).
    truth
        Whether it belongs to the truth, which a closed world does not ship.
    per_customer
        Whether it is made block by block; else it is a small table of the whole operator.
    on_request
        The option that asks for it, where it is made only on request.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    references: tuple[tuple[str, tuple[str, str]], ...] = ()
    truth: bool = False
    per_customer: bool = True
    on_request: str = ""

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema of its files."""
        about = {"table": self.name, "grain": self.grain, "key": ",".join(self.key)}
        return pa.schema([c.arrow for c in self.columns], metadata=about)
