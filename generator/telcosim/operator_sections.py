"""Parameters of the rest of the operator: households, loyalty, surveys, desks, organisation.

As in `telcosim.sections`: effects on leaving are in log-odds a month, money in euros without VAT.
"""

from dataclasses import dataclass

from telcosim.params import param

FMC = "Barros: a half of mobile churn claimed for bundles, selection included"
AALTO = "Aalto study of 5.3 m customers: 5.4 contacts per postpaid, 3.4 per prepaid SIM"
NITZAN = "Nitzan and Libai 2011, 1 m customers: a neighbour's defection, hazard × 1.8"
KUMAR = "Kumar, Bhagwat and Zhang 2015: direction only"


@dataclass(frozen=True)
class Acquisition:
    """What customers are like by the way they came: log-odds of leaving a month."""

    own_shop: float = param(0.0, "log-odds of leaving", -5, 5)
    dealer: float = param(0.20, "log-odds of leaving", -5, 5)
    online: float = param(-0.10, "log-odds of leaving", -5, 5)
    telesales: float = param(0.55, "log-odds of leaving", -5, 5)
    referral: float = param(-0.35, "log-odds of leaving", -5, 5)
    referral_share: float = param(0.08, "of sign-ups, at most by someone who knows one", 0, 1)
    ported_postpaid: float = param(0.45, "of postpaid gross adds", 0, 1)
    ported_prepaid: float = param(0.15, "of prepaid gross adds", 0, 1)
    ported: float = param(0.15, "log-odds of leaving of those who ported in", -5, 5)


@dataclass(frozen=True)
class Household:
    """Fixed line and TV: who has them (selection), and what they do to leaving (effect)."""

    fixed_share: float = param(0.25, "of households at the start", 0, 1)
    start_rate: float = param(0.004, "fixed lines per household and month", 0, 1)
    mean_months: float = param(70.0, "months that a fixed line is kept", 1, 1000)
    selection: float = param(0.90, "correlation of having one with loyalty and inertia", -1, 1)
    effect: float = param(-0.29, "log-odds of leaving, that is × 0.75", -5, 5, FMC)
    promotion_month: int = param(15, "month of the randomised promotion; 240 for never", 0, 240)
    promotion_share: float = param(0.15, "of promoted households that take a fixed line", 0, 1)
    tv_share: float = param(0.5, "of fixed lines", 0, 1)
    fixed_fee_eur: float = param(24.0, "EUR per month", 0, 1000)
    tv_fee_eur: float = param(9.0, "EUR per month", 0, 1000)
    shared_bill: float = param(0.9, "of later postpaid members on the household's bill", 0, 1)


@dataclass(frozen=True)
class Handset:
    """Handsets that come with a term of 24 months, at the operator's expense."""

    log_odds: float = param(1.4, "log-odds of a term of 24 months with a handset", -10, 10)
    spend: float = param(0.4, "log-odds per sd of spend", -5, 5)


@dataclass(frozen=True)
class Bonds:
    """What ties customers, or loosens the tie: log-odds of leaving a month."""

    loyalty: float = param(-0.30, "log-odds per sd", -5, 5)
    moved: float = param(0.80, "log-odds for three months", -5, 5)
    moving_share: float = param(0.008, "of customers per month", 0, 1)
    autopay: float = param(-0.35, "log-odds while bills are paid automatically", -5, 5)
    autopay_pay: float = param(0.6, "log-odds of paying", -5, 5)


@dataclass(frozen=True)
class Loyalty:
    """A programme with a threshold: points for twelve months' spend, gold for a year."""

    first_review: int = param(12, "month of the first yearly review; 240 for never", 0, 240)
    threshold: int = param(300, "points for gold", 0, 100_000)
    partner_points: float = param(40.0, "mean points from partners in a year", 0, 10_000)
    perk_eur: float = param(0.25, "EUR per gold member and month", 0, 100)
    gold: float = param(-0.45, "log-odds of leaving with gold", -5, 5)


@dataclass(frozen=True)
class Rollout:
    """The upgrade of the network, region by region."""

    first_month: int = param(9, "month of the first region; 240 for never", 0, 240)
    every: int = param(6, "months from region to region", 1, 240)
    leaving: float = param(-0.25, "log-odds of leaving where it stands", -5, 5)
    data: float = param(0.05, "log units of data use where it stands", -3, 3)


@dataclass(frozen=True)
class Survey:
    """Who is asked, who answers, what they say."""

    relational_share: float = param(0.10, "of customers per quarter", 0, 1)
    transactional_share: float = param(0.30, "of customers with a care contact", 0, 1)
    answer: float = param(-1.2, "log-odds of answering", -10, 10)
    answer_score: float = param(0.12, "log-odds per point of the score above 7", -5, 5)
    answer_extreme: float = param(0.10, "log-odds per point away from 7", -5, 5)
    middle: float = param(7.35, "points of the average customer", 0, 10)
    satisfaction: float = param(1.0, "points per point of satisfaction", -10, 10)
    exit_intention: float = param(-1.5, "points per sd", -10, 10)
    loyalty: float = param(0.9, "points per sd", -10, 10)
    noise: float = param(0.8, "points", 0, 10)
    complaint: float = param(-1.2, "points in a survey after a complaint", -10, 10)


