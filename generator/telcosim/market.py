"""The world around the customers: list prices, rivals' prices, outages at the sites.

All of it is common to the whole operator, a pure function of (config, seed), and the same in
every continuation of a world.
"""

from dataclasses import dataclass

import numpy as np

from telcosim.config import MAX_MONTHS, Config
from telcosim.schema import NULL
from telcosim.schema import vocabulary as words
from telcosim.streams import FloatArray, IntArray, Streams

PREPAID = words.TARIFFS.index("prepaid")
UNLIMITED = words.TARIFFS.index("post-xl")
FIRST_LIST_YEAR = -3
"""Oldest price list that a term can still be on, in years from the start of the history."""

LIST_FEE_CENTS = np.array([999, 1499, 2199, 3199, 0])
"""Fees per month of a new term in the first year of history (assumption)."""

ALLOWANCE_MB = np.array([5_000, 15_000, 40_000, NULL, NULL])
AHEAD = 60
"""Months beyond the longest history for which the market is known, for roll-outs."""

OPERATOR = 2**40
"""The block number under which draws for the whole operator are made."""


@dataclass(frozen=True)
class Market:
    """What happens around the customers, month by month.

    Attributes
    ----------
    rivals
        Each rival's price over our list price, in logarithms, shape (months, rivals).
    outage_hours
        Hours of outage, shape (months, sites).
    erosion
        Share by which each year's list undercuts the last.
    agent_skill
        What each agent of the save desk saves against the mean, shape (agents,).
    """

    rivals: FloatArray
    outage_hours: FloatArray
    erosion: float
    agent_skill: FloatArray

    def best_rival(self, month: int) -> float:
        """Return the best offer in the market over our list price, in logarithms."""
        return float(self.rivals[month].min())

    def list_fee_cents(self, tariff: IntArray, month: IntArray) -> IntArray:
        """Return the list price per month of a term signed in a month, in cents."""
        year = np.maximum(np.floor_divide(month, 12), FIRST_LIST_YEAR)
        fee = LIST_FEE_CENTS[tariff] * (1.0 - self.erosion) ** year
        return np.floor(fee + 0.5).astype(np.int64)


def draw_market(config: Config, seed: int) -> Market:
    """Draw the market of a world, always over the same number of months."""
    streams = Streams(seed, OPERATOR)
    months = MAX_MONTHS + AHEAD
    shape = (months, len(words.RIVALS))
    noise = streams.normal("market_offers.monthly_fee_cents")[: np.prod(shape)].reshape(shape)
    market, memory = config.market, config.market.rival_memory
    rivals = np.empty(shape)
    rivals[0] = market.rival_sd * noise[0]
    for month in range(1, months):
        fresh = np.sqrt(1.0 - memory**2) * market.rival_sd * noise[month]
        rivals[month] = memory * rivals[month - 1] + fresh
    war = np.arange(months)[:, None] - market.war_month
    rivals += np.log(1.0 - market.war_depth) * ((war >= 0) & (war < market.war_months))
    outages = _outages(config, streams, months)
    return Market(rivals, outages, market.yearly_erosion, _skills(config, streams))


def _skills(config: Config, streams: Streams) -> FloatArray:
    """Draw how good each agent is, between 0 and twice the mean."""
    drawn = streams.normal("agents.skill")[: config.desk.agents]
    skill = np.clip(1.0 + config.desk.skill_sd * drawn, 0.0, 2.0)
    return np.asarray(skill / max(skill.mean(), 1e-9))


def _outages(config: Config, streams: Streams, months: int) -> FloatArray:
    shape = (months, len(words.SITES))
    strikes = streams.uniform("network_monthly.outage")[: np.prod(shape)].reshape(shape)
    length = streams.exponential("network_monthly.outage_minutes")[: np.prod(shape)]
    hours = config.network.outage_mean_hours * length.reshape(shape)
    return np.where(strikes < config.network.outage_share, hours, 0.0)
