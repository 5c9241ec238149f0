"""The figures that show a card: ranges, tenths by hazard, and what targeting brings."""

import textwrap

import numpy as np

from cvmkit import plot
from telcosim.report.difficulty import Targeting
from telcosim.report.drawing import Drawn, canvas
from telcosim.report.records import Records
from telcosim.report.rows import Card, Row
from telcosim.report.statistics import qini
from telcosim.report.waves import deciles, months

EDGE = 0.35
"""How far beyond its range a value is drawn at most, as a share of the range."""


def ranges(card: Card) -> Drawn:
    """Draw each measured figure as a dot in the range that it must lie in."""
    rows = [row for row in card.rows if row.ok is not None]
    with canvas("calibration", (4.6, 0.9 + 0.36 * len(rows))) as drawing:
        ax = drawing.axes
        for line, row in enumerate(rows):
            colour = plot.BLUE if row.ok else plot.ORANGE
            ax.barh(line, 1, color=plot.PALE, height=0.42)
            at = float(np.clip(_place(row), -EDGE, 1 + EDGE))
            ax.plot(at, line, "o" if row.ok else "D", color=colour, markersize=7)
            ax.annotate(row.shown, (1 + EDGE + 0.08, line), color=colour, va="center", fontsize=9)
        names = [textwrap.fill(row.name, 26) for row in rows]
        ax.set_yticks(range(len(rows)), names, fontsize=9)
        ax.set_xticks([0, 1], ["lowest\nallowed", "highest\nallowed"], fontsize=9)
        ax.set_xlim(-EDGE - 0.05, 1 + EDGE + 1.1)
        ax.set_ylim(len(rows) - 0.4, -0.6)
        ax.spines[["left", "bottom"]].set_visible(False)
        words = "; ".join(f"{r.name} {r.shown} ({r.promised})" for r in rows)
        return drawing.finish(f"{card.passed} of {len(rows)} figures lie in their range", words)


def _place(row: Row) -> float:
    """Return where a value lies in its range, 0 its low and 1 its high end."""
    if row.value is None or row.low is None or row.high is None:
        raise ValueError(f"{row.name} has no value or no range to draw.")
    return (row.value - row.low) / (row.high - row.low)


def hazard_deciles(records: Records) -> Drawn:
    """Draw how many leave against how many should, in tenths of the true hazard."""
    data = months(records)
    data = data[~data["cut"]]
    groups = data.groupby(deciles(data["chance"]))
    true, found = groups["chance"].mean(), groups["left"].mean()
    error = np.sqrt(true * (1 - true) / groups.size())
    with canvas("deciles") as drawing:
        ax = drawing.axes
        top = 1.06 * float(max(true.max(), found.max()))
        ax.plot([0, top], [0, top], color=plot.GREY, linewidth=1)
        ax.errorbar(true, found, yerr=4 * error, fmt="o", color=plot.BLUE, capsize=3, linewidth=1.2)
        ax.annotate("as promised", (0.62 * top, 0.56 * top), color=plot.GREY)
        for axis in (ax.xaxis, ax.yaxis):
            plot.percent_axis(axis)
        ax.set_xlabel("mean true hazard of the tenth, per month")
        ax.set_ylabel("left of own will (bars: 4 errors)")
        agree = int(((true - found).abs() < 4 * error).sum())
        return drawing.finish(
            f"In {agree} of {len(true)} tenths by true hazard as many leave as it says",
            f"Dots from {plot.percent(true.iloc[0], 2)} true and {plot.percent(found.iloc[0], 2)} "
            f"found up to {plot.percent(true.iloc[-1], 1)} and {plot.percent(found.iloc[-1], 1)}.",
        )


def gains(found: Targeting) -> Drawn:
    """Draw what contacting more and more of the eligible prevents, by how they are ranked."""
    with canvas("qini") as drawing:
        ax = drawing.axes
        share = np.linspace(0, 1, len(found.oracle))
        ax.plot(share, 1000 * found.oracle, label="oracle")
        if found.learned is not None:
            ax.plot(share, 1000 * found.learned, label="two plain models")
        ax.plot(
            [0, 1], [0, 1000 * found.oracle[-1]], color=plot.GREY, linewidth=1, label="at random"
        )
        ax.axhline(0, color=plot.GREY, linewidth=0.8)
        ax.legend(loc="upper left", bbox_to_anchor=(0, 1), fontsize=10)
        low = min(
            0.0,
            *(1000 * curve.min() for curve in (found.oracle, found.learned) if curve is not None),
        )
        ax.set_ylim(1.1 * low, 1.4 * 1000 * max(found.oracle.max(), 1e-4))
        plot.percent_axis(ax.xaxis)
        ax.set_xlabel("share of the eligible who are contacted")
        ax.set_ylabel("departures prevented\nper 1,000 eligible, one month")
        best = int(found.oracle.argmax())
        words = f"The oracle's curve is highest at {plot.percent(share[best])} contacted."
        if found.learned is None:
            return drawing.finish("Contacting everybody prevents less than contacting some", words)
        part = qini(found.learned) / qini(found.oracle) if qini(found.oracle) else 0.0
        title = f"Two plain models reach {plot.percent(part)} of the oracle's gain over chance"
        return drawing.finish(title, words)
