"""The retention waves with their truth, and the months of all customers with theirs."""

import numpy as np
import pandas as pd

from cvmkit import kpi
from telcosim.report.records import Records

WAVE = ["campaign_id", "customer_id"]


def months(records: Records) -> pd.DataFrame:
    """Return truth_month with what happened. One row per customer and month of activity.

    Adds `payment_type`, `chance` of leaving of own will (0 to 1, given that it is not cut off),
    `cut_chance`, and whether the customer `left` or was `cut`.
    """
    key = ["customer_id", "month"]
    data = records.truth("truth_month")[[*key, "voluntary_ppm", "involuntary_ppm"]]
    ends = records.table("churn_events")[[*key, "churn_type"]]
    data = data.merge(ends, how="left", on=key)
    types = records.table("accounts").set_index("customer_id")["payment_type"]
    return data.assign(
        payment_type=data["customer_id"].map(types),
        chance=data["voluntary_ppm"] / 1e6,
        cut_chance=data["involuntary_ppm"] / 1e6,
        left=data["churn_type"] == "voluntary",
        cut=data["churn_type"] == "involuntary",
    )


def waves(records: Records) -> pd.DataFrame:
    """Return the retention waves. One row per wave and eligible customer of known propensity.

    Columns of truth_uplift, and `month`, `design`, `treated`, `propensity` (0 to 1), `effect` of
    contact on the chance of leaving in the month, whether the customer `left` in it of own will
    or was `cut` off.
    """
    plan = records.table("campaigns").query("programme == 'retention'")
    arms = records.table("contacts").query("programme == 'retention'")[[*WAVE, "arm"]]
    data = records.truth("truth_uplift").merge(arms, on=WAVE)
    data = data.merge(plan[["campaign_id", "month", "design"]], on="campaign_id")
    ends = records.table("churn_events")
    of_kind = {
        kind: kpi.left_within(data, ends[ends["churn_type"] == kind], 1)
        for kind in ("voluntary", "involuntary")
    }
    return data.assign(
        treated=data["arm"] == "treatment",
        propensity=data["propensity_ppm"] / 1e6,
        effect=(data["p1_ppm"] - data["p0_ppm"]) / 1e6,
        left=of_kind["voluntary"],
        cut=of_kind["involuntary"],
    )


def known(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the operator knew of the waves' rows, as numbers, in the rows' order.

    A missing value is the column's mean, and a column of its own tells where it was missing.
    """
    seen = rows[WAVE].merge(records.table("campaign_selections"), "left", WAVE).drop(columns=WAVE)
    values = seen.astype(float)
    gone = values.isna().loc[:, values.isna().any()].astype(float).add_suffix(" missing")
    both = pd.concat([values.fillna(values.mean()), gone], axis=1)
    return both.loc[:, both.std() > 0].set_index(rows.index)


def deciles(chance: pd.Series) -> pd.Series:
    """Return each row's tenth by chance, 1 the lowest; equal chances are in the same one."""
    return pd.Series(np.ceil(10 * chance.rank(pct=True)), chance.index)
