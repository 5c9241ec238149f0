"""What a made-up cohort does in one assignment: who hands in, which cells pass, which marks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BY_HAND = "in_words"
"""The last cell of every assignment: answered in words, marked by a person."""

MISTAKES = (
    "Your rate divides by the closing base. Churn is measured on the opening base.",
    "Prepaid customers are missing: the merge drops who has no invoice.",
    "NameError: name 'churn_rate' is not defined, because its cell failed: not answered yet.",
    "Your total is {off} % too high. Did you count a customer once per month?",
)
MARKED, UNMARKED = 0.75, np.nan


@dataclass(frozen=True)
class Cells:
    """The test cells of an assignment: two to a question, the last marked by a person."""

    names: list[str]
    headings: list[str]
    points: list[float]


@dataclass(frozen=True)
class Drawn:
    """What came of one assignment.

    Attributes
    ----------
    states
        Per learner 0 received, 1 failed, 2 graded.
    automatic, by_hand, extra
        Points per learner and cell; NaN where there are none.
    late
        Points taken off per learner for handing in late.
    off
        A number in some reasons, which so differ between learners; per learner and cell.
    """

    cells: Cells
    states: NDArray[np.int64]
    automatic: NDArray[np.float64]
    by_hand: NDArray[np.float64]
    extra: NDArray[np.float64]
    late: NDArray[np.float64]
    off: NDArray[np.int64]

    @property
    def graded(self) -> list[int]:
        """Which learners have a grade, by number."""
        return [int(row) for row in np.flatnonzero(self.states == 2)]

    def verdict(self, row: int, at: int) -> dict[str, Any]:
        """Return what our table says of one cell."""
        points = _number(self.automatic[row, at])
        off = int(self.off[row, at])
        reason = MISTAKES[off % len(MISTAKES)].format(off=off) if points == 0 else ""
        return {
            "grade_id": self.cells.names[at],
            "heading": self.cells.headings[at],
            "points": points,
            "max_points": self.cells.points[at],
            "reason": "Marked by hand." if points is None else reason,
        }

    def grade(self, row: int, at: int) -> dict[str, Any]:
        """Return what nbgrader's table says of one cell."""
        points, by_hand = _number(self.automatic[row, at]), _number(self.by_hand[row, at])
        return {
            "auto_score": points,
            "manual_score": by_hand,
            "extra_credit": _number(self.extra[row, at]),
            "needs_manual_grade": points is None and by_hand is None,
        }


def draw(rng: np.random.Generator, ability: NDArray[np.float64], cells: int) -> Drawn:
    """Draw an assignment's outcomes for learners of some ability, in standard deviations."""
    shape = (len(ability), cells)
    passed = ability[:, None] + rng.normal(size=shape) > rng.normal(0.0, 0.8, cells)
    automatic = np.where(passed, 1.0, 0.0)
    automatic[:, -1] = UNMARKED
    by_hand = np.where(rng.random(shape) < 0.01, MARKED, UNMARKED)
    by_hand[:, -1] = np.where(rng.random(len(ability)) < 0.8, MARKED, UNMARKED)
    extra = np.where(rng.random(shape) < 0.002, 0.25, UNMARKED)
    extra[:, -1] = UNMARKED
    states = rng.choice(3, len(ability), p=(0.01, 0.02, 0.97))
    late = np.where(rng.random(len(ability)) < 0.1, 0.5, 0.0)
    off = rng.integers(1, 40, shape)
    return Drawn(_named(cells), states, automatic, by_hand, extra, late, off)


def _named(cells: int) -> Cells:
    names = [f"q{1 + at // 2}_{'hidden' if at % 2 else 'visible'}" for at in range(cells - 1)]
    headings = [f"{1 + at // 2}. What question {1 + at // 2} asks" for at in range(cells - 1)]
    last = 2 + (cells - 2) // 2
    return Cells([*names, BY_HAND], [*headings, f"{last}. In your own words"], [1.0] * cells)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
