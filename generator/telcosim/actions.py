"""Every action that the operator can take towards a customer, in six catalogues."""

from dataclasses import dataclass

import numpy as np

from telcosim.streams import BoolArray, IntArray

NONE = 0
"""The code of doing nothing."""

CHANNELS = ("sms", "push", "email", "call")
RETENTION_OFFERS = ("deep_discount", "discount", "credit", "voucher", "data_bonus", "care")
UPSELL_OFFERS = ("addon", "tariff_up")
TOPUP_BONUSES = {"bonus_10": 0.10, "bonus_25": 0.25}
SAVE_RUNGS = ("talk", "credit", "discount", "deep")
DUNNING_STEPS = ("sms", "call", "plan", "suspend")
PRICE_CHANGES = {"down_5": -0.05, "up_3": 0.03, "up_8": 0.08}


@dataclass(frozen=True)
class Action:
    """One action.

    Attributes
    ----------
    code
        From 1; 0 is doing nothing. Codes 1 to 24 are retention.
    catalogue
        retention, upsell, topup_bonus, save_desk, dunning or price_change.
    offer
        What is offered or done, in the catalogue's own words.
    channel
        The channel of contact, or "" where the catalogue has none.
    """

    code: int
    catalogue: str
    offer: str
    channel: str = ""

    @property
    def name(self) -> str:
        """Return a readable name, unique over all catalogues."""
        return ":".join(part for part in (self.catalogue, self.offer, self.channel) if part)


def _all() -> tuple[Action, ...]:
    pairs = [("retention", o, c) for o in RETENTION_OFFERS for c in CHANNELS]
    pairs += [("upsell", o, c) for o in UPSELL_OFFERS for c in CHANNELS]
    pairs += [("topup_bonus", o, c) for o in TOPUP_BONUSES for c in ("sms", "push")]
    pairs += [("save_desk", rung, "") for rung in SAVE_RUNGS]
    pairs += [("dunning", step, "") for step in DUNNING_STEPS]
    pairs += [("price_change", change, "") for change in PRICE_CHANGES]
    return tuple(Action(code, *parts) for code, parts in enumerate(pairs, start=1))


ACTIONS = _all()
EVERY_ACTION = (NONE, *(action.code for action in ACTIONS))
"""The codes of doing nothing and of every action."""

CATALOGUES = tuple(dict.fromkeys(a.catalogue for a in ACTIONS))
BY_NAME = {action.name: action for action in ACTIONS}


def catalogue(name: str) -> tuple[Action, ...]:
    """Return the actions of a catalogue, in the order of their codes."""
    return tuple(action for action in ACTIONS if action.catalogue == name)


def _lookup(values: dict[int, int], missing: int) -> IntArray:
    table = np.full(len(ACTIONS) + 1, missing, dtype=np.int64)
    for code, value in values.items():
        table[code] = value
    return table


CHANNEL_OF = _lookup({a.code: CHANNELS.index(a.channel) for a in ACTIONS if a.channel}, -1)
"""Index into CHANNELS by action code, shape (actions + 1,); -1 where there is none."""


@dataclass(frozen=True)
class Plan:
    """What is to be done with each customer of a block in a month.

    Attributes
    ----------
    action
        Action codes, shape (customers,); 0 is nothing.
    """

    action: IntArray

    def where(self, name: str, offer: str | None = None) -> BoolArray:
        """Return who gets an action of a catalogue, or of one offer in it, shape (customers,)."""
        wanted = [a.code for a in catalogue(name) if offer in {None, a.offer}]
        return np.asarray((self.action >= wanted[0]) & (self.action <= wanted[-1]))

    def by_offer(self, name: str, values: dict[str, float], default: float = 0.0) -> np.ndarray:
        """Return one number per customer by the offer it gets, `default` for all others."""
        table = np.full(len(ACTIONS) + 1, default)
        for action in catalogue(name):
            table[action.code] = values[action.offer]
        return np.asarray(table[self.action])

    @property
    def channel(self) -> IntArray:
        """Return the channel of each customer's action, -1 for none, shape (customers,)."""
        return np.asarray(CHANNEL_OF[self.action])


def nothing(customers: int) -> IntArray:
    """Return the codes of a plan in which nothing is done, shape (customers,)."""
    return np.zeros(customers, dtype=np.int64)
