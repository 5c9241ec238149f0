"""Do households, desks, programmes and ties do what the lessons will teach about them?"""

from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import telcosim
from telcosim import World
from telcosim.block import Block, advance, finish, start_block
from telcosim.config import load_config
from telcosim.households import GROUP, heads
from telcosim.processes import bonds, launch, opening, surveys
from telcosim.programme import NoContact
from telcosim.schema import vocabulary as words
from telcosim.streams import BLOCK_SIZE, Streams

SEED, MONTH = 4, 24
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def world() -> World:
    return telcosim.simulate(load_config("course", customers=BLOCK_SIZE), SEED, until=MONTH)


@pytest.fixture(scope="module")
def tables(world: World) -> Tables:
    names = (
        *("customers", "accounts", "subscriptions", "household_links", "products", "churn_events"),
        *("call_edges", "loyalty_reviews", "nps_relational", "truth_month", "truth_traits"),
        *("winback_offers", "onboarding", "digital_events", "save_offers", "invoices", "benefits"),
        *("devices", "referrals", "trips", "usage_monthly", "moves", "agents"),
    )
    return {name: world.load(name) for name in names}


@pytest.fixture(scope="module")
def block(world: World) -> Block:
    return world.blocks[0]


def difference(a: pd.Series, b: pd.Series) -> tuple[float, float]:
    """Return the difference of two means and its standard error."""
    error = np.sqrt(a.var() / len(a) + b.var() / len(b))
    return float(a.mean() - b.mean()), float(error)


