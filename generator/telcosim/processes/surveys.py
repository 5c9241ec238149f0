"""Surveys: who is asked, who answers, and what each customer would answer."""

import numpy as np

from telcosim.calendar import DAY_S, moment_s
from telcosim.context import Context
from telcosim.maths import sigmoid, to_int
from telcosim.processes.care import CareMonth
from telcosim.schema import NULL
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray

QUARTER_ASKS = 1
"""The relational survey goes out in the second month of each quarter."""

MIDDLE = 7.0
"""The score from which the willingness to answer is counted."""

COMPLAINT = words.TOUCHPOINTS.index("complaint")


def recommend(ctx: Context, state: State, month: int) -> IntArray:
    """Return what each customer would answer this month, 0 to 10."""
    return _score(_opinion(ctx, state, month))


def ask(ctx: Context, state: State, month: int, helped: CareMonth) -> None:
    """Run the month's surveys; the answer depends on the score, so the silent differ."""
    if not ctx.rows.kept:
        return
    plan, opinion = ctx.config.survey, _opinion(ctx, state, month)
    if month % 3 == QUARTER_ASKS:
        asked = ctx.streams.uniform("nps_relational.asked", month) < plan.relational_share
        _record(ctx, month, "nps_relational", state.active & asked, _score(opinion))
    asked = ctx.streams.uniform("nps_transactional.asked", month) < plan.transactional_share
    asked &= state.active & (helped.contacts > 0)
    score = _score(opinion + plan.complaint * helped.complained)
    touchpoint = np.where(helped.complained, COMPLAINT, 0)
    _record(ctx, month, "nps_transactional", asked, score, touchpoint=touchpoint)


def _opinion(ctx: Context, state: State, month: int) -> FloatArray:
    plan = ctx.config.survey
    return np.asarray(
        plan.middle
        + plan.satisfaction * state.satisfaction
        + plan.exit_intention * state.exit_intention
        + plan.loyalty * ctx.traits.loyalty
        + plan.noise * ctx.streams.normal("nps_relational.score", month)
    )


def _score(opinion: FloatArray) -> IntArray:
    return np.clip(to_int(opinion), 0, 10)


def _record(
    ctx: Context, month: int, table: str, asked: BoolArray, score: IntArray, **more: IntArray
) -> None:
    plan = ctx.config.survey
    away = score - MIDDLE
    wish = plan.answer + plan.answer_score * away + plan.answer_extreme * np.abs(away)
    answers = ctx.streams.uniform(f"{table}.answered", month) < sigmoid(wish)
    event = moment_s(month, ctx.streams.uniform(f"{table}.event_ts", month), first_day=20)
    ctx.rows.add(
        table,
        asked,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=event,
        loaded_ts=event + 5 * DAY_S,
        **more,
        score=np.where(answers, score, NULL),
    )
