"""The small tables of the whole operator: what it sells, offers, pays and sees around it."""

from collections.abc import Iterable

import numpy as np

from telcosim.calendar import month_start_day
from telcosim.company import company_tables
from telcosim.config import Config
from telcosim.ledger import CHANNEL_ITEMS, cost_microeur
from telcosim.market import (
    ALLOWANCE_MB,
    FIRST_LIST_YEAR,
    LIST_FEE_CENTS,
    PREPAID,
    Market,
    draw_market,
)
from telcosim.maths import to_int
from telcosim.policy import Wave
from telcosim.processes.bonds import upgrade_month
from telcosim.schema import NULL
from telcosim.schema import vocabulary as words
from telcosim.streams import IntArray


def tariff_table(config: Config, market: Market) -> dict[str, IntArray]:
    """Return every tariff with every price list up to the end of the history."""
    years = np.arange(FIRST_LIST_YEAR, -(-config.months // 12))
    tariff, year = (a.ravel() for a in np.meshgrid(np.arange(len(words.TARIFFS)), years))
    return {
        "tariff_id": tariff,
        "valid_from": month_start_day(12 * year),
        "name": tariff,
        "payment_type": (tariff == PREPAID).astype(np.int64),
        "list_fee_cents": market.list_fee_cents(tariff, 12 * year),
        "allowance_mb": ALLOWANCE_MB[tariff],
    }


def market_offer_table(config: Config, market: Market) -> dict[str, IntArray]:
    """Return what rivals charge for the counterpart of each postpaid tariff."""
    postpaid = np.flatnonzero(LIST_FEE_CENTS > 0)
    axes = (np.arange(config.months), np.arange(len(words.RIVALS)), postpaid)
    month, rival, tariff = (a.ravel() for a in np.meshgrid(*axes, indexing="ij"))
    ours = market.list_fee_cents(tariff, month)
    return {
        "month": month,
        "rival": rival,
        "comparable_tariff_id": tariff,
        "monthly_fee_cents": to_int(ours * np.exp(market.rivals[month, rival])),
    }


def site_table(config: Config) -> dict[str, IntArray]:
    """Return the network's sites, and when each was upgraded."""
    sites = np.arange(len(words.SITES))
    region = sites % len(words.REGIONS)
    month = np.array([upgrade_month(config, k) for k in range(len(words.REGIONS))])[region]
    day = month_start_day(np.minimum(month, config.months))
    upgraded = np.where(month < config.months, day, NULL)
    return {"site_id": sites, "region": region, "upgraded_on": upgraded}


def network_table(config: Config, market: Market) -> dict[str, IntArray]:
    """Return outages by site and month."""
    minutes = to_int(60 * market.outage_hours[: config.months])
    month, site = (a.ravel() for a in np.indices(minutes.shape))
    return {"site_id": site, "month": month, "outage_minutes": minutes.ravel()}


def offer_table(config: Config) -> dict[str, IntArray]:
    """Return the offers of the retention programme and what each costs if accepted."""
    offers = config.offers()
    return {
        "offer_id": np.arange(len(offers)),
        "name": np.arange(len(offers)),
        "cost_now_cents": to_int(np.array([100 * o.cost_now_eur for o in offers])),
        "cost_month_cents": to_int(np.array([100 * o.cost_month_eur for o in offers])),
        "cost_months": np.array([o.cost_months for o in offers]),
    }


def campaign_table(waves: Iterable[Wave]) -> dict[str, IntArray]:
    """Return the waves."""
    rows = [(w.campaign_id, w.programme, w.month, w.design) for w in waves]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return dict(zip(("campaign_id", "programme", "month", "design"), columns, strict=True))


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
    **dict.fromkeys(CHANNEL_ITEMS, "contact"),
    "payment_plan": "plan",
    "sac_postpaid": "gross add",
    "sac_prepaid": "gross add",
    "handset_subsidy": "handset",
    **{f"commission_{c}": "postpaid gross add" for c in words.ACQUISITION_CHANNELS},
    "consent_breach": "breach",
}


def unit_cost_table(config: Config) -> dict[str, IntArray]:
    """Return the cost items."""
    costs = cost_microeur(config)
    return {
        "item": np.arange(len(words.COST_ITEMS)),
        "per": np.array([words.COST_UNITS.index(COUNTED_IN[i]) for i in words.COST_ITEMS]),
        "cost_microeur": np.array([costs[item] for item in words.COST_ITEMS]),
    }


def operator_tables(
    config: Config, seed: int, waves: Iterable[Wave]
) -> dict[str, dict[str, IntArray]]:
    """Return all small tables of the whole operator."""
    market = draw_market(config, seed)
    return {
        "tariffs": tariff_table(config, market),
        "sites": site_table(config),
        "network_monthly": network_table(config, market),
        "market_offers": market_offer_table(config, market),
        "offers": offer_table(config),
        "campaigns": campaign_table(waves),
        "unit_costs": unit_cost_table(config),
        **company_tables(config, seed),
    }
