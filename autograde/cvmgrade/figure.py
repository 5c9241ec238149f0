"""The report's figures: how points are distributed, and which question cost them."""

import base64
import io
import textwrap
from collections import Counter
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

BLUE, ORANGE, GREY = "#0b6e99", "#b4420a", "#5b6773"  # told apart by any eye, and in grey


@dataclass(frozen=True)
class Drawn:
    """A figure as base64 of a PNG, and its finding in words for who cannot see it."""

    png: str
    alt: str


def totals(points: list[float], most: float) -> Drawn:
    """Draw how many learners reached how many of ``most`` points."""
    counts = Counter(round(total) for total in points)
    half = sum(total >= most / 2 for total in points)
    finding = f"{half} of {len(points)} reached half of the points or more"
    drawn, axes = _axes(3.4)
    axes.bar(list(counts), list(counts.values()), width=0.8, color=BLUE)
    axes.set_title(finding, loc="left", fontsize=12)
    axes.set_xlim(-0.6, most + 0.6)
    axes.set_xticks(range(0, int(most) + 1, max(1, round(most / 10))))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(f"points (of {most:g})")
    axes.set_ylabel("learners")
    each = "; ".join(f"{points} points: {counts[points]}" for points in sorted(counts))
    return Drawn(_png(drawn), f"{finding}. Learners by points: {each}.")


def questions(success: dict[str, float]) -> Drawn:
    """Draw the share of points reached per question, in the notebook's order."""
    shares = list(success.values())
    worst = min(shares)
    finding = "Every question was solved by everyone"
    if worst < 1:
        one = shares.count(worst) == 1
        finding = f"The orange question{'' if one else 's'} cost the most points"
    drawn, axes = _axes(max(3.4, 1.4 + 0.6 * len(success)))
    colours = [ORANGE if share == worst and worst < 1 else BLUE for share in shares]
    names = [textwrap.fill(name, 24) for name in success]
    bars = axes.barh(names, shares, color=colours, height=0.6)
    axes.bar_label(bars, labels=[f"{share:.0%}" for share in shares], padding=4, color=GREY)
    axes.set_title(finding, loc="left", fontsize=12)
    axes.set_xlim(0, 1.15)
    axes.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    axes.set_xlabel("points reached, share of possible")
    axes.invert_yaxis()
    each = "; ".join(f"{name}: {share:.0%}" for name, share in success.items())
    return Drawn(_png(drawn), f"Share of points reached by question. {each}.")


def _axes(height: float) -> tuple[Figure, Axes]:
    drawn = Figure(figsize=(5.6, height), layout="constrained")
    axes = drawn.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=0, labelcolor=GREY)
    return drawn, axes


def _png(drawn: Figure) -> str:
    buffer = io.BytesIO()
    drawn.savefig(buffer, format="png", dpi=160)
    return base64.b64encode(buffer.getvalue()).decode()
