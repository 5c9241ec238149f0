"""Who lives together, and which households have a fixed line: a path that no contact changes."""

from dataclasses import dataclass, fields

import numpy as np

from telcosim.calendar import month_start_day
from telcosim.config import Config
from telcosim.maths import to_int
from telcosim.schema import NULL
from telcosim.streams import BLOCK_SIZE, BoolArray, IntArray, Streams
from telcosim.traits import Traits, mixed, upper_quantile

GROUP = 4
"""A household lies within four slots in a row, so that a smaller base has the same ones."""

FIRST_OF = np.array(
    [[0, 1, 2, 3], [0, 0, 2, 3], [0, 0, 2, 2], [0, 0, 0, 3], [0, 0, 0, 0]], dtype=np.int64
)
"""Ways to share four slots out over households: each slot's first fellow."""

WAYS = np.cumsum([0.25, 0.25, 0.20, 0.15])
"""How often each way occurs, cumulated (assumption)."""

NEVER = 10**6
"""A month beyond every history."""

PROMOTION_MONTHS = 3
FIXED_LINE, TV = range(2)


@dataclass(frozen=True)
class Household:
    """The household of each customer, shape (customers,); months are months of history.

    Attributes
    ----------
    household_id
        The customer_id of its first slot, the head.
    is_head
        Whether the customer is that one.
    promoted
        Whether the household is in the treatment arm of the promotion of the fixed line.
    fixed_from, fixed_until
        First month with a fixed line, and first month without it again.
    tv_from
        First month with TV, which ends with the fixed line.
    """

    household_id: IntArray
    is_head: BoolArray
    promoted: BoolArray
    fixed_from: IntArray
    fixed_until: IntArray
    tv_from: IntArray

    def take(self, rows: IntArray) -> "Household":
        """Return the facts of some customers, in that order, with repeats where asked."""
        return Household(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def has_fixed_line(self, month: int) -> BoolArray:
        """Return whether the household has a fixed line in a month."""
        return np.asarray((self.fixed_from <= month) & (month < self.fixed_until))


def heads(streams: Streams) -> IntArray:
    """Return the slot of each customer's head of household, within the block."""
    slot = np.arange(streams.size)
    first = slot - slot % GROUP
    way = np.searchsorted(WAYS, streams.uniform("household_links.household_id")[first])
    return np.asarray(first + FIRST_OF[way, slot % GROUP])


def draw_households(
    config: Config, streams: Streams, traits: Traits, activation_month: IntArray
) -> Household:
    """Draw each household's path of fixed line and TV; the loyal and inert have one more often."""
    head = heads(streams)
    promoted = streams.uniform("household_links.convergence_arm")[head] < 0.5
    start, until = _fixed_line(config, streams, traits, promoted, activation_month, head)
    wait = np.floor(24 * streams.uniform("products.tv_wait")[head]).astype(np.int64)
    has_tv = streams.uniform("products.tv")[head] < config.household.tv_share
    tv = np.where(has_tv, start + wait, NEVER)
    slot = np.arange(streams.size)
    return Household(
        streams.block * BLOCK_SIZE + head + 1,
        head == slot,
        promoted,
        start,
        until,
        np.where(tv < until, tv, NEVER),
    )


def _fixed_line(
    config: Config,
    streams: Streams,
    traits: Traits,
    promoted: BoolArray,
    activation_month: IntArray,
    head: IntArray,
) -> tuple[IntArray, IntArray]:
    """Return from and until which month there is a fixed line."""
    plan = config.household
    attached = 0.9 * traits.loyalty + np.sqrt(1 - 0.9**2) * traits.inertia
    lean = mixed(streams.normal("products.fixed_line"), (plan.selection, attached))[head]
    keeps = to_int(1 + plan.mean_months * streams.exponential("products.ended_on")[head])
    at_start = lean > upper_quantile(plan.fixed_share)
    before = np.floor(keeps * streams.uniform("products.before")[head]).astype(np.int64)
    rate = plan.start_rate * np.exp(0.6 * lean)
    wait = streams.exponential("products.started_on")[head] / np.maximum(rate, 1e-9)
    later = np.minimum(wait, NEVER).astype(np.int64)
    takes = streams.uniform("products.promotion")[head] < plan.promotion_share * np.exp(
        0.4 * lean - 0.08
    )
    within = np.floor(PROMOTION_MONTHS * streams.uniform("products.promotion_month")[head])
    offered = plan.promotion_month + within.astype(np.int64)
    later = np.where(promoted & takes, np.minimum(later, offered), later)
    start = np.where(at_start, -before, np.minimum(later, NEVER))
    start = np.maximum(start, activation_month[head])  # offered to customers only
    return start, np.where(start >= NEVER, NEVER, start + keeps)


def link_table(customer_id: IntArray, home: Household) -> dict[str, IntArray]:
    """Return the table household_links."""
    return {
        "customer_id": customer_id,
        "household_id": home.household_id,
        "role": (~home.is_head).astype(np.int64),
        "convergence_arm": (~home.promoted).astype(np.int64),
    }


def product_tables(
    config: Config, customer_id: IntArray, home: Household, last: int
) -> list[tuple[BoolArray, dict[str, IntArray]]]:
    """Return who has which rows of the table products up to a month: fixed line, then TV."""
    fees = (config.household.fixed_fee_eur, config.household.tv_fee_eur)
    rows = []
    for kind, (start, fee) in enumerate(zip((home.fixed_from, home.tv_from), fees, strict=True)):
        ended = np.where(home.fixed_until <= last, month_start_day(home.fixed_until) - 1, NULL)
        columns = {
            "product_id": customer_id * 10 + kind,
            "customer_id": customer_id,
            "household_id": home.household_id,
            "kind": np.full_like(start, kind),
            "started_on": month_start_day(np.minimum(start, last)),
            "ended_on": ended,
            "monthly_fee_cents": np.full_like(start, round(100 * fee)),
        }
        rows.append((home.is_head & (start <= last), columns))
    return rows


def shared_payer(
    share: float, streams: Streams, prepaid: BoolArray, activation_month: IntArray, home: Household
) -> IntArray:
    """Return the account that pays: the head's for some later postpaid members, else one's own."""
    own = streams.block * BLOCK_SIZE + np.arange(streams.size) + 1
    head = home.household_id - streams.block * BLOCK_SIZE - 1
    joins = streams.uniform("accounts.payer_account_id") < share
    joins &= ~prepaid & ~prepaid[head] & (activation_month >= activation_month[head])
    return np.where(joins, home.household_id, own)
