"""Does each process of a month, alone, obey the law that the lessons teach about it?"""

from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import telcosim
from telcosim import World, one_step
from telcosim.actions import ACTIONS, BY_NAME, CHANNELS, DUNNING_STEPS, PRICE_CHANGES, Plan
from telcosim.block import Block, advance, start_block
from telcosim.config import load_config
from telcosim.market import draw_market
from telcosim.processes import (
    addons,
    bonds,
    care,
    churn,
    contracts,
    digital,
    dunning,
    network,
    payments,
    prices,
    responses,
    satisfaction,
    save_desk,
    topups,
    usage,
)
from telcosim.programme import NoContact
from telcosim.schema import vocabulary as words
from telcosim.streams import BLOCK_SIZE, BoolArray, FloatArray

SEED, MONTH = 3, 8
laws = settings(max_examples=15, deadline=None)


@pytest.fixture(scope="module")
def grown() -> Block:
    """A block of 16,384 slots in its ninth month, in which nobody was ever contacted."""
    block = start_block(load_config("course", customers=BLOCK_SIZE), SEED, 0)
    advance(block, NoContact(), MONTH)
    return block


@pytest.fixture(scope="module")
def base() -> World:
    """A smaller world at the start of the same month."""
    config = load_config("course", customers=6_000, overrides={"channel_sms.opt_out_share": 0.2})
    return telcosim.simulate(config, SEED, NoContact(), MONTH)


def everybody(block: Block, action: str) -> Plan:
    return Plan(np.full(block.view.size, BY_NAME[action].code))


def decide(base: World, action: str, until: int = MONTH + 1) -> World:
    """Plan one action for every active customer this month, and nothing afterwards."""
    table = base.snapshot()[["customer_id"]].assign(month=MONTH, action=action)
    return telcosim.resume(telcosim.resume(base, table, MONTH + 1), NoContact(), until)


def untouched(base: World, until: int) -> World:
    return telcosim.resume(base, NoContact(), until)


def log_odds(share: FloatArray) -> FloatArray:
    return np.asarray(np.log(share) - np.log1p(-share))


def agrees(drawn: BoolArray, share: FloatArray) -> bool:
    """Whether as many were drawn as their probabilities say, within 4 standard errors."""
    error = np.sqrt((share * (1.0 - share)).sum())
    return bool(abs(drawn.sum() - share.sum()) <= 4 * error)


# --- network, care, satisfaction ---------------------------------------------------------------


def test_an_outage_is_felt_at_its_site_and_at_most_ten_hours(grown: Block) -> None:
    months = range(grown.ctx.config.months)
    hours = np.stack([network.felt_outage_hours(grown.ctx, grown.state, m) for m in months])
    site = grown.state.town % len(words.SITES)
    there = grown.ctx.market.outage_hours[: len(hours)][:, site]
    assert np.array_equal(hours, np.minimum(there, 10.0))
    assert 0.03 < (hours > 0).mean() < 0.09
    assert hours.max() == 10.0


@laws
@given(hours=st.floats(0, 10))
def test_each_hour_of_outage_costs_satisfaction(grown: Block, hours: float) -> None:
    quiet, dark = grown.copy(), grown.copy()
    nobody = np.zeros(grown.view.size, dtype=np.bool_)
    satisfaction.update(quiet.ctx, quiet.state, MONTH, nobody, nobody, np.zeros(nobody.shape))
    satisfaction.update(dark.ctx, dark.state, MONTH, nobody, nobody, np.full(nobody.shape, hours))
    lost = quiet.state.satisfaction - dark.state.satisfaction
    assert np.allclose(lost, hours * grown.ctx.config.network.outage_hurt)


def test_an_outage_brings_more_care_contacts_and_takes_none_away(grown: Block) -> None:
    hours = np.full(grown.view.size, 10.0)
    dark = care.contact_care(grown.copy().ctx, grown.state, MONTH, hours)
    quiet = care.contact_care(grown.copy().ctx, grown.state, MONTH, 0.0 * hours)
    assert (dark.contacts >= quiet.contacts).all()
    counts = dark.contacts.sum(), quiet.contacts.sum()
    ratio = counts[0] / counts[1]
    expected = np.exp(10.0 * grown.ctx.config.network.outage_care)
    assert abs(ratio - expected) < 4 * ratio * np.sqrt(1 / counts[0] + 1 / counts[1])
    assert dark.complained.sum() > quiet.complained.sum()


