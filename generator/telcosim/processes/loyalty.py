"""The loyalty programme: once a year, who has points enough gets gold status for a year."""

from telcosim.calendar import DAY_S, month_start_s
from telcosim.context import Context
from telcosim.maths import to_int
from telcosim.state import State

A_YEAR = 12
REVIEW_S = 3600


def review(ctx: Context, state: State, month: int) -> None:
    """Count points and grant status; around the threshold nothing jumps but the status.

    Points are the euros spent in twelve months, and what partners of the programme gave.
    """
    plan = ctx.config.loyalty
    if month < plan.first_review or (month - plan.first_review) % A_YEAR:
        return
    member = state.active & ~ctx.people.prepaid
    spent = state.last("revenue_cents", month, A_YEAR) / 100
    partners = plan.partner_points * ctx.streams.exponential("loyalty_reviews.points", month)
    points = to_int(spent + partners)
    gold = member & (points >= plan.threshold)
    state.change(gold, gold_until=month + A_YEAR)
    event = int(month_start_s(month)) + REVIEW_S
    ctx.rows.add(
        "loyalty_reviews",
        member,
        customer_id=ctx.people.customer_id,
        month=month,
        event_ts=event,
        loaded_ts=event + DAY_S,
        points=points,
        status=gold,
    )
