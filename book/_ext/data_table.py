"""The directive ``data-table``: what a table of the simulated operator holds.

The schema in `telcosim.schema` is the only place that states tables and columns; the data
dictionary's pages show it, so that they cannot fall behind the data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from exercise_card import cell
from sphinx.util.docutils import SphinxDirective

from telcosim import schema
from telcosim.errors import TelcosimError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from telcosim.schema import Column, Table

FEW = 12
"""Categories up to this many are listed; longer lists are pools of names."""


def meaning(column: Column) -> str:
    """Write what a column means, its unit, its texts, and whether it may be missing."""
    parts = [column.about]
    if 0 < len(column.categories) <= FEW:
        parts.append("One of " + ", ".join(f"`{text}`" for text in column.categories) + ".")
    if column.nullable:
        parts.append("May be missing.")
    return " ".join(parts)


def lines(table: Table) -> list[str]:
    """Write a table's grain, key, references and columns as markdown lines."""
    rows = [
        f"| `{column.name}` | {column.kind} | {cell(column.unit)} | {cell(meaning(column))} |"
        for column in table.columns
    ]
    head = [
        f"**{table.grain[0].upper()}{table.grain[1:]}.** "
        f"Key: {', '.join(f'`{name}`' for name in table.key)}."
    ]
    if table.on_request:
        head.append(f"Made on request only, with `telcosim generate {table.on_request}`.")
    head += [f"`{column}` points to `{other}.{key}`." for column, (other, key) in table.references]
    return [
        " ".join(head),
        "",
        "| Column | Type | Unit | Meaning |",
        "|:--|:--|:--|:--|",
        *rows,
        "",
    ]


class DataTable(SphinxDirective):
    """Render the table that the argument names, as in ``invoices``."""

    required_arguments: ClassVar[int] = 1
    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Read the schema and parse the description in place."""
        try:
            table = schema.table(self.arguments[0])
        except TelcosimError as problem:
            raise self.error(str(problem)) from problem
        box = nodes.container(classes=["data-table"])
        self.state.nested_parse(StringList(lines(table), source="schema"), self.content_offset, box)
        return [box]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive with Sphinx."""
    app.add_directive("data-table", DataTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