# --- households --------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**64), size=st.integers(1, 400))
def test_a_household_lies_in_four_slots_and_begins_with_its_head(seed: int, size: int) -> None:
    head = heads(Streams(seed, 0, size))
    slot = np.arange(size)
    assert (head <= slot).all()
    assert (head // GROUP == slot // GROUP).all()
    assert (head[head] == head).all()
    assert np.array_equal(heads(Streams(seed, 0, size + 50))[:size], head)


def test_fellows_are_alike_and_strangers_are_not(block: Block) -> None:
    head = heads(block.ctx.streams)
    fellow = np.flatnonzero(head != np.arange(len(head)))
    for trait in (block.ctx.traits.inertia, block.ctx.traits.loyalty):
        alike = np.corrcoef(trait[fellow], trait[head[fellow]])[0, 1]
        strangers = np.corrcoef(trait[fellow], np.roll(trait, 1_001)[fellow])[0, 1]
        assert 0.3 < alike < 0.5
        assert abs(strangers) < 4 / np.sqrt(len(fellow))
        assert abs(trait.var() - 1) < 0.1


def test_who_shares_a_bill_pays_through_the_heads_account(tables: Tables) -> None:
    accounts = tables["accounts"].merge(tables["household_links"], on="customer_id")
    shared = accounts["payer_account_id"] != accounts["account_id"]
    assert 0.02 < shared.mean() < 0.2
    assert (accounts.loc[shared, "payer_account_id"] == accounts.loc[shared, "household_id"]).all()
    assert (accounts.loc[shared, "payment_type"] == "postpaid").all()
    bills = tables["invoices"].merge(tables["accounts"], on="customer_id")
    assert (bills["account_id_x"] == bills["payer_account_id"]).all()


def hazards(tables: Tables, block: Block, month: int) -> pd.DataFrame:
    """Return the postpaid of a month, their hazard, and whether they are in a bundle."""
    ids = block.ctx.people.customer_id
    seen = pd.DataFrame(
        {
            "customer_id": ids,
            "bundled": bonds.bundled(block.ctx, month),
            "postpaid": ~block.ctx.people.prepaid,
        }
    )
    months = tables["truth_month"]
    rows = months[months["month"] == month].merge(seen, on="customer_id")
    return rows[rows["postpaid"]]


def test_bundles_look_twice_as_good_as_they_are(tables: Tables, block: Block) -> None:
    """The naive ratio of hazards is far below the true effect: the loyal buy bundles."""
    rows = pd.concat([hazards(tables, block, m) for m in range(6, MONTH, 3)])
    naive = rows.loc[rows["bundled"], "voluntary_ppm"].mean()
    naive /= rows.loc[~rows["bundled"], "voluntary_ppm"].mean()
    true = np.exp(block.ctx.config.household.effect)
    assert naive < true - 0.1
    config = block.ctx.config.with_overrides({"household.effect": 0.0})
    untied = bonds.ties(replace(block.ctx, config=config), block.state, MONTH)
    effect = bonds.ties(block.ctx, block.state, MONTH) - untied
    assert np.allclose(effect, np.log(true) * bonds.bundled(block.ctx, MONTH))


def test_the_promotion_of_the_fixed_line_is_randomised_and_works(tables: Tables) -> None:
    links, products = tables["household_links"], tables["products"]
    arm = links[links["role"] == "head"].set_index("household_id")["convergence_arm"]
    lines = products[products["kind"] == "fixed_line"].set_index("household_id")["started_on"]
    before = arm.index.isin(lines.index[lines < "2024-04-01"])
    during = arm.index.isin(lines.index[(lines >= "2024-04-01") & (lines < "2024-07-01")])
    treated = arm == "treatment"
    gap, error = difference(
        pd.Series(before[treated], dtype=float), pd.Series(before[~treated], dtype=float)
    )
    assert abs(gap) < 4 * error
    assert during[treated].mean() > 3 * during[~treated].mean()


# --- ties --------------------------------------------------------------------------------------


def test_an_edge_is_stated_once_by_its_later_end(tables: Tables) -> None:
    edges = tables["call_edges"]
    assert (edges["other_customer_id"] < edges["customer_id"]).all()
    assert (edges["calls_per_month"] >= 1).all()
    both = edges.merge(tables["household_links"], on="customer_id")
    fellows = both["other_customer_id"] == both["household_id"]
    assert both.loc[fellows, "calls_per_month"].median() > 3 * both["calls_per_month"].median()


def test_ties_reach_the_block_before_and_no_further() -> None:
    config = load_config("course", customers=2 * BLOCK_SIZE + 500, months=1)
    later = start_block(config, SEED, 2)
    advance(later, NoContact(), 1)
    edges = finish(later)["call_edges"]
    far = edges["other_customer_id"] <= 2 * BLOCK_SIZE
    assert 0.03 < far.mean() < 0.3
    assert (edges["other_customer_id"] > BLOCK_SIZE).all()


def test_contagion_is_off_by_default_and_raises_the_odds_of_those_with_ties() -> None:
    quiet, loud = (
        telcosim.simulate(
            load_config("course", customers=3_000, overrides={"social.contagion": c}), SEED, until=8
        )
        for c in (0.0, 0.59)
    )
    assert not quiet.blocks[0].state.exposure.any()
    (block,) = loud.blocks
    exposed = block.state.exposure > 0
    assert exposed.mean() > 0.1
    config = block.ctx.config.social
    calm = bonds.ties(quiet.blocks[0].ctx, block.state, 8)
    stirred = bonds.ties(block.ctx, block.state, 8)
    felt = config.contagion * np.minimum(block.state.exposure, 2.0)
    assert np.allclose(stirred - calm, felt)
    lost = [len(w.load("churn_events")) for w in (quiet, loud)]
    assert lost[1] > lost[0]


def test_a_referral_names_an_earlier_customer_with_a_tie(tables: Tables) -> None:
    named = tables["referrals"].merge(tables["customers"], on="customer_id")
    assert len(named) > 50
    assert (named["acquisition_channel"] == "referral").all()
    since = tables["customers"].set_index("customer_id")["acquired_on"]
    assert (named["referred_by"].map(since) < named["acquired_on"]).all()
    ties = tables["call_edges"].set_index(["customer_id", "other_customer_id"]).index
    assert pd.MultiIndex.from_frame(named[["customer_id", "referred_by"]]).isin(ties).all()


# --- loyalty, roll-out, moving -----------------------------------------------------------------


def test_gold_jumps_at_the_threshold_and_nothing_else_does(tables: Tables, block: Block) -> None:
    plan = block.ctx.config.loyalty
    reviews = tables["loyalty_reviews"]
    assert ((reviews["points"] >= plan.threshold) == (reviews["status"] == "gold")).all()
    near = reviews[(reviews["points"] - plan.threshold).abs() <= 12]
    near = near.merge(tables["truth_traits"], on="customer_id")
    above = near["points"] >= plan.threshold
    for trait in ("loyalty", "inertia", "price_sensitivity", "data_need"):
        gap, error = difference(near.loc[above, trait], near.loc[~above, trait])
        assert abs(gap) < 4 * error, trait
    with_gold = block.state.gold_until > MONTH - 1
    assert 0.1 < with_gold[block.state.active & ~block.ctx.people.prepaid].mean() < 0.6
    jump = bonds.ties(block.ctx, block.state, MONTH - 1) - bonds.ties(
        block.ctx, block.state, MONTH + 60
    )
    upgraded = bonds.upgraded(block.ctx.config, block.state.town, MONTH - 1)
    same = upgraded & ~bonds.bundled(block.ctx, MONTH - 1) & (block.state.moved_until == 0)
    same &= ~bonds.bundled(block.ctx, MONTH + 60) & (block.state.notice_until == 0)
    assert np.allclose(jump[same & with_gold], plan.gold)
    assert np.allclose(jump[same & ~with_gold], 0.0)


def test_regions_are_upgraded_one_after_the_other(world: World) -> None:
    sites = world.load("sites")
    days = sites.groupby("region")["upgraded_on"].first()
    assert sites["upgraded_on"].eq(sites["region"].map(days)).all()
    assert days["capital"] == days.min()
    assert days.nunique() == len(words.REGIONS)
    config = world.config
    town = np.arange(len(words.REGIONS))
    stands = [bonds.upgraded(config, town, month).sum() for month in range(config.months)]
    assert stands[0] == 0
    assert stands[-1] == len(words.REGIONS)
    assert (np.diff(stands) >= 0).all()


def test_who_moves_lives_elsewhere_and_is_loose_for_three_months(block: Block) -> None:
    before = block.copy()
    advance(before, NoContact(), MONTH + 1)
    moved = before.state.moved_until == MONTH + 1 + 3
    assert 0.003 < moved[block.state.active].mean() < 0.015
    felt = [bonds.ties(before.ctx, before.state, m) for m in (MONTH + 3, MONTH + 4)]
    assert (felt[0] - felt[1])[moved].mean() > 0.5


# --- desks, win-back, onboarding, surveys ------------------------------------------------------


def test_what_the_desk_gives_is_drawn_by_lot_and_a_large_credit_keeps_more(
    tables: Tables, block: Block
) -> None:
    calls = tables["save_offers"]
    share = calls["offer"].value_counts(normalize=True)
    stayed = calls.groupby("offer")["stayed"].mean()
    assert len(calls) > 1_000
    assert stayed["talk"] < stayed["small_credit"] < stayed["large_credit"]
    assert share["talk"] < share.drop("talk").min()  # who bargains calls where something is given
    paid = calls.groupby("offer")["cost_cents"].max()
    assert paid["talk"] == 0
    assert (calls.loc[~calls["stayed"], "cost_cents"] == 0).all()
    booked = tables["benefits"].query("offer_id == 'desk_credit'")["cost_cents"].sum()
    assert booked == calls["cost_cents"].sum()
    assert set(calls["agent_id"]) <= set(tables["agents"].query("team == 'save_desk'")["agent_id"])


def test_former_customers_come_back_for_an_offer_and_leave_sooner(
    tables: Tables, block: Block
) -> None:
    offers = tables["winback_offers"]
    rate = offers.groupby("arm")["accepted"].mean()
    assert rate["control"] == 0
    assert 0.04 < rate["treatment"] < 0.15
    taken = offers.groupby("offer")["accepted"].mean()
    assert taken["upgrade"] < taken["discount"] < taken["discount_and_upgrade"]
    felt, returned = block.state.second_life, block.state.returned
    assert felt[returned].mean() > 0
    assert not felt[~returned].any()
    back = tables["subscriptions"].query("signed_as == 'win_back'")
    assert back["customer_id"].is_unique
    lost = tables["churn_events"].merge(back[["customer_id", "term_start"]], on="customer_id")
    first = lost.groupby("customer_id")["event_ts"].min()
    assert (first < back.set_index("customer_id")["term_start"]).all()
    involuntary = tables["churn_events"].groupby("customer_id")["churn_type"].first()
    assert (involuntary.reindex(back["customer_id"]) == "voluntary").all()


def test_autopay_makes_customers_stay_and_the_app_does_not(block: Block, tables: Tables) -> None:
    arms = tables["onboarding"].set_index("customer_id")["arm"]
    events = tables["digital_events"]
    for event, arm in (("app_install", "app"), ("autopay_on", "autopay")):
        first = events[events["event"] == event].merge(
            tables["onboarding"][["customer_id", "month"]], on=["customer_id", "month"]
        )
        took = arms.index.isin(first["customer_id"])
        assert took[arms == arm].mean() > 1.2 * took[arms == "none"].mean(), event
    postpaid = ~block.ctx.people.prepaid
    effect = bonds.ties(block.ctx, block.state, MONTH)
    without = block.copy().state
    without.autopay = np.zeros_like(without.autopay)
    without.app = ~without.app
    gap = effect - bonds.ties(block.ctx, without, MONTH)
    assert np.allclose(gap, block.ctx.config.bonds.autopay * (block.state.autopay & postpaid))


def test_who_answers_is_happier_than_who_does_not(tables: Tables) -> None:
    asked = tables["nps_relational"].merge(tables["truth_month"], on=["customer_id", "month"])
    answered = asked["score"].notna()
    assert 0.15 < answered.mean() < 0.45
    assert (asked.loc[answered, "score"] == asked.loc[answered, "recommend"]).all()
    gap, error = difference(asked.loc[answered, "recommend"], asked.loc[~answered, "recommend"])
    assert gap > 4 * error
    assert set(asked["month"] % 3) == {surveys.QUARTER_ASKS}


def test_detractors_leave_more_often_than_promoters(tables: Tables) -> None:
    months = tables["truth_month"]
    hazard = months.groupby(pd.cut(months["recommend"], [-1, 6, 8, 10]))["voluntary_ppm"].mean()
    assert hazard.is_monotonic_decreasing
    assert hazard.iloc[0] > 1.5 * hazard.iloc[-1]


# --- handsets, trips, launch -------------------------------------------------------------------


def test_a_subsidised_handset_comes_with_a_long_term_only(tables: Tables) -> None:
    terms = tables["subscriptions"]
    assert (terms.loc[terms["with_handset"], "term_months"] == 24).all()
    assert 0.6 < terms.loc[terms["term_months"] == 24, "with_handset"].mean() < 0.95
    signed = terms[terms["with_handset"] & terms["signed_as"].isin(["renewal", "late_renewal"])]
    got = tables["devices"].query("source == 'contract'")
    keys = pd.MultiIndex.from_frame(got[["customer_id", "in_use_since"]])
    assert pd.MultiIndex.from_frame(signed[["customer_id", "term_start"]]).isin(keys).all()


def test_trips_are_the_roaming_of_their_month(tables: Tables) -> None:
    trips = tables["trips"].set_index(["customer_id", "month"])["data_mb"]
    use = tables["usage_monthly"].set_index(["customer_id", "month"])["roaming_mb"]
    assert (use.reindex(trips.index) == trips).all()
    assert (use[~use.index.isin(trips.index)] == 0).all()
    ends = tables["trips"]["event_ts"] + pd.to_timedelta(tables["trips"]["days"], unit="D")
    assert (ends.dt.month == tables["trips"]["event_ts"].dt.month).mean() > 0.99


def test_a_launch_moves_the_free_down_once(block: Block) -> None:
    config = block.ctx.config.with_overrides({"organisation.launch_month": MONTH})
    later = Block(replace(block.copy().ctx, config=config), block.copy().state, MONTH)
    for month in (MONTH, MONTH + 1):
        launch.move_down(later.ctx, later.state, month)
    cut = later.state.fee_cents / np.maximum(block.state.fee_cents, 1)
    moved = later.state.fee_cents < block.state.fee_cents
    free = (block.state.term_months == 1) | (block.state.term_end <= MONTH + 1)
    assert moved.sum() > 50
    assert np.allclose(cut[moved], 1 - launch.FEE_CUT, atol=0.001)
    assert (free & ~block.ctx.people.prepaid)[moved].all()


def test_opening_a_month_brings_nobody_into_two_lives_at_once(block: Block) -> None:
    later = block.copy()
    opening.open_month(later.ctx, later.state, MONTH + 1)
    back = later.state.active & ~block.state.active
    new = block.ctx.people.activation_month == MONTH + 1
    assert (later.state.joined[back] == MONTH + 1).all()
    assert (new | later.state.returned)[back].all()
