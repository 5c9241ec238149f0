"""Expected margins by roll-outs of the ordinary month loop, in which survival is a weight.

Many continuations of copies of each customer are run from a month on. Nobody leaves in them:
instead each carries the probability of still being there, and what leaving would cost enters as
an expectation. That is unbiased, and far less noisy than drawing who leaves. Actions that change
nothing but the odds of leaving and a stream of costs share one continuation, with the three
outcomes of a contact weighed exactly; any other action has a continuation of its own under the
same draws.
"""

from dataclasses import dataclass

import numpy as np

from telcosim import ledger
from telcosim.actions import CHANNELS, RETENTION_OFFERS, catalogue
from telcosim.context import Context
from telcosim.maths import sigmoid
from telcosim.month import Month, run_month
from telcosim.one_step import setting
from telcosim.policy import Decision
from telcosim.processes import benefits
from telcosim.processes.opening import open_month
from telcosim.state import State
from telcosim.streams import FloatArray, IntArray

THREE = 3
"""Months over which the retention programme counts its churners."""

BRANCHES = (
    "missed",
    *CHANNELS,
    *("upsell", "topup_bonus"),
    *RETENTION_OFFERS,
)
"""Not reached; reached by retention in a channel, or by another programme, without accepting;
accepted a retention offer."""

OTHERS = slice(len(CHANNELS), len(CHANNELS) + 2)
"""Branches of contact by other programmes, after the first branch."""

COSTLESS = BRANCHES.index(RETENTION_OFFERS[0])
"""So many branches bring no benefit with them."""


@dataclass(frozen=True)
class Totals:
    """What a continuation is worth, each of shape (branches, customers); money in microeuro.

    Attributes
    ----------
    first, whole
        E[margin of the first month], E[discounted margin over the horizon].
    left
        P(churn within three months).
    survival
        P(still there after the horizon).
    """

    first: FloatArray
    whole: FloatArray
    left: FloatArray
    survival: FloatArray


@dataclass(frozen=True)
class Streamed:
    """Branches that differ by the odds of leaving and by a stream of costs alone.

    Attributes
    ----------
    shift
        What each branch adds to the log-odds of leaving, shape (branches, customers).
    until
        First month in which it no longer does.
    now, later, months
        Cost at once, in each later month, and for how many; shape (branches,), microeuro.
    """

    shift: FloatArray
    until: int
    now: FloatArray
    later: FloatArray
    months: IntArray

    def shift_in(self, month: int, held: Month) -> FloatArray:
        """Return the shifts of a month; the first branch has the continuation's own.

        A contact replaces what the last one of its programme did, and leaves the others'.
        """
        moved = self.shift if month < self.until else np.zeros_like(self.shift)
        beside = np.tile(held.nudge, (len(moved), 1))
        beside[OTHERS] = held.retention_shift
        return np.vstack([held.retention_shift + held.nudge, moved + beside])

    def cost_in(self, k: int, running: IntArray) -> FloatArray:
        """Return the extra cost k months on; an accepted offer replaces a running one."""
        cost = self.now if k == 0 else np.where(k <= self.months, self.later, 0.0)
        replaced = running if k else np.zeros_like(running)
        accepted = np.asarray(cost)[:, None] - replaced
        rest = np.zeros((COSTLESS, len(running)))
        return np.vstack([rest, accepted])


def contact_branches(ctx: Context, state: State, month: int) -> Streamed:
    """Return the branches of contacts that change no more than odds of leaving and costs."""
    codes = {(a.offer, a.channel): a.code for a in catalogue("retention")}
    by_contact = [codes[RETENTION_OFFERS[0], channel] for channel in CHANNELS]
    by_contact += [catalogue(name)[0].code for name in ("upsell", "topup_bonus")]
    by_offer = [codes[offer, CHANNELS[0]] for offer in RETENTION_OFFERS]
    offers = ctx.config.offers()
    return Streamed(
        np.vstack(
            [setting(ctx, state, month, code).chances.contact for code in by_contact]
            + [setting(ctx, state, month, code).chances.acceptance for code in by_offer]
        ),
        month + ctx.config.contact.months,
        ledger.MICROEUR_PER_CENT * np.array([benefits.now_cents(o) for o in offers], float),
        ledger.MICROEUR_PER_CENT * np.array([benefits.month_cents(o) for o in offers], float),
        np.array([o.cost_months for o in offers]),
    )


def continuation(
    ctx: Context,
    state: State,
    month: int,
    horizon: int,
    decision: Decision | None = None,
    streamed: Streamed | None = None,
) -> Totals:
    """Run survivors for `horizon` months, with an action in the first; changes `state`."""
    weight = np.ones((len(BRANCHES) if streamed else 1, ctx.streams.size))
    whole, first, left = np.zeros_like(weight), np.zeros_like(weight), np.zeros_like(weight)
    discount = (1.0 + ctx.config.value.yearly_discount) ** (-1.0 / 12.0)
    for k in range(horizon):
        running = ledger.MICROEUR_PER_CENT * benefits.running(state, month + k).cents
        held = run_month(ctx, state, month + k, decision if k == 0 else None)
        open_month(ctx, state, month + k + 1)
        both = held.retention_shift + held.nudge
        shift = streamed.shift_in(month + k, held) if streamed else both[None]
        wants = sigmoid(held.log_odds + shift)
        leaving = wants * (1.0 - held.desk.announce * held.desk.saved)
        margin = expected_margin(ctx, held, wants)
        if streamed:
            margin = margin - streamed.cost_in(k, running)
        whole += discount**k * weight * margin
        weight = weight * (1.0 - held.cut_share) * (1.0 - leaving)
        if k == 0:
            first = margin
        if k < THREE:
            left = 1.0 - weight
    return Totals(first, whole, left, weight)


def expected_margin(ctx: Context, held: Month, wants: FloatArray) -> FloatArray:
    """Return E[margin of a month] over leaving and being cut off, given all else.

    `wants` is P(about to leave); some of them call the save desk, and so do some who stay.
    """
    costs = ledger.cost_microeur(ctx.config)
    per_payment, desk = costs["payment"], held.desk
    leaving = wants * (1.0 - desk.announce * desk.saved)
    call = ctx.config.save_desk.call_seconds * costs["care_second"]
    saving = desk.calls(wants) * call
    saving = saving + desk.take(wants) * desk.credit_cents * ledger.MICROEUR_PER_CENT
    ends, margin = held.exit, held.margin_microeur
    unpaid = ledger.MICROEUR_PER_CENT * (1.0 - ends.pay_share) * ends.owed_if_left_cents
    exit_cost = unpaid + ends.pay_share * ends.invoices * per_payment
    if_cut = (
        margin
        + held.paid_invoices * per_payment
        - ledger.MICROEUR_PER_CENT * ends.owed_if_cut_cents
    )
    stays = margin - leaving * exit_cost - saving
    return np.asarray((1.0 - held.cut_share) * stays + held.cut_share * if_cut)
