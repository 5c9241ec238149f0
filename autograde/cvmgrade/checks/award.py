"""What a check may say: that an answer holds, or how much of it does, always with a reason."""

import math
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

REFERENCE: ContextVar[Mapping[str, Any] | None] = ContextVar("cvmgrade_reference", default=None)
"""At the grader, the names of the author's own solution; elsewhere None."""

JUST_BELOW_ONE = math.nextafter(1.0, 0.0)


class CheckFailed(AssertionError):  # noqa: N818 - the name learners read in their notebook
    """An answer did not hold, or held in part.

    Parameters
    ----------
    reason
        What the answer implies, in the field's words.
    share
        The part of the cell's points that is still earned, at least 0 and less than 1.

    Raises
    ------
    ValueError
        If the share is not such a number.
    """

    def __init__(self, reason: str, share: float = 0.0) -> None:
        super().__init__(reason)
        if not _is_share(share) or share == 1:
            raise ValueError(f"A failed check keeps a share of 0 up to less than 1, not {share!r}.")
        self.reason, self.share = str(reason), float(share)

    def __str__(self) -> str:
        if self.share == 0 or REFERENCE.get() is not None:  # the grader shows the points beside it
            return self.reason
        return f"Partly right ({percent(self.share)} of the points): {self.reason}"


@dataclass(frozen=True)
class Outcome:
    """What a mode of grading found.

    Attributes
    ----------
    share
        The part of the cell's points that is earned, 0 to 1.
    reason
        Why not all of them, in the learner's words; with a share of 1 it may say what held.

    Raises
    ------
    ValueError
        If the share is not such a number, or points are lost without a reason.
    """

    share: float
    reason: str

    def __post_init__(self) -> None:
        if not _is_share(self.share):
            raise ValueError(f"A share lies between 0 and 1, and is not {self.share!r}.")
        if self.share < 1 and not self.reason:
            raise ValueError("Lost points need a reason.")


def award(outcome: Outcome, *more: Outcome, weights: Sequence[float] | None = None) -> None:
    """Pass if every outcome holds in full; else raise with the mean share and all reasons.

    Parameters
    ----------
    outcome, more
        What the modes returned.
    weights
        How much each outcome counts, positive, one per outcome; all alike by default.

    Raises
    ------
    CheckFailed
        If an outcome does not hold in full.
    ValueError
        If the weights do not fit.
    """
    outcomes = (outcome, *more)
    weights = [1.0] * len(outcomes) if weights is None else [float(each) for each in weights]
    if len(weights) != len(outcomes) or not all(0 < each < math.inf for each in weights):
        raise ValueError(f"{len(outcomes)} outcomes need as many positive weights, not {weights}.")
    reasons = dict.fromkeys(each.reason for each in outcomes if each.share < 1)
    if not reasons:
        return
    shares = [weight * each.share for weight, each in zip(weights, outcomes, strict=True)]
    mean = math.fsum(shares) / math.fsum(weights)
    raise CheckFailed(" ".join(reasons), min(max(mean, 0.0), JUST_BELOW_ONE))


def percent(share: float) -> str:
    """Return a share as whole per cent; what is not nothing or all does not look like it."""
    whole = round(100 * share)
    return f"{min(max(whole, 1), 99) if 0 < share < 1 else whole} %"


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
