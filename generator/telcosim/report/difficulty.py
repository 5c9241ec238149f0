"""The difficulty card: how far anybody can get in this world, and how far a plain model does."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cvmkit import kpi
from telcosim.report import statistics as stats
from telcosim.report.effect import Effects
from telcosim.report.records import NO_TRUTH, Records
from telcosim.report.rows import Card, Row, absent
from telcosim.report.statistics import FloatArray
from telcosim.report.waves import known, months, waves
from telcosim.rollout import THREE

NO_SKLEARN = (
    "Needs scikit-learn:\npip install 'cvm-lab[report]'"  # two lines, as any error of the house
)


@dataclass(frozen=True)
class Targeting:
    """What the waves' eligible would bring by rank, of those held out; see `gain_curve`.

    Attributes
    ----------
    oracle
        Departures prevented per eligible customer, contacting the largest true effects first.
    learned
        The same by two models' predicted effects; None without scikit-learn.
    """

    oracle: FloatArray
    learned: FloatArray | None


@dataclass(frozen=True)
class Eligible:
    """The waves' rows with what was known of them, split by customer for honest scores."""

    rows: pd.DataFrame
    known: pd.DataFrame
    left_3m: "pd.Series[bool]"
    held_out: "pd.Series[bool]"


def eligible(records: Records) -> Eligible | None:
    """Return the retention waves' rows followed for three months; None without both halves."""
    if not (records.open and records.has("campaign_selections")):
        return None
    rows = waves(records)
    rows = rows[rows["month"] <= records.months[-1] - THREE + 1].reset_index(drop=True)
    if len(rows) < 200:
        return None
    left = kpi.left_within(rows, records.table("churn_events"), THREE)
    return Eligible(rows, known(records, rows), left, rows["customer_id"] % 2 == 0)


def targeting(data: Eligible) -> Targeting:
    """Rank the held-out rows by the true effect, and by what two models have learned of it."""
    here = data.held_out
    gain = -data.rows.loc[here, "effect"]
    predicted = _two_models(data)
    learned = None if predicted is None else stats.gain_curve(predicted, gain)
    return Targeting(stats.gain_curve(gain, gain), learned)


def _two_models(data: Eligible) -> FloatArray | None:
    """Return churn predicted without contact less that with it, of the held-out rows."""
    treated = data.rows["treated"]
    risks = [_logistic(data, arm) for arm in (~treated, treated)]
    return None if risks[0] is None or risks[1] is None else risks[0] - risks[1]


def _logistic(data: Eligible, rows: "pd.Series[bool]") -> FloatArray | None:
    """Fit 3-month churn on some of the customers and predict it for the held-out ones."""
    try:
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - an extra
        from sklearn.pipeline import make_pipeline  # noqa: PLC0415
        from sklearn.preprocessing import StandardScaler  # noqa: PLC0415
    except ImportError:
        return None
    train = rows & ~data.held_out
    if data.left_3m[train].nunique() < 2:
        return None
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    model.fit(data.known[train], data.left_3m[train])
    return np.asarray(model.predict_proba(data.known[data.held_out])[:, 1], dtype=float)


def card(
    records: Records, effects: Effects | None, data: Eligible | None, found: Targeting | None
) -> Card:
    """Measure how hard it is to predict and to target here; a closed world does not say."""
    about = (
        "No range is promised here. An AUC is the chance that a customer who leaves is ranked "
        "before one who stays; nobody can do better than with the true chance. A Qini is what a "
        "ranking prevents beyond contacting at random."
    )
    rows = list(_rows(records, effects, data, found)) if records.open else []
    about = about if rows else NO_TRUTH
    heads = ("Measure", "Here", "Range", "How it is measured")
    return Card("difficulty", "Difficulty card", about, heads, rows)


def _rows(
    records: Records, effects: Effects | None, data: Eligible | None, found: Targeting | None
) -> Iterator[Row]:
    every = months(records)
    stay = every[~every["cut"]]
    yield Row("best AUC, one month, whole base", stats.auc(stay["chance"], stay["left"]),
              sentence="The true hazard against who left of own will in the month.")  # fmt: skip
    if effects is not None and effects.left.any():
        best = stats.auc(effects.chance, effects.left)
        about = f"The true chance of {len(effects.left):,} eligible customers."
        yield Row("best AUC, three months, eligible", best, sentence=about)
    if data is None or found is None:
        return
    score = _logistic(data, data.rows["month"] >= 0)
    name = "AUC of a plain logistic model, three months, eligible"
    if score is None:
        yield absent(name, "", None, None, NO_SKLEARN)
    else:
        yield Row(name, stats.auc(score, data.left_3m[data.held_out]),
                  sentence="On all that was known when a wave was picked; half of the customers "
                  "held out.")  # fmt: skip
    yield from _qinis(data, found)


def _qinis(data: Eligible, found: Targeting) -> Iterator[Row]:
    per = "per 1,000 eligible"
    about = "Departures prevented in the month of the wave, the drawn action's true effect"
    best = stats.qini(found.oracle)
    yield Row("Qini of an oracle", 1000 * best, per, sentence=f"{about}, ranked by itself.")
    if found.learned is None:
        yield absent("Qini of two plain models", per, None, None, NO_SKLEARN)
    else:
        own = stats.qini(found.learned)
        yield Row("Qini of two plain models", 1000 * own, per,
                  sentence=f"{about}, ranked by one logistic model per arm: "
                  f"{100 * own / best if best else 0:.0f} % of the oracle's.")  # fmt: skip
    harmed = float((data.rows["effect"] > 0).mean())
    yield Row("sleeping dogs, one month", 100 * harmed, "%",
              sentence="Eligible customers whose chance of leaving in the month the drawn action "
              "raises.")  # fmt: skip
