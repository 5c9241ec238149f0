"""One block of customers, as a pure function of (config, seed, block number)."""

import numpy as np

from telcosim import ledger
from telcosim.calendar import DAY_S, last_day_s
from telcosim.config import Config
from telcosim.context import Context, Rows
from telcosim.maths import ppm, sigmoid, to_int
from telcosim.people import account_table, draw_people, identity_table
from telcosim.processes import billing, campaigns, care, churn, contracts, payments, topups, usage
from telcosim.schema import NULL, TABLES
from telcosim.schema.truth import TRAITS
from telcosim.state import State, new_state
from telcosim.streams import BLOCK_SIZE, IntArray, Streams
from telcosim.traits import draw_traits

BLOCK_TABLES = tuple(t.name for t in TABLES.values() if t.per_customer)


def block_count(config: Config) -> int:
    """Return how many blocks the base has."""
    return -(-config.customers // BLOCK_SIZE)


def simulate_block(config: Config, seed: int, block: int) -> dict[str, dict[str, IntArray]]:
    """Simulate the whole history of one block.

    Returns
    -------
    dict
        Table name to column name to whole numbers, rows sorted by customer and time. It depends
        on the arguments alone: any order, any process, any number of other blocks.
    """
    size = min(BLOCK_SIZE, config.customers - block * BLOCK_SIZE)
    streams = Streams(seed, block, size)
    traits = draw_traits(streams)
    ctx = Context(config, streams, traits, draw_people(config, streams, traits), Rows())
    state = new_state(size)
    for month in range(config.months):
        simulate_month(ctx, state, month)
    contracts.close_term(ctx, state, state.active, NULL)
    _record_people(ctx, ctx.people.activation_month < config.months)
    return {table: ctx.rows.finish(table) for table in BLOCK_TABLES}


def simulate_month(ctx: Context, state: State, month: int) -> None:
    """Run one month in causal order; changes `state` and adds rows."""
    contracts.start_or_renew(ctx, state, month)
    state.leaving_shift = np.where(state.shift_until > month, state.leaving_shift, 0.0)
    spent = topups.top_up(ctx, state, month)
    used = usage.use(ctx, state, month, spent.affordable)
    usage.record(ctx, state, month, used, spent.charged_cents)
    bill = billing.bill(ctx, state, month, used)
    involuntary = payments.disconnection_probability(ctx, state)
    paid, cut = payments.pay(ctx, state, month)
    forces = churn.pressure(ctx, state, month)
    care_month = care.contact_care(ctx, state, month, bill)
    wave = campaigns.run_wave(ctx, state, month, forces)
    left = churn.leave(ctx, state, month, forces, cut)
    exit_paid, written_off = payments.settle_at_exit(ctx, state, month, bill, left | cut, cut)
    churn.record(ctx, month, forces, left, cut)
    quantities = ledger.Quantities(
        data_mb=used.data_mb,
        roaming_mb=used.roaming_mb,
        voice_second=used.voice_seconds,
        sms=used.sms_count,
        active_sim=state.active.astype(np.int64),
        invoice=(bill.total_cents > 0).astype(np.int64),
        payment=paid + exit_paid,
        topup_cents=spent.topped_up_cents,
        care_second=care_month.handling_seconds,
        campaign_sms=wave.treated.astype(np.int64),
        data_bonus=wave.takers.astype(np.int64),
        written_off_cents=written_off,
    )
    revenue = bill.total_cents + spent.charged_cents
    margin = ledger.margin_microeur(ctx.config, revenue, quantities)
    ctx.rows.add(
        "truth_month",
        state.active,
        customer_id=ctx.people.customer_id,
        month=month,
        voluntary_ppm=ppm(sigmoid(forces.log_odds + state.leaving_shift)),
        involuntary_ppm=ppm(involuntary),
        satisfaction=to_int(1000 * state.satisfaction),
        revenue_cents=revenue,
        margin_cents=ledger.to_cents(margin),
    )
    before_campaign = margin + ledger.campaign_cost_microeur(ctx.config, quantities)
    campaigns.record_truth(ctx, month, wave, forces, before_campaign)
    _end_of_month(ctx, state, month, bill, care_month, left | cut)


def _end_of_month(
    ctx: Context,
    state: State,
    month: int,
    bill: billing.Bill,
    care_month: care.CareMonth,
    gone: np.ndarray,
) -> None:
    contracts.close_term(ctx, state, gone, int(last_day_s(month)) // DAY_S)
    state.active &= ~gone
    payments.carry_over(state, month, bill, state.active)
    state.shocked = bill.shock
    state.complained = care_month.complained


def _record_people(ctx: Context, known: np.ndarray) -> None:
    tables = {
        "customers": identity_table(ctx.streams, ctx.people, ctx.traits),
        "accounts": account_table(ctx.streams, ctx.people, ctx.traits),
        "truth_traits": {
            "customer_id": ctx.people.customer_id,
            **{name: to_int(1000 * getattr(ctx.traits, name)) for name in TRAITS},
        },
    }
    for name, columns in tables.items():
        ctx.rows.add(name, known, **columns)
