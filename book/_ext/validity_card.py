"""The directives ``validity-card`` and ``validity-figures``: the validity report as pages.

The world is the one that the lessons use (`CVM_WORLD`, or the open course world). It is checked,
measured and drawn once per build, by the same functions as `telcosim report`, so that the page
shows what that file shows.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from exercise_card import cell
from sphinx.util.docutils import SphinxDirective

from telcosim.errors import TelcosimError
from telcosim.manifest import FILE
from telcosim.report.validity import Validity, measure
from telcosim.world import find_world

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from telcosim.report.drawing import Drawn
    from telcosim.report.rows import Card, Row

FOLDER = "_build/book-validity"
"""Where the figures lie until Sphinx copies them, relative to the book's root."""

CODE = re.compile(r"[\w./]*\w_[\w./]*\w|telcosim verify")
"""Names of files, tables and columns, and a command, inside a sentence."""


@cache
def measured(world: Path) -> Validity:
    """Make the report of a world, once per build."""
    return measure(world)


def as_code(text: str) -> str:
    """Set names of files, tables and columns in code type, on one line."""
    return CODE.sub(r"`\g<0>`", " ".join(text.split()))


def lines(card: Card) -> list[str]:
    """Write a card as markdown: what it is, and a table with a line per row."""
    promises = any(row.promised for row in card.rows)
    verdicts = any(row.verdict for row in card.rows)
    heads = [card.heads[0], card.heads[1]]
    if verdicts:  # one column for both, so that three fit a phone
        heads.append(f"{card.heads[2]}, verdict" if promises else "Verdict")
    table = [
        "| " + " | ".join(heads) + " |",
        "|:--|--:|" + ":--|" * verdicts,
        *("| " + " | ".join(_cells(row)[: len(heads)]) + " |" for row in card.rows),
    ]
    return [as_code(card.about), "", *(table if card.rows else []), ""]


def _cells(row: Row) -> tuple[str, str, str]:
    """Write a row's name with its sentence, its value, and its range with the verdict."""
    name = f"{row.name[0].upper()}{row.name[1:]}"
    said = cell(as_code(row.sentence))
    told = ", ".join(part for part in (row.promised, row.verdict) if part)
    return f"**{cell(name)}.** {said}", row.shown or "–", told


class OfWorld(SphinxDirective):
    """Base of both directives: they show parts of the same report."""

    required_arguments: ClassVar[int] = 1
    has_content: ClassVar[bool] = False

    def validity(self) -> Validity:
        """Return the report of the book's world; the page is made again when that changes."""
        try:
            world = find_world()
            self.env.note_dependency(str((world / FILE).resolve()))
            return measured(world)
        except TelcosimError as problem:
            raise self.error(str(problem)) from problem


class ValidityCard(OfWorld):
    """Show the card that the argument names, as in ``calibration``."""

    def run(self) -> list[nodes.Node]:
        """Write the card as markdown and parse it in place."""
        cards = self.validity().cards
        if self.arguments[0] not in cards:
            raise self.error(
                f"There is no card {self.arguments[0]}. There are: {', '.join(cards)}."
            )
        box = nodes.container(classes=["validity-card"])
        text = StringList(lines(cards[self.arguments[0]]), source="validity")
        self.state.nested_parse(text, self.content_offset, box)
        return [box]


class ValidityFigures(OfWorld):
    """Show the figures that the argument names, as in ``base churn``."""

    final_argument_whitespace: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Write the pictures beside the book and point to them."""
        drawn = self.validity().figures
        wanted = self.arguments[0].split()
        if unknown := [key for key in wanted if key not in drawn]:
            raise self.error(f"There is no figure {unknown[0]}. There are: {', '.join(drawn)}.")
        return [self.figure(drawn[key]) for key in wanted]

    def figure(self, drawn: Drawn) -> nodes.figure:
        """Return one figure with its finding as the caption."""
        file = Path(self.env.srcdir) / FOLDER / f"{drawn.key}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(drawn.png)
        image = nodes.image(uri=f"/{FOLDER}/{file.name}", alt=drawn.alt, width="34rem")
        return nodes.figure("", image, nodes.caption("", drawn.title))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives with Sphinx."""
    app.add_directive("validity-card", ValidityCard)
    app.add_directive("validity-figures", ValidityFigures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
