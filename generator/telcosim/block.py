"""One block of customers, as a pure function of (config, seed, block number, policy)."""

from dataclasses import dataclass, replace

import numpy as np

from telcosim import register
from telcosim.actions import CHANNELS
from telcosim.calendar import DAY_S
from telcosim.config import Config
from telcosim.context import Context, Rows
from telcosim.graph import draw_graph
from telcosim.households import heads
from telcosim.market import draw_market
from telcosim.month import run_month
from telcosim.people import draw_people
from telcosim.policy import Policy
from telcosim.processes import contracts
from telcosim.processes.opening import open_month
from telcosim.programme import Observed
from telcosim.schema import NULL, TABLES
from telcosim.state import State, new_state
from telcosim.streams import BLOCK_SIZE, IntArray, Streams
from telcosim.traits import draw_traits
from telcosim.view import View

BLOCK_TABLES = tuple(t.name for t in TABLES.values() if t.per_customer and not t.on_request)


def block_count(config: Config) -> int:
    """Return how many blocks the base has."""
    return -(-config.customers // BLOCK_SIZE)


@dataclass
class Block:
    """A block at the start of a month: what it is, where it stands, what has happened in it."""

    ctx: Context
    state: State
    month: int

    def copy(self) -> "Block":
        """Return a block that can be advanced without changing this one."""
        parts = {name: list(parts) for name, parts in self.ctx.rows.parts.items()}
        rows = Rows(parts, self.ctx.rows.late_s)
        state = self.state.take(np.arange(self.ctx.streams.size))
        return Block(replace(self.ctx, rows=rows), state, self.month)

    @property
    def view(self) -> View:
        """What the operator sees now."""
        return View(self.ctx, self.state, self.month)


def start_block(config: Config, seed: int, block: int) -> Block:
    """Return a block at the start of its first month."""
    size = min(BLOCK_SIZE, config.customers - block * BLOCK_SIZE)
    streams = Streams(seed, block, size)
    traits = draw_traits(streams, heads(streams))
    people = draw_people(config, streams, traits)
    rows = Rows(late_s=config.organisation.data_late_days * DAY_S)
    graph = draw_graph(config, streams, people)
    ctx = Context(config, streams, traits, people, draw_market(config, seed), rows, graph=graph)
    state = new_state(size, len(CHANNELS))
    state.town = people.town
    open_month(ctx, state, 0)
    return Block(ctx, state, 0)


def advance(block: Block, policy: Policy, until: int) -> None:
    """Run a block up to the start of the month `until`; changes the block."""
    for month in range(block.month, until):
        decision = policy.decide(block.view)
        run_month(block.ctx, block.state, month, decision)
        if month + 1 < block.ctx.config.months:
            open_month(block.ctx, block.state, month + 1)
        block.month = month + 1


def finish(block: Block) -> dict[str, dict[str, IntArray]]:
    """Return a block's tables as they stand: name to column name to whole numbers.

    Rows are sorted by customer and time; terms that still run are among them. The block itself
    is not changed, and can be advanced further.
    """
    ends, state = block.copy().ctx, block.state
    contracts.close_term(ends, state, state.active, NULL)
    last = min(block.month, ends.config.months - 1)
    register.record(ends, last)
    return {table: ends.rows.finish(table) for table in BLOCK_TABLES}


def simulate_block(
    config: Config, seed: int, block: int, policy: Policy | None = None
) -> dict[str, dict[str, IntArray]]:
    """Simulate the whole history of one block.

    It depends on the arguments alone: any order, any process, any number of other blocks.
    """
    made = start_block(config, seed, block)
    advance(made, policy or Observed(), config.months)
    return finish(made)
