"""Worlds in memory: simulate, stop, decide, resume, compare.

A world is the same whether it is run in one go or stopped, and two worlds of one seed differ
only through what their policies did.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from telcosim.actions import EVERY_ACTION
from telcosim.block import Block, advance, block_count, finish, start_block
from telcosim.catalogue import operator_tables
from telcosim.config import Config, load_config
from telcosim.decided import Decided, action_codes, as_policy
from telcosim.errors import ConfigError
from telcosim.parquet import to_arrow
from telcosim.policy import Policy, PolicyFunction, Wave, waves_within
from telcosim.schema import TABLES, table
from telcosim.truth import truth_tables
from telcosim.world import plain_frame

AnyPolicy = Policy | PolicyFunction | pd.DataFrame | None
"""A policy, a plain function, a table of decisions, or None for the observed history."""


@dataclass(frozen=True)
class World:
    """A world at the start of a month.

    Attributes
    ----------
    config, seed
        What it was made from.
    month
        The month that begins; the history holds the months before it.
    waves
        The waves that were run.
    blocks
        Its blocks of customers; they are never changed once the world stands.
    """

    config: Config
    seed: int
    month: int
    waves: tuple[Wave, ...]
    blocks: tuple[Block, ...]

    def load(self, name: str) -> pd.DataFrame:
        """Return a table as it stands, learner's or truth, as `telcosim.load` would."""
        schema = table(name)
        if schema.on_request:
            raise ConfigError(
                f"{name} is made on request, by generate {schema.on_request}; in memory, "
                "truth_actions and truth_clv are: see World.truth_actions, World.truth_clv."
            )
        if schema.per_customer:
            parts = [finish(block)[name] for block in self.blocks]
            columns = {c: np.concatenate([part[c] for part in parts]) for c in parts[0]}
        else:
            columns = operator_tables(self.config, self.seed, self.waves)[name]
        return plain_frame(to_arrow(schema, columns))

    def snapshot(self) -> pd.DataFrame:
        """Return what the operator sees now: one row per active customer, see `view.View`."""
        seen = pd.concat([block.view.frame() for block in self.blocks], ignore_index=True)
        active = seen.pop("active")
        return seen[active].reset_index(drop=True)

    def truth_actions(
        self,
        customers: Iterable[int],
        actions: Iterable[str | int] | None = None,
        rollouts: int = 200,
    ) -> pd.DataFrame:
        """Return truth_actions for some active customers, at the start of this month.

        Parameters
        ----------
        customers
            Customer ids.
        actions
            Names or codes; every action of every catalogue by default.
        rollouts
            Continuations behind each expectation, at least.
        """
        codes = EVERY_ACTION if actions is None else tuple(action_codes(list(actions)))
        return self._truth("truth_actions", customers, codes, rollouts)

    def truth_clv(self, customers: Iterable[int], rollouts: int = 200) -> pd.DataFrame:
        """Return truth_clv for some active customers, at the start of this month."""
        return self._truth("truth_clv", customers, (), rollouts)

    def _truth(
        self, name: str, customers: Iterable[int], codes: tuple[int, ...], rollouts: int
    ) -> pd.DataFrame:
        wanted, parts = list(customers), []
        for block in self.blocks:
            here = np.isin(block.ctx.people.customer_id, wanted) & block.state.active
            parts.append(truth_tables(block, np.flatnonzero(here), codes, rollouts)[name])
        columns = {c.name: np.concatenate([p[c.name] for p in parts]) for c in TABLES[name].columns}
        return plain_frame(to_arrow(TABLES[name], columns))


def simulate(
    config: Config | str, seed: int, policy: AnyPolicy = None, until: int | None = None
) -> World:
    """Run a world from its first month up to the start of the month `until`.

    Parameters
    ----------
    config
        A configuration, or the name of a preset.
    seed
        0 up to 2**128 - 1.
    policy
        Who is contacted: a policy, a plain function (table of customers, month) to one action
        per row, a table of decisions, or None for the observed history.
    until
        0 up to the months of history; the whole history by default.

    Returns
    -------
    World
        It can be looked at, and resumed as often as wanted.
    """
    config = load_config(config) if isinstance(config, str) else config
    blocks = tuple(start_block(config, seed, number) for number in range(block_count(config)))
    return _advanced(World(config, seed, 0, (), blocks), policy, until)


def resume(world: World, policy: AnyPolicy = None, until: int | None = None) -> World:
    """Go on from where a world stands, under a policy of its own; the given one is kept."""
    copies = tuple(block.copy() for block in world.blocks)
    return _advanced(replace(world, blocks=copies), policy, until)


def _advanced(world: World, policy: AnyPolicy, until: int | None) -> World:
    """Advance the blocks of a world, which are its own, and return where it then stands."""
    chosen = Decided(policy) if isinstance(policy, pd.DataFrame) else as_policy(policy)
    months = world.config.months
    until = months if until is None else until
    if not world.month <= until <= months:
        raise ConfigError(f"until = {until} is out of range; allowed: {world.month} to {months}.")
    for block in world.blocks:
        advance(block, chosen, until)
    run = waves_within(chosen, world.config, world.month, until)
    return replace(world, month=until, waves=world.waves + run)
