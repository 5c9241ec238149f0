"""What a customer brings in a month: revenue less variable costs, in millionths of a euro."""

from dataclasses import dataclass, fields

import numpy as np

from telcosim.config import Config
from telcosim.market import cost_microeur
from telcosim.streams import IntArray

MICROEUR_PER_CENT = 10_000


@dataclass(frozen=True)
class Quantities:
    """How much of each cost item a customer caused in the month, shape (customers,).

    The names are those of the cost items in unit_costs; money (`topup_eur`) is in cents and
    `written_off_cents` is a cost by itself.
    """

    data_mb: IntArray
    roaming_mb: IntArray
    voice_second: IntArray
    sms: IntArray
    active_sim: IntArray
    invoice: IntArray
    payment: IntArray
    topup_cents: IntArray
    care_second: IntArray
    campaign_sms: IntArray
    data_bonus: IntArray
    written_off_cents: IntArray


CAMPAIGN_ITEMS = ("campaign_sms", "data_bonus")
BY_ITEM = tuple(f.name for f in fields(Quantities) if not f.name.endswith("_cents"))


def margin_microeur(config: Config, revenue_cents: IntArray, used: Quantities) -> IntArray:
    """Return the contribution margin; acquisition cost and fixed costs are not part of it."""
    costs = cost_microeur(config)
    margin = (revenue_cents - used.written_off_cents) * MICROEUR_PER_CENT
    margin = margin - used.topup_cents * costs["topup_eur"] // 100
    for item in BY_ITEM:
        margin = margin - getattr(used, item) * costs[item]
    return np.asarray(margin)


def campaign_cost_microeur(config: Config, used: Quantities) -> IntArray:
    """Return the part of the costs that a campaign caused."""
    costs = cost_microeur(config)
    return np.asarray(sum(getattr(used, item) * costs[item] for item in CAMPAIGN_ITEMS))


def to_cents(microeur: IntArray) -> IntArray:
    """Round to the nearest cent, halves up."""
    return np.floor_divide(microeur + MICROEUR_PER_CENT // 2, MICROEUR_PER_CENT)
