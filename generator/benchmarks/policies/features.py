"""From the columns that a learner sees to standardised design matrices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from .world import EffectWorld, Matrix

FLAGS = (
    *("prepaid", "in_window", "past_term", "complaint_3m", "bill_shock_3m", "late_topup"),
    *("bundled", "gold"),
)
PLAIN = ("usage_trend", "device_age_months")
SKEWED = (
    *("tenure_months", "months_past", "idle_months", "own_changes_12m", "coupons_12m"),
    *(
        "page_views_3m",
        "port_codes_3m",
        "logins_3m",
        "care_contacts_12m",
        "open_bills",
        "contacts_3m",
    ),
)
AMOUNTS = ("arpu_eur", "data_gb")
NEW = "new"
"""Tenure of at most six months, when churn is highest."""

VIEW = (*FLAGS, *PLAIN, *SKEWED, *AMOUNTS, "customer_id", "margin_eur", "months_to_end")
"""Columns of the view; what months_to_end tells is in in_window, past_term and months_past."""


def transformed(view: pd.DataFrame) -> pd.DataFrame:
    """Put the view's columns on scales where a straight line is a fair guess."""
    columns = {name: view[name].to_numpy(np.float64) for name in (*FLAGS, *PLAIN)}
    for name in SKEWED:
        columns[name] = np.log1p(view[name].to_numpy(np.float64).clip(min=0.0))
    for name in AMOUNTS:
        columns[name] = np.log(view[name].to_numpy(np.float64).clip(min=0.1))
    columns[NEW] = (view["tenure_months"] <= 6).to_numpy(np.float64)
    return pd.DataFrame(columns)


@dataclass(frozen=True)
class Scale:
    """The log's means and standard deviations, which the snapshot is measured by too."""

    mean: "pd.Series[float]"
    deviation: "pd.Series[float]"

    @classmethod
    def of(cls, columns: pd.DataFrame) -> Self:
        """Measure; a column that never varies keeps its unit, and so becomes zero."""
        deviation = columns.std(ddof=0)
        return cls(columns.mean().fillna(0.0), deviation.where(deviation > 1e-9, 1.0))

    def apply(self, columns: pd.DataFrame) -> pd.DataFrame:
        """Standardise; what is missing becomes the mean."""
        return ((columns - self.mean) / self.deviation).fillna(0.0)


@dataclass(frozen=True)
class Data:
    """A world as the learners use it: covariates standardised, the rest as it came.

    Parameters
    ----------
    world
        Where the data come from.
    past, now
        Covariates of the log's rows and of the snapshot's customers.
    """

    world: EffectWorld
    past: pd.DataFrame
    now: pd.DataFrame

    @classmethod
    def of(cls, world: EffectWorld) -> Self:
        """Standardise the covariates of both tables by the log."""
        past = transformed(world.log)
        scale = Scale.of(past)
        return cls(world, scale.apply(past), scale.apply(transformed(world.snapshot)))


def some(columns: pd.DataFrame, names: Sequence[str]) -> Matrix:
    """Return the named columns, after a column of ones."""
    ones = np.ones((len(columns), 1))
    return np.hstack([ones, columns[list(names)].to_numpy(np.float64)])


def dummies(values: "pd.Series[str]", levels: "pd.Series[str]") -> Matrix:
    """Return one 0/1 column per distinct level, in sorted order."""
    distinct = sorted(set(levels))
    return np.column_stack([(values == level).to_numpy(np.float64) for level in distinct])


def crossed(left: Matrix, right: Matrix) -> Matrix:
    """Return every product of a column of the one with a column of the other."""
    products = left[:, :, None] * right[:, None, :]
    return products.reshape(len(left), left.shape[1] * right.shape[1])
