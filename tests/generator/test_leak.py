"""Does anything that a learner can know by a day predict the next three months better than truth?

The true chance of leaving is the best there is: a column, or all of them in one model, that beats
it on held-out customers must have seen the future.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import telcosim
from telcosim.block import finish
from telcosim.parquet import to_arrow
from telcosim.programme import NoContact
from telcosim.rollout import THREE
from telcosim.schema import LEARNER_TABLES
from telcosim.streams import BLOCK_SIZE, BoolArray, FloatArray, IntArray
from telcosim.valuation import value_actions
from telcosim.world import plain_frame

MONTH = 18
DAY = (np.datetime64("2023-01") + MONTH).astype("datetime64[s]")
"""Three waves have been run; the next three months are without contact."""


class Base(NamedTuple):
    """Those who are there on the day: all that is known of them, and what became of them."""

    features: pd.DataFrame
    chance: FloatArray
    left: BoolArray
    held_out: BoolArray
    use: pd.DataFrame


@pytest.fixture(scope="module")
def base() -> Base:
    config = telcosim.load_config("course", customers=BLOCK_SIZE)
    world = telcosim.simulate(config, 21, until=MONTH)
    later = telcosim.resume(world, NoContact(), MONTH + THREE)
    (block,) = world.blocks
    who = np.flatnonzero(block.state.active)
    customers = block.ctx.people.customer_id[who]
    chance = value_actions(block, who, (), 12, THREE).mean["left"][0]
    columns = finish(later.blocks[0])
    tables = {
        table.name: plain_frame(to_arrow(table, columns[table.name]))
        for table in LEARNER_TABLES
        if table.per_customer
    }
    ends = tables["churn_events"]
    left = np.isin(customers, ends.loc[ends["month"] >= MONTH, "customer_id"])
    features = all_known(tables, customers)
    return Base(features, chance, left, customers % 2 == 0, tables["usage_monthly"])


def all_known(tables: dict[str, pd.DataFrame], customers: IntArray) -> pd.DataFrame:
    """Return every column of every table as features, from rows loaded by the day alone."""
    parts = []
    for name, data in tables.items():
        known = loaded(data[data["customer_id"].isin(customers)])
        if len(known):
            parts.append(summed_up(known).add_prefix(f"{name}."))
    return pd.concat(parts, axis=1).reindex(customers).fillna(0.0).astype(float).copy()


def loaded(data: pd.DataFrame) -> pd.DataFrame:
    """Keep what was loaded by the day; where no loading is noted, what had begun by then."""
    data = data.copy()
    for column in {"closed_on", "resolved_ts", "ended_on"} & set(data):
        data[column] = data[column].where(data[column] <= DAY)
    for column in ("loaded_ts", "term_start", "in_use_since", "started_on"):
        if column in data:
            return data[data[column] <= DAY]
    return data[data["campaign_id"] < MONTH] if "campaign_id" in data else data


def summed_up(data: pd.DataFrame) -> pd.DataFrame:
    """Count rows, add up numbers and take the last ones, count each category and the last one."""
    by = data["customer_id"]
    time = [c for c in data if data[c].dtype.kind == "M"]
    data = data.drop(columns="customer_id").assign(**{c: (DAY - data[c]).dt.days for c in time})
    words = data.select_dtypes(include=["str", "object"]).columns
    few = [c for c in words if data[c].nunique() <= 40]
    wide = pd.get_dummies(data.drop(columns=set(words) - set(few)), columns=few).astype(float)
    groups = wide.groupby(by)
    parts = [groups.size().rename("rows"), groups.sum(), groups.last().add_suffix(".last")]
    if "event_ts" in wide:
        fresh = wide["event_ts"] <= 100
        recent = wide[fresh].groupby(by[fresh])
        parts += [recent.size().rename("rows.3m"), recent.sum().add_suffix(".3m")]
    return pd.concat(parts, axis=1)


class Ranked(NamedTuple):
    """How well a score ranks leavers before stayers, and each one's part in it."""

    auc: float
    leavers: FloatArray
    stayers: FloatArray


def ranked(score: FloatArray, left: BoolArray) -> Ranked:
    """Return the area under the ROC curve with DeLong's placement values."""

    def rank(values: FloatArray) -> FloatArray:
        return pd.Series(values).rank().to_numpy()

    whole = rank(score)
    above = (whole[left] - rank(score[left])) / (~left).sum()
    below = 1.0 - (whole[~left] - rank(score[~left])) / left.sum()
    return Ranked(float(above.mean()), above, below)


def excess(score: FloatArray, truth: Ranked, left: BoolArray) -> float:
    """Return by how many standard errors a score ranks better than the truth."""
    own = ranked(score, left)
    parts = (own.leavers - truth.leavers, own.stayers - truth.stayers)
    error = np.sqrt(sum(p.var() / len(p) for p in parts))
    return float((own.auc - truth.auc) / max(error, 1e-12))


@pytest.fixture(scope="module")
def truth(base: Base) -> Ranked:
    """How well the true chances rank the held-out customers."""
    return ranked(base.chance[base.held_out], base.left[base.held_out])


def of_all(base: Base, features: pd.DataFrame, truth: Ranked) -> float:
    """Fit one logistic model on half of the customers and compare it on the others."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.002, max_iter=300))
    model.fit(features[~base.held_out], base.left[~base.held_out])
    score = np.asarray(model.decision_function(features[base.held_out]))
    return excess(score, truth, base.left[base.held_out])


def test_the_true_chances_are_those_that_strike(base: Base, truth: Ranked) -> None:
    error = np.sqrt((base.chance * (1 - base.chance)).sum())
    assert abs(base.left.sum() - base.chance.sum()) < 4 * error
    assert truth.auc > 0.7


def test_no_column_predicts_better_than_the_truth(base: Base, truth: Ranked) -> None:
    assert base.features.shape[1] > 200
    left = base.left[base.held_out]
    best = {}
    for name, column in base.features[base.held_out].items():
        score = column.to_numpy()
        best[name] = max(excess(score, truth, left), excess(-score, truth, left))
    assert max(best.values()) < 4, max(best, key=lambda name: best[name])


def test_all_columns_in_one_model_predict_no_better_than_the_truth(
    base: Base, truth: Ranked
) -> None:
    assert of_all(base, base.features, truth) < 4


def test_a_column_loaded_after_the_day_is_caught(base: Base, truth: Ranked) -> None:
    """Rows of use of the next two months are a leak: who has left has none."""
    ahead = base.use[base.use["month"].isin([MONTH + 1, MONTH + 2])]
    rows = ahead.groupby("customer_id").size().reindex(base.features.index, fill_value=0)
    assert of_all(base, base.features.assign(leak=rows), truth) > 4
