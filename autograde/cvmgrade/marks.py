"""Marks as they stand, automatic ones under those given by hand, and their sums: asked in SQL."""

from typing import Any

from sqlalchemy import ColumnElement, Float, Select, String, and_, case, column, func, select

from .tables import BY_HAND, FAILED, GRADED, GRADING, QUESTION, RECEIVED, SUBMISSION

_VERDICT, _SENT = QUESTION.c, SUBMISSION.c
_HAND = BY_HAND.columns(
    column("exercise", String),
    column("learner", String),
    column("grade_id", String),
    column("manual", Float),
    column("extra", Float),
).subquery("by_hand")

POINTS: ColumnElement[float | None] = case(
    (_HAND.c.learner.is_(None), _VERDICT.points),
    else_=func.coalesce(_HAND.c.manual, _VERDICT.points, 0.0) + func.coalesce(_HAND.c.extra, 0.0),
)
"""A person's mark where there is one, else the automatic points; NULL while a person is due."""

_MARKED = QUESTION.outerjoin(
    _HAND,
    and_(
        _HAND.c.exercise == _VERDICT.exercise,
        _HAND.c.learner == _VERDICT.learner,
        _HAND.c.grade_id == _VERDICT.grade_id,
    ),
)
_GRADED = _MARKED.join(
    SUBMISSION,
    and_(
        _SENT.exercise == _VERDICT.exercise,
        _SENT.learner == _VERDICT.learner,
        # by what it is not: PostgreSQL expects few rows of an equality until it has counted them
        _SENT.state.not_in((RECEIVED, GRADING, FAILED)),
    ),
)
_REACHED = func.sum(func.coalesce(POINTS, 0.0)).label("reached")
_POSSIBLE = func.sum(_VERDICT.max_points).label("possible")


def verdicts(exercise: str | None = None) -> Select[Any]:
    """Ask for each verdict, in its notebook's order: whose it is, then a ``Verdict``'s fields."""
    asked = select(
        _VERDICT.exercise,
        _VERDICT.learner,
        _VERDICT.grade_id,
        _VERDICT.heading,
        POINTS.label("points"),
        _VERDICT.max_points,
        _VERDICT.reason,
    ).select_from(_MARKED)
    if exercise is not None:
        asked = asked.where(_VERDICT.exercise == exercise)
    return asked.order_by(_VERDICT.position)


def standing() -> Select[Any]:
    """Ask for each submission: a ``Standing``'s fields, points NULL without a grade."""
    sums = (
        select(_VERDICT.exercise, _VERDICT.learner, _REACHED, _POSSIBLE)
        .select_from(_MARKED)
        .group_by(_VERDICT.exercise, _VERDICT.learner)
        .subquery("sums")
    )
    graded = _SENT.state == GRADED
    left = func.coalesce(sums.c.reached, 0.0) - _SENT.late_penalty
    same = and_(sums.c.exercise == _SENT.exercise, sums.c.learner == _SENT.learner)
    return (
        select(
            _SENT.exercise,
            _SENT.learner,
            _SENT.state,
            _SENT.reason,
            _SENT.sandbox,
            _SENT.finished_at,
            case((graded, case((left > 0, left), else_=0.0))),
            case((graded, func.coalesce(sums.c.possible, 0.0))),
        )
        .select_from(SUBMISSION.outerjoin(sums, same))
        .order_by(_SENT.exercise, _SENT.learner)
    )


def questions() -> Select[Any]:
    """Ask for points reached and possible per exercise and question, in the notebook's order."""
    return (
        select(_VERDICT.exercise, _VERDICT.heading, _REACHED, _POSSIBLE)
        .select_from(_GRADED)
        .group_by(_VERDICT.exercise, _VERDICT.heading)
        .order_by(_VERDICT.exercise, func.min(_VERDICT.position))
    )


def lost() -> Select[Any]:
    """Ask why points were lost: exercise, learner, question and reason, in order."""
    return (
        select(_VERDICT.exercise, _VERDICT.learner, _VERDICT.heading, _VERDICT.reason)
        .select_from(_GRADED)
        .where(_VERDICT.reason != "", _VERDICT.points.is_not(None), _VERDICT.max_points > POINTS)
        .order_by(_VERDICT.exercise, _VERDICT.learner, _VERDICT.position)
    )
