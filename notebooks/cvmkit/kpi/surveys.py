"""What surveys of recommendation say, and about whom: only about those who answered.

A survey has one row per customer asked, with `score` from 0 to 10, missing where nobody answered.
The relational survey asks a sample of customers whatever happened to them; the transactional one
asks after a contact, and its score is a figure of the contact and not of the base (tNPS).
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cvmkit.kpi.estimate import Estimate


def nps(scores: ArrayLike | pd.Series) -> Estimate:
    """Return the net promoter score of answers from 0 to 10 (points, −100 to 100).

    With p the share of 9 and 10, and d that of 0 to 6: p − d, of variance (p + d − (p − d)²)/n.
    The denominator n is the answers; who was asked and is missing counts nowhere. The interval is
    about chance only: who does not answer may well feel differently (`nps_reweighted`). Telecom
    operators have been found at −3.2 in the world (Qelp) and at +5 on average (WDS).

    Parameters
    ----------
    scores
        Whole numbers from 0 to 10, or missing; shape (customers asked,).

    Raises
    ------
    ValueError
        If an answer lies outside 0 to 10; there must be at least one.
    """
    points = _points(_answers(scores))
    return Estimate(float(points.mean()), math.sqrt(points.var() / len(points)))


def nps_reweighted(scores: ArrayLike | pd.Series, weights: ArrayLike | pd.Series) -> Estimate:
    """Return the net promoter score with each answer standing for as many as its weight says.

    Σ w s / Σ w over the answers, with s of 100, 0 or −100 (Hájek's weighted mean), in points. Its
    standard error is √(Σ w² (s − mean)²) / Σ w, which takes the weights as known, and equals that
    of `nps` where they are all the same. Uneven weights make it wider: that is their price.

    Parameters
    ----------
    scores
        As in `nps`; shape (customers asked,).
    weights
        How many of the asked, or of the base, an answer stands for: 1 over the chance of being
        asked and answering, as far as it is known. Customers alike in what the operator knows of
        them give asked over answered. Same order and shape as `scores`; of those who did not
        answer they are ignored.

    Notes
    -----
    It mends what the weights know of. Where, among customers of equal weight, those who would
    recommend answer more, the score stays too high.

    Raises
    ------
    ValueError
        As in `nps`; or if an answer's weight is missing, infinite or not above zero.
    """
    said, weight = _floats(scores), _floats(weights)
    if said.shape != weight.shape:
        raise ValueError(f"{weight.size} weights for {said.size} customers: one each is needed.")
    answered = ~np.isnan(said)
    points, each = _points(_answers(said)), weight[answered]
    if not (np.isfinite(each) & (each > 0)).all():
        raise ValueError("Each answer needs a weight above zero.")
    mean = float((each * points).sum() / each.sum())
    return Estimate(mean, math.sqrt((each**2 * (points - mean) ** 2).sum()) / float(each.sum()))


def response_share(survey: pd.DataFrame) -> float:
    """Return answered over asked (0 to 1). Requires `score`, missing where nobody answered.

    A survey belongs to the month in which it asked, whenever the answer came.
    """
    return float(survey["score"].notna().mean())


def nps_of(survey: pd.DataFrame, by: str | Sequence[str] = "month") -> pd.DataFrame:
    """Return a survey's net promoter score, with its response, by month or segment.

    Parameters
    ----------
    survey
        `score`, and what to group by. Segments are to be known for everyone asked.
    by
        One column or several, such as `month`, `touchpoint`, or a segment merged to the survey.

    Returns
    -------
    pandas.DataFrame
        Indexed by `by`: `asked`, `answered` (customers), `response_share` (answered over asked),
        `nps` (points) and `se`, its standard error; both missing where nobody answered.
    """
    groups = survey.groupby(by if isinstance(by, str) else list(by), observed=True)
    table: pd.DataFrame = groups.agg(asked=("score", "size"), answered=("score", "count"))
    table["response_share"] = table["answered"] / table["asked"]
    found = [nps(scores) if scores.notna().any() else None for _, scores in groups["score"]]
    table["nps"] = [one.value if one else math.nan for one in found]
    table["se"] = [one.se if one else math.nan for one in found]
    return table


def _floats(values: ArrayLike | pd.Series) -> np.ndarray:
    """Return numbers with NaN where they are missing, however they are stored."""
    floats: np.ndarray = pd.Series(values, dtype="Float64").to_numpy(dtype=float, na_value=np.nan)
    return floats


def _answers(scores: ArrayLike | pd.Series) -> np.ndarray:
    """Return the scores of those who answered."""
    everyone = _floats(scores)
    said: np.ndarray = everyone[~np.isnan(everyone)]
    if said.size == 0 or not ((said >= 0) & (said <= 10)).all():
        raise ValueError("NPS needs answers, each from 0 to 10.")
    return said


def _points(answers: np.ndarray) -> np.ndarray:
    """Return 100 for a promoter, −100 for a detractor, 0 for all between."""
    points: np.ndarray = np.where(answers >= 9, 100.0, np.where(answers <= 6, -100.0, 0.0))
    return points
