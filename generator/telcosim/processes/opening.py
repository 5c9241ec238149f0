"""What happens as a month begins, before anything else: returns, newcomers, renewals, status."""

from telcosim.context import Context
from telcosim.processes import contracts, launch, loyalty, winback
from telcosim.state import State


def open_month(ctx: Context, state: State, month: int) -> None:
    """Bring the block to the start of a month; changes `state` and adds rows."""
    winback.bring_back(ctx, state, month)
    contracts.start_or_renew(ctx, state, month)
    launch.move_down(ctx, state, month)
    loyalty.review(ctx, state, month)
