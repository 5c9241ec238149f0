"""Logistic regression that survives a log in which something never happened."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.linear_model import LogisticRegression

from .world import Mask, Matrix, Vector


@dataclass(frozen=True)
class Logistic:
    """A fitted model of a yes or no: log-odds = intercept + columns · weights."""

    intercept: float
    weights: Vector

    @classmethod
    def fit(cls, columns: Matrix, outcome: Mask, strength: float) -> Self:
        """Fit with a ridge penalty of inverse strength `strength`.

        Where the outcome is always the same there is nothing to explain: every weight is zero,
        and the intercept is that of the rate with half a case added to either side.
        """
        cases, rows = float(outcome.sum()), len(outcome)
        if cases in (0.0, float(rows)):
            odds = (cases + 0.5) / (rows - cases + 0.5)
            return cls(float(np.log(odds)), np.zeros(columns.shape[1]))
        model = LogisticRegression(C=strength, solver="lbfgs", max_iter=2000, tol=1e-4)
        model.fit(columns, outcome)
        return cls(float(model.intercept_[0]), np.asarray(model.coef_[0], dtype=np.float64))

    def predict(self, columns: Matrix) -> Vector:
        """Return the probability of a yes, one per row."""
        # the logistic function as a tanh: no overflow at either end
        return 0.5 + 0.5 * np.tanh(0.5 * (self.intercept + columns @ self.weights))