# --- bills, payment, dunning -------------------------------------------------------------------


def test_letters_go_to_the_overdue_only_and_to_all_of_them(base: World) -> None:
    letters, bills = base.load("dunning_steps"), base.load("invoices")
    billed = letters.merge(bills, on="invoice_id", suffixes=("", "_bill"))
    assert len(billed) == len(letters) > 100
    assert (billed["due_on"] < billed["event_ts"]).all()
    # Unpaid as the month begins; a payment of its first days may cross with the letter.
    settled = base.load("payments").set_index("invoice_id")["month"]
    assert not (billed["invoice_id"].map(settled) < billed["month"]).any()
    block = base.blocks[0].copy()
    overdue = block.state.active & (block.state.open_count >= 2)
    dunning.dun(block.ctx, block.state, MONTH, Plan(np.zeros(block.view.size, dtype=np.int64)))
    sent = block.ctx.rows.finish("dunning_steps")
    now = sent["customer_id"][sent["month"] == MONTH]
    assert np.array_equal(now, block.ctx.people.customer_id[overdue])


@pytest.mark.parametrize("step", DUNNING_STEPS)
def test_a_dunning_step_raises_the_odds_of_payment_of_the_overdue_only(
    grown: Block, step: str
) -> None:
    block = grown.copy()
    dunned = dunning.dun(block.ctx, block.state, MONTH, everybody(block, f"dunning:{step}"))
    overdue = block.state.active & (block.state.open_count >= 2)
    before = payments.pay_probability(block.ctx, block.state)
    after = payments.pay_probability(block.ctx, block.state, dunned.pay)
    gained = getattr(block.ctx.config.dunning, f"{step}_pay")
    assert gained > 0
    assert overdue.sum() > 100
    assert np.allclose(log_odds(after) - log_odds(before), gained * overdue)
    assert np.array_equal(dunned.annoy != 0, overdue)
    paid = payments.pay(block.ctx, block.state, MONTH, dunned.pay)
    assert agrees(paid.invoices[overdue] > 0, after[overdue])
    assert np.array_equal(paid.cut_share > 0, overdue & (grown.state.open_count == 3))


def test_the_deeper_in_arrears_the_less_is_paid(grown: Block) -> None:
    shares = []
    for bills in (1, 2, 3):
        state = replace(grown.state, open_count=np.full(grown.view.size, bills))
        shares.append(payments.pay_probability(grown.ctx, state))
    assert (shares[0] > shares[1]).all()
    assert (shares[1] > shares[2]).all()


# --- benefits ----------------------------------------------------------------------------------


def test_a_benefit_runs_its_months_and_ends_when_the_customer_leaves(base: World) -> None:
    """All six offers: what was accepted, for how long, and what is on the books of it."""
    ids = base.snapshot()["customer_id"].to_numpy()
    names = [a.name for a in ACTIONS if a.catalogue == "retention" and a.channel == "call"]
    action = np.array(names)[np.arange(len(ids)) % len(names)]
    table = pd.DataFrame({"customer_id": ids, "month": MONTH, "action": action})
    world = telcosim.resume(telcosim.resume(base, table, MONTH + 1), NoContact(), MONTH + 16)
    offers = world.load("offers").set_index("offer_id")
    ends = world.load("churn_events")
    left = ends[ends["month"] >= MONTH].groupby("customer_id")["month"].min()
    expected = set()
    for yes in world.load("responses").itertuples():
        offer = offers.loc[yes.offer_id]
        last = left.get(yes.customer_id, MONTH + 15)
        if offer["cost_now_cents"]:
            expected.add((yes.customer_id, MONTH, offer["cost_now_cents"]))
        for month in range(MONTH + 1, MONTH + 1 + offer["cost_months"]):
            if month <= last:
                expected.add((yes.customer_id, month, offer["cost_month_cents"]))
    booked = world.load("benefits")
    booked = booked[booked["offer_id"].isin(words.OFFERS)][["customer_id", "month", "cost_cents"]]
    assert set(booked.itertuples(index=False, name=None)) == expected
    assert len(expected) > 3_000
    assert len(left) > 300


# --- add-on and bigger tariff ------------------------------------------------------------------


