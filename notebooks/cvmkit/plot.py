"""The house style of every figure: quiet axes, words beside the lines, a title that is a finding.

Call `use` once at the top of a notebook. The colours are told apart by readers with any of the
common colour deficiencies, and are dark enough on white to be read as text.
"""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter

BLUE, ORANGE, INK, GREEN, PLUM = "#0b6e99", "#b4420a", "#1d2a33", "#284a40", "#8c3bdc"
GREY, PALE = "#5b6773", "#d5dce1"  # GREY for words that step back, PALE for areas and rules
PALETTE = (BLUE, ORANGE, INK, GREEN, PLUM)

STYLE: dict[Any, object] = {
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 12.0,
    "axes.titlesize": 12.5,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "figure.dpi": 110,
    "figure.figsize": (6.6, 3.9),  # small enough that the words survive a phone's width
    "font.size": 11,
    "legend.frameon": False,
    "lines.linewidth": 2.2,
    "savefig.dpi": 160,
    "xtick.color": GREY,
    "xtick.major.size": 0,
    "ytick.color": GREY,
    "ytick.major.size": 0,
}


def use() -> None:
    """Set the house style for every figure that follows."""
    mpl.rcParams.update(STYLE)


def eur(value: float, decimals: int = 0) -> str:
    """Write an amount in EUR as the course does: ``1,234 EUR``, ``−0.50 EUR``."""
    return f"{number(value, decimals)} EUR"


def number(value: float, decimals: int = 0) -> str:
    """Write a number with thousands apart and a true minus sign; no ``−0``."""
    rounded = round(value, decimals) + 0.0  # adding zero turns a negative zero into zero
    return f"{rounded:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def percent(share: float, decimals: int = 0) -> str:
    """Write a share from 0 to 1 in per cent: ``0.25`` is ``25 %``."""
    return f"{number(100 * share, decimals)} %"


def euro_axis(axis: Axis, decimals: int = 0) -> None:
    """Label an axis' ticks in EUR; `axis` is ``ax.xaxis`` or ``ax.yaxis``."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: eur(value, decimals)))


def percent_axis(axis: Axis, decimals: int = 0) -> None:
    """Label an axis' ticks in per cent, of shares from 0 to 1."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, decimals)))


def finding(ax: Axes, title: str) -> None:
    """Set the title: one sentence that says what the figure shows, broken to the axes' width."""
    size = mpl.font_manager.FontProperties(size=mpl.rcParams["axes.titlesize"]).get_size_in_points()
    figure = ax.get_figure(root=True)
    inches = ax.get_position().width * (figure.get_figwidth() if figure else 6.6)
    letters = max(24, int(inches * 72 / (0.56 * size)))
    ax.set_title(textwrap.fill(title, letters), loc="left")


def label_lines(
    ax: Axes, names: Sequence[str] | None = None, *, gap: float = 0.065
) -> list[Annotation]:
    """Write each line's name at its right end, in its colour, instead of a legend.

    Parameters
    ----------
    ax
        Axes whose lines and limits are final.
    names
        One name per line that carries a label (or per line, if none does); the lines' own labels
        are used if it is left out.
    gap
        Least distance between two names, as a share of the axes' height.
    """
    lines = [line for line in ax.get_lines() if not str(line.get_label()).startswith("_")]
    lines = lines or list(ax.get_lines())
    words = list(names) if names is not None else [str(line.get_label()) for line in lines]
    if len(words) != len(lines):
        raise ValueError(f"{len(words)} names for {len(lines)} lines: give one name per line.")
    heights = _apart([_end(ax, line)[1] for line in lines], gap)
    written = []
    for line, word, height in zip(lines, words, heights, strict=True):
        at = (_end(ax, line)[0], height)
        written.append(
            ax.annotate(
                word,
                at,
                xycoords="axes fraction",
                xytext=(6, 0),
                textcoords="offset points",
                color=str(line.get_color()),
                va="center",
                annotation_clip=False,
            )
        )
    return written


def walk(ax: Axes, steps: Mapping[str, float], total: str, *, decimals: int = 2) -> float:
    """Draw a walk from a first amount through its changes to what is left, and return that.

    Parameters
    ----------
    ax
        Empty axes; the walk runs from top to bottom.
    steps
        The opening amount first, then each change with its sign, by name, all in EUR.
    total
        Name of what is left, which is drawn as the last bar.
    """
    names, changes = list(steps), list(steps.values())
    left, start = 0.0, 0.0
    for row, change in enumerate(changes):
        start, left = left, left + change
        colour = BLUE if row == 0 else (ORANGE if change < 0 else GREEN)
        ax.barh(row, change, left=start, color=colour, height=0.62)
        _beside(ax, (max(start, left), row), number(change, decimals), colour)
    ax.barh(len(names), left, color=INK, height=0.62)
    _beside(ax, (max(left, 0.0), len(names)), number(left, decimals), INK)
    ax.set_yticks(range(len(names) + 1), [*names, total])
    ax.invert_yaxis()
    ax.margins(x=0.18)
    ax.axvline(0, color=GREY, linewidth=0.8)
    return left


def _beside(ax: Axes, at: tuple[float, float], word: str, colour: str) -> None:
    """Write a word just to the right of a point of the data."""
    ax.annotate(word, at, xytext=(5, 0), textcoords="offset points", color=colour, va="center")


def _end(ax: Axes, line: Line2D) -> tuple[float, float]:
    """Return a line's last point as shares of the axes' width and height."""
    last = np.asarray(line.get_xydata(), dtype=float)[-1]
    across, up = ax.transAxes.inverted().transform(ax.transData.transform(last))
    return float(across), float(up)


def _apart(heights: Sequence[float], gap: float) -> list[float]:
    """Move heights as little as needed upwards so that neighbours are `gap` apart."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    moved = list(heights)
    for below, above in pairwise(order):
        moved[above] = max(moved[above], moved[below] + gap)
    return moved
