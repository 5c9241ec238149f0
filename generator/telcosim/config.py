"""The operator's parameters, in sections, and the presets that change some of them.

Rates are per month unless a name says otherwise; money is in euros without VAT; effects on churn
are in log-odds. A parameter whose source is 'assumption' has no verifiable public source.
"""

import tomllib
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from importlib.resources import files
from typing import Any

from telcosim.errors import ConfigError
from telcosim.params import checked, param, parameters

O2_2020 = "O2 Germany, Q2 2020 results: postpaid 13.30, prepaid 5.80"
ELISA_2020 = "Elisa, Q2 2020 call: 16.4 % a year, that is 1.48 % a month"
TMOBILE_2023 = "T-Mobile US, Q3 2023: 2.81 % a month"
FINLAND_2017 = "Netradar, Finland, November 2017: median 2.8 GB, mean 11.5 GB"
OFCOM_2020 = "Ofcom: 25 to 27 % of UK mobile contracts out of term, 2019 to 2020"


@dataclass(frozen=True)
class Mix:
    """Who is in the base, and how it renews itself."""

    prepaid_share: float = param(0.40, "of SIMs", 0, 1, "world: 71 % of connections, 2018")
    opening_share: float = param(0.54, "of slots", 0, 1)
    arrival_months: int = param(36, "months", 1, 240)
    replacement_churn_postpaid: float = param(0.013, "per month", 0, 1, ELISA_2020)
    replacement_churn_prepaid: float = param(0.040, "per month", 0, 1, TMOBILE_2023)


@dataclass(frozen=True)
class Contract:
    """Terms, renewals and what a customer pays in them."""

    monthly_share: float = param(0.10, "of postpaid", 0, 1)
    one_year_share: float = param(0.40, "of postpaid", 0, 1)
    past_term_log_odds: float = param(-1.45, "log-odds", -10, 10, OFCOM_2020)
    past_term_inertia: float = param(0.7, "log-odds per sd", -5, 5)
    past_term_mean_months: float = param(10.0, "months", 1, 120)
    renewal_log_odds: float = param(1.10, "log-odds at term end", -10, 10)
    late_renewal_log_odds: float = param(-3.3, "log-odds per month past term", -10, 10)
    renewal_inertia: float = param(-0.5, "log-odds per sd", -5, 5)
    promotion_share: float = param(0.35, "of new terms", 0, 1)
    promotion_depth: float = param(0.20, "of the list price", 0, 0.9)


@dataclass(frozen=True)
class Usage:
    """Data, voice and messages."""

    data_median_gb_postpaid: float = param(6.5, "GB per month", 0.1, 1000, FINLAND_2017)
    data_median_gb_prepaid: float = param(2.2, "GB per month", 0.1, 1000)
    data_need_sd: float = param(1.20, "log units", 0, 3, FINLAND_2017)
    data_habit_sd: float = param(0.70, "log units", 0, 3, FINLAND_2017)
    data_month_sd: float = param(0.45, "log units", 0, 3)
    data_growth_year: float = param(0.20, "per year", -0.5, 1, "Indian traffic, Q1 2025: +19 %")
    fair_use_gb: float = param(600.0, "GB per month, then too slow to go on", 1, 100_000)
    held_back_share: float = param(0.70, "of use above the allowance", 0, 1)
    voice_median_minutes: float = param(85.0, "minutes per month", 0, 10_000)
    voice_sd: float = param(0.80, "log units", 0, 3)
    sms_mean: float = param(9.0, "messages per month", 0, 1000)
    roaming_share: float = param(0.04, "of SIMs per month", 0, 1)
    roaming_share_summer: float = param(0.18, "of SIMs per month", 0, 1)
    roaming_mean_mb: float = param(900.0, "MB per trip month", 0, 100_000)


@dataclass(frozen=True)
class Billing:
    """What is charged beside the monthly fee, and how it is paid."""

    overage_pack_gb: float = param(1.0, "GB", 0.1, 100)
    overage_pack_eur: float = param(2.00, "EUR", 0, 100)
    overage_packs_max: int = param(4, "packs per month", 0, 100)
    roaming_day_pass_eur: float = param(2.00, "EUR", 0, 100)
    shock_ratio: float = param(1.30, "of the mean of past bills", 1, 10)
    shock_floor_eur: float = param(4.0, "EUR above the mean of past bills", 0, 1000)
    pay_log_odds: float = param(3.45, "log-odds", -10, 10)
    pay_credit_risk: float = param(-1.05, "log-odds per sd", -5, 5)
    pay_arrears: float = param(-1.55, "log-odds per bill in arrears", -5, 5)
    bills_until_disconnection: int = param(3, "bills in arrears", 1, 3)


