"""What waves of contact did, each rate with its denominator.

`contacts` has one row per wave and customer in it, controls included: `campaign_id`,
`customer_id`, `month`, `programme`, `arm` (treatment or control), `channel`, `reached`.
"""

import numpy as np
import pandas as pd

from cvmkit.kpi.spells import month_of

WAVE = ["campaign_id", "customer_id"]


def left_within(rows: pd.DataFrame, churn_events: pd.DataFrame, months: int = 3) -> pd.Series:
    """Tell for each row whether its customer left within some months from its month on.

    Parameters
    ----------
    rows
        `customer_id`, `month`: the month at whose start the customer was looked at. It is the
        first that counts, so with `months` = 3 the months m, m + 1 and m + 2. Such a look at the
        last months of the records is cut short: leave them out.
    churn_events
        `customer_id`, `month`.

    Returns
    -------
    pandas.Series
        True or False, with the index of `rows`. Its mean over the eligible customers of a wave
        (campaign_selections with the wave's month) is the churn of the programme's eligible base.
    """
    departures = pd.MultiIndex.from_frame(churn_events[["customer_id", "month"]])
    left = np.zeros(len(rows), dtype=bool)
    for later in range(months):
        looked = pd.MultiIndex.from_arrays([rows["customer_id"], rows["month"] + later])
        left |= looked.isin(departures)
    return pd.Series(left, index=rows.index, name="left")


def response_rates(contacts: pd.DataFrame, responses: pd.DataFrame) -> pd.DataFrame:
    """Count targeted, reached and takers, and divide. One row per wave.

    Parameters
    ----------
    contacts
        See the module; only the treatment arm is targeted.
    responses
        `campaign_id`, `customer_id`: one row per acceptance.

    Returns
    -------
    pandas.DataFrame
        Indexed by `programme` and `campaign_id`: `targeted`, `reached`, `takers` (customers),
        `take_up` (takers over targeted), `hit_rate` (takers over reached). Neither is an effect:
        both count those who would have done it anyway.
    """
    sent = contacts.loc[contacts["arm"] == "treatment", [*WAVE, "programme", "reached"]]
    took = responses[WAVE].drop_duplicates().assign(took=True)
    sent = sent.merge(took, on=WAVE, how="left")
    rates = sent.groupby(["programme", "campaign_id"], observed=True).agg(
        targeted=("reached", "size"), reached=("reached", "sum"), takers=("took", "count")
    )
    rates["take_up"] = rates["takers"] / rates["targeted"]
    rates["hit_rate"] = rates["takers"] / rates["reached"]
    return rates


def conversion(takers: int, clicked: int) -> float:
    """Return takers over those who clicked or opened (0 to 1): the highest of the three rates."""
    return takers / clicked


def opt_out_share(
    contacts: pd.DataFrame, consents: pd.DataFrame, channel: str = "sms"
) -> pd.DataFrame:
    """Return which share of a channel's messages made people withdraw their consent. Per wave.

    A withdrawal belongs to a wave of the same channel in the same calendar month.

    Parameters
    ----------
    contacts
        See the module.
    consents
        `customer_id`, `channel`, `event`, `event_ts`.

    Returns
    -------
    pandas.DataFrame
        Indexed by `programme` and `campaign_id`: `sent`, `withdrawn` (customers), `opt_out`
        (withdrawn over sent).
    """
    sent = contacts[(contacts["arm"] == "treatment") & (contacts["channel"] == channel)]
    gone = consents[(consents["event"] == "withdrawn") & (consents["channel"] == channel)]
    gone = pd.DataFrame({"customer_id": gone["customer_id"], "month": month_of(gone["event_ts"])})
    sent = sent.merge(gone.drop_duplicates().assign(gone=True), "left", ["customer_id", "month"])
    waves = sent.groupby(["programme", "campaign_id"], observed=True).agg(
        sent=("customer_id", "size"), withdrawn=("gone", "count")
    )
    return waves.assign(opt_out=waves["withdrawn"] / waves["sent"])
