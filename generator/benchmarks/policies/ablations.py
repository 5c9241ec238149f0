"""What carries the gap between the course's method and risk targeting: take parts away."""

from collections.abc import Mapping

from telcosim.actions import CHANNELS, RETENTION_OFFERS
from telcosim.config import Config

Overrides = Mapping[str, float]

OFFER_COST = 57.0
"""EUR at present value of the dearest offer, that all offers are made to cost."""

TASTES = ("price", "data", "quality", "device")
NO_LOST_CAUSES = {
    "contact.lost": -50.0,
    "contact.lost_exit_intention": 0.0,
    "contact.exit_intention": 0.0,
}
NO_WAKING = {"contact.past_term": 0.0, "contact.inertia": 0.0}
NO_CONTACT_EFFECT = {"contact.base": 0.0, "contact.prepaid": 0.0, "contact.exit_intention": 0.0}
PROXIES = (
    *("usage.exit_intention", "usage.data_need_sd", "digital.logins_digital"),
    *("digital.page_views_price", "digital.page_views_exit", "digital.port_code_exit"),
    *("digital.coupons_price", "digital.own_changes_inertia", "care.quality_sensitivity"),
)
"""How strongly what the operator sees shows what customers are like."""


def times(config: Config, factor: float, *keys: str) -> dict[str, float]:
    """Return overrides that multiply some parameters."""
    parts = [key.split(".") for key in keys]
    return {f"{s}.{name}": factor * getattr(getattr(config, s), name) for s, name in parts}


def ablations(config: Config) -> dict[str, Overrides]:
    """Return the changes by name, each as overrides of the configuration."""
    offers = [f"offer_{name}" for name in RETENTION_OFFERS]
    accepts = [f"{offer}.accept_{taste}" for offer in offers for taste in TASTES]
    effects = [
        f"{offer}.effect{part}" for offer in offers for part in ("", *map("_{}".format, TASTES))
    ]
    dear = {f"{offer}.cost_now_eur": OFFER_COST for offer in offers}
    dear |= {f"{offer}.cost_month_eur": 0.0 for offer in offers}
    channels = [f"channel_{name}" for name in CHANNELS]
    shy = {f"{c}.accept": getattr(config, c).accept - 1.0 for c in channels}
    return {
        "none": {},
        "no lost causes": NO_LOST_CAUSES,
        "no waking of past and inert": NO_WAKING,
        "contact without effect, but after complaints": NO_WAKING | NO_CONTACT_EFFECT,
        "neither lost causes nor waking": NO_LOST_CAUSES | NO_WAKING,
        "two waves instead of six": {"campaigns.waves": 2, "campaigns.first_wave": 24},
        "holdout 4 %": {"campaigns.control_share": 0.04},
        "every offer costs 57 EUR": dear,
        "signs of traits at half strength": times(config, 0.5, *PROXIES),
        "acceptance free of traits": dict.fromkeys(accepts, 0.0),
        "effects of offers halved": times(config, 0.5, *effects),
        "acceptance 1.0 lower in log-odds": shy,
        "no more churn at contract end": {"churn.contract_end": 0.0},
    }
