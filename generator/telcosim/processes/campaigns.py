"""Contacts of the month: who is reached, who accepts, what follows from it."""

from dataclasses import dataclass

import numpy as np

from telcosim.actions import ACTIONS, CHANNELS, Plan
from telcosim.calendar import DAY_S, moment_s
from telcosim.context import Context
from telcosim.ledger import CHANNEL_ITEMS
from telcosim.maths import to_int
from telcosim.policy import Decision
from telcosim.processes import addons, benefits, handsets, responses, topups
from telcosim.processes.arrivals import WITHDRAWN
from telcosim.processes.churn import Pressure
from telcosim.processes.topups import Spent
from telcosim.schema import NULL
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, IntArray

TREATMENT, CONTROL = range(len(words.ARMS))

HALF_DAY_S = DAY_S // 2
"""Who is tired of contact says so within half a day of it (assumption)."""

FIRST_DAY = 3
"""Contacts start on the third of the month: last month's use is loaded on the second."""

REPLY_S = 1800
OFFER_OF = np.array(
    [NULL, *(words.CONTACT_OFFERS.index(a.offer) if a.channel else NULL for a in ACTIONS)]
)
"""Code in CONTACT_OFFERS by action code, NULL where nothing is offered by contact."""


@dataclass(frozen=True)
class Contacted:
    """What came of the month's contacts, shape (customers,).

    Attributes
    ----------
    channel, sent, delivered, reached, accepted
        The planned channel; who was contacted, where it arrived, who was reached, who accepted.
    breach
        Who was contacted without consent in the channel.
    benefit_cents, benefit_offer
        What an accepted retention offer costs now, and which offer it is.
    topup_cents, bonus_cents
        A top-up made for a bonus, and the bonus.
    """

    channel: IntArray
    sent: BoolArray
    delivered: BoolArray
    reached: BoolArray
    accepted: BoolArray
    breach: BoolArray
    benefit_cents: IntArray
    benefit_offer: IntArray
    topup_cents: IntArray
    bonus_cents: IntArray

    def by_channel(self) -> dict[str, IntArray]:
        """Return how often each channel was used, by its cost item."""
        used = np.where(self.sent, self.channel, -1)
        return {item: (used == k).astype(np.int64) for k, item in enumerate(CHANNEL_ITEMS)}


def run(
    ctx: Context,
    state: State,
    month: int,
    plan: Plan,
    forces: Pressure,
    spent: Spent,
    decision: Decision | None,
) -> Contacted:
    """Contact, collect responses, and start what was accepted."""
    chances = responses.chances(ctx, state, month, plan, forces)
    sent = (plan.channel >= 0) & state.active
    luck = ctx.streams.uniform("contacts.reached", month)
    delivered = sent & (luck < 1.0 - ctx.config.organisation.failed_deliveries)
    reached = sent & (luck < chances.reach)
    accepted = reached & (ctx.streams.uniform("responses.accepted", month) < chances.accept)
    if ctx.accepts:
        delivered = reached = accepted = sent
    moved = np.where(accepted, chances.acceptance, chances.contact)
    until = month + ctx.config.contact.months
    retention = plan.where("retention")
    state.change(reached & retention, leaving_shift=moved, shift_until=until)
    state.change(reached & ~retention, nudge=moved, nudge_until=until)
    done = _follow_up(ctx, state, month, plan, spent, (sent, delivered, reached, accepted))
    if decision is not None:
        _record(ctx, month, plan, decision, done)
    _wear_out(ctx, state, month, plan, sent)
    return done


def _follow_up(
    ctx: Context,
    state: State,
    month: int,
    plan: Plan,
    spent: Spent,
    who: tuple[BoolArray, BoolArray, BoolArray, BoolArray],
) -> Contacted:
    """Start what was accepted: a benefit, an add-on, a bigger tariff, a top-up with a bonus."""
    sent, _, _, accepted = who
    offer = responses.offer_code(plan)
    cost = benefits.grant(ctx, state, month, accepted, offer)
    buys = accepted & plan.where("retention", "voucher")
    state.change(buys, device_since=month)
    handsets.record(ctx, state, buys, month + 1, handsets.VOUCHER)
    free = ctx.config.addon.free_months
    addons.start(ctx, state, month, accepted & plan.where("upsell", "addon"), free)
    addons.move_up(ctx, state, month, accepted & plan.where("upsell", "tariff_up"))
    tops_up = accepted & plan.where("topup_bonus")
    paid = np.where(tops_up, spent.usual_cents, 0)
    bonus = to_int(paid * responses.bonus_share(plan))
    replied = contact_s(ctx, month) + REPLY_S
    topups.top_up_for_bonus(ctx, state, month, tops_up, paid, bonus, replied)
    breach = sent & without_consent(state, plan)
    return Contacted(plan.channel, *who, breach, cost, offer, paid, bonus)


def without_consent(state: State, plan: Plan) -> BoolArray:
    """Return whose planned contact they have not consented to, shape (customers,)."""
    channel = plan.channel
    consents = np.take_along_axis(state.consent, np.maximum(channel, 0)[:, None], axis=1)
    return np.asarray((channel >= 0) & ~consents[:, 0])


def contact_s(ctx: Context, month: int) -> IntArray:
    """Return when each customer is contacted: once last month's use is loaded."""
    return moment_s(month, ctx.streams.uniform("contacts.event_ts", month), FIRST_DAY)


def _wear_out(ctx: Context, state: State, month: int, plan: Plan, sent: BoolArray) -> None:
    """Contact tires: it lowers later acceptance, and some withdraw their consent."""
    state.fatigue = ctx.config.contact.fatigue_memory * state.fatigue + sent
    state.note(month, contacts=sent)
    drawn = ctx.streams.uniform("consents.withdrawn", month)
    contact = contact_s(ctx, month)
    later = np.floor(HALF_DAY_S * ctx.streams.uniform("consents.event_ts", month))
    event = contact + later.astype(np.int64)
    for code, channel in enumerate(ctx.config.channels()):
        opt_out = channel.opt_out_share * ctx.config.organisation.opt_outs
        leaves = sent & (plan.channel == code) & (drawn < opt_out)
        leaves &= state.consent[:, code]
        ctx.rows.add(
            "consents",
            leaves,
            customer_id=ctx.people.customer_id,
            channel=code,
            event=WITHDRAWN,
            event_ts=event,
            loaded_ts=event + DAY_S,
        )
        state.consent = state.consent & ~(leaves[:, None] & (np.arange(len(CHANNELS)) == code))


def _record(ctx: Context, month: int, plan: Plan, decision: Decision, done: Contacted) -> None:
    event = contact_s(ctx, month)
    ids = ctx.people.customer_id
    offer = OFFER_OF[plan.action]
    common: dict[str, IntArray | int] = {"campaign_id": month, "customer_id": ids, "month": month}
    ctx.rows.add(
        "contacts",
        decision.in_wave & ((offer != NULL) | (plan.action == 0)),
        **common,
        programme=decision.programme,
        arm=np.where(done.sent, TREATMENT, CONTROL),
        offer_id=offer,
        channel=np.where(plan.channel >= 0, plan.channel, NULL),
        consent_breach=done.breach,
        delivered=done.delivered,
        reached=done.reached,
        event_ts=event,
        loaded_ts=event + DAY_S,
    )
    reply = event + REPLY_S
    ctx.rows.add(
        "responses",
        done.accepted,
        **common,
        offer_id=offer,
        event_ts=reply,
        loaded_ts=reply + DAY_S,
    )
