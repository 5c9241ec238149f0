"""Prepaid churn is a rule about silence. The rule decides what is counted, so state it.

A rule has two parts: which events keep a SIM alive (top-ups; paid use; any use) and how many days
without one end it. Exacaster's white paper on prepaid churn names more than 30 days without a
top-up, 60 without paid outgoing use and 30 without any activity; others wait 90. The same base has
a different churn rate under each.
"""

import numpy as np
import pandas as pd

from cvmkit.kpi.spells import month_of


def activity(*events: pd.DataFrame) -> pd.DataFrame:
    """Join the tables whose rows keep a SIM alive: `customer_id` and `event_ts` of each, sorted.

    Filter each table before: paid use is not any use. Monthly records carry the end of the month
    as their time, the latest that the use can have been, and lie up to 31 days apart: a rule of
    30 days would take every long month for a silence.
    """
    rows = pd.concat([table[["customer_id", "event_ts"]] for table in events])
    return rows.sort_values(["customer_id", "event_ts"], ignore_index=True)


def silent_share(base: pd.Series, events: pd.DataFrame, on: pd.Timestamp, days: int) -> float:
    """Return the share of a base that has had no event in the last `days` days (0 to 1).

    Parameters
    ----------
    base
        Identities of the SIMs that are asked about.
    events
        `customer_id`, `event_ts`.
    on
        The moment of asking; later events are not looked at.
    """
    lately = events["event_ts"].between(on - pd.Timedelta(days=days), on, inclusive="right")
    return float(1 - base.isin(events.loc[lately, "customer_id"]).mean())


def inactivity_spells(events: pd.DataFrame, days: int, until: pd.Timestamp) -> pd.DataFrame:
    """Turn events into the stays that a rule sees, ready for `base_walk` and `monthly_churn`.

    Each event keeps the SIM in the base for `days` days. If none follows within them, the stay
    ends on the day that they are over, and not on the day of the last event: the rule is late by
    its own length. An event after that is a reactivation, and not a gross add.

    Parameters
    ----------
    events
        `customer_id`, `event_ts`, with the activation among them. SIMs that joined before the
        records begin show up at their first event on record: leave out as many months at the
        start as the rule is long.
    days
        Days of silence that end a stay.
    until
        End of the records; a silence that has not lasted long enough by then is not yet churn.

    Returns
    -------
    pandas.DataFrame
        One row per SIM and stay: `customer_id`, `first_month`, `last_month` (missing: still in),
        `began_as` (gross_add or reactivation), `ended_as` (churn, or missing).
    """
    rows = events[events["event_ts"] <= until].sort_values(["customer_id", "event_ts"])
    since = rows.groupby("customer_id")["event_ts"].diff()
    stay = (since > pd.Timedelta(days=days)).groupby(rows["customer_id"]).cumsum().rename("stay")
    stays = rows.groupby(["customer_id", stay])["event_ts"].agg(["min", "max"]).reset_index()
    lapse = stays["max"] + pd.Timedelta(days=days)
    lapse = lapse.where(lapse <= until)
    return pd.DataFrame(
        {
            "customer_id": stays["customer_id"],
            "first_month": month_of(stays["min"]),
            "last_month": month_of(lapse),
            "began_as": np.where(stays["stay"] == 0, "gross_add", "reactivation"),
            "ended_as": lapse.notna().map({True: "churn"}),
        }
    )


def returned_share(spells: pd.DataFrame, lapsed: range) -> float:
    """Return the share of a rule's churn in the given months that came back later (of lapses).

    That is how often the rule was wrong, or rather at least how often: the records end, and some
    come back after that. Requires the columns of `inactivity_spells`.
    """
    rows = spells.sort_values(["customer_id", "first_month", "last_month"])
    back = rows.groupby("customer_id")["began_as"].shift(-1) == "reactivation"
    return float(back[rows["last_month"].isin(list(lapsed))].mean())
