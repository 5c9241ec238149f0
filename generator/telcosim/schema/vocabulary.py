"""The words that coded columns use, in the order of their codes."""

from importlib.resources import files

from telcosim import actions


def pool(name: str) -> tuple[str, ...]:
    """Return a committed list of names, one per line (made by generator/make_pools.py)."""
    text = files("telcosim").joinpath("pools", f"{name}.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())


FIRST_NAMES = pool("first_names")
LAST_NAMES = pool("last_names")
STREETS = pool("streets")
TOWNS = pool("towns")
REGIONS = ("north", "east", "south", "west", "capital")
ACQUISITION_CHANNELS = ("own_shop", "dealer", "online", "telesales", "referral")
PAYMENT_TYPES = ("postpaid", "prepaid")
PAYMENT_METHODS = ("direct_debit", "card", "transfer", "voucher")
CREDIT_CLASSES = ("A", "B", "C", "D")
TARIFFS = ("post-s", "post-m", "post-l", "post-xl", "prepaid")
TARIFF_NAMES = ("Telvora S", "Telvora M", "Telvora L", "Telvora Unlimited", "Telvora Prepaid")
SALES_REASONS = (
    *("activation", "renewal", "late_renewal", "upgrade", "price_change"),
    *("win_back", "launch"),
)
TOPUP_CHANNELS = ("app", "web", "shop", "voucher")
CARE_CHANNELS = ("call", "chat", "shop")
CARE_REASONS = ("billing", "network", "tariff", "device", "payment", "cancellation")
PAYMENT_STATUS = ("paid", "written_off")
CHURN_TYPES = ("voluntary", "involuntary")
CHURN_REASONS = ("price", "contract_end", "service", "non_payment", "silent", "other")
OFFERS = actions.RETENTION_OFFERS
BENEFITS = (*OFFERS, "desk_credit", "gold_perk", "topup_bonus")
OFFER_NAMES = (
    "5 EUR off for 12 months",
    "3 EUR off for 6 months",
    "1 EUR off for 6 months",
    "Device voucher, 25 EUR",
    "Data bonus for 12 months",
    "Priority care for 12 months",
)
CONTACT_OFFERS = (*OFFERS, *actions.UPSELL_OFFERS, *actions.TOPUP_BONUSES)
PROGRAMMES = ("retention", "upsell", "topup_bonus")
STANDING_PROGRAMMES = (
    *PROGRAMMES,
    *("save_desk", "win_back", "loyalty", "referral", "onboarding", "convergence", "dunning"),
)
CONTACT_CHANNELS = actions.CHANNELS
CAMPAIGN_DESIGNS = ("randomised", "by_score", "decided")
RIVALS = ("Norvik", "Celita", "Aponet")
SITES = tuple(f"site-{number:02d}" for number in range(1, 41))
DEVICE_KINDS = ("low", "middle", "high")
DEVICE_SOURCES = ("own", "contract", "voucher")
DIGITAL_EVENTS = (
    *("login", "tariff_page_view", "port_code_request", "coupon_used", "own_change"),
    *("app_install", "autopay_on"),
)
HOUSEHOLD_ROLES = ("head", "member")
PRODUCTS = ("fixed_line", "tv")
ONBOARDING_ARMS = ("none", "app", "autopay")
SAVE_OFFERS = ("talk", "small_credit", "large_credit")
WIN_BACK_OFFERS = ("discount", "upgrade", "discount_and_upgrade")
TRIP_ZONES = ("neighbours", "europe", "world")
TOUCHPOINTS = ("care", "complaint")
LOYALTY_STATUS = ("none", "gold")
TEAMS = ("save_desk", "telesales")
INCENTIVES = ("retained_margin", "per_sale")
PERSONAS = ("saver", "streamer", "loyalist", "service_seeker", "digital_native")
DUNNING_STEPS = ("reminder", "final_notice", *actions.DUNNING_STEPS)
CONSENT_EVENTS = ("given", "withdrawn")
ARMS = ("treatment", "control")
COST_ITEMS = (
    "data_mb",
    "roaming_mb",
    "voice_second",
    "sms",
    "active_sim",
    "invoice",
    "payment",
    "topup_eur",
    "care_second",
    "campaign_sms",
    "campaign_push",
    "campaign_email",
    "campaign_call",
    "payment_plan",
    "sac_postpaid",
    "sac_prepaid",
    "handset_subsidy",
    *(f"commission_{channel}" for channel in ACQUISITION_CHANNELS),
    "consent_breach",
)
COST_UNITS = (
    "MB",
    "second",
    "message",
    "SIM and month",
    "invoice",
    "payment",
    "EUR",
    "contact",
    "plan",
    "gross add",
    "handset",
    "postpaid gross add",
    "breach",
)