def test_an_addon_offer_brings_purchases_forward(base: World) -> None:
    """Over a year, fewer are gained than accepted: some would have bought it unasked."""
    offered = decide(base, "upsell:addon:call", MONTH + 13)
    ids = base.blocks[0].ctx.people.customer_id
    accepted = np.isin(ids, offered.load("responses")["customer_id"])
    # An add-on runs for 12 months: all that end after the year were bought within it.
    with_it, without = (
        w.blocks[0].state.addon_until > MONTH + 12 for w in (offered, untouched(base, MONTH + 13))
    )
    gained = with_it.sum() - without.sum()
    assert accepted.sum() > 200
    stayed = offered.blocks[0].state.joined <= MONTH  # who came back starts without one
    assert with_it[accepted & stayed].all()
    assert without.sum() > 100
    assert 0.5 * accepted.sum() < gained < 0.95 * accepted.sum()


def test_an_addon_replaces_data_packs_and_bigger_tariffs(grown: Block) -> None:
    size = grown.view.size
    with_it = replace(grown.state, addon_until=np.full(size, MONTH + 12))
    without = replace(grown.state, addon_until=np.zeros(size, dtype=np.int64))
    more, less = (usage.use(grown.ctx, s, MONTH, np.ones(size)) for s in (with_it, without))
    assert (more.packs <= less.packs).all()
    assert more.packs.sum() < 0.7 * less.packs.sum()
    assert (more.data_mb >= less.data_mb).all()
    assert (more.data_mb > less.data_mb).any()
    ends = np.full(size, MONTH)
    moved = []
    for state in (with_it, without):
        block = Block(grown.copy().ctx, replace(state, term_end=ends), MONTH)
        contracts.start_or_renew(block.ctx, block.state, MONTH)
        moved.append(block.state.tariff - grown.state.tariff)
    assert (moved[0] <= moved[1]).all()
    assert (moved[0] > 0).sum() < 0.8 * (moved[1] > 0).sum()


def test_a_bigger_tariff_is_offered_to_those_who_can_have_one(grown: Block) -> None:
    block = grown.copy()
    everyone = np.ones(block.view.size, dtype=np.bool_)
    can = addons.may_move_up(block.ctx, block.state)
    addons.move_up(block.ctx, block.state, MONTH, everyone)
    assert np.array_equal(block.state.tariff - grown.state.tariff, can.astype(int))
    assert (block.state.fee_cents > grown.state.fee_cents)[can].all()
    assert not can[block.ctx.people.prepaid].any()


def test_who_accepts_a_bigger_tariff_and_leaves_never_starts_its_term(base: World) -> None:
    world = decide(base, "upsell:tariff_up:call", MONTH + 3)
    terms = world.load("subscriptions")
    gone = world.load("churn_events").groupby("customer_id")["month"].min()
    ups = set(world.load("responses")["customer_id"])
    assert ups & set(gone[gone == MONTH].index)
    assert not (terms["closed_on"] < terms["term_start"]).any()


# --- top-ups -----------------------------------------------------------------------------------


@laws
@given(extra=st.integers(0, 20_000))
def test_a_prepaid_balance_is_conserved_and_a_fuller_one_is_topped_up_less(
    grown: Block, extra: int
) -> None:
    prepaid = grown.state.active & grown.ctx.people.prepaid
    poor, rich = grown.copy(), grown.copy()
    rich.state.balance_cents = rich.state.balance_cents + np.where(prepaid, extra, 0)
    before = [b.state.balance_cents for b in (poor, rich)]
    spent = [topups.top_up(b.ctx, b.state, MONTH) for b in (poor, rich)]
    for block, start, month in zip((poor, rich), before, spent, strict=True):
        end = start + month.topped_up_cents - month.charged_cents
        assert np.array_equal(end, block.state.balance_cents)
        assert (end >= 0).all()
        assert not month.charged_cents[~prepaid].any()
    assert (spent[1].topped_up_cents <= spent[0].topped_up_cents).all()
    assert (spent[1].charged_cents >= spent[0].charged_cents).all()


