"""The words that coded columns use, in the order of their codes."""

from importlib.resources import files


def pool(name: str) -> tuple[str, ...]:
    """Return a committed list of names, one per line (made by generator/make_pools.py)."""
    text = files("telcosim").joinpath("pools", f"{name}.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())


FIRST_NAMES = pool("first_names")
LAST_NAMES = pool("last_names")
STREETS = pool("streets")
TOWNS = pool("towns")
REGIONS = ("north", "east", "south", "west", "capital")
ACQUISITION_CHANNELS = ("own_shop", "dealer", "online", "telesales")
PAYMENT_TYPES = ("postpaid", "prepaid")
PAYMENT_METHODS = ("direct_debit", "card", "transfer", "voucher")
CREDIT_CLASSES = ("A", "B", "C", "D")
TARIFFS = ("post-s", "post-m", "post-l", "post-xl", "prepaid")
TARIFF_NAMES = ("Telvora S", "Telvora M", "Telvora L", "Telvora Unlimited", "Telvora Prepaid")
SALES_REASONS = ("activation", "renewal", "late_renewal")
TOPUP_CHANNELS = ("app", "web", "shop", "voucher")
CARE_CHANNELS = ("call", "chat", "shop")
CARE_REASONS = ("billing", "network", "tariff", "device", "payment", "cancellation")
PAYMENT_STATUS = ("paid", "written_off")
CHURN_TYPES = ("voluntary", "involuntary")
CHURN_REASONS = ("price", "contract_end", "service", "non_payment", "silent", "other")
OFFERS = ("data_bonus",)
OFFER_NAMES = ("Data bonus, 2 GB for three months",)
CAMPAIGNS = ("spring-bonus",)
CAMPAIGN_NAMES = ("Spring data bonus",)
CONTACT_CHANNELS = ("sms",)
CAMPAIGN_DESIGNS = ("randomised",)
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
    "data_bonus",
    "sac_postpaid",
    "sac_prepaid",
)
COST_UNITS = (
    "MB",
    "second",
    "message",
    "SIM and month",
    "invoice",
    "payment",
    "EUR",
    "acceptance",
    "gross add",
)
