"""The field's key figures, as small functions on plain tables.

A figure is a numerator, a denominator, a period and a rule of timing; each docstring states its
own. What they share:

- rates and shares run from 0 to 1, money is EUR without value-added tax, months are numbers of
  the history (month 0 is January 2023);
- service starts with the first day of a month, and departures leave with its end;
- a monthly rate divides by the average of the month's opening and closing base;
- tables come as arguments, with the columns that the docstring names; others are ignored.

Most begin with `sim_spells` and `base_walk`: when each SIM came and went, and the base by month.
"""

from cvmkit.kpi.base import average_base, base_shares, base_walk, reactivation_share
from cvmkit.kpi.campaigns import conversion, left_within, opt_out_share, response_rates
from cvmkit.kpi.care import customers_share, events_per_sim
from cvmkit.kpi.churn import (
    annualised,
    early_life_share,
    expected_tenure,
    hazard_by_tenure,
    hazard_fall,
    involuntary_share,
    losses,
    mean_churn,
    monthly_churn,
    monthly_from_annual,
    port_out_share,
)
from cvmkit.kpi.contracts import (
    contract_shares,
    months_to_end,
    open_terms,
    out_of_contract_share,
    sim_only_share,
)
from cvmkit.kpi.costs import (
    acquisition_cost_eur,
    handset_cost_eur,
    payback_months,
    retention_cost_eur,
    sac_eur,
    sac_src_share,
    src_eur,
)
from cvmkit.kpi.desk import (
    came_back_within,
    cost_per_extra_save_eur,
    cost_per_save_eur,
    saved_share,
    winback_rate,
)
from cvmkit.kpi.estimate import Estimate, psi, sample_size_per_arm, split_penalty, uplift
from cvmkit.kpi.prepaid import activity, inactivity_spells, returned_share, silent_share
from cvmkit.kpi.revenue import (
    Retained,
    ampu_eur,
    arpa_eur,
    arpu_eur,
    mix_rate,
    revenue_retention,
    service_revenue,
    write_off_share,
)
from cvmkit.kpi.social import contacts_per_sim, convergence_share
from cvmkit.kpi.spells import account_spells, month_of, sim_spells
from cvmkit.kpi.surveys import nps, nps_of, nps_reweighted, response_share
from cvmkit.kpi.usage import lognormal_sigma, lognormal_top_share, roaming_share, share_above_mean

__all__ = [
    "Estimate",
    "Retained",
    "account_spells",
    "acquisition_cost_eur",
    "activity",
    "ampu_eur",
    "annualised",
    "arpa_eur",
    "arpu_eur",
    "average_base",
    "base_shares",
    "base_walk",
    "came_back_within",
    "contacts_per_sim",
    "contract_shares",
    "convergence_share",
    "conversion",
    "cost_per_extra_save_eur",
    "cost_per_save_eur",
    "customers_share",
    "early_life_share",
    "events_per_sim",
    "expected_tenure",
    "handset_cost_eur",
    "hazard_by_tenure",
    "hazard_fall",
    "inactivity_spells",
    "involuntary_share",
    "left_within",
    "lognormal_sigma",
    "lognormal_top_share",
    "losses",
    "mean_churn",
    "mix_rate",
    "month_of",
    "monthly_churn",
    "monthly_from_annual",
    "months_to_end",
    "nps",
    "nps_of",
    "nps_reweighted",
    "open_terms",
    "opt_out_share",
    "out_of_contract_share",
    "payback_months",
    "port_out_share",
    "psi",
    "reactivation_share",
    "response_rates",
    "response_share",
    "retention_cost_eur",
    "returned_share",
    "revenue_retention",
    "roaming_share",
    "sac_eur",
    "sac_src_share",
    "sample_size_per_arm",
    "saved_share",
    "service_revenue",
    "share_above_mean",
    "silent_share",
    "sim_only_share",
    "sim_spells",
    "split_penalty",
    "src_eur",
    "uplift",
    "winback_rate",
    "write_off_share",
]
