"""What the operator sells, and the small tables that describe it."""

import numpy as np

from telcosim.calendar import month_start_day
from telcosim.config import Config
from telcosim.schema import NULL
from telcosim.schema import vocabulary as words
from telcosim.streams import IntArray

PREPAID = words.TARIFFS.index("prepaid")
UNLIMITED = words.TARIFFS.index("post-xl")
FIRST_LIST_YEAR = -3
"""Oldest price list that a term can still be on, in years from the start of the history."""

LIST_FEE_CENTS = np.array([999, 1499, 2199, 3199, 0])
"""Fees per month of a new term in the first year of history (assumption)."""

ALLOWANCE_MB = np.array([5_000, 15_000, 40_000, NULL, NULL])
YEARLY_EROSION = 0.04
"""Share by which each year's list undercuts the last: market prices fall (assumption)."""


def list_fee_cents(tariff: IntArray, month: IntArray) -> IntArray:
    """Return the list price per month of a term signed in a month, in cents."""
    year = np.maximum(np.floor_divide(month, 12), FIRST_LIST_YEAR)
    fee = LIST_FEE_CENTS[tariff] * (1.0 - YEARLY_EROSION) ** year
    return np.floor(fee + 0.5).astype(np.int64)


def tariff_table(config: Config) -> dict[str, IntArray]:
    """Return every tariff with every price list up to the end of the history."""
    years = np.arange(FIRST_LIST_YEAR, -(-config.months // 12))
    tariff, year = (a.ravel() for a in np.meshgrid(np.arange(len(words.TARIFFS)), years))
    return {
        "tariff_id": tariff,
        "valid_from": month_start_day(12 * year),
        "name": tariff,
        "payment_type": (tariff == PREPAID).astype(np.int64),
        "list_fee_cents": list_fee_cents(tariff, 12 * year),
        "allowance_mb": ALLOWANCE_MB[tariff],
    }


def offer_table(config: Config) -> dict[str, IntArray]:
    """Return the offers."""
    return {
        "offer_id": np.array([0]),
        "name": np.array([0]),
        "cost_cents": np.array([round(config.costs.data_bonus * 100)]),
        "effect_months": np.array([config.campaign.effect_months]),
    }


def campaign_table(config: Config) -> dict[str, IntArray]:
    """Return the campaigns that fall into the history."""
    row = {
        "campaign_id": 0,
        "name": 0,
        "offer_id": 0,
        "channel": 0,
        "month": config.campaign.month,
        "design": 0,
        "control_ppm": round(config.campaign.control_share * 1e6),
    }
    happens = int(config.campaign.month < config.months)
    return {name: np.full(happens, value, dtype=np.int64) for name, value in row.items()}


COUNTED_IN = {
    "data_mb": "MB",
    "roaming_mb": "MB",
    "voice_second": "second",
    "sms": "message",
    "active_sim": "SIM and month",
    "invoice": "invoice",
    "payment": "payment",
    "topup_eur": "EUR",
    "care_second": "second",
    "campaign_sms": "message",
    "data_bonus": "acceptance",
    "sac_postpaid": "gross add",
    "sac_prepaid": "gross add",
}


def cost_microeur(config: Config) -> dict[str, int]:
    """Return what one unit of each cost item costs, in millionths of a euro."""
    return {item: round(getattr(config.costs, item) * 1e6) for item in words.COST_ITEMS}


def unit_cost_table(config: Config) -> dict[str, IntArray]:
    """Return the cost items."""
    costs = cost_microeur(config)
    return {
        "item": np.arange(len(words.COST_ITEMS)),
        "per": np.array([words.COST_UNITS.index(COUNTED_IN[i]) for i in words.COST_ITEMS]),
        "cost_microeur": np.array([costs[item] for item in words.COST_ITEMS]),
    }


OPERATOR_TABLES = {
    "tariffs": tariff_table,
    "offers": offer_table,
    "campaigns": campaign_table,
    "unit_costs": unit_cost_table,
}