@dataclass(frozen=True)
class Prepaid:
    """Top-ups and what they are spent on."""

    spend_median_eur: float = param(6.8, "EUR per month", 0.1, 1000, O2_2020)
    spend_sd: float = param(0.45, "log units", 0, 3)
    spend_month_sd: float = param(0.30, "log units", 0, 3)
    skip_log_odds: float = param(-1.9, "log-odds of a month without a top-up", -10, 10)
    skip_exit_intention: float = param(0.5, "log-odds per sd", -5, 5)


@dataclass(frozen=True)
class Care:
    """Contacts with customer care, complaints, satisfaction."""

    log_rate: float = param(-2.70, "log contacts per month", -10, 3)
    quality_sensitivity: float = param(0.45, "log units per sd", -3, 3)
    bill_shock: float = param(0.90, "log units", -3, 3)
    arrears: float = param(0.50, "log units per bill in arrears", -3, 3)
    dissatisfaction: float = param(0.25, "log units per point", -3, 3)
    complaint_log_odds: float = param(-2.30, "log-odds per contact", -10, 10)
    complaint_shock: float = param(0.8, "log-odds", -5, 5)
    satisfaction_memory: float = param(0.85, "per month", 0, 0.999)
    satisfaction_noise: float = param(0.35, "points", 0, 5)
    shock_hurt: float = param(0.35, "points", -5, 5)
    complaint_hurt: float = param(0.60, "points", -5, 5)


@dataclass(frozen=True)
class Churn:
    """Why customers leave: log-odds of leaving in a month of their own will."""

    postpaid: float = param(-5.35, "log-odds in lock-in", -15, 5, ELISA_2020)
    prepaid: float = param(-3.72, "log-odds", -15, 5, TMOBILE_2023)
    contract_end: float = param(1.75, "log-odds in months -1 to 2 around the end", -5, 5)
    past_term: float = param(0.75, "log-odds later on", -5, 5)
    no_topup: float = param(0.60, "log-odds", -5, 5)
    early_life: float = param(0.50, "log-odds in the first six months", -5, 5)
    log_tenure: float = param(-0.25, "log-odds per log unit from 25 months", -5, 5)
    exit_intention: float = param(0.70, "log-odds per sd", -5, 5)
    price_sensitivity: float = param(0.20, "log-odds per sd", -5, 5)
    price_gap: float = param(2.00, "log-odds per log unit above the list price", -10, 10)
    bill_shock: float = param(0.80, "log-odds the month after", -5, 5)
    complaint: float = param(1.10, "log-odds the month after", -5, 5)
    inertia: float = param(-0.25, "log-odds per sd", -5, 5)
    satisfaction: float = param(-0.25, "log-odds per point", -5, 5)
    port_out_share_postpaid: float = param(0.65, "of voluntary churn", 0, 1)
    port_out_share_prepaid: float = param(0.20, "of voluntary churn", 0, 1)
    prepaid_inactivity_days: int = param(90, "days until a silent SIM is closed", 1, 365)


@dataclass(frozen=True)
class Campaign:
    """The one randomised campaign: a data bonus offered by SMS."""

    month: int = param(27, "month of history", 0, 240)
    control_share: float = param(0.5, "of the eligible", 0, 1)
    min_tenure_months: int = param(3, "months", 0, 240)
    reach_log_odds: float = param(0.5, "log-odds of reading the message", -10, 10)
    accept_log_odds: float = param(-1.9, "log-odds given reach", -15, 10)
    accept_data_need: float = param(1.4, "log-odds per sd", -5, 5)
    accept_effect: float = param(1.7, "log-odds of staying", -5, 5)
    accept_effect_data_need: float = param(0.7, "log-odds per sd", -5, 5)
    lost_log_odds: float = param(-1.2, "log-odds that no offer helps", -10, 10)
    lost_exit_intention: float = param(2.2, "log-odds per sd", -5, 5)
    prepaid_factor: float = param(0.5, "of the effect", 0, 5)
    contact_base: float = param(-0.30, "log-odds of leaving after mere contact", -5, 5)
    contact_past_term: float = param(0.90, "log-odds", -5, 5)
    contact_inertia: float = param(0.35, "log-odds per sd, postpaid", -5, 5)
    contact_exit_intention: float = param(0.60, "log-odds per sd above 0.3", -5, 5)
    effect_months: int = param(3, "months", 1, 36)


