"""What a customer brings in a month: revenue less variable costs, in millionths of a euro."""

from dataclasses import dataclass, fields

import numpy as np

from telcosim.actions import CHANNELS
from telcosim.config import Config
from telcosim.schema import vocabulary as words
from telcosim.streams import IntArray

MICROEUR_PER_CENT = 10_000


@dataclass(frozen=True)
class Quantities:
    """How much of each cost item a customer caused in the month, shape (customers,).

    The names are those of the cost items in unit_costs; those that end in `_cents` are money:
    top-ups, whose sale costs a share of them, and costs by themselves.
    """

    data_mb: IntArray
    roaming_mb: IntArray
    voice_second: IntArray
    sms: IntArray
    active_sim: IntArray
    invoice: IntArray
    payment: IntArray
    care_second: IntArray
    campaign_sms: IntArray
    campaign_push: IntArray
    campaign_email: IntArray
    campaign_call: IntArray
    payment_plan: IntArray
    consent_breach: IntArray
    topup_cents: IntArray
    benefit_cents: IntArray


BY_ITEM = tuple(f.name for f in fields(Quantities) if not f.name.endswith("_cents"))
CHANNEL_ITEMS = tuple(f"campaign_{channel}" for channel in CHANNELS)


def cost_microeur(config: Config) -> dict[str, int]:
    """Return what one unit of each cost item costs, in millionths of a euro."""
    of_channels = zip(CHANNEL_ITEMS, config.channels(), strict=True)
    eur = {item: channel.cost_eur for item, channel in of_channels}
    eur["payment_plan"] = config.dunning.plan_eur
    return {
        item: round(1e6 * (eur[item] if item in eur else getattr(config.costs, item)))
        for item in words.COST_ITEMS
    }


def margin_microeur(config: Config, revenue_cents: IntArray, used: Quantities) -> IntArray:
    """Return the contribution margin, without what leaving costs.

    Acquisition cost, handsets that come with a term and fixed costs are not part of it.
    """
    costs = cost_microeur(config)
    margin = (revenue_cents - used.benefit_cents) * MICROEUR_PER_CENT
    margin = margin - used.topup_cents * costs["topup_eur"] // 100
    for item in BY_ITEM:
        margin = margin - getattr(used, item) * costs[item]
    return np.asarray(margin)


def exit_microeur(config: Config, paid_invoices: IntArray, written_off_cents: IntArray) -> IntArray:
    """Return what leaving costs: payments received at the exit, and what is never paid."""
    cost = paid_invoices * cost_microeur(config)["payment"]
    return np.asarray(cost + written_off_cents * MICROEUR_PER_CENT)


def to_cents(microeur: IntArray) -> IntArray:
    """Round to the nearest cent, halves up."""
    return np.floor_divide(microeur + MICROEUR_PER_CENT // 2, MICROEUR_PER_CENT)
