"""Grading of estimates (G3): they lie near the truth, which the simulator knows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .award import Outcome
from .kinds import Floats, kind, numbers
from .same import order


def near_truth(
    estimates: object,
    truths: Any,
    tolerance: Any,
    *,
    reason: str,
    fade: float = 1.0,
    mistakes: Mapping[str, Any] | None = None,
) -> Outcome:
    """G3: estimates lie within a tolerance of the truth.

    Parameters
    ----------
    estimates
        The learner's: a number, a list or array of them, or a Series or dict, whose labels are
        matched.
    truths
        What is true, in the same form.
    tolerance
        How far off is still right, in the unit of the truth: one number, or one per truth; a
        stated multiple of the reference estimator's spread over worlds.
    reason
        What being further off means.
    fade
        From the tolerance up to this many times the tolerance, the share falls from 1 to 0; with
        1, everything beyond the tolerance earns nothing.
    mistakes
        Reason to the estimates of a known mistake. If the learner's lie within the tolerance of
        those, the reason is said.

    Raises
    ------
    ValueError
        If truths or tolerance cannot be used.
    """
    truths = _labelled(truths)
    wanted, width = _truth(truths, tolerance, fade)
    got = _aligned(estimates, truths)
    if got is None or got.shape != wanted.shape:
        return Outcome(0.0, f"{_form(got, wanted, estimates)} {reason}")
    with np.errstate(all="ignore"):
        times = np.abs(got - wanted) / width
        late = np.nan_to_num((fade - times) / (fade - 1), nan=0.0) if fade > 1 else 0 * wanted
    credit = np.where(times <= 1, 1.0, np.clip(late, 0.0, 1.0))
    if (times <= 1).all():
        return Outcome(1.0, "Within the tolerance of the truth.")
    known = _nearest(got, truths, width, mistakes or {})
    return Outcome(
        float(credit.mean()), " ".join([_direction(got, wanted, width), known or reason])
    )


def _truth(truths: Any, tolerance: Any, fade: float) -> tuple[Floats, Floats]:
    wanted, width = numbers(truths), numbers(tolerance)
    if wanted is None or width is None or wanted.size == 0 or not fade >= 1:
        raise ValueError(
            "Truths and tolerance are numbers, at least one each, and fade is 1 or more."
        )
    if not (np.isfinite(wanted).all() and np.isfinite(width).all() and (width > 0).all()):
        raise ValueError("Truths are finite, and tolerances positive.")
    return wanted, np.broadcast_to(width, wanted.shape)


def _labelled(value: Any) -> Any:
    """Return a dict as a Series, anything else as it is."""
    if not isinstance(value, dict):
        return value
    names = pd.Index([*dict.keys(value)], dtype=object, tupleize_cols=False)
    return pd.Series([*dict.values(value)], index=names, dtype=object)


def _aligned(estimates: Any, truths: Any) -> Floats | None:
    """Return estimates in the order of the truths, None if they are no numbers or none of these."""
    if not isinstance(truths, pd.Series):
        return numbers(estimates)
    estimates = _labelled(estimates)
    places = order(estimates.index, truths.index) if type(estimates) is pd.Series else None
    return None if places is None else numbers(estimates.iloc[places])


def _form(got: Floats | None, wanted: Floats, estimates: object) -> str:
    if got is None:
        return f"Your estimate should be a number for each truth, and is a {kind(estimates)}."
    return f"{max(wanted.size, 1)} estimates are asked for; there are {got.size}."


def _nearest(got: Floats, truths: Any, width: Floats, mistakes: Mapping[str, Any]) -> str:
    """Return the mistake whose estimates are within the tolerance of these, the nearest first."""
    far: dict[str, float] = {}
    for why, given in mistakes.items():
        held = _aligned(given, truths)
        if held is not None and held.shape == got.shape:
            with np.errstate(all="ignore"):
                far[why] = float((np.abs(got - held) / width).max())
    near = {why: distance for why, distance in far.items() if distance <= 1}
    return min(near, key=lambda why: near[why], default="")


def _direction(got: Floats, wanted: Floats, width: Floats) -> str:
    with np.errstate(all="ignore"):
        off = ((got - wanted) / width).ravel()
    high, low, none = int((off > 1).sum()), int((off < -1).sum()), int(np.isnan(off).sum())
    parts = [f"{n} too {word}" for n, word in ((high, "high"), (low, "low")) if n]
    parts += [f"{none} not a number"] if none else []
    beyond = np.abs(off[np.isfinite(off) & (np.abs(off) > 1)])
    times = f", by {beyond.mean():.2g} times the tolerance" if beyond.size else ""
    if off.size == 1:
        return f"Your estimate is {parts[0].removeprefix('1 ')}{times}."
    return f"Of {off.size} estimates, {' and '.join(parts)}{times}{' on average' if times else ''}."
