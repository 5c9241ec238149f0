"""What the house style promises to a reader of a figure."""

from collections.abc import Iterator
from itertools import combinations, pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from cvmkit import plot

# Machado, Oliveira and Fernandes (2009), severity 1.0, for linear RGB.
SEEN_WITH = {
    "full colour": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


@pytest.fixture
def ax() -> Iterator[Axes]:
    with mpl.rc_context():
        plot.use()
        yield Figure(figsize=(6.6, 3.9)).subplots()


def linear(colour: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Björn Ottosson's perceptual colour space, from linear RGB."""
    to_lms = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return to_lab @ np.cbrt(to_lms @ rgb.clip(0, 1))


@pytest.mark.parametrize("sight", SEEN_WITH)
def test_any_eye_tells_any_two_colours_apart(sight: str) -> None:
    for one, other in combinations(plot.PALETTE, 2):
        seen = [oklab(SEEN_WITH[sight] @ linear(colour)) for colour in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) > 0.1, (one, other)


@pytest.mark.parametrize("colour", [*plot.PALETTE, plot.GREY])
def test_a_label_in_any_colour_can_be_read_on_white(colour: str) -> None:
    luminance = linear(colour) @ np.array([0.2126, 0.7152, 0.0722])
    assert 1.05 / (luminance + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [(1234.4, 0, "1,234 EUR"), (-0.5, 2, "−0.50 EUR"), (-0.001, 2, "0.00 EUR")],
)
def test_amounts_are_written_as_in_the_text(value: float, decimals: int, written: str) -> None:
    assert plot.eur(value, decimals) == written


def test_ticks_carry_their_unit(ax: Axes) -> None:
    plot.euro_axis(ax.xaxis)
    plot.percent_axis(ax.yaxis)
    assert ax.xaxis.get_major_formatter()(2000, 0) == "2,000 EUR"
    assert ax.yaxis.get_major_formatter()(0.25, 0) == "25 %"


def test_a_long_finding_starts_at_the_left_and_stays_inside_the_figure(ax: Axes) -> None:
    plot.finding(ax, "The tenth of the customers with the highest revenue is not the best tenth")
    title = ax.get_title(loc="left")
    assert "\n" in title
    ax.figure.canvas.draw()
    assert ax._left_title.get_window_extent().x1 <= ax.figure.bbox.x1


def test_names_at_the_ends_of_close_lines_do_not_touch(ax: Axes) -> None:
    for end, name in ((1.0, "postpaid"), (1.001, "prepaid"), (0.2, "all")):
        ax.plot([0, 1], [0, end], label=name)
    names = plot.label_lines(ax)
    ax.figure.canvas.draw()
    boxes = [name.get_window_extent() for name in names]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert [n.get_text() for n in names] == ["postpaid", "prepaid", "all"]
    assert [n.get_color() for n in names] == [line.get_color() for line in ax.get_lines()]


def test_a_name_too_few_is_refused(ax: Axes) -> None:
    ax.plot([0, 1])
    ax.plot([1, 0])
    with pytest.raises(ValueError, match="1 names for 2 lines"):
        plot.label_lines(ax, ["one"])


def test_a_walk_ends_where_its_steps_add_up_to(ax: Axes) -> None:
    left = plot.walk(ax, {"revenue": 20.0, "data": -6.5, "care": -15.0}, "margin")
    assert left == pytest.approx(-1.5)
    bars = ax.patches
    assert bars[-1].get_width() == pytest.approx(left)
    for before, after in pairwise(bars[:-1]):
        assert after.get_x() == pytest.approx(before.get_x() + before.get_width())
    assert [label.get_text() for label in ax.get_yticklabels()][-1] == "margin"