@dataclass(frozen=True)
class Costs:
    """What a unit of service costs; the table unit_costs is made from this section."""

    data_mb: float = param(0.00016, "EUR per MB", 0, 1)
    roaming_mb: float = param(0.0010, "EUR per MB", 0, 1)
    voice_second: float = param(0.0001, "EUR per second", 0, 1)
    sms: float = param(0.005, "EUR per message", 0, 1)
    active_sim: float = param(1.20, "EUR per SIM and month", 0, 100)
    invoice: float = param(0.35, "EUR per invoice", 0, 100)
    payment: float = param(0.12, "EUR per payment received", 0, 100)
    topup_eur: float = param(0.06, "EUR per EUR topped up", 0, 1)
    care_second: float = param(0.010, "EUR per second", 0, 10)
    campaign_sms: float = param(0.02, "EUR per message sent", 0, 100)
    data_bonus: float = param(2.30, "EUR per accepted offer", 0, 1000)
    sac_postpaid: float = param(95.0, "EUR per gross add", 0, 10_000)
    sac_prepaid: float = param(6.0, "EUR per gross add", 0, 10_000)


@dataclass(frozen=True)
class Config:
    """Everything that a world depends on beside its seed.

    Attributes
    ----------
    preset
        The name of the preset that it started from.
    customers
        Number of customer slots; those whose month of activation lies in the history exist.
    months
        Months of history.
    """

    preset: str
    customers: int
    months: int
    mix: Mix = field(default_factory=Mix)
    contract: Contract = field(default_factory=Contract)
    usage: Usage = field(default_factory=Usage)
    billing: Billing = field(default_factory=Billing)
    prepaid: Prepaid = field(default_factory=Prepaid)
    care: Care = field(default_factory=Care)
    churn: Churn = field(default_factory=Churn)
    campaign: Campaign = field(default_factory=Campaign)
    costs: Costs = field(default_factory=Costs)

    def with_overrides(self, overrides: dict[str, Any]) -> "Config":
        """Return a copy in which `{"section.parameter": value}` are changed."""
        changed = self
        for key, value in overrides.items():
            section, _, name = key.partition(".")
            known = [f"{s}.{p}" for s in SECTIONS for p in parameters(getattr(self, s))]
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise ConfigError(f"Unknown parameter {key!r}.{hint}")
            current = getattr(changed, section)
            spec = parameters(current)[name]
            new = checked(section, name, value, spec, getattr(current, name))
            changed = replace(changed, **{section: replace(current, **{name: new})})
        return changed


SECTIONS = tuple(f.name for f in fields(Config) if f.name not in {"preset", "customers", "months"})
MAX_CUSTOMERS = 200_000_000
MAX_MONTHS = 240


def preset_names() -> list[str]:
    """Return the names of the presets that come with the package."""
    folder = files("telcosim").joinpath("presets")
    return sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith("toml"))


def load_config(
    preset: str,
    *,
    customers: int | None = None,
    months: int | None = None,
    overrides: dict[str, Any] | None = None,
) -> Config:
    """Read a preset and change what is asked for.

    Raises
    ------
    ConfigError
        If the preset or a parameter is unknown, or a value is out of its range.
    """
    if preset not in preset_names():
        raise ConfigError(f"Unknown preset {preset!r}. There are: {', '.join(preset_names())}.")
    text = files("telcosim").joinpath("presets", f"{preset}.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(text)
    size = settings.pop("world")
    config = Config(
        preset=preset,
        customers=_in_range("customers", customers, size["customers"], MAX_CUSTOMERS),
        months=_in_range("months", months, size["months"], MAX_MONTHS),
    )
    flat = {f"{s}.{p}": v for s, section in settings.items() for p, v in section.items()}
    config = config.with_overrides(flat | (overrides or {}))
    if config.months > config.mix.arrival_months:
        raise ConfigError(
            f"{config.months} months of history need new customers in each of them: "
            f"set mix.arrival_months to at least {config.months}."
        )
    return config


def _in_range(name: str, asked: int | None, default: int, high: int) -> int:
    value = default if asked is None else asked
    if not 1 <= value <= high:
        raise ConfigError(f"{name} = {value} is out of range; allowed: 1 to {high:,}.")
    return value