@dataclass(frozen=True)
class Desk:
    """The standing save desk: by lot talk, a small or a large credit on the next bill."""

    agents: int = param(24, "agents", 2, 500)
    skill_sd: float = param(0.25, "of the mean, between agents", 0, 1)
    turnover: float = param(0.03, "of agents per month", 0, 1)
    saved_talk: float = param(0.15, "of callers, by a mean agent", 0, 1, "illustration, turnella")
    saved_small: float = param(0.28, "of callers, by a mean agent", 0, 1)
    saved_large: float = param(0.45, "of callers, by a mean agent", 0, 1, "illustration, turnella")
    small_eur: float = param(6.0, "EUR of credit", 0, 1000)
    large_eur: float = param(30.0, "EUR of credit", 0, 1000)


@dataclass(frozen=True)
class Winback:
    """Who comes back, for which offer, and how long the second lifetime lasts."""

    after: int = param(3, "months after leaving when the programme writes", 1, 60)
    control_share: float = param(0.4, "of former customers", 0, 1)
    unasked: float = param(-6.0, "log-odds of coming back in a month, for a year", -15, 5)
    price: float = param(0.5, "log-odds of coming back per sd of price sensitivity", -5, 5, KUMAR)
    discount: float = param(-2.6, "log-odds of accepting", -15, 5)
    upgrade: float = param(-3.0, "log-odds of accepting", -15, 5)
    both: float = param(-2.1, "log-odds of accepting", -15, 5, KUMAR)
    fee_cut: float = param(0.20, "of the fee, with a discount", 0, 0.9)
    second_life: float = param(0.20, "log-odds of leaving once more", -5, 5)
    second_life_price: float = param(0.25, "log-odds per sd of price sensitivity", -5, 5, KUMAR)
    second_life_both: float = param(0.35, "log-odds with discount and upgrade", -5, 5, KUMAR)
    second_life_upgrade: float = param(-0.35, "log-odds with the upgrade alone", -5, 5, KUMAR)


@dataclass(frozen=True)
class Onboarding:
    """The first weeks: app and automatic payment, and a nudge to one of them by lot."""

    app: float = param(-0.2, "log-odds of installing the app at once", -10, 10)
    app_digital: float = param(1.0, "log-odds per sd", -5, 5)
    autopay: float = param(-0.9, "log-odds of automatic payment at once", -10, 10)
    autopay_inertia: float = param(0.4, "log-odds per sd", -5, 5)
    nudge: float = param(1.2, "log-odds, by the nudge", -5, 5)
    later: float = param(0.01, "per month, of those without", 0, 1)


@dataclass(frozen=True)
class Social:
    """The call graph, and contagion along it, which is off by default."""

    degree_postpaid: float = param(3.75, "ties to earlier customers, mean", 0, 12, AALTO)
    degree_prepaid: float = param(1.15, "ties to earlier customers, mean", 0, 12, AALTO)
    reach: float = param(30.0, "mean distance of a tie, in customer numbers", 1, 10_000)
    long_share: float = param(0.10, "of ties that go to the block before", 0, 1)
    contagion: float = param(0.0, "log-odds per defected tie; 0.59 is × 1.8", 0, 5, NITZAN)
    memory: float = param(0.5, "of exposure, per month", 0, 0.99, NITZAN)


@dataclass(frozen=True)
class Organisation:
    """How the operator works. Each switch is an assumption; the defaults are a well-run house."""

    data_late_days: int = param(0, "days by which the view of customers is late", 0, 90)
    failed_deliveries: float = param(0.0, "of contacts that never arrive", 0, 1)
    uncoordinated_rise: int = param(
        0, "1: a general price rise hits customers at the end of their term too", 0, 1
    )
    launch_month: int = param(240, "month of a launch that cannibalises; 240 for never", 0, 240)
    outage_notice: float = param(1.0, "of outages that customers are told of", 0, 1)
    quarterly_targets: int = param(
        0, "1: offers for this quarter's sales in place of lifetime value", 0, 1
    )
    uncoordinated_teams: int = param(0, "1: upsell writes to whom retention just wrote to", 0, 1)
    pay_per_sale: int = param(0, "1: agents are paid per sale and save, not per margin kept", 0, 1)
    banner_reach: float = param(0.0, "of app users who see the banner of the add-on", 0, 1)
    opt_outs: float = param(1.0, "times the usual opt-outs per message", 0, 100)
    consent_breaches: float = param(0.0, "of those without consent who are contacted", 0, 1)
