"""What two worlds of one seed did to each customer."""

import numpy as np
import pandas as pd

from telcosim.block import BLOCK_TABLES, finish
from telcosim.errors import ConfigError
from telcosim.simulate import World
from telcosim.streams import IntArray

CONSIDERED = ("campaign_selections", "contacts", "truth_uplift")
"""Tables that record whom a policy considered, control customers included."""


def compare(a: World, b: World) -> pd.DataFrame:
    """Say what two worlds of one seed did to each customer.

    Returns
    -------
    pandas.DataFrame
        One row per customer of either world: whether an action was taken (`treated_a`,
        `treated_b`), the margin in EUR and the months active in each, their differences
        (b less a), and `differs`: whether any row of any table does.

    Raises
    ------
    ConfigError
        If the worlds have another seed, configuration or month.
    """
    if (a.config, a.seed, a.month) != (b.config, b.seed, b.month):
        raise ConfigError("The worlds differ in seed, configuration or month.")
    sides = [_side(a).add_suffix("_a"), _side(b).add_suffix("_b")]
    data = pd.concat(sides, axis=1).fillna(0.0)
    flags = ["treated_a", "treated_b"]
    data[flags] = data[flags].astype(bool)
    data["margin_difference_eur"] = data["margin_eur_b"] - data["margin_eur_a"]
    data["months_difference"] = data["months_b"] - data["months_a"]
    data["differs"] = data.index.isin(differing_customers(a, b))
    return data.rename_axis("customer_id").reset_index()


def _side(world: World) -> pd.DataFrame:
    months = world.load("truth_month").groupby("customer_id")["margin_cents"]
    data = pd.DataFrame({"margin_eur": months.sum() / 100, "months": months.size()})
    data["treated"] = data.index.isin(treated_customers(world)).astype(float)
    return data


def treated_customers(world: World) -> IntArray:
    """Return the ids of customers with whom anything was done."""
    return np.unique(world.load("truth_decisions")["customer_id"].to_numpy())


def differing_customers(a: World, b: World) -> IntArray:
    """Return the ids of customers for whom any cell of any table differs.

    A policy's own records of whom it considered are left out: they differ by what it is.
    """
    happened = [name for name in BLOCK_TABLES if name not in CONSIDERED]
    different: list[IntArray] = []
    for one, other in zip(a.blocks, b.blocks, strict=True):
        left, right = finish(one), finish(other)
        different.extend(_differing(left[name], right[name]) for name in happened)
    return np.unique(np.concatenate(different))


def _differing(left: dict[str, IntArray], right: dict[str, IntArray]) -> IntArray:
    """Return the customers whose rows are not the same, in number, order and content."""
    frames = [pd.DataFrame(side) for side in (left, right)]
    for frame in frames:
        frame["_row"] = frame.groupby("customer_id").cumcount()
    both = frames[0].merge(frames[1], how="outer", on=list(frames[0]), indicator=True)
    return np.unique(both.loc[both["_merge"] != "both", "customer_id"].to_numpy())
