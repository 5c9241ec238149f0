"""How a figure of the report is made: the house style, a finding above it, words for all."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cvmkit import plot

SIZE = (5.6, 3.6)
"""Inches; narrow, so that eleven points can still be read at a phone's width."""


@dataclass(frozen=True)
class Drawn:
    """A finished figure.

    Attributes
    ----------
    key
        A short name for files and links.
    title
        The finding, which stands beside the figure.
    alt
        What the figure shows, for who cannot see it; its main numbers are in it.
    png
        The picture.
    """

    key: str
    title: str
    alt: str
    png: bytes

    @property
    def data_uri(self) -> str:
        """The picture as an address that needs no request."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode()}"


class Canvas:
    """Axes to draw on, and the finished figure once the drawing is done."""

    def __init__(self, key: str, size: tuple[float, float]) -> None:
        self.key = key
        self.figure = Figure(figsize=size, layout="constrained")
        self.axes: Axes = self.figure.subplots()

    def finish(self, title: str, alt: str) -> Drawn:
        """Return the figure. Its title is text of the page, not of the picture: it can wrap."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", metadata={"Software": None})
        return Drawn(self.key, f"{title}.", alt, buffer.getvalue())


@contextmanager
def canvas(key: str, size: tuple[float, float] = SIZE) -> Iterator[Canvas]:
    """Give axes in the house style, which is the caller's own again afterwards."""
    with mpl.rc_context(plot.STYLE):
        yield Canvas(key, size)


def by_month(axes: Axes, months: int, room: float = 1.22) -> None:
    """Mark half-years, write the names of lines beside their ends, and leave room for them."""
    axes.set_xticks(range(0, months + 1, 6 if months > 12 else 2))
    low, high = axes.get_xlim()
    axes.set_xlim(low, low + (high - low) * room)
    axes.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]
    plot.label_lines(axes)


def from_zero(axes: Axes) -> None:
    """Let the upright axis start at zero, and end a little above the highest line."""
    axes.set_ylim(bottom=0)
    axes.margins(y=0.1)
