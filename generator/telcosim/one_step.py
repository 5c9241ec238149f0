"""The exact chances of one month, for any action: computed by the processes that draw them."""

from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from telcosim import ledger
from telcosim.actions import Plan
from telcosim.context import Context, NoRows
from telcosim.maths import sigmoid
from telcosim.processes import campaigns, churn, dunning, payments, prices, responses, save_desk
from telcosim.processes.churn import Pressure
from telcosim.processes.responses import Chances
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray


@dataclass(frozen=True)
class OneStep:
    """What an action does in its first month, each of shape (customers,).

    Attributes
    ----------
    churn
        P(churn in the month), of own will or cut off.
    take
        P(accepts, is saved, or pays); 0 for a price change.
    cost_microeur
        E[cost of contact], what is accepted not included.
    """

    churn: FloatArray
    take: FloatArray
    cost_microeur: FloatArray


@dataclass(frozen=True)
class Setting:
    """Where a plan stands at the start of a month.

    Attributes
    ----------
    plan, state
        The plan, and the state after what it changes at once.
    forces, chances, before
        Reasons for leaving, chances of contact, what earlier actions add to the log-odds.
    """

    plan: Plan
    state: State
    forces: Pressure
    chances: Chances
    before: FloatArray


def setting(ctx: Context, state: State, month: int, code: int) -> Setting:
    """Look at one action for everybody, without changing anything."""
    quiet, own = replace(ctx, rows=NoRows()), copy(state)
    plan = Plan(np.full(ctx.streams.size, code))
    prices.change_prices(quiet, own, month, plan)
    forces = churn.pressure(quiet, own, month)
    chances = responses.chances(quiet, own, month, plan, forces)
    return Setting(plan, own, forces, chances, churn.shift(own, month))


def one_step(ctx: Context, state: State, month: int, code: int) -> OneStep:
    """Return the exact chances of an action for every customer of a block."""
    at = setting(ctx, state, month, code)
    quiet = replace(ctx, rows=NoRows())
    dunned = dunning.dun(quiet, at.state, month, at.plan)
    pays = payments.pay_probability(ctx, at.state, dunned.pay)
    limit = ctx.config.billing.bills_until_disconnection
    cut = np.where(at.state.open_count >= limit, 1.0 - pays, 0.0)
    leaving = leaving_share(at, at.forces.log_odds + dunned.annoy)
    desk = save_desk.desk(ctx, at.plan)
    gone = cut + (1.0 - cut) * leaving * (1.0 - desk.announce * desk.saved)
    planned = (1.0 - cut) * at.plan.where("save_desk")
    take = at.chances.reach * at.chances.accept + planned * desk.take(leaving)
    take = np.where(dunned.who, pays, take)
    return OneStep(gone, take, _cost(ctx, at, dunned.who, planned * desk.calls(leaving)))


def leaving_share(at: Setting, log_odds: FloatArray) -> FloatArray:
    """Return P(about to leave), over reach and acceptance."""
    chances = at.chances
    rest = log_odds + chances.beside
    reached = (1.0 - chances.accept) * sigmoid(rest + chances.contact)
    reached += chances.accept * sigmoid(rest + chances.acceptance)
    missed = sigmoid(log_odds + at.before)
    return np.asarray((1.0 - chances.reach) * missed + chances.reach * reached)


def _cost(ctx: Context, at: Setting, dunned: BoolArray, calls: FloatArray) -> FloatArray:
    costs = ledger.cost_microeur(ctx.config)
    contact = contact_cost_microeur(ctx, at.state, at.plan)
    seconds = calls * ctx.config.save_desk.call_seconds
    plans = dunned & at.plan.where("dunning", "plan")
    cost = contact + plans * costs["payment_plan"] + seconds * costs["care_second"]
    return np.asarray(cost, dtype=np.float64)


def contact_cost_microeur(ctx: Context, state: State, plan: Plan) -> FloatArray:
    """Return what each customer's contact costs, and what it is expected to without consent."""
    costs = ledger.cost_microeur(ctx.config)
    by_channel = np.array([*(costs[item] for item in ledger.CHANNEL_ITEMS), 0.0])
    breach = campaigns.without_consent(state, plan) * costs["consent_breach"]
    return np.asarray(by_channel[plan.channel] + breach)
