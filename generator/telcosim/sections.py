"""The operator's parameters, in sections, each with unit, allowed range and source.

Rates are per month unless a name says otherwise; money is in euros without VAT; effects on churn
are in log-odds of leaving in a month. 'Per sd' is per standard deviation of a latent trait. A
parameter whose source is 'assumption' has no verifiable public source.
"""

from dataclasses import dataclass

from telcosim.params import param

O2_2020 = "O2 Germany, Q2 2020 results: postpaid 13.30, prepaid 5.80"
ELISA_2020 = "Elisa, Q2 2020 call: 16.4 % a year, that is 1.48 % a month"
TMOBILE_2023 = "T-Mobile US, Q3 2023: 2.81 % a month"
FINLAND_2017 = "Netradar, Finland, November 2017: median 2.8 GB, mean 11.5 GB"
OFCOM_2020 = "Ofcom: 25 to 27 % of UK mobile contracts out of term, 2019 to 2020"
OPT_OUT = "TextUs: 0.4 to 0.9 % of the recipients of a text wave"
WIRELESS_TRIAL = "Ascarza, Iyengar and Schleicher 2016: advice raised churn from 6.4 to 10.0 %"


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
    promotion_price_sensitivity: float = param(0.3, "of the share, at the extremes", -1, 1)
    promotion_depth: float = param(0.20, "of the list price", 0, 0.9)
    move_up_share: float = param(0.25, "of renewals, at most", 0, 1)
    move_down_share: float = param(0.20, "of renewals, at most", 0, 1)


@dataclass(frozen=True)
class Market:
    """What rivals charge, and where the list price goes."""

    yearly_erosion: float = param(0.04, "of the list price per year", -0.5, 0.5)
    rival_sd: float = param(0.03, "log units of a rival's price", 0, 1)
    rival_memory: float = param(0.9, "per month", 0, 0.999)
    war_month: int = param(240, "month in which a price war starts; 240 for never", 0, 240)
    war_months: int = param(6, "months", 1, 240)
    war_depth: float = param(0.20, "by which rivals cut their prices", 0, 0.9)
    rise_month: int = param(240, "month of a general price rise; 240 for never", 0, 240)
    rise: float = param(0.08, "of the running fee", -0.9, 1, "effective rises in the UK, 2023")
    notice: float = param(0.22, "log-odds for three months per rise of 8 %", -5, 5)


@dataclass(frozen=True)
class Network:
    """Outages at the sites that serve a town."""

    outage_share: float = param(0.06, "of sites per month", 0, 1)
    outage_mean_hours: float = param(5.0, "hours of an outage", 0, 720)
    outage_hurt: float = param(0.04, "points of satisfaction per hour, at most 10 hours", 0, 5)
    outage_care: float = param(0.06, "log units of contacts per hour, at most 10 hours", -3, 3)


@dataclass(frozen=True)
class Usage:
    """Data, voice and messages."""

    data_median_gb_postpaid: float = param(6.5, "GB per month", 0.1, 1000, FINLAND_2017)
    data_median_gb_prepaid: float = param(2.2, "GB per month", 0.1, 1000)
    data_need_sd: float = param(1.30, "log units", 0, 3, FINLAND_2017)
    data_habit_sd: float = param(0.50, "log units", 0, 3, FINLAND_2017)
    data_month_sd: float = param(0.30, "log units", 0, 3)
    exit_intention: float = param(-0.80, "log units per sd", -3, 3)
    data_growth_year: float = param(0.20, "per year", -0.5, 1, "Indian traffic, Q1 2025: +19 %")
    fair_use_gb: float = param(600.0, "GB per month, then too slow to go on", 1, 100_000)
    held_back_share: float = param(0.70, "of use above the allowance", 0, 1)
    voice_median_minutes: float = param(85.0, "minutes per month", 0, 10_000)
    voice_sd: float = param(0.80, "log units", 0, 3)
    voice_month_share: float = param(0.6, "of the standard deviation", 0, 1)
    sms_mean: float = param(9.0, "messages per month", 0, 1000)
    roaming_share: float = param(0.06, "of postpaid SIMs per month, 4 % of all", 0, 1)
    roaming_share_summer: float = param(0.27, "of postpaid SIMs per month, 18 % of all", 0, 1)
    roaming_mean_mb: float = param(900.0, "MB per trip month", 0, 100_000)


