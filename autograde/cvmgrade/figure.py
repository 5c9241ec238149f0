"""The report's figure: how points are distributed, and which question cost them."""

import base64
import io
import textwrap
from collections import Counter

from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLUE, ORANGE, GREY = "#0b6e99", "#b4420a", "#5b6773"  # told apart by any eye, and in grey


def exercise(totals: list[float], most: float, success: dict[str, float]) -> str:
    """Return a PNG, as base64, of one exercise's totals and success per question.

    Parameters
    ----------
    totals
        Points per learner.
    most
        Points that could be reached.
    success
        Share of points reached per question, in the notebook's order.
    """
    drawn = Figure(figsize=(10, max(3.2, 1.4 + 0.55 * len(success))), layout="constrained")
    left, right = drawn.subplots(1, 2, width_ratios=(1, 1.25))
    _totals(left, totals, most)
    _questions(right, success)
    buffer = io.BytesIO()
    drawn.savefig(buffer, format="png", dpi=160)
    return base64.b64encode(buffer.getvalue()).decode()


def _totals(axes: Axes, totals: list[float], most: float) -> None:
    counts = Counter(round(total) for total in totals)
    axes.bar(list(counts), list(counts.values()), width=0.8, color=BLUE)
    half = sum(total >= most / 2 for total in totals)
    axes.set_title(
        f"{half} of {len(totals)} reached half of the points or more", loc="left", fontsize=11
    )
    axes.set_xlim(-0.6, most + 0.6)
    axes.set_xticks(range(0, int(most) + 1, max(1, round(most / 10))))
    axes.set_yticks(
        range(max(counts.values()) + 1) if max(counts.values()) <= 10 else axes.get_yticks()
    )
    axes.set_xlabel(f"points (of {most:g})")
    axes.set_ylabel("learners")
    _quiet(axes)


def _questions(axes: Axes, success: dict[str, float]) -> None:
    names = [textwrap.fill(name, 32) for name in success]
    shares = list(success.values())
    worst = min(shares)
    colours = [ORANGE if share == worst and worst < 1 else BLUE for share in shares]
    bars = axes.barh(names, shares, color=colours, height=0.6)
    axes.bar_label(bars, labels=[f"{share:.0%}" for share in shares], padding=4, color=GREY)
    said = (
        "Every question was solved by everyone"
        if worst == 1
        else (
            f"{'The orange question' if shares.count(worst) == 1 else 'The orange questions'} "
            "cost the most points"
        )
    )
    axes.set_title(said, loc="left", fontsize=11)
    axes.set_xlim(0, 1.15)
    axes.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    axes.set_xlabel("points reached, share of possible")
    axes.invert_yaxis()
    _quiet(axes)


def _quiet(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=0, labelcolor=GREY)
