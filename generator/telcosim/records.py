"""What is written of a month beside the events: truth, and what campaigns knew."""

from dataclasses import dataclass

import numpy as np

from telcosim import ledger
from telcosim.actions import NONE, Plan
from telcosim.context import Context
from telcosim.maths import ppm, sigmoid, to_int
from telcosim.policy import RETENTION, Decision
from telcosim.processes import benefits, churn, responses, save_desk, surveys
from telcosim.processes.churn import Pressure
from telcosim.processes.responses import Chances
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray
from telcosim.view import View


def is_experiment(decision: Decision | None) -> bool:
    """Return whether a decision is a retention wave with known propensities."""
    return (
        decision is not None
        and decision.programme == RETENTION
        and decision.drawn is not None
        and decision.propensity is not None
    )


def decided(ctx: Context, state: State, month: int, decision: Decision | None) -> None:
    """Write truth_decisions, and campaign_selections: what was known when a wave was picked."""
    if decision is None:
        return
    ids = ctx.people.customer_id
    taken = decision.action != NONE
    ctx.rows.add("truth_decisions", taken, customer_id=ids, month=month, action=decision.action)
    if not is_experiment(decision):
        return
    seen = View(ctx, state, month).columns
    ctx.rows.add(
        "campaign_selections", decision.in_wave, campaign_id=month, customer_id=ids, **seen
    )


@dataclass(frozen=True)
class Outlook:
    """What an experiment's drawn actions would do, each array of shape (customers,).

    Attributes
    ----------
    chances
        The chances of the drawn action.
    log_odds, before
        Log-odds of leaving without any action, and what earlier actions add to them.
    kept
        P(the save desk keeps | about to leave).
    keeps
        Whether it does, under the month's lots.
    """

    chances: Chances
    log_odds: FloatArray
    before: FloatArray
    kept: FloatArray
    keeps: BoolArray


def outlook(
    ctx: Context, state: State, month: int, decision: Decision | None, forces: Pressure
) -> Outlook | None:
    """Return what the drawn action would do to each customer of an experiment."""
    if decision is None or decision.drawn is None or not is_experiment(decision):
        return None
    chances = responses.chances(ctx, state, month, Plan(decision.drawn), forces)
    nothing = Plan(np.zeros_like(decision.drawn))
    mean, own = save_desk.desk(ctx, nothing), save_desk.desk(ctx, nothing, month)
    keeps = ctx.streams.uniform("save_desk.calls", month) < own.announce
    keeps &= ctx.streams.uniform("save_desk.saved", month) < own.saved
    before = churn.shift(state, month)
    return Outlook(chances, forces.log_odds, before, mean.announce * mean.saved, keeps)


def month(
    ctx: Context,
    month: int,
    active: BoolArray,
    chance: FloatArray,
    cut_share: FloatArray,
    forces: Pressure,
    state: State,
    revenue: IntArray,
    margin: IntArray,
) -> None:
    """Write truth_month; leaving by cause is the chance times the cause's share."""
    if not ctx.rows.kept:
        return
    weights = churn.causes(ctx, forces)
    whole = np.sum(list(weights.values()), axis=0)

    def part(cause: int) -> IntArray:
        return ppm(chance * weights[cause] / whole)

    ctx.rows.add(
        "truth_month",
        active,
        customer_id=ctx.people.customer_id,
        month=month,
        voluntary_ppm=ppm(chance),
        involuntary_ppm=ppm(np.where(active, cut_share, 0.0)),
        price_ppm=part(churn.PRICE),
        contract_end_ppm=part(churn.CONTRACT_END),
        service_ppm=part(churn.SERVICE),
        satisfaction=to_int(1000 * state.satisfaction),
        exit_intention=to_int(1000 * state.exit_intention),
        recommend=surveys.recommend(ctx, state, month),
        revenue_cents=revenue,
        margin_cents=ledger.to_cents(margin),
    )


def uplift(
    ctx: Context, month: int, decision: Decision | None, outlook: Outlook | None, margin: IntArray
) -> None:
    """Write truth_uplift: both probabilities, both outcomes under the same lots, both margins."""
    if decision is None or outlook is None or decision.drawn is None:
        return
    plan, streams, chances = Plan(decision.drawn), ctx.streams, outlook.chances
    drawn = streams.uniform("churn_events.voluntary", month)
    reached = streams.uniform("contacts.reached", month) < chances.reach
    takes = reached & (streams.uniform("responses.accepted", month) < chances.accept)
    moved = np.where(takes, chances.acceptance, chances.contact) + chances.beside
    without = sigmoid(outlook.log_odds + outlook.before)
    contacted = sigmoid(outlook.log_odds + np.where(reached, moved, outlook.before))
    costs = ledger.cost_microeur(ctx.config)
    contact = np.array([costs[item] for item in ledger.CHANNEL_ITEMS])[plan.channel]
    offer = responses.offer_code(plan)
    now = np.array([benefits.now_cents(o) for o in ctx.config.offers()])[offer]
    spent = contact + np.where(takes, now, 0) * ledger.MICROEUR_PER_CENT
    untouched = margin + np.where(decision.action > 0, spent, 0)
    ctx.rows.add(
        "truth_uplift",
        decision.in_wave,
        campaign_id=month,
        customer_id=ctx.people.customer_id,
        propensity_ppm=ppm(np.asarray(decision.propensity)),
        drawn_offer_id=offer,
        drawn_channel=plan.channel,
        p0_ppm=ppm((1.0 - outlook.kept) * without),
        p1_ppm=ppm((1.0 - outlook.kept) * one_step(outlook)),
        y0=(drawn < without) & ~outlook.keeps,
        y1=(drawn < contacted) & ~outlook.keeps,
        margin0_cents=ledger.to_cents(untouched),
        margin1_cents=ledger.to_cents(untouched - spent),
    )


def one_step(outlook: Outlook) -> FloatArray:
    """Return P(about to leave in the month | contact), over reach and acceptance."""
    chances = outlook.chances
    missed, rest = sigmoid(outlook.log_odds + outlook.before), outlook.log_odds + chances.beside
    reached = (1.0 - chances.accept) * sigmoid(rest + chances.contact)
    reached += chances.accept * sigmoid(rest + chances.acceptance)
    return np.asarray((1.0 - chances.reach) * missed + chances.reach * reached)