@dataclass(frozen=True)
class Billing:
    """What is charged beside the monthly fee, and how it is paid."""

    overage_pack_gb: float = param(1.0, "GB", 0.1, 100)
    overage_pack_eur: float = param(2.00, "EUR", 0, 100)
    overage_packs_max: int = param(4, "packs per month", 0, 100)
    roaming_day_pass_eur: float = param(2.00, "EUR", 0, 100)
    shock_ratio: float = param(1.45, "of the mean of past bills", 1, 10)
    shock_floor_eur: float = param(4.0, "EUR above the mean of past bills", 0, 1000)
    pay_log_odds: float = param(3.15, "log-odds", -10, 10)
    pay_credit_risk: float = param(-1.05, "log-odds per sd", -5, 5)
    pay_arrears: float = param(-1.55, "log-odds per bill in arrears", -5, 5)
    bills_until_disconnection: int = param(3, "bills in arrears", 1, 3)


@dataclass(frozen=True)
class Prepaid:
    """Top-ups and what they are spent on."""

    spend_median_eur: float = param(7.4, "EUR per month", 0.1, 1000, O2_2020)
    spend_sd: float = param(0.45, "log units", 0, 3)
    spend_month_sd: float = param(0.30, "log units", 0, 3)
    skip_log_odds: float = param(-1.2, "log-odds of a month without a top-up", -10, 10)
    skip_exit_intention: float = param(0.5, "log-odds per sd", -5, 5)


@dataclass(frozen=True)
class Care:
    """Contacts with customer care, complaints, satisfaction."""

    log_rate: float = param(-2.92, "log contacts per month", -10, 3)
    quality_sensitivity: float = param(0.70, "log units per sd", -3, 3)
    bill_shock: float = param(0.90, "log units", -3, 3)
    arrears: float = param(0.50, "log units per bill in arrears", -3, 3)
    dissatisfaction: float = param(0.25, "log units per point", -3, 3)
    complaint_log_odds: float = param(-2.65, "log-odds per contact", -10, 10)
    complaint_shock: float = param(0.8, "log-odds", -5, 5)
    complaint_quality: float = param(0.5, "log-odds per sd", -5, 5)


@dataclass(frozen=True)
class Satisfaction:
    """How the memory of service goes up and down; 0 is the average customer's."""

    memory: float = param(0.85, "per month", 0, 0.999)
    noise: float = param(0.35, "points", 0, 5)
    shock_hurt: float = param(0.35, "points", -5, 5)
    complaint_hurt: float = param(0.60, "points", -5, 5)


@dataclass(frozen=True)
class Digital:
    """What customers do in the app and on the site, and how their intentions drift."""

    exit_memory: float = param(0.95, "of the intention to leave, per month", 0, 0.999)
    logins: float = param(0.10, "log logins per month", -10, 3)
    logins_digital: float = param(0.8, "log units per sd", -3, 3)
    page_views: float = param(-0.8, "log views of a tariff page per month", -10, 3)
    page_views_price: float = param(0.35, "log units per sd", -3, 3)
    page_views_exit: float = param(1.2, "log units per sd", -3, 3)
    port_code: float = param(-4.2, "log-odds of asking for a port code", -15, 5)
    port_code_exit: float = param(1.4, "log-odds per sd", -5, 5)
    coupons: float = param(-1.2, "log-odds of using the month's coupon", -15, 5)
    coupons_price: float = param(1.1, "log-odds per sd", -5, 5)
    own_changes: float = param(-1.1, "log changes of own settings per month", -10, 3)
    own_changes_inertia: float = param(-0.9, "log units per sd", -3, 3)
    device_hazard: float = param(-5.3, "log-odds of a new device", -15, 5)
    device_age: float = param(0.075, "log-odds per month of age", -1, 1)


@dataclass(frozen=True)
class Addon:
    """The data add-on that customers buy by themselves or are offered."""

    fee_eur: float = param(3.00, "EUR per month", 0, 100)
    months: int = param(12, "months", 1, 60)
    data_gb: float = param(10.0, "GB per month", 0, 1000)
    own_log_odds: float = param(-5.0, "log-odds of buying it unasked", -15, 5)
    own_data_need: float = param(0.8, "log-odds per sd", -5, 5)
    own_overage: float = param(1.0, "log-odds after a data pack", -5, 5)
    own_banner: float = param(1.2, "log-odds after a banner in the app", -5, 5)
    accept: float = param(-1.6, "log-odds given reach", -15, 5)
    accept_up: float = param(-2.2, "log-odds given reach, of a bigger tariff", -15, 5)
    accept_data_need: float = param(0.9, "log-odds per sd", -5, 5)
    accept_overage: float = param(0.8, "log-odds after a data pack", -5, 5)
    free_months: int = param(1, "months of the fee waived for those who accept", 0, 12)
    contact: float = param(0.04, "log-odds of leaving after mere contact", -5, 5)
    accepted: float = param(-0.15, "log-odds of leaving after acceptance", -5, 5)


