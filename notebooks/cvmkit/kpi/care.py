"""How many customers turn to care, and how many complain.

`events` is care_contacts or complaints: `customer_id`, `month`. Care contacts run from customers
to the operator; a repeated call about one matter is a further contact.
"""

import pandas as pd

from cvmkit.kpi.base import average_base


def events_per_sim(events: pd.DataFrame, walk: pd.DataFrame) -> pd.Series:
    """Return events over the average base, by month (events per SIM and month)."""
    count = events.groupby("month").size().reindex(walk.index, fill_value=0)
    return (count / average_base(walk)).rename("per_sim")


def customers_share(events: pd.DataFrame, walk: pd.DataFrame) -> pd.Series:
    """Return the share of customers with at least one event in the month (of the average base)."""
    who = events.groupby("month")["customer_id"].nunique().reindex(walk.index, fill_value=0)
    return (who / average_base(walk)).rename("share")
