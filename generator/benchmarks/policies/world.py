"""What a policy may see of a retention world, and the truth that it is judged by."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Vector = NDArray[np.float64]
"""One number per customer."""

Matrix = NDArray[np.float64]
"""One row per customer; one column per action or covariate."""

Mask = NDArray[np.bool_]
"""One flag per customer, or per action."""

Choice = NDArray[np.int64]
"""One row number of `actions` per customer, or NOBODY."""

NOBODY = -1

CALL = "call"
"""The channel whose slots are scarce."""


@dataclass(frozen=True)
class EffectWorld:
    """One operator: a randomised log to learn from, a snapshot to act on, and the truth.

    Parameters
    ----------
    log
        One row per wave and eligible customer: the view columns (`features.VIEW`), and wave,
        contacted, offer and channel ("" if not contacted), reached, accepted, churned (left of
        own will within three months).
    snapshot
        One row per eligible customer at the snapshot: the view columns.
    actions
        One row per action: offer, channel, contact_cost_eur, goodwill_eur (what a contact costs
        in later attention), offer_cost_eur (present value if accepted).
    truth_profit
        Expected profit of each action against no contact, EUR, (customers, actions).
    truth_p0
        Probability of churn within three months without contact.
    truth_value
        EUR lost with a churner; for printing only.
    """

    log: pd.DataFrame
    snapshot: pd.DataFrame
    actions: pd.DataFrame
    truth_profit: Matrix
    truth_p0: Vector
    truth_value: Vector

    def __post_init__(self) -> None:
        expected = (len(self.snapshot), len(self.actions))
        if self.truth_profit.shape != expected:
            raise ValueError(
                f"truth_profit is {self.truth_profit.shape}, not {expected}: give one row per "
                "customer of the snapshot and one column per action."
            )

    @property
    def is_call(self) -> Mask:
        """Which actions take a call slot."""
        return np.asarray(self.actions["channel"] == CALL, dtype=np.bool_)

    @property
    def contact_cost(self) -> Vector:
        """EUR that each action costs whether or not the offer is taken."""
        both = self.actions["contact_cost_eur"] + self.actions["goodwill_eur"]
        return both.to_numpy(np.float64)

    @property
    def offer_cost(self) -> Vector:
        """EUR that each action's offer costs if it is taken, at present value."""
        return self.actions["offer_cost_eur"].to_numpy(np.float64)

    @property
    def best_single(self) -> int:
        """The action off the phone that pays best on average, by the truth.

        A generous choice: the policies that treat everyone alike do not have to find it.
        """
        mean = self.truth_profit.mean(axis=0)
        if not self.is_call.all():
            mean = np.where(self.is_call, -np.inf, mean)
        return int(mean.argmax())
