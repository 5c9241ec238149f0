"""When each customer was one, and which rows lie outside of that."""

from collections.abc import Iterator
from typing import Literal

import pandas as pd

EVENTS = (
    "usage_monthly",
    "topups",
    "invoices",
    "payments",
    "dunning_steps",
    "care_contacts",
    "complaints",
    "digital_events",
    "consents",
    "contacts",
    "responses",
    "benefits",
    "nps_relational",
    "nps_transactional",
    "save_offers",
    "trips",
    "loyalty_reviews",
    "moves",
    "referrals",
    "port_ins",
    "onboarding",
)
"""Tables of what happens to customers; offers to win somebody back are not among them."""

TIME: Literal["datetime64[s]"] = "datetime64[s]"


def outside(tables: dict[str, pd.DataFrame]) -> Iterator[tuple[str, int, int]]:
    """Count, by table of events, the rows before activation and those after leaving.

    A customer who was won back is one again from the first day of the term signed then.
    """
    turns = _turns(tables)
    for name in EVENTS:
        if name in tables:
            rows = tables[name][["customer_id", "event_ts"]]
            rows = rows.astype({"event_ts": TIME}).sort_values("event_ts")
            last = pd.merge_asof(rows, turns, on="event_ts", by="customer_id")["here"]
            known = rows["customer_id"].isin(turns["customer_id"]).to_numpy()
            yield name, int((last.isna() & known).sum()), int((last == 0).sum())


def _turns(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return when customers came and went: 1 from then on a customer, 0 no longer."""
    came = [tables["customers"].set_index("customer_id")["acquired_on"]]
    if "subscriptions" in tables:
        terms = tables["subscriptions"].set_index("customer_id")
        came.append(terms.loc[terms["signed_as"] == "win_back", "term_start"])
    # The moment of leaving still belongs to the stay.
    went = tables["churn_events"].set_index("customer_id")["event_ts"] + pd.Timedelta(seconds=1)
    parts = [(at, 1.0) for at in came] + [(went, 0.0)]
    rows = [at.astype(TIME).rename("event_ts").reset_index().assign(here=v) for at, v in parts]
    turns: pd.DataFrame = pd.concat(rows)
    return turns.sort_values("event_ts", kind="stable", ignore_index=True)
