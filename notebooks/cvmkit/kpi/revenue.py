"""Revenue per SIM and account, what moved it, and what was lost of it.

Amounts are EUR without value-added tax. Service revenue is what invoices charge plus what prepaid
SIMs take from their balance; it leaves out devices, interconnect received, and top-ups as cash.
"""

from dataclasses import dataclass

import pandas as pd

from cvmkit.kpi.base import average_base


def service_revenue(usage_monthly: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    """Add up service revenue. One row per customer and month with any: `revenue_eur`.

    Parameters
    ----------
    usage_monthly
        `customer_id`, `month`, `charged_cents`: taken from the prepaid balance in the month,
        bonus credit included.
    invoices
        `customer_id`, `month`, `total_cents`: charged for the month, paid or not.
    """
    key = ["customer_id", "month"]
    charged = usage_monthly[[*key, "charged_cents"]].set_axis([*key, "cents"], axis=1)
    billed = invoices[[*key, "total_cents"]].set_axis([*key, "cents"], axis=1)
    cents = pd.concat([charged, billed]).groupby(key)["cents"].sum()
    return (cents / 100).rename("revenue_eur").reset_index()


def arpu_eur(revenue: pd.DataFrame, walk: pd.DataFrame) -> pd.Series:
    """Return ARPU by month: service revenue over average active SIMs (EUR per SIM and month).

    Parameters
    ----------
    revenue
        `month`, `revenue_eur`, of the same customers as the walk.
    walk
        Result of `base_walk` of SIM spells.
    """
    return _per_base(revenue, "revenue_eur", walk).rename("arpu_eur")


def arpa_eur(revenue: pd.DataFrame, account_walk: pd.DataFrame) -> pd.Series:
    """Return ARPA by month: service revenue over average active accounts (EUR per account, month).

    As `arpu_eur`, with the walk of `account_spells`. An account is who pays: where households
    share a bill (`payer_account_id`), one account pays for several SIMs, and ARPA is ARPU times
    the SIMs per account. Revenue is that of all SIMs, whoever's bill it is on.
    """
    return _per_base(revenue, "revenue_eur", account_walk).rename("arpa_eur")


def ampu_eur(revenue: pd.DataFrame, costs: pd.DataFrame, walk: pd.DataFrame) -> pd.Series:
    """Return AMPU by month: what service revenue leaves after direct costs (EUR per SIM, month).

    Parameters
    ----------
    revenue, walk
        As in `arpu_eur`.
    costs
        `month`, `cost_eur`: any number of rows per month, one per cost line for example. Direct
        costs are interconnect, content, commission, care and bad debt, as far as they are known;
        say which are in. What acquisition and retention cost, with commission per gross add and
        handsets, is SAC and SRC: keep it out here, or payback counts it twice.
    """
    earned = _per_base(revenue, "revenue_eur", walk)
    return (earned - _per_base(costs, "cost_eur", walk)).rename("ampu_eur")


def mix_rate(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Split a change of ARPU into mix and rate; both columns together sum to it exactly.

    With s a segment's share of SIMs and a its ARPU: mix is (s1 − s0) a0, the part of customers
    being elsewhere than before; rate is s1 (a1 − a0), the part of segments earning differently.

    Parameters
    ----------
    before, after
        Indexed by segment: `sims` (average SIMs), `revenue_eur`. A segment that exists in one
        of the two only is all mix, at the ARPU that it has where it exists.

    Returns
    -------
    pandas.DataFrame
        One row per segment: `mix`, `rate` (EUR per SIM). One segment's mix alone says little,
        since shares sum to one: read their sum.
    """
    both = before.add_suffix("_0").join(after.add_suffix("_1"), how="outer").fillna(0.0)
    share_0 = both["sims_0"] / both["sims_0"].sum()
    share_1 = both["sims_1"] / both["sims_1"].sum()
    own_0 = both["revenue_eur_0"] / both["sims_0"].where(both["sims_0"] > 0)
    own_1 = both["revenue_eur_1"] / both["sims_1"].where(both["sims_1"] > 0)
    own_0, own_1 = own_0.fillna(own_1), own_1.fillna(own_0)
    return pd.DataFrame({"mix": (share_1 - share_0) * own_0, "rate": share_1 * (own_1 - own_0)})


@dataclass(frozen=True)
class Retained:
    """What became of the recurring revenue of those who were there at the start (EUR per month).

    Attributes
    ----------
    opening
        Monthly recurring revenue of the base at the start.
    up, down
        By how much those who stayed pay more, and less.
    lost
        What those paid who left.
    """

    opening: float
    up: float
    down: float
    lost: float

    @property
    def revenue_churn(self) -> float:
        """Lost over opening (0 to 1), for the time between the two looks."""
        return self.lost / self.opening

    @property
    def nrr(self) -> float:
        """Net revenue retention, (opening + up − down − lost) / opening; above 1 it grows."""
        return (self.opening + self.up - self.down - self.lost) / self.opening


def revenue_retention(before: pd.Series, after: pd.Series) -> Retained:
    """Follow the recurring revenue of a group from one month to a later one.

    Parameters
    ----------
    before, after
        Recurring revenue per SIM or customer (EUR per month), indexed by its identity, each once.
        Who is only in `after` is new, and left out; who is only in `before` is lost.
    """
    stayed = before.index.intersection(after.index)
    change = after[stayed] - before[stayed]
    return Retained(
        opening=float(before.sum()),
        up=float(change.clip(lower=0).sum()),
        down=float(-change.clip(upper=0).sum()),
        lost=float(before.drop(stayed).sum()),
    )


def write_off_share(payments: pd.DataFrame, revenue: pd.DataFrame) -> float:
    """Return bad debt written off over service revenue, both of the same months (0 to 1).

    Write-offs count in the month of the write-off, which is some months after the bill: take
    whole years, and leave out the first months of the records.

    Parameters
    ----------
    payments
        `status`, `amount_cents`.
    revenue
        `revenue_eur`; of everyone, or of the billed alone, which gives a higher share: say which.
    """
    lost = payments.loc[payments["status"] == "written_off", "amount_cents"].sum() / 100
    return float(lost / revenue["revenue_eur"].sum())


def _per_base(amounts: pd.DataFrame, column: str, walk: pd.DataFrame) -> pd.Series:
    """Divide each month's total by its average base; a month without an amount has zero."""
    total = amounts.groupby("month")[column].sum().reindex(walk.index, fill_value=0.0)
    return total / average_base(walk)
