"""Survival by length of stay: what Kaplan–Meier sees against what the hazards say."""

import numpy as np
import pandas as pd

from cvmkit import kpi
from telcosim.report.records import Records
from telcosim.report.rows import Row
from telcosim.report.statistics import FloatArray, survival


def joiners(data: pd.DataFrame, records: Records) -> pd.DataFrame:
    """Return the months of those who joined in the history, with the month of their stay from 1.

    Parameters
    ----------
    data
        Result of `telcosim.report.waves.months`.
    records
        The world. Who was won back counts up to the first departure only.
    """
    joined = records.table("customers").set_index("customer_id")["acquired_on"]
    first = data["customer_id"].map(kpi.month_of(joined))
    ends = records.table("churn_events").groupby("customer_id")["month"].min()
    stays = (first >= 0) & ~(data["month"] > data["customer_id"].map(ends))
    rows = data[stays]
    hazard = rows["cut_chance"] + (1 - rows["cut_chance"]) * rows["chance"]
    return rows.assign(
        stay=rows["month"] - first[stays] + 1, hazard=hazard, ended=rows["left"] | rows["cut"]
    )


def curves(rows: pd.DataFrame) -> pd.DataFrame:
    """Return survival by month of stay: `observed` (Kaplan–Meier), `true`, `error`.

    True is the product of one less the mean hazard of those at risk. The difference of the
    logarithms is then a martingale, whose variance is the sum of h (1 − h) over the square of
    the number at risk (`error`: its root).
    """
    last = rows.groupby("customer_id").agg(stay=("stay", "max"), ended=("ended", "any"))
    by_stay = rows.groupby("stay")["hazard"]
    at_risk, mean = by_stay.size(), by_stay.mean()
    spread = (rows["hazard"] * (1 - rows["hazard"])).groupby(rows["stay"]).sum()
    observed: FloatArray = survival(last["stay"], last["ended"], len(mean))
    error = np.sqrt((spread / (at_risk * (1 - mean)) ** 2).cumsum())
    return pd.DataFrame({"observed": observed, "true": (1 - mean).cumprod(), "error": error})


def agreement(data: pd.DataFrame, records: Records) -> Row:
    """Compare the two curves after 3, 6, 12, 24 months and at the end."""
    rows = joiners(data, records)
    both = curves(rows)
    both = both[both["observed"] > 0]
    at = [m for m in (3, 6, 12, 24, int(both.index[-1])) if m in both.index]
    off = ((np.log(both["observed"]) - np.log(both["true"])) / both["error"]).loc[at]
    year = both.loc[min(12, at[-1])]
    return Row(
        "Kaplan–Meier agrees with the true survival",
        float(off.abs().max()),
        "s.e.",
        high=4.0,
        ok=bool(off.abs().max() < 4),
        sentence=f"{rows['customer_id'].nunique():,} who joined in the history; after a year "
        f"{100 * year['observed']:.1f} % are still there, and {100 * year['true']:.1f} % by the "
        "true hazards.",
    )
