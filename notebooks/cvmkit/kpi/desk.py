"""What the save desk keeps and the win-back programme brings home, and what a save costs.

`save_offers` has one row per call to cancel that the desk took: `offer`, `cost_cents`, `stayed`.
`winback_offers` has one row per former customer in the programme, control included: `customer_id`,
`month`, `arm`, `offer` (missing for control), `accepted`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def saved_share(save_offers: pd.DataFrame, by: str | Sequence[str] = "offer") -> pd.DataFrame:
    """Return how many callers stayed, over the calls that the desk took, by offer.

    Parameters
    ----------
    save_offers
        See the module. A caller is saved who does not leave at this call, in its month; whether
        the stay lasts is another question (`left_within`).
    by
        What to group by: `offer`, `agent_id`, `month`.

    Returns
    -------
    pandas.DataFrame
        Indexed by `by`: `calls`, `saved`, `saved_share` (saved over calls, 0 to 1).

    Notes
    -----
    Some would have stayed after a talk alone: an offer's effect is its share less that of talk,
    and only where the offer was drawn by lot. An illustration from practice has 15 % who stay
    anyway and 45 % with an offer (Turnella), an effect of 30 points.
    """
    table = save_offers.groupby(_keys(by), observed=True).agg(
        calls=("stayed", "size"), saved=("stayed", "sum")
    )
    return table.assign(saved_share=table["saved"] / table["calls"])


def cost_per_save_eur(save_offers: pd.DataFrame, by: str | Sequence[str] = "offer") -> pd.Series:
    """Return what was given over the callers who stayed, by offer (EUR per save).

    Given is `cost_cents` of those who stayed, in the month of the call; who leaves takes nothing
    along. The desk's staff is not in it. The figure divides by all saves, those that talk alone
    would have made among them: see `cost_per_extra_save_eur`. Missing where nobody stayed.
    """
    stayed = save_offers["stayed"].astype(bool)
    given = save_offers["cost_cents"].where(stayed, 0) / 100
    rows = save_offers.assign(given_eur=given, saves=stayed.astype(int))
    sums = rows.groupby(_keys(by), observed=True)[["given_eur", "saves"]].sum()
    cost: pd.Series = sums["given_eur"] / sums["saves"].where(sums["saves"] > 0)
    return cost.rename("cost_per_save_eur")


def cost_per_extra_save_eur(save_offers: pd.DataFrame, against: str = "talk") -> pd.Series:
    """Return what one *more* save costs than with a lesser offer, by offer (EUR per extra save).

    (c − c0) / (p − p0), with c the cost per call, p the share saved, and 0 for `against`. An offer
    pays while this is below the value of a customer who stays. It is a cost of an effect, so the
    offers must have been drawn by lot; a small difference of shares makes it swing widely.

    Parameters
    ----------
    save_offers
        See the module; costs as in `cost_per_save_eur`.
    against
        The offer to compare with; it is not in the result. An offer that saves no more than it
        has no such cost: infinite.

    Raises
    ------
    ValueError
        If no call was given the offer to compare with.
    """
    shares = saved_share(save_offers)["saved_share"]
    if against not in shares.index:
        raise ValueError(f"No call was given {against}: compare with one of {list(shares.index)}.")
    per_call = cost_per_save_eur(save_offers).fillna(0.0) * shares
    more, dearer = shares - shares[against], per_call - per_call[against]
    cost: pd.Series = (dearer / more.where(more > 0)).fillna(np.inf)
    return cost.drop(against).rename("cost_per_extra_save_eur")


def winback_rate(winback_offers: pd.DataFrame, by: str | Sequence[str] = "arm") -> pd.DataFrame:
    """Return how many former customers accepted, over all in the programme, by arm or offer.

    Parameters
    ----------
    winback_offers
        See the module. Acceptance counts in the month of the offer, whose service it starts.
    by
        `arm`, `offer` (control is left out), `month`, or several.

    Returns
    -------
    pandas.DataFrame
        Indexed by `by`: `former` (customers written to, or kept as control), `accepted`,
        `winback_rate` (accepted over former, 0 to 1).

    Notes
    -----
    Control accepts nothing, since it is offered nothing, but some of it comes back: the effect is
    that of `came_back_within`, arm against arm. The price of a return is paid later: in a US
    operator's base, discount and upgrade together won most and lasted shortest, and an upgrade
    alone lasted longest (Kumar, Bhagwat and Zhang 2015). Lay `hazard_by_tenure` of the
    reactivations beside it.
    """
    table = winback_offers.groupby(_keys(by), observed=True).agg(
        former=("accepted", "size"), accepted=("accepted", "sum")
    )
    return table.assign(winback_rate=table["accepted"] / table["former"])


def came_back_within(rows: pd.DataFrame, spells: pd.DataFrame, months: int = 6) -> pd.Series:
    """Tell for each former customer whether a new stay began within some months from a month on.

    Parameters
    ----------
    rows
        `customer_id`, `month`, such as `winback_offers`. As in `left_within`, the month itself is
        the first that counts; looks at the last months of the records are cut short.
    spells
        `customer_id`, `first_month`, `began_as`: result of `sim_spells` with subscriptions.

    Returns
    -------
    pandas.Series
        True or False, with the index of `rows`, for `uplift` with the arm: the returned over all
        assigned, asked or not, whether for the offer or of their own accord.
    """
    back = spells.loc[spells["began_as"] == "reactivation", ["customer_id", "first_month"]]
    returns = pd.MultiIndex.from_frame(back)
    found = np.zeros(len(rows), dtype=bool)
    for later in range(months):
        looked = pd.MultiIndex.from_arrays([rows["customer_id"], rows["month"] + later])
        found |= looked.isin(returns)
    return pd.Series(found, index=rows.index, name="came_back")


def _keys(by: str | Sequence[str]) -> str | list[str]:
    return by if isinstance(by, str) else list(by)
