"""The small tables of how the operator is organised: staff, programmes, capacity, calendar."""

import numpy as np

from telcosim.actions import CHANNELS
from telcosim.calendar import FIRST_MONTH, month_start_day
from telcosim.config import Config
from telcosim.market import OPERATOR
from telcosim.processes.usage import SUMMER
from telcosim.schema import vocabulary as words
from telcosim.streams import IntArray, Streams

SALES_SHARE = 0.5
"""Agents of telesales per agent of the save desk (assumption)."""

CALLS_PER_SLOT = 0.03
"""Outbound calls that the operator can make a month, per customer slot (assumption)."""

MESSAGES_PER_SLOT = 1.0
OPENS, CLOSES = 8, 20
"""Hours of contact; the others are quiet (assumption)."""

STAFF: dict[str, tuple[int, int, int]] = {
    "retention": (-60, 6, 42_000),
    "upsell": (-48, 4, 28_000),
    "topup_bonus": (-36, 2, 15_000),
    "save_desk": (-72, 3, 24_000),
    "win_back": (-12, 2, 14_000),
    "loyalty": (0, 3, 22_000),
    "referral": (-24, 1, 7_000),
    "onboarding": (0, 2, 13_000),
    "convergence": (0, 4, 30_000),
    "dunning": (-96, 3, 20_000),
}
"""First month, full-time posts and EUR a month of an operator of a million SIMs (assumption)."""

MILLION = 1_000_000


def company_tables(config: Config, seed: int) -> dict[str, dict[str, IntArray]]:
    """Return the tables by name."""
    return {
        "agents": agent_table(config, seed),
        "programmes": programme_table(config),
        "channel_capacity": capacity_table(config),
        "calendar": calendar_table(config),
    }


def agent_table(config: Config, seed: int) -> dict[str, IntArray]:
    """Return the agents of the save desk, whose ids the calls state, and those of telesales."""
    desk = config.desk.agents
    number = desk + round(SALES_SHARE * desk)
    streams = Streams(seed, OPERATOR)
    months = streams.exponential("agents.hired_on")[:number] / max(config.desk.turnover, 1e-3)
    return {
        "agent_id": 1 + np.arange(number),
        "team": (np.arange(number) >= desk).astype(np.int64),
        "hired_on": month_start_day(-1 - np.floor(np.minimum(months, 240)).astype(np.int64)),
        "incentive": np.full(number, config.organisation.pay_per_sale),
    }


def programme_table(config: Config) -> dict[str, IntArray]:
    """Return the programmes; costs go with the size of the operator."""
    since, posts, eur = (np.array(v) for v in zip(*STAFF.values(), strict=True))
    scale = config.customers / MILLION
    return {
        "programme": np.array([words.STANDING_PROGRAMMES.index(name) for name in STAFF]),
        "started_on": month_start_day(since),
        "headcount": posts,
        "fixed_cost_month_cents": np.floor(100 * eur * scale + 0.5).astype(np.int64),
    }


def capacity_table(config: Config) -> dict[str, IntArray]:
    """Return how many contacts each channel can make a month, and when it may."""
    channel, month = (a.ravel() for a in np.indices((len(CHANNELS), config.months)))
    calls = channel == CHANNELS.index("call")
    share = np.where(calls, CALLS_PER_SLOT, MESSAGES_PER_SLOT)
    return {
        "channel": channel,
        "month": month,
        "slots": np.ceil(share * config.customers).astype(np.int64),
        "opens_hour": np.full_like(month, OPENS),
        "closes_hour": np.full_like(month, CLOSES),
    }


def calendar_table(config: Config) -> dict[str, IntArray]:
    """Return the months of the history."""
    month = np.arange(config.months)
    of_year = 1 + (month + FIRST_MONTH.astype(np.int64)) % 12
    return {
        "month": month,
        "starts_on": month_start_day(month),
        "days": month_start_day(month + 1) - month_start_day(month),
        "month_of_year": of_year,
        "quarter": 1 + (of_year - 1) // 3,
        "summer": np.isin(of_year, SUMMER).astype(np.int64),
    }
