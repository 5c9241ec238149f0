"""What contact does: whom it reaches, who accepts, and how both move the odds of leaving."""

from dataclasses import dataclass

import numpy as np

from telcosim.actions import ACTIONS, RETENTION_OFFERS, TOPUP_BONUSES, Plan
from telcosim.context import Context
from telcosim.maths import sigmoid
from telcosim.processes import addons, churn
from telcosim.processes.churn import Pressure
from telcosim.sections import Offer
from telcosim.state import State
from telcosim.streams import FloatArray, IntArray

DEVICE_MIDDLE, DEVICE_SPREAD = 24.0, 14.0
LOOKING = 0.3
"""Standard deviations of exit intention above which contact prompts a customer who looks."""


@dataclass(frozen=True)
class Chances:
    """What a plan's contacts would do, each of shape (customers,); all 0 where nothing is done.

    Attributes
    ----------
    reach, accept
        P(reached), and P(accepts | reached).
    contact, acceptance
        What being reached without accepting, and accepting, add to the log-odds of leaving.
    beside
        What earlier contacts of other programmes go on adding, whatever comes of this one.
    """

    reach: FloatArray
    accept: FloatArray
    contact: FloatArray
    acceptance: FloatArray
    beside: FloatArray


def chances(ctx: Context, state: State, month: int, plan: Plan, forces: Pressure) -> Chances:
    """Return the chances of each customer's planned contact."""
    channel = plan.channel
    contacted = channel >= 0
    reach_odds = _by_channel(ctx, channel, "reach") + (
        _by_channel(ctx, channel, "reach_digital") * ctx.traits.digital_affinity
    )
    bonus = ctx.config.topup_bonus
    log_odds, contact, acceptance = retention_effects(ctx, state, month, plan, forces)
    upsell, topup = plan.where("upsell"), plan.where("topup_bonus")
    log_odds = np.where(upsell, _upsell_log_odds(ctx, state, month, plan), log_odds)
    log_odds = np.where(topup, _topup_log_odds(ctx, plan), log_odds)
    contact = np.where(upsell, ctx.config.addon.contact, np.where(topup, bonus.contact, contact))
    acceptance = np.where(upsell, ctx.config.addon.accepted, np.where(topup, 0.0, acceptance))
    accept = sigmoid(
        log_odds + _by_channel(ctx, channel, "accept") + ctx.config.contact.fatigue * state.fatigue
    )
    can = contacted & (~topup | ctx.people.prepaid)
    can &= ~plan.where("upsell", "addon") | addons.may_have(state, month)
    can &= ~plan.where("upsell", "tariff_up") | addons.may_move_up(ctx, state)
    arrives = 1.0 - ctx.config.organisation.failed_deliveries
    other = churn.retention_shift(state, month), churn.nudge(state, month)
    beside = np.where(upsell | topup, *other)
    return Chances(
        np.where(contacted, arrives * sigmoid(reach_odds), 0.0),
        np.where(can, accept, 0.0),
        contact * contacted * ctx.config.contact.effects,
        acceptance * contacted * ctx.config.contact.effects,
        beside,
    )


def retention_effects(
    ctx: Context, state: State, month: int, plan: Plan, forces: Pressure
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log-odds of acceptance (without the channel's), and both effects on leaving.

    Contact that harms: it wakes the inert past their term and prompts those who are looking.
    Lost causes: the further a customer has looked elsewhere, the less an offer can do.
    """
    config, traits, prepaid = ctx.config.contact, ctx.traits, ctx.people.prepaid
    offered = plan.where("retention")
    leaving = state.exit_intention
    contact = (
        config.base
        + config.past_term * forces.past_term
        + config.inertia * traits.inertia * ~prepaid
        + config.complaint * forces.complained
        + config.prepaid * prepaid
        + config.exit_intention * np.maximum(leaving - LOOKING, 0.0)
    ) * _by_channel(ctx, plan.channel, "weight")
    device = (month - state.device_since - DEVICE_MIDDLE) / DEVICE_SPREAD
    needs = {
        "price": traits.price_sensitivity,
        "data": traits.data_need,
        "quality": traits.quality_sensitivity,
        "device": device,
    }
    log_odds = _by_offer(ctx, plan, "accept")
    help_ = _by_offer(ctx, plan, "effect")
    for need, value in needs.items():
        log_odds = log_odds + _by_offer(ctx, plan, f"accept_{need}") * value
        help_ = help_ + _by_offer(ctx, plan, f"effect_{need}") * value
    kept = 1.0 - sigmoid(config.lost + config.lost_exit_intention * leaving)
    kept *= np.where(prepaid, config.prepaid_effect, 1.0)
    acceptance = -np.maximum(help_, 0.0) * kept
    return log_odds, np.where(offered, contact, 0.0), np.where(offered, acceptance, 0.0)


def offer_code(plan: Plan) -> IntArray:
    """Return the index of each customer's retention offer, -1 where there is none."""
    codes = {name: float(k) for k, name in enumerate(RETENTION_OFFERS)}
    return plan.by_offer("retention", codes, -1.0).astype(np.int64)


def bonus_share(plan: Plan) -> FloatArray:
    """Return each customer's top-up bonus as a share of the top-up."""
    return plan.by_offer("topup_bonus", TOPUP_BONUSES)


def _upsell_log_odds(ctx: Context, state: State, month: int, plan: Plan) -> FloatArray:
    config = ctx.config.addon
    overage = state.last("overage", month, 3) > 0
    base = plan.by_offer("upsell", {"addon": config.accept, "tariff_up": config.accept_up})
    wish = config.accept_data_need * ctx.traits.data_need + config.accept_overage * overage
    return np.asarray(base + wish)


def _topup_log_odds(ctx: Context, plan: Plan) -> FloatArray:
    config, smallest = ctx.config.topup_bonus, min(TOPUP_BONUSES.values())
    depth = np.log(np.maximum(bonus_share(plan), smallest) / smallest)
    wish = config.accept_price * ctx.traits.price_sensitivity
    return np.asarray(config.accept + wish + config.accept_depth * depth)


def _by_channel(ctx: Context, channel: IntArray, name: str) -> FloatArray:
    values = [getattr(section, name) for section in ctx.config.channels()]
    return np.array([*values, 0.0])[channel]


def _by_offer(ctx: Context, plan: Plan, name: str) -> FloatArray:
    offers: dict[str, Offer] = dict(zip(RETENTION_OFFERS, ctx.config.offers(), strict=True))
    table = np.zeros(len(ACTIONS) + 1)
    for action in ACTIONS:
        if action.catalogue == "retention":
            table[action.code] = getattr(offers[action.offer], name)
    return table[plan.action]
