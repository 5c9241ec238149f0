"""The retention world as the month loop of telcosim makes it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from telcosim.actions import Action, catalogue
from telcosim.block import Block, advance, block_count, finish, start_block
from telcosim.config import Config
from telcosim.programme import Observed
from telcosim.schema import vocabulary as words
from telcosim.streams import IntArray
from telcosim.valuation import value_actions
from telcosim.view import natural

from .world import EffectWorld, Matrix

SNAPSHOT_MONTH = 33
"""After the last wave's outcomes are known, silent prepaid SIMs included."""

CUSTOMER = "customer_id"
OUTCOME_MONTHS = 3
MICROEUR = 1e-6
VOLUNTARY = 0


@dataclass(frozen=True)
class MonthLoop:
    """Makes retention worlds; an instance can be sent to other processes.

    Parameters
    ----------
    config
        The operator.
    codes
        The actions that a policy may choose from.
    rollouts
        Continuations behind each customer's true profit.
    """

    config: Config
    codes: tuple[int, ...]
    rollouts: int

    def __call__(self, seed: int) -> EffectWorld:
        """Simulate the history, take the snapshot, and value every action by its truth."""
        blocks = [start_block(self.config, seed, k) for k in range(block_count(self.config))]
        for block in blocks:
            advance(block, Observed(), SNAPSHOT_MONTH)
        log = pd.concat([read_log(block) for block in blocks], ignore_index=True)
        chosen = [np.flatnonzero(block.view.eligible) for block in blocks]
        views = [b.view.frame().iloc[who] for b, who in zip(blocks, chosen, strict=True)]
        pairs = zip(blocks, chosen, strict=True)
        truth = [self.value(block, who) for block, who in pairs]
        actions = action_table(self.config, self.codes)
        profit = np.vstack([gain for gain, _, _ in truth])
        return EffectWorld(
            log,
            pd.concat(views, ignore_index=True),
            actions,
            profit - actions["goodwill_eur"].to_numpy(float),
            np.concatenate([p0 for _, p0, _ in truth]),
            np.concatenate([clv for _, _, clv in truth]),
        )

    def value(self, block: Block, who: IntArray) -> tuple[Matrix, Matrix, Matrix]:
        """Return each action's gain, (customers, actions), p0 and CLV, (customers,), in EUR."""
        horizon = self.config.value.horizon_months
        values = value_actions(block, who, self.codes, self.rollouts, horizon)
        gain = MICROEUR * values.mean["gain"][1:].T
        return gain, values.mean["left"][0], MICROEUR * values.mean["whole"][0]


def action_table(config: Config, codes: tuple[int, ...]) -> pd.DataFrame:
    """Return what actions cost, one row per action; later months' costs are discounted."""
    retention = {a.code: a for a in catalogue("retention")}
    return pd.DataFrame([_costs(config, retention[code]) for code in codes])


def _costs(config: Config, action: Action) -> dict[str, object]:
    channel = getattr(config, f"channel_{action.channel}")
    offer = getattr(config, f"offer_{action.offer}")
    discount = (1.0 + config.value.yearly_discount) ** (-1.0 / 12.0)
    months = np.arange(1, offer.cost_months + 1)
    return {
        "offer": action.offer,
        "channel": action.channel,
        "contact_cost_eur": channel.cost_eur,
        "goodwill_eur": channel.goodwill_eur,
        "offer_cost_eur": offer.cost_now_eur + offer.cost_month_eur * (discount**months).sum(),
    }


def read_log(block: Block) -> pd.DataFrame:
    """Return the rows of a block's retention waves whose outcomes are known."""
    tables = {name: pd.DataFrame(columns) for name, columns in finish(block).items()}
    key = ["campaign_id", "customer_id"]
    data = natural(tables["campaign_selections"])
    sent = tables["contacts"].set_index(key)
    data = data.join(sent[["arm", "offer_id", "channel", "reached"]], on=key)
    taken = tables["responses"].set_index(key).index
    ends = tables["churn_events"]
    own = pd.MultiIndex.from_frame(ends.loc[ends["churn_type"] == VOLUNTARY, [CUSTOMER, "month"]])
    soon = np.zeros(len(data), dtype=np.bool_)
    for later in range(OUTCOME_MONTHS):
        month = data["campaign_id"] + later
        soon |= pd.MultiIndex.from_arrays([data[CUSTOMER], month]).isin(own)
    contacted = data["arm"] == 0
    return data.assign(
        wave=data["campaign_id"],
        contacted=contacted,
        offer=data["offer_id"].map(dict(enumerate(words.CONTACT_OFFERS))).where(contacted, ""),
        channel=data["channel"].map(dict(enumerate(words.CONTACT_CHANNELS))).where(contacted, ""),
        reached=data["reached"].astype(bool) & contacted,
        accepted=pd.MultiIndex.from_frame(data[key]).isin(taken),
        churned=soon,
    )
