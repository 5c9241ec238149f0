"""Truth tables that are made on request: what every action would do to each customer."""

from dataclasses import dataclass

import numpy as np

from telcosim.actions import CATALOGUES, catalogue
from telcosim.block import Block
from telcosim.config import Config
from telcosim.errors import ConfigError
from telcosim.maths import ppm, to_int
from telcosim.one_step import one_step
from telcosim.schema import TABLES
from telcosim.streams import BLOCK_SIZE, FloatArray, IntArray
from telcosim.valuation import Values, value_actions

PER_MILLICENT = 10.0
"""Microeuro per thousandth of a cent."""

MIN_ROLLOUTS = 200
"""Fewer continuations are not called the truth."""

CUSTOMERS_AT_ONCE = BLOCK_SIZE // 4
"""So many customers are valued together, each in four continuations at a time."""


REQUESTED = ("truth_actions", "truth_clv")
Tables = dict[str, dict[str, IntArray]]
"""Table name to column name to whole numbers."""


@dataclass(frozen=True)
class Request:
    """Which truth is wanted beside that of the history.

    Attributes
    ----------
    month
        At the start of which month.
    codes
        For which actions.
    rollouts
        Continuations behind each expectation, at least.
    """

    month: int
    codes: tuple[int, ...]
    rollouts: int = 200


def answer(request: Request, block: Block) -> Tables:
    """Return the requested tables for all active customers of a block at the request's month."""
    return truth_tables(block, np.flatnonzero(block.state.active), request.codes, request.rollouts)


def request(config: Config, month: int, catalogues: str, rollouts: int) -> Request:
    """Return a request, or say what is wrong with it.

    Parameters
    ----------
    config
        The operator.
    month, rollouts
        As in `Request`.
    catalogues
        Names of catalogues with commas between them, or "all".
    """
    if not 0 <= month < config.months:
        allowed = f"allowed: 0 to {config.months - 1}"
        raise ConfigError(f"--truth-at {month} is out of range; {allowed}.")
    if rollouts < MIN_ROLLOUTS:
        raise ConfigError(
            f"--rollouts {rollouts} is out of range; allowed: {MIN_ROLLOUTS} or more."
        )
    names = CATALOGUES if catalogues == "all" else tuple(catalogues.split(","))
    if wrong := [name for name in names if name not in CATALOGUES]:
        there_are = ", ".join((*CATALOGUES, "all"))
        raise ConfigError(f"There is no catalogue {wrong[0]!r}. There are: {there_are}.")
    return Request(month, tuple(a.code for name in names for a in catalogue(name)), rollouts)


def millicents(microeuro: FloatArray) -> IntArray:
    """Round to thousandths of a cent."""
    return to_int(microeuro / PER_MILLICENT)


def truth_tables(block: Block, who: IntArray, codes: tuple[int, ...], rollouts: int) -> Tables:
    """Return truth_actions and truth_clv for customers given by their rows in a block."""
    horizon = block.ctx.config.value.horizon_months
    pieces = max(1, -(-len(who) // CUSTOMERS_AT_ONCE))
    parts: dict[str, list[dict[str, IntArray]]] = {name: [] for name in REQUESTED}
    for some in np.array_split(who, pieces):
        if len(some):
            values = value_actions(block, some, codes, rollouts, horizon)
            parts["truth_actions"].append(_action_rows(block, some, values))
            parts["truth_clv"].append(_clv_rows(block, some, values))
    return {name: _joined(name, rows) for name, rows in parts.items()}


def _clv_rows(block: Block, who: IntArray, values: Values) -> dict[str, IntArray]:
    """Lay out one row per customer."""
    return {
        "month": np.full(len(who), block.month),
        "customer_id": block.ctx.people.customer_id[who],
        "horizon_months": np.full(len(who), block.ctx.config.value.horizon_months),
        "clv_millicents": millicents(values.mean["whole"][0]),
        "clv_se_millicents": millicents(values.error["whole"][0]),
        "survival_ppm": ppm(values.mean["survival"][0]),
    }


def _action_rows(block: Block, who: IntArray, values: Values) -> dict[str, IntArray]:
    """Lay out one row per customer and action, customer by customer."""
    steps = [one_step(block.ctx, block.state, block.month, code) for code in values.codes]
    mean, error = values.mean, values.error

    def rows(by_action: FloatArray) -> FloatArray:
        return np.asarray(by_action.T.ravel())

    return {
        "month": np.full(len(who) * len(values.codes), block.month),
        "customer_id": np.repeat(block.ctx.people.customer_id[who], len(values.codes)),
        "action": np.tile(np.array(values.codes), len(who)),
        "p_churn_ppm": ppm(rows(np.stack([s.churn[who] for s in steps]))),
        "p_take_ppm": ppm(rows(np.stack([s.take[who] for s in steps]))),
        "cost_microeur": to_int(rows(np.stack([s.cost_microeur[who] for s in steps]))),
        "p_churn_3m_ppm": ppm(rows(mean["left"])),
        "p_churn_3m_se_ppm": ppm(rows(error["left"])),
        "margin_1m_millicents": millicents(rows(mean["first"])),
        "margin_1m_se_millicents": millicents(rows(error["first"])),
        "margin_millicents": millicents(rows(mean["whole"])),
        "margin_se_millicents": millicents(rows(error["whole"])),
        "gain_millicents": millicents(rows(mean["gain"])),
        "gain_se_millicents": millicents(rows(error["gain"])),
    }


def _joined(name: str, parts: list[dict[str, IntArray]]) -> dict[str, IntArray]:
    names = [c.name for c in TABLES[name].columns]
    if not parts:
        return {column: np.zeros(0, dtype=np.int64) for column in names}
    return {column: np.concatenate([part[column] for part in parts]) for column in names}