@dataclass(frozen=True)
class TopupBonus:
    """A bonus on the next top-up of a prepaid balance."""

    accept: float = param(-0.9, "log-odds given reach, bonus of 10 %", -15, 5)
    accept_price: float = param(0.6, "log-odds per sd", -5, 5)
    accept_depth: float = param(0.5, "log-odds per log unit of the bonus over 10 %", -5, 5)
    contact: float = param(0.0, "log-odds of leaving after mere contact", -5, 5)


@dataclass(frozen=True)
class Churn:
    """Why customers leave: log-odds of leaving in a month of their own will."""

    postpaid: float = param(-6.32, "log-odds in lock-in", -15, 5, ELISA_2020)
    prepaid: float = param(-4.08, "log-odds", -15, 5, TMOBILE_2023)
    contract_end: float = param(3.72, "log-odds in months -1 to 2 around the end", -5, 5)
    past_term: float = param(2.28, "log-odds later on", -5, 5)
    no_topup: float = param(1.75, "log-odds after a month without a top-up", -5, 5)
    early_life: float = param(0.30, "log-odds in the first six months", -5, 5)
    log_tenure: float = param(-0.20, "log-odds per log unit from 25 months", -5, 5)
    exit_intention: float = param(0.70, "log-odds per sd", -5, 5)
    price_sensitivity: float = param(0.20, "log-odds per sd", -5, 5)
    price_gap: float = param(2.00, "log-odds per log unit above the best market price", -10, 10)
    bill_shock: float = param(0.80, "log-odds for three months", -5, 5)
    complaint: float = param(1.30, "log-odds for three months", -5, 5)
    inertia: float = param(-0.25, "log-odds per sd", -5, 5)
    satisfaction: float = param(-0.25, "log-odds per point", -5, 5)
    port_out_share_postpaid: float = param(0.65, "of voluntary churn", 0, 1)
    port_out_share_prepaid: float = param(0.20, "of voluntary churn", 0, 1)
    prepaid_inactivity_days: int = param(90, "days until a silent SIM is closed", 1, 365)


@dataclass(frozen=True)
class Contact:
    """What contact by the retention programme does beside the offer that it carries."""

    base: float = param(-0.45, "log-odds of leaving after mere contact", -5, 5)
    past_term: float = param(0.90, "log-odds past the term", -5, 5, WIRELESS_TRIAL)
    inertia: float = param(0.35, "log-odds per sd, postpaid", -5, 5, WIRELESS_TRIAL)
    complaint: float = param(-0.50, "log-odds after a complaint", -5, 5)
    prepaid: float = param(0.20, "log-odds", -5, 5)
    exit_intention: float = param(0.60, "log-odds per sd above 0.3", -5, 5)
    lost: float = param(-1.2, "log-odds that an offer is lost on the customer", -50, 10)
    lost_exit_intention: float = param(2.2, "log-odds per sd", -5, 5)
    prepaid_effect: float = param(0.5, "of the effect of an offer", 0, 5)
    months: int = param(3, "months that an effect lasts", 1, 36)
    fatigue: float = param(-0.25, "log-odds of acceptance per recent contact", -5, 5)
    fatigue_memory: float = param(0.6, "per month", 0, 0.999)
    effects: float = param(1.0, "times every effect on leaving; 0 for a world without", 0, 5)


@dataclass(frozen=True)
class Channel:
    """A channel of contact: whom it reaches, what it adds to an offer, what it costs."""

    reach: float = param(0.5, "log-odds of reaching the customer", -10, 10)
    reach_digital: float = param(0.0, "log-odds per sd", -5, 5)
    accept: float = param(-0.6, "log-odds of acceptance", -10, 10)
    weight: float = param(1.0, "times the effect of mere contact", 0, 5)
    cost_eur: float = param(0.02, "EUR per contact", 0, 1000)
    goodwill_eur: float = param(0.05, "EUR of goodwill used up per contact", 0, 1000)
    opt_out_share: float = param(0.006, "of those contacted", 0, 1, OPT_OUT)


@dataclass(frozen=True)
class Offer:
    """A retention offer: what it costs, who accepts it, whom it keeps."""

    cost_now_eur: float = param(0.0, "EUR at acceptance", 0, 1000)
    cost_month_eur: float = param(0.0, "EUR per month afterwards", 0, 1000)
    cost_months: int = param(0, "months", 0, 60)
    accept: float = param(-1.0, "log-odds given reach", -15, 10)
    accept_price: float = param(0.0, "log-odds per sd", -5, 5)
    accept_data: float = param(0.0, "log-odds per sd", -5, 5)
    accept_quality: float = param(0.0, "log-odds per sd", -5, 5)
    accept_device: float = param(0.0, "log-odds per 14 months of device age over 24", -5, 5)
    effect: float = param(2.0, "log-odds of staying after acceptance", -5, 10)
    effect_price: float = param(0.0, "log-odds per sd", -5, 5)
    effect_data: float = param(0.0, "log-odds per sd", -5, 5)
    effect_quality: float = param(0.0, "log-odds per sd", -5, 5)
    effect_device: float = param(0.0, "log-odds per 14 months of device age over 24", -5, 5)


