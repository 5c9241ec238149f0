"""What can be learned from the log: value, risk, uplift, take-up, and profit per action."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from .features import Data, crossed, dummies, some
from .logistic import Logistic
from .world import Mask, Matrix, Vector

Columns = Callable[[pd.DataFrame, pd.DataFrame], Matrix]
"""Makes a design matrix of standardised covariates and of the actions taken."""

DISCOUNT = 1.10 ** (-1 / 12)
"""A month's discount factor at 10 % a year."""

LEAVING = {True: 0.036, False: 0.0125}
"""Churn per month on base average, by prepaid: all that a learner knows of later survival."""

STRENGTH = 0.1
"""Inverse ridge penalty of every model, on standardised columns."""

MODIFIERS = (
    *("idle_months", "own_changes_12m", "in_window", "past_term", "complaint_3m", "prepaid"),
    *("usage_trend", "page_views_3m", "tenure_months"),
)
"""What may change the effect of a contact, or of an accepted offer, on churn."""

TASTES = (
    *("coupons_12m", "data_gb", "device_age_months", "care_contacts_12m", "logins_3m"),
    *("prepaid", "past_term"),
)
"""What may change which offer is taken, and in which channel."""

REACHABLE = ("logins_3m", "tenure_months", "prepaid")
"""What may change whether a channel reaches."""


def value(view: pd.DataFrame) -> Vector:
    """Return the EUR lost if a customer leaves: own margin, 24 months, average survival.

    A churner of the three months pays, on average, for three quarters of the first two.
    """
    month = np.arange(1, 25)
    by_kind = {}
    for prepaid, churn in LEAVING.items():
        paid = DISCOUNT**month * (1.0 - churn) ** np.maximum(month - 3, 0)
        by_kind[prepaid] = float(paid.sum()) - 0.75 * (DISCOUNT + DISCOUNT**2)
    months = np.where(view["prepaid"].to_numpy(bool), by_kind[True], by_kind[False])
    return np.asarray(view["margin_eur"].to_numpy(np.float64) * months, dtype=np.float64)


def flag(data: Data, name: str) -> Mask:
    """Return a yes/no column of the log."""
    return data.world.log[name].to_numpy(bool)


def churn_model(data: Data, rows: Mask) -> Logistic:
    """Fit churn on the covariates alone, on some of the log's rows."""
    return Logistic.fit(data.past.to_numpy()[rows], flag(data, "churned")[rows], STRENGTH)


def churn_risk(data: Data) -> Vector:
    """Return the predicted churn without contact, learned from the customers left alone."""
    return churn_model(data, ~flag(data, "contacted")).predict(data.now.to_numpy())


def uplift(data: Data) -> Vector:
    """Return the churn that a contact avoids: one model per arm, all actions pooled."""
    treated = churn_model(data, flag(data, "contacted"))
    return churn_risk(data) - treated.predict(data.now.to_numpy())


def each_action(data: Data) -> Iterator[pd.DataFrame]:
    """Yield, action by action, the offer and the channel of every customer of the snapshot."""
    for row in range(len(data.world.actions)):
        action = data.world.actions[["offer", "channel"]].iloc[[row] * len(data.now)]
        yield action.reset_index(drop=True)


def sent(data: Data, action: pd.DataFrame) -> Matrix:
    """Return 0/1 columns: one per offer, then one per channel, in which the contact was made."""
    actions = data.world.actions
    return np.hstack([dummies(action[name], actions[name]) for name in ("offer", "channel")])


def by_action(data: Data, outcome: str, columns: Columns) -> tuple[Vector, Matrix]:
    """Fit a yes/no column of the log on its contacted rows, and predict it.

    Returns
    -------
    tuple
        Of the log's rows under their own action, 0 if they were not contacted; of the snapshot's
        customers, one column per action.
    """
    treated = flag(data, "contacted")
    past = columns(data.past[treated], data.world.log[treated])
    model = Logistic.fit(past, flag(data, outcome)[treated], STRENGTH)
    own = np.zeros(len(data.past))
    own[treated] = model.predict(past)
    now = [model.predict(columns(data.now, action)) for action in each_action(data)]
    return own, np.column_stack(now)


def take_up(data: Data) -> tuple[Vector, Matrix]:
    """Predict acceptance, reach included; returns as `by_action` does."""

    def columns(covariates: pd.DataFrame, action: pd.DataFrame) -> Matrix:
        by_taste = crossed(some(covariates, TASTES), sent(data, action))
        return np.hstack([covariates.to_numpy(), by_taste])

    return by_action(data, "accepted", columns)


def reach(data: Data) -> tuple[Vector, Matrix]:
    """Predict whether a contact reaches, by channel; returns as `by_action` does."""

    def columns(covariates: pd.DataFrame, action: pd.DataFrame) -> Matrix:
        channel = dummies(action["channel"], data.world.actions["channel"])
        return crossed(some(covariates, REACHABLE), channel)

    return by_action(data, "reached", columns)


def contact_made(data: Data) -> tuple[Vector, Matrix]:
    """Return contact as made in the log, and as each action would make it on the snapshot."""
    return flag(data, "contacted").astype(np.float64), np.ones(data.world.truth_profit.shape)


def profit(data: Data, avoided: Matrix, accepted: Matrix) -> Matrix:
    """Return the EUR that each action earns: avoided churn at its value, less all costs."""
    worth = avoided * value(data.world.snapshot)[:, None]
    return worth - data.world.contact_cost - accepted * data.world.offer_cost


def two_model_profit(data: Data, accepted: Matrix) -> Matrix:
    """Return each action's profit by the two-model learner with offer and channel dummies."""

    def columns(covariates: pd.DataFrame, action: pd.DataFrame) -> Matrix:
        return np.hstack([covariates.to_numpy(), sent(data, action)])

    left = by_action(data, "churned", columns)[1]
    return profit(data, churn_risk(data)[:, None] - left, accepted)


def reference_profit(
    data: Data, accepted: tuple[Vector, Matrix], touched: tuple[Vector, Matrix]
) -> Matrix:
    """Return each action's profit by acceptance first, then one churn model for all rows.

    Predicted acceptance depends on the covariates and the randomised action only, never on what
    the customer did, so that the comparison stays one of randomised groups.

    Parameters
    ----------
    data
        The log to learn from and the snapshot to act on.
    accepted
        What `take_up` returns.
    touched
        `contact_made`, or `reach` for contact as far as it is likely to arrive.
    """

    def columns(covariates: pd.DataFrame, contact: Vector, acceptance: Vector) -> Matrix:
        by = some(covariates, MODIFIERS)
        # tripled, so that the ridge penalty weighs less on acceptance, a small number
        effects = np.hstack([contact[:, None] * by, 3.0 * acceptance[:, None] * by])
        return np.hstack([covariates.to_numpy(), effects])

    past = columns(data.past, touched[0], accepted[0])
    model = Logistic.fit(past, flag(data, "churned"), STRENGTH)
    none = np.zeros(len(data.now))
    alone = model.predict(columns(data.now, none, none))
    pairs = zip(touched[1].T, accepted[1].T, strict=True)
    left = [model.predict(columns(data.now, contact, taken)) for contact, taken in pairs]
    return profit(data, alone[:, None] - np.column_stack(left), accepted[1])
