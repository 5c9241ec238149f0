"""One month of a block, in causal order."""

from dataclasses import dataclass

import numpy as np

from telcosim import ledger, records
from telcosim.actions import Plan, nothing
from telcosim.calendar import DAY_S, last_day_s
from telcosim.context import Context
from telcosim.maths import sigmoid
from telcosim.policy import Decision
from telcosim.processes import (
    addons,
    benefits,
    billing,
    bonds,
    campaigns,
    care,
    churn,
    contracts,
    digital,
    dunning,
    moving,
    network,
    onboarding,
    payments,
    prices,
    satisfaction,
    save_desk,
    surveys,
    topups,
    trips,
    usage,
)
from telcosim.processes.payments import Exit
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Month:
    """What a month held for each customer, shape (customers,).

    Attributes
    ----------
    log_odds, retention_shift, nudge
        Log-odds of leaving without any contact's effect, and what contacts of the retention
        programme, and of others, added.
    desk
        The chances of a call to the save desk.
    margin_microeur
        Margin without what leaving costs.
    cut_share
        P(disconnected).
    paid_invoices
        Open invoices paid in the month.
    exit
        What a customer who leaves now would settle or leave unpaid.
    """

    log_odds: FloatArray
    retention_shift: FloatArray
    nudge: FloatArray
    desk: save_desk.Desk
    margin_microeur: IntArray
    cut_share: FloatArray
    paid_invoices: IntArray
    exit: Exit


def run_month(ctx: Context, state: State, month: int, decision: Decision | None) -> Month:
    """Run one month; changes `state` and adds rows.

    Everything that the chance of leaving depends on is known at the month's start, so that
    one-step probabilities are exact.
    """
    active = state.active
    plan = Plan(nothing(ctx.streams.size) if decision is None else decision.action)
    records.decided(ctx, state, month, decision)
    runs = benefits.running(state, month)
    prices.change_prices(ctx, state, month, plan)
    forces = churn.pressure(ctx, state, month)
    hours = network.felt_outage_hours(ctx, state, month)
    spent = topups.top_up(ctx, state, month)
    used = usage.use(ctx, state, month, spent.affordable)
    usage.record(ctx, state, month, used, spent.charged_cents)
    bill = billing.bill(ctx, state, month, used)
    dunned = dunning.dun(ctx, state, month, plan)
    owed_if_cut = state.open_cents.sum(axis=1) + bill.total_cents
    paid = payments.pay(ctx, state, month, dunned.pay)
    helped = care.contact_care(ctx, state, month, hours)
    trips.record(ctx, month, used)
    satisfaction.update(ctx, state, month, bill.shock, helped.complained, hours)
    surveys.ask(ctx, state, month, helped)
    online = digital.go_online(ctx, state, month)
    onboarding.go_on(ctx, state, month)
    desk = save_desk.desk(ctx, plan)
    outlook = records.outlook(ctx, state, month, decision, forces)
    done = campaigns.run(ctx, state, month, plan, forces, spent, decision)
    digital.replace_devices(ctx, state, month)
    addons.buy_unasked(ctx, state, month)
    retention, nudge = churn.retention_shift(state, month), churn.nudge(state, month)
    shift = retention + nudge
    chance = sigmoid(forces.log_odds + dunned.annoy + shift)
    wants = churn.leave(ctx, state, month, chance, paid.cut)
    saved = save_desk.take_calls(ctx, state, month, plan, chance, wants, paid.cut)
    left = wants & ~saved.stays
    leaving = payments.exit_terms(ctx, state, bill, owed_if_cut)
    settled = payments.settle_at_exit(ctx, state, month, bill, left | paid.cut, paid.cut)
    churn.record(ctx, month, forces, left, paid.cut)
    topped_up = spent.topped_up_cents + done.topup_cents
    quantities = ledger.Quantities(
        data_mb=used.data_mb,
        roaming_mb=used.roaming_mb,
        voice_second=used.voice_seconds,
        sms=used.sms_count,
        active_sim=active.astype(np.int64),
        invoice=(bill.total_cents > 0).astype(np.int64),
        payment=paid.invoices,
        care_second=helped.handling_seconds + saved.seconds,
        **done.by_channel(),
        payment_plan=(dunned.who & plan.where("dunning", "plan")).astype(np.int64),
        topup_cents=topped_up,
        consent_breach=done.breach.astype(np.int64),
        benefit_cents=benefits.record(ctx, month, runs, done.benefit_cents, done.benefit_offer)
        + benefits.perks(ctx, state, month)
        + benefits.book(ctx, month, saved.credit_cents, benefits.CREDIT)
        + benefits.book(ctx, month, done.bonus_cents, benefits.BONUS),
    )
    revenue = bill.total_cents + spent.charged_cents
    margin = ledger.margin_microeur(ctx.config, revenue, quantities)
    at_exit = ledger.exit_microeur(ctx.config, settled.invoices, settled.written_off_cents)
    leaves = chance * (1.0 - desk.announce * desk.saved)
    records.month(
        ctx, month, active, leaves, paid.cut_share, forces, state, revenue, margin - at_exit
    )
    records.uplift(ctx, month, decision, outlook, margin)
    state.note(
        month,
        revenue_cents=revenue,
        margin_cents=ledger.to_cents(margin),
        data_mb=used.data_mb,
        overage=used.packs,
        page_views=online.tariff_page_view,
        port_codes=online.port_code_request,
        logins=online.login,
        coupons=online.coupon_used,
        own_changes=online.own_change,
        care_contacts=helped.contacts + saved.calls,
        complaints=helped.complained,
        shocks=bill.shock,
    )
    digital.drift(ctx, state, month)
    moving.move(ctx, state, month)
    bonds.remember_leavers(ctx, state, left)
    _part(ctx, state, month, bill, left, paid.cut)
    log_odds = forces.log_odds + dunned.annoy
    return Month(
        log_odds,
        retention,
        nudge,
        saved.desk,
        margin,
        paid.cut_share,
        paid.invoices,
        leaving,
    )


def _part(
    ctx: Context, state: State, month: int, bill: billing.Bill, left: BoolArray, cut: BoolArray
) -> None:
    """Close the books of those who left, and carry the bills of those who stay."""
    gone = left | cut
    # A tariff accepted for next month has closed the term already, and never starts.
    in_force = gone & (state.term_start <= month)
    contracts.close_term(ctx, state, in_force, int(last_day_s(month)) // DAY_S)
    state.active = state.active & ~gone
    state.change(left, lost=month)
    payments.carry_over(state, month, bill, state.active)