def test_a_bonus_only_brings_part_of_its_topups_forward(base: World) -> None:
    worlds = decide(base, "topup_bonus:bonus_25:sms", MONTH + 7), untouched(base, MONTH + 7)
    yes = worlds[0].load("responses")["customer_id"]
    theirs = [t[t["customer_id"].isin(yes)] for t in (w.load("topups") for w in worlds)]
    for_bonus = theirs[0][theirs[0]["bonus_cents"] > 0]
    assert len(for_bonus) == len(yes) > 150
    assert (for_bonus["bonus_cents"] == (0.25 * for_bonus["amount_cents"] + 0.5) // 1).all()
    with_it, without = (t.groupby("month")["amount_cents"].sum() for t in theirs)
    assert with_it[MONTH + 1] < 0.8 * without[MONTH + 1]
    gained = with_it.sum() - without.sum()
    assert 0 < gained < 0.8 * for_bonus["amount_cents"].sum()


def test_a_bonus_adds_to_the_balance_what_is_not_yet_spent(base: World) -> None:
    world = decide(base, "topup_bonus:bonus_10:sms", MONTH + 4)
    topped = world.load("topups").set_index("customer_id")
    added = topped["amount_cents"].add(topped["bonus_cents"]).groupby(level=0).sum()
    spent = world.load("usage_monthly").groupby("customer_id")["charged_cents"].sum()
    (block,) = world.blocks
    balance = pd.Series(block.state.balance_cents, block.ctx.people.customer_id)
    left = added.reindex(balance.index, fill_value=0) - spent.reindex(balance.index, fill_value=0)
    assert topped["bonus_cents"].sum() > 0
    assert left.equals(balance)


# --- prices and rivals -------------------------------------------------------------------------


@pytest.mark.parametrize("change", PRICE_CHANGES)
def test_a_price_change_moves_fees_and_a_rise_is_noticed_for_three_months(
    grown: Block, change: str
) -> None:
    block, depth = grown.copy(), PRICE_CHANGES[change]
    prices.change_prices(block.ctx, block.state, MONTH, everybody(block, f"price_change:{change}"))
    billed = block.state.active & ~block.ctx.people.prepaid
    new = np.floor(grown.state.fee_cents * (1.0 + np.where(billed, depth, 0.0)) + 0.5)
    assert np.array_equal(block.state.fee_cents, new)
    notice = block.ctx.config.market.notice * max(depth, 0.0) / 0.08
    for month, felt in ((MONTH, notice), (MONTH + 2, notice), (MONTH + 3, 0.0)):
        after, before = (bonds.ties(block.ctx, s, month) for s in (block.state, grown.state))
        assert np.allclose(after - before, felt * billed)
    gap = [churn.pressure(grown.ctx, s, MONTH).price_gap for s in (block.state, grown.state)]
    moved = np.log(block.state.fee_cents[billed] / grown.state.fee_cents[billed])
    assert np.allclose((gap[0] - gap[1])[billed], moved)


def test_a_general_rise_comes_once_in_its_month(grown: Block) -> None:
    config = grown.ctx.config.with_overrides({"market.rise_month": MONTH, "market.rise": 0.08})
    block = Block(replace(grown.copy().ctx, config=config), grown.copy().state, MONTH)
    nothing = Plan(np.zeros(block.view.size, dtype=np.int64))
    for month in (MONTH, MONTH + 1):
        prices.change_prices(block.ctx, block.state, month, nothing)
    billed = block.state.active & ~block.ctx.people.prepaid
    to_end = grown.state.term_end - MONTH
    spared = (grown.state.term_months > 1) & (to_end >= -2) & (to_end <= 3)
    ratio = block.state.fee_cents[billed] / grown.state.fee_cents[billed]
    assert np.allclose(ratio, np.where(spared, 1.0, 1.08)[billed], atol=0.001)
    assert 0.1 < spared[billed].mean() < 0.5


def test_a_price_war_raises_the_log_odds_of_leaving_by_its_depth(grown: Block) -> None:
    at_war = {"market.war_month": MONTH, "market.war_months": 2, "market.war_depth": 0.2}
    market = draw_market(grown.ctx.config.with_overrides(at_war), SEED)
    for month, weeks_of_war in ((MONTH - 1, 0), (MONTH, 1), (MONTH + 1, 1), (MONTH + 2, 0)):
        war = churn.pressure(replace(grown.ctx, market=market), grown.state, month)
        peace = churn.pressure(grown.ctx, grown.state, month)
        felt = -np.log(1.0 - 0.2) * grown.ctx.config.churn.price_gap * weeks_of_war
        assert np.allclose(war.log_odds - peace.log_odds, felt)


# --- contact -----------------------------------------------------------------------------------


def chances(block: Block, action: str) -> responses.Chances:
    return one_step.setting(block.ctx, block.state, block.month, BY_NAME[action].code).chances


@pytest.mark.parametrize("action", ["retention:credit:sms", "upsell:addon:push"])
def test_fatigue_lowers_acceptance_and_is_slept_off(base: World, action: str) -> None:
    config = base.config.contact
    for later in (1, 2, 12):
        (block,) = decide(base, action, MONTH + later).blocks
        contacted = block.state.active & (block.state.recent["contacts"][MONTH] > 0)
        left = np.where(contacted, config.fatigue_memory ** (later - 1), 0.0)
        assert contacted.sum() > 800
        assert np.allclose(block.state.fatigue[block.state.active], left[block.state.active])
        rested = Block(block.ctx, replace(block.state, fatigue=0.0 * left), block.month)
        tired, fresh = (chances(b, action).accept for b in (block, rested))
        can = contacted & (fresh > 0)
        assert can.any()
        assert np.allclose(
            (log_odds(tired[can]) - log_odds(fresh[can])), config.fatigue * left[can]
        )


def test_a_channel_falls_silent_once_its_consent_is_withdrawn(base: World) -> None:
    """A text a month to everybody, then e-mails; every fifth text annoys."""

    def insist(seen: pd.DataFrame, month: int) -> list[str]:
        channel = "sms" if month < MONTH + 4 else "email"
        return [f"retention:credit:{channel}"] * len(seen)

    world = telcosim.resume(base, insist, MONTH + 6)
    contacts, consents = world.load("contacts"), world.load("consents")
    said_no = consents[consents["event"] == "withdrawn"]
    assert len(said_no) > 500
    # The contact that annoyed comes before the word, and in its channel none comes after.
    both = contacts.merge(said_no, on=["customer_id", "channel"], suffixes=("", "_no"))
    assert both["customer_id"].nunique() == said_no["customer_id"].nunique()
    assert (both["event_ts"] <= both["event_ts_no"]).all()
    no_texts = said_no.loc[said_no["channel"] == "sms", "customer_id"]
    emails = contacts.loc[contacts["channel"] == "email", "customer_id"]
    assert no_texts.isin(emails).mean() > 0.5


def test_contact_wakes_sleeping_dogs(grown: Block) -> None:
    """Past the term, contact makes the inert leave: as mere contact, and all in all."""
    forces = churn.pressure(grown.ctx, grown.state, MONTH)
    inert = grown.state.active & forces.past_term & ~forces.complained
    inert &= grown.ctx.traits.inertia > 1
    assert inert.sum() > 100
    asleep = one_step.one_step(grown.ctx, grown.state, MONTH, 0).churn
    for channel in CHANNELS:
        name = f"retention:care:{channel}"
        assert (chances(grown, name).contact[inert] > 0).all()
    for channel in ("sms", "push", "email"):
        code = BY_NAME[f"retention:credit:{channel}"].code
        woken = one_step.one_step(grown.ctx, grown.state, MONTH, code).churn
        assert (woken - asleep)[inert].mean() > 0
    calm = grown.state.active & forces.at_end & (grown.ctx.traits.inertia < 0)
    calm &= (grown.state.exit_intention < responses.LOOKING) & ~grown.ctx.people.prepaid
    assert (chances(grown, "retention:care:sms").contact[calm] < 0).all()


@laws
@given(near=st.floats(-3, 3), further=st.floats(0, 3))
def test_the_further_gone_the_less_an_accepted_offer_helps(
    grown: Block, near: float, further: float
) -> None:
    config = grown.ctx.config.contact
    looks = (near, near + further)
    helps = []
    for intention in looks:
        state = replace(grown.state, exit_intention=np.full(grown.view.size, intention))
        helps.append(chances(Block(grown.ctx, state, MONTH), "retention:discount:sms").acceptance)
    kept = [1 / (1 + np.exp(config.lost + config.lost_exit_intention * i)) for i in looks]
    assert (helps[0] <= 0).all()
    assert (helps[1] >= helps[0]).all()
    assert np.allclose(helps[1] * kept[0], helps[0] * kept[1])


# --- leaving -----------------------------------------------------------------------------------


def test_causes_add_up_to_the_chance_and_reasons_on_record_follow_them(grown: Block) -> None:
    block = grown.copy()
    forces = churn.pressure(block.ctx, block.state, MONTH)
    weights = churn.causes(block.ctx, forces)
    whole = np.sum(list(weights.values()), axis=0)
    share = {cause: weight / whole for cause, weight in weights.items()}
    assert np.allclose(np.sum(list(share.values()), axis=0), 1.0)
    left = block.state.active
    churn.record(block.ctx, block.month, forces, left, ~left & False)
    events = block.ctx.rows.finish("churn_events")
    now = events["month"] == MONTH
    prepaid = block.ctx.people.prepaid[left]
    assert (events["reason"][now][prepaid] == churn.SILENT).all()
    for cause, part in share.items():
        assert agrees(events["reason"][now][~prepaid] == cause, part[left][~prepaid]), cause
    config = block.ctx.config.churn
    for who, ported in (
        (prepaid, config.port_out_share_prepaid),
        (~prepaid, config.port_out_share_postpaid),
    ):
        assert agrees(events["ported_out"][now][who] == 1, np.full(who.sum(), ported))


def test_the_causes_in_the_truth_are_parts_of_the_hazard(base: World) -> None:
    truth = base.load("truth_month")
    parts = truth[["price_ppm", "contract_end_ppm", "service_ppm"]]
    assert (parts >= 0).all().all()
    assert (parts.sum(axis=1) <= truth["voluntary_ppm"] + 1).all()


def test_the_disconnected_and_the_gone_do_not_leave_once_more(grown: Block) -> None:
    certain, cut = np.ones(grown.view.size), np.arange(grown.view.size) % 2 == 0
    wants = churn.leave(grown.ctx, grown.state, MONTH, certain, cut)
    assert np.array_equal(wants, grown.state.active & ~cut)


@pytest.mark.parametrize("rung", ["talk", "credit", "discount", "deep"])
def test_the_save_desk_saves_some_callers_and_is_played_by_others(grown: Block, rung: str) -> None:
    block, plan = grown.copy(), everybody(grown, f"save_desk:{rung}")
    desk = save_desk.desk(block.ctx, plan)
    standing = save_desk.desk(block.ctx, Plan(np.zeros(block.view.size, dtype=np.int64)))
    half = np.arange(block.view.size) % 2 == 0
    leaving, nobody = block.state.active & half, np.zeros(block.view.size, dtype=np.bool_)
    chance = np.full(block.view.size, 0.5)
    saved = save_desk.take_calls(block.ctx, block.state, MONTH, plan, chance, leaving, nobody)
    assert agrees(saved.stays[leaving], (desk.announce * desk.saved)[leaving])
    assert not saved.stays[~leaving].any()
    staying = block.state.active & ~leaving
    assert agrees(saved.calls[staying], desk.threat[staying])
    assert saved.calls[staying].any() == (rung != "talk")
    taken = block.state.benefit_until > MONTH
    assert np.array_equal(taken, (saved.stays | (saved.calls & staying)) & (rung != "talk"))
    stay, offered = (
        one_step.one_step(grown.ctx, grown.state, MONTH, code)
        for code in (0, BY_NAME[f"save_desk:{rung}"].code)
    )
    safe = grown.state.active & (grown.state.open_count < 3)
    kept, usual = (1.0 - d.announce * d.saved for d in (desk, standing))
    assert np.allclose(offered.churn[safe], (stay.churn * kept / usual)[safe])


# --- what customers do online ------------------------------------------------------------------


def test_those_who_look_elsewhere_show_it_and_the_intention_keeps_its_spread(grown: Block) -> None:
    looking = replace(grown.state, exit_intention=grown.state.exit_intention + 1.0)
    seen, usual = (
        digital.go_online(grown.copy().ctx, replace(s), MONTH) for s in (looking, grown.state)
    )
    assert (seen.tariff_page_view >= usual.tariff_page_view).all()
    assert (seen.port_code_request >= usual.port_code_request).all()
    assert seen.port_code_request.sum() > 2 * usual.port_code_request.sum()
    assert np.array_equal(seen.login, usual.login)
    block = grown.copy()
    block.state.exit_intention = block.ctx.streams.normal("test.start")
    digital.drift(block.ctx, block.state, MONTH)
    assert abs(block.state.exit_intention.var() - 1.0) < 4 * np.sqrt(2 / BLOCK_SIZE)


def test_newcomers_bring_consent_and_no_use_from_before(base: World) -> None:
    people, consents = base.load("customers"), base.load("consents")
    given = consents[consents["event"] == "given"].groupby("customer_id").size()
    agreed = people.loc[people["marketing_consent"], "customer_id"]
    assert given.index.tolist() == agreed.tolist()
    assert (given == len(words.CONTACT_CHANNELS)).all()
    (block,) = base.blocks
    new = block.ctx.people.activation_month == MONTH
    assert block.state.active[new].all()
    assert new.sum() > 20
    assert all(not values[:, new].any() for values in block.state.recent.values())