@dataclass(frozen=True)
class SaveDesk:
    """What happens when a customer calls to cancel."""

    announce_postpaid: float = param(0.50, "of those about to leave call first", 0, 1)
    announce_prepaid: float = param(0.10, "of those about to leave call first", 0, 1)
    saved_talk: float = param(0.15, "of callers, without an offer", 0, 1, "illustration, turnella")
    saved_credit: float = param(0.30, "of callers", 0, 1)
    saved_discount: float = param(0.40, "of callers", 0, 1)
    saved_deep: float = param(0.45, "of callers", 0, 1, "illustration, turnella")
    threat: float = param(-5.5, "log-odds of calling without wanting to leave", -15, 5)
    threat_price: float = param(0.8, "log-odds per sd", -5, 5)
    saved_shift: float = param(-0.8, "log-odds of leaving for three months", -5, 5)
    call_seconds: int = param(400, "seconds per call taken", 0, 36_000)


@dataclass(frozen=True)
class Dunning:
    """What a step beyond the standard letters does with overdue bills."""

    sms_pay: float = param(0.25, "log-odds of paying", -5, 5)
    sms_annoy: float = param(0.02, "log-odds of leaving", -5, 5)
    call_pay: float = param(0.80, "log-odds of paying", -5, 5)
    call_annoy: float = param(0.10, "log-odds of leaving", -5, 5)
    plan_pay: float = param(1.10, "log-odds of paying", -5, 5)
    plan_annoy: float = param(-0.10, "log-odds of leaving", -5, 5)
    plan_eur: float = param(1.0, "EUR per payment plan", 0, 1000)
    suspend_pay: float = param(0.50, "log-odds of paying", -5, 5)
    suspend_annoy: float = param(0.40, "log-odds of leaving", -5, 5)


@dataclass(frozen=True)
class Campaigns:
    """The history of waves: randomised ones, and ones that a score picked."""

    first_wave: int = param(12, "month of the first randomised retention wave", 0, 240)
    wave_every: int = param(3, "months", 1, 240)
    waves: int = param(6, "randomised retention waves", 0, 80)
    control_share: float = param(0.5, "of the eligible", 0, 1)
    only_action: int = param(0, "0: any retention action; else the one to use", 0, 24)
    score_share: float = param(0.0, "of the wave picked by score and not by lot", 0, 1)
    score_slope: float = param(2.0, "log-odds of contact per point of the score", -20, 20)
    score_middle: float = param(0.6, "points at which half are contacted", -20, 20)
    upsell_first: int = param(8, "month of the first data add-on wave", 0, 240)
    upsell_every: int = param(6, "months", 1, 240)
    upsell_waves: int = param(4, "waves", 0, 80)
    topup_first: int = param(10, "month of the first wave of top-up bonuses", 0, 240)
    topup_every: int = param(6, "months", 1, 240)
    topup_waves: int = param(4, "randomised waves", 0, 80)
    topup_share: float = param(0.25, "of prepaid customers who may be contacted", 0, 1)
    upsell_middle_gb: float = param(14.0, "GB per month at which half are contacted", 0, 1000)


@dataclass(frozen=True)
class Value:
    """How far ahead a customer's margins count, and how much less later ones do."""

    horizon_months: int = param(24, "months", 1, 60)
    yearly_discount: float = param(0.10, "per year", 0, 1)


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
    sac_postpaid: float = param(95.0, "EUR per gross add", 0, 10_000)
    sac_prepaid: float = param(6.0, "EUR per gross add", 0, 10_000)
    handset_subsidy: float = param(108.0, "EUR per handset that comes with a term", 0, 10_000)
    commission_own_shop: float = param(20.0, "EUR per postpaid gross add", 0, 1000)
    commission_dealer: float = param(35.0, "EUR per postpaid gross add", 0, 1000)
    commission_online: float = param(8.0, "EUR per postpaid gross add", 0, 1000)
    commission_telesales: float = param(4.0, "EUR per postpaid gross add", 0, 1000)
    commission_referral: float = param(20.0, "EUR per postpaid gross add", 0, 1000)
    consent_breach: float = param(5.0, "EUR per contact without consent, expected fine", 0, 1000)
