"""The whole report of a world: its cards and its figures, before any rendering."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from telcosim.manifest import Manifest
from telcosim.report import (
    calibration,
    difficulty,
    effect,
    figures,
    figures_of_cards,
    hard,
    truth_checks,
)
from telcosim.report.drawing import Drawn
from telcosim.report.measures import Measures
from telcosim.report.records import Records
from telcosim.report.rows import Card

STEPS = 7
"""How often `measure` ticks at most."""


@dataclass(frozen=True)
class Validity:
    """What a report says.

    Attributes
    ----------
    name
        The folder's name.
    manifest
        What the world was made from.
    cards
        By key: hard, truth, calibration, difficulty. A world that is not whole has the first only.
    figures
        By key, in reading order.
    """

    name: str
    manifest: Manifest
    cards: dict[str, Card]
    figures: dict[str, Drawn]

    @property
    def sound(self) -> bool:
        """Whether every hard check passed."""
        return not self.cards["hard"].failed

    @property
    def problems(self) -> list[str]:
        """What the hard checks found, a sentence each with the law's name."""
        return [f"{row.sentence} [{row.name}]" for row in self.cards["hard"].failed]

    @property
    def summary(self) -> list[str]:
        """One line per card that promises something."""
        named = {"hard": "hard checks passed", "truth": "truth checks passed",
                 "calibration": "calibration rows in range"}  # fmt: skip
        found = [(self.cards[key], words) for key, words in named.items() if key in self.cards]
        lines = []
        for card, words in found:
            wrong = "; not: " + ", ".join(row.name for row in card.failed) if card.failed else ""
            lines.append(f"{card.passed} of {card.looked_at} {words}{wrong}.")
        return lines


def measure(folder: str | Path, tick: Callable[[], None] = lambda: None) -> Validity:
    """Check, measure and draw a world.

    Parameters
    ----------
    folder
        Folder of a world; what needs its truth is left out where that does not lie beside it.
    tick
        Called after each of at most `STEPS` parts of the work.

    Raises
    ------
    WorldError
        If the folder is not a world.
    """
    records = Records(folder)
    cards = {"hard": hard.card(records.folder)}
    tick()
    if cards["hard"].failed:
        return Validity(records.folder.name, records.manifest, cards, {})
    cards["truth"] = truth_checks.card(records)
    tick()
    measures, effects = Measures(records), effect.valued(records, tick)
    cards["calibration"] = calibration.card(records, measures, effect.rows(effects))
    tick()
    eligible = difficulty.eligible(records)
    found = difficulty.targeting(eligible) if eligible else None
    cards["difficulty"] = difficulty.card(records, effects, eligible, found)
    drawn = _figures(records, measures, cards, found)
    return Validity(records.folder.name, records.manifest, cards, {d.key: d for d in drawn})


def _figures(
    records: Records, measures: Measures, cards: dict[str, Card], found: difficulty.Targeting | None
) -> list[Drawn]:
    """Draw what the world's tables and truth allow."""
    drawn = [figures_of_cards.ranges(cards["calibration"])]
    if not records.whole:
        return drawn
    drawn += [draw(measures) for draw in (figures.base, figures.churn, figures.tenure)]
    if (records.table("subscriptions")["term_months"] > 1).any():
        drawn.append(figures.contract_end(measures))
    drawn.append(figures.lorenz(measures))
    if records.open:
        drawn.append(figures_of_cards.hazard_deciles(records))
    if found is not None:
        drawn.append(figures_of_cards.gains(found))
    return drawn
