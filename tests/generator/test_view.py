"""Is what the operator sees of a customer no more than the learner tables say at that time?"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import telcosim
from cvmkit import kpi
from telcosim import World
from telcosim.actions import CHANNELS
from telcosim.calendar import DAY_S
from telcosim.schema import LEARNER_TABLES, NULL
from telcosim.schema.learner import VIEW
from telcosim.schema.truth import TRAITS
from telcosim.view import MIN_TENURE, View

MONTHS = (9, 18)
"""Before the memory of twelve months is full, and a month with a randomised wave."""

NAMES = [column.name for column in VIEW]
TABLE_NAMES = [table.name for table in LEARNER_TABLES]
REASONS = ["in_window", "past_term", "complaint_3m", "bill_shock_3m", "late_topup"]

UNUSED = ("nps_relational", "nps_transactional", "trips", "moves", "winback_offers")
"""Tables that come in later than the view is made, which does without them."""

Tables = Mapping[str, pd.DataFrame]


@pytest.fixture(scope="module")
def worlds() -> dict[int, World]:
    """One history and where it stood in some months; in month 5 every programme is busy."""
    stops = {5: telcosim.simulate(telcosim.load_config("course", customers=3_000), 11, until=5)}
    decided = stops[5].snapshot()[["customer_id"]].assign(month=5)
    busy = ("save_desk:deep", "topup_bonus:bonus_25:sms", "dunning:plan", "retention:credit:call")
    decided["action"] = [busy[k % len(busy)] for k in range(len(decided))]
    stops[6] = telcosim.resume(stops[5], decided, 6)
    for before, month in ((6, 9), (9, 18), (18, 20)):
        stops[month] = telcosim.resume(stops[before], until=month)
    return stops


@pytest.fixture(scope="module")
def tables(worlds: dict[int, World]) -> Tables:
    """The learner tables after the last of the months."""
    return {name: worlds[20].load(name) for name in TABLE_NAMES}


def seen(world: World) -> pd.DataFrame:
    (block,) = world.blocks
    ids = pd.Index(block.ctx.people.customer_id, name="customer_id")
    data = pd.DataFrame(block.view.columns, index=ids)
    data["eligible"] = block.view.eligible
    return data[block.state.active]


def known(tables: Tables, month: int) -> Tables:
    """Keep what had happened before a month, and see that it was loaded when a wave is picked.

    Waves are picked on the second day, when the use of the month before has been loaded. Only
    that somebody is gone may be loaded later.
    """
    start = (np.datetime64("2023-01") + month).astype("datetime64[s]")
    old = {n: d[d["event_ts"] < start] if "event_ts" in d else d for n, d in tables.items()}
    gone = old["churn_events"]["customer_id"]
    for name, data in old.items():
        if "loaded_ts" in data and name not in UNUSED:
            loaded = data.loc[~data["customer_id"].isin(gone), "loaded_ts"]
            assert (loaded <= start + np.timedelta64(DAY_S, "s")).all(), name
    return old


def half_up(values: pd.Series) -> pd.Series:
    return np.floor(values + 0.5)


class Recomputed:
    """What pandas finds in the learner tables about those who are there as a month begins."""

    def __init__(self, tables: Tables, month: int) -> None:
        self.tables, self.month = known(tables, month), month
        self.start = np.datetime64("2023-01") + month
        terms = self.tables["subscriptions"]
        self.reviews = tables["loyalty_reviews"].query("status == 'gold' and month <= @month")
        spells = kpi.sim_spells(
            *(self.tables[name] for name in ("customers", "accounts", "churn_events")),
            terms[terms["term_start"] <= self.start],
        )
        here = spells[(spells["first_month"] <= month) & spells["last_month"].isna()]
        self.joined = here.set_index("customer_id")["first_month"].sort_index()
        self.tenure = month - self.joined
        self.ids = self.tenure.index
        kind = self.tables["accounts"].set_index("customer_id")["payment_type"]
        self.prepaid = kind.reindex(self.ids) == "prepaid"

    def months_since(self, dates: pd.Series) -> pd.Series:
        return self.month - (12 * (dates.dt.year - 2023) + dates.dt.month - 1)

    def rows(self, table: str, **wanted: object) -> pd.DataFrame:
        """Return the rows of a table in which columns have the wanted values."""
        data = self.tables[table]
        for column, value in wanted.items():
            data = data[data[column] == value]
        return data

    def total(self, rows: pd.DataFrame, column: str | None = None, months: int = 3) -> pd.Series:
        """Add up a column, or count rows, over the last months."""
        recent = rows["month"] >= self.month - months
        recent &= rows["month"] >= rows["customer_id"].map(self.joined)
        by = rows[recent].groupby("customer_id")
        return (by[column].sum() if column else by.size()).reindex(self.ids, fill_value=0)

    def mean(self, *totals: pd.Series) -> pd.Series:
        """Return the mean of the last three months, or of those since activation."""
        whole = np.sum(totals, axis=0) / np.minimum(self.tenure, self.month).clip(1, 3)
        return half_up(whole)

    def margin(self) -> pd.Series:
        """Add up revenue less costs by month, rounded to cents as the months' margins are."""
        cost = self.tables["unit_costs"].set_index("item")["cost_microeur"]
        bills, topups, use = (self.tables[n] for n in ("invoices", "topups", "usage_monthly"))
        care, paid = self.tables["care_contacts"], self.rows("payments", status="paid")
        plans, benefits = self.rows("dunning_steps", step="plan"), self.tables["benefits"]
        amounts = [
            (bills, 10_000 * bills["total_cents"] - cost["invoice"]),
            (use, 10_000 * use["charged_cents"] - cost["active_sim"]),
            (use, -cost["data_mb"] * use["data_mb"] - cost["roaming_mb"] * use["roaming_mb"]),
            (use, -cost["voice_second"] * use["voice_seconds"] - cost["sms"] * use["sms_count"]),
            (topups, -cost["topup_eur"] * topups["amount_cents"] // 100),
            (care, -cost["care_second"] * care["handling_seconds"]),
            (benefits, -10_000 * benefits["cost_cents"]),
            (paid, pd.Series(-cost["payment"], paid.index)),
            (plans, pd.Series(-cost["payment_plan"], plans.index)),
        ]
        for channel in CHANNELS:
            sent = self.rows("contacts", channel=channel)
            amounts.append((sent, pd.Series(-cost[f"campaign_{channel}"], sent.index)))
        columns = ["customer_id", "month"]
        each = pd.concat([rows[columns].assign(micro=micro) for rows, micro in amounts])
        monthly = each.groupby(columns)["micro"].sum().reset_index()
        monthly["cents"] = (monthly["micro"] + 5_000) // 10_000
        return self.mean(self.total(monthly, "cents"))

    def gold(self) -> pd.Series:
        last = self.reviews.groupby("customer_id")["month"].max().reindex(self.ids)
        return (self.month - last < 12) & (last >= self.joined)

    def bundled(self) -> pd.Series:
        lines = self.rows("products", kind="fixed_line")
        runs = (lines["started_on"] <= self.start) & ~(lines["ended_on"] < self.start)
        home = self.tables["household_links"].set_index("customer_id")["household_id"]
        return home.reindex(self.ids).isin(lines.loc[runs, "household_id"]) & ~self.prepaid

    def terms(self) -> pd.DataFrame:
        """Return the terms that run as the month begins, with the months to their ends."""
        data = self.tables["subscriptions"]
        runs = (data["term_start"] <= self.start) & ~(data["closed_on"] <= self.start)
        term = data[runs].set_index("customer_id").reindex(self.ids)
        return term.assign(to_end=-self.months_since(term["term_end"]))

    def shocks(self) -> pd.Series:
        """Return whether one of the last three bills was far above the mean of those before."""
        bills = self.tables["invoices"].pivot_table("total_cents", "customer_id", "month")
        usual = pd.Series(0.0, bills.index)
        shock = usual > 0
        for month, bill in bills.items():
            usual = usual.where(self.joined.reindex(usual.index) != month, 0.0)
            far = (usual > 0) & (bill > 1.45 * usual) & (bill > usual + 400)
            shock |= far & (month >= self.month - 3)
            blended = (0.7 * usual + (1.0 - 0.7) * bill).where(usual > 0, bill)
            usual = usual.where(bill.isna(), blended)
        return shock.reindex(self.ids, fill_value=False)

    def late(self) -> pd.Series:
        """Return who is prepaid, did not top up last month, and has nothing left."""
        topups = self.tables["topups"].set_index("customer_id")
        added = topups[["amount_cents", "bonus_cents"]].sum(axis=1).groupby(level=0).sum()
        spent = self.tables["usage_monthly"].groupby("customer_id")["charged_cents"].sum()
        empty = added.reindex(self.ids, fill_value=0) == spent.reindex(self.ids, fill_value=0)
        none = self.total(self.tables["topups"], months=1) == 0
        return self.prepaid & empty & none & (self.tenure > 0)

    def trend(self) -> pd.Series:
        known = np.minimum(self.tenure, self.month).clip(1, 12)
        short, year = (self.total(self.rows("usage_monthly"), "data_mb", m) for m in (3, 12))
        recent = (short + 1.0) / np.minimum(known, 3)
        earlier = (year - short + 1.0) / np.maximum(known - 3, 1)
        return half_up(1000.0 * np.log(recent / earlier)).where(known > 3, 0)

    def events(self, event: str, months: int = 3) -> pd.Series:
        return self.total(self.rows("digital_events", event=event), months=months)

    def idle(self) -> pd.Series:
        """Return months since a change on record; missing where there is none."""
        last = self.rows("digital_events", event="own_change").groupby("customer_id")["month"].max()
        return (self.month - last).reindex(self.ids)

    def device_age(self) -> pd.Series:
        data = self.tables["devices"]
        with_term = (data["in_use_since"] == self.start) & (data["source"] == "contract")
        here = (data["in_use_since"] < self.start) | with_term
        since = data[here].groupby("customer_id")["in_use_since"]
        newest = data.groupby("customer_id")["in_use_since"].min()
        return self.months_since(since.max().reindex(self.ids).fillna(newest))

    def open_bills(self) -> pd.Series:
        bills = self.tables["invoices"]
        open_ = ~bills["invoice_id"].isin(self.tables["payments"]["invoice_id"])
        return self.total(bills[open_ & (bills["total_cents"] > 0)], months=self.month)

    def consent(self) -> pd.Series:
        """Return whether consent stands in every channel, and nothing speaks against contact."""
        given, withdrawn = (
            self.rows("consents", event=e).groupby("customer_id").size().reindex(self.ids)
            for e in ("given", "withdrawn")
        )
        people = self.tables["customers"].set_index("customer_id")
        free = ~people["vulnerable"].reindex(self.ids)
        return (given == len(CHANNELS)) & withdrawn.isna() & free

    def frame(self) -> pd.DataFrame:
        """Return the columns of VIEW."""
        term, rows = self.terms(), self.rows
        on_term = ~self.prepaid & (term["term_months"] > 1)
        window = on_term & term["to_end"].between(-2, 3)
        past = ~self.prepaid & ~window & ((term["to_end"] < 0) | (term["term_months"] == 1))
        revenue = (
            self.total(rows("invoices"), "total_cents"),
            self.total(rows("usage_monthly"), "charged_cents"),
        )
        return pd.DataFrame(
            {
                "prepaid": self.prepaid,
                "tenure_months": self.tenure,
                "arpu_cents": self.mean(*revenue),
                "margin_cents": self.margin(),
                "months_to_end": term["to_end"].where(on_term, NULL),
                "in_window": window,
                "past_term": past,
                "complaint_3m": self.total(rows("complaints")) > 0,
                "bill_shock_3m": self.shocks(),
                "late_topup": self.late(),
                "usage_trend": self.trend(),
                "data_mb": self.mean(self.total(rows("usage_monthly"), "data_mb")),
                "page_views_3m": self.events("tariff_page_view"),
                "port_codes_3m": self.events("port_code_request"),
                "logins_3m": self.events("login"),
                "care_contacts_12m": self.total(rows("care_contacts"), months=12),
                "coupons_12m": self.events("coupon_used", 12),
                "own_changes_12m": self.events("own_change", 12),
                "idle_months": self.idle(),
                "device_age_months": self.device_age(),
                "open_bills": self.open_bills(),
                "bundled": self.bundled(),
                "gold": self.gold(),
                "contacts_3m": self.total(rows("contacts", arm="treatment")),
            }
        )


@pytest.fixture(scope="module")
def recomputed(tables: Tables) -> dict[int, Recomputed]:
    return {month: Recomputed(tables, month) for month in MONTHS}


@pytest.fixture(scope="module")
def frames(recomputed: dict[int, Recomputed]) -> dict[int, pd.DataFrame]:
    return {month: own.frame() for month, own in recomputed.items()}


@pytest.mark.parametrize("month", MONTHS)
def test_the_view_follows_from_the_learner_tables_alone(
    worlds: dict[int, World], frames: dict[int, pd.DataFrame], month: int
) -> None:
    view, own = seen(worlds[month]), frames[month]
    assert list(own) == NAMES
    assert view.index.equals(own.index)
    varies = own.max() > own.min()
    assert varies.drop("gold").all()
    assert varies["gold"] == (month >= 12), "the first review is in month 12"
    on_record = own.notna()
    same = (view[NAMES] == own) | ~on_record
    # A wish that took the very last cent was met: no top-up was due, and no table says so.
    last_cent = own["late_topup"] & (view["late_topup"] == 0)
    assert last_cent.sum() <= 2
    same["late_topup"] |= last_cent
    assert same.all().all(), (~same).sum()
    # Only a change of settings may lie before the records; then it is at least that long ago.
    before = ~on_record.pop("idle_months")
    assert on_record.all().all()
    on_books = np.minimum(own["tenure_months"], month)
    assert (view["idle_months"] > on_books)[before].all()


@pytest.mark.parametrize("month", MONTHS)
def test_eligible_are_those_with_a_reason_and_consent_who_are_not_new(
    worlds: dict[int, World], recomputed: dict[int, Recomputed], month: int
) -> None:
    view, own = seen(worlds[month]), recomputed[month]
    rule = (view[REASONS] > 0).any(axis=1) & own.consent() & (own.tenure >= MIN_TENURE)
    assert 0.1 < rule.mean() < 0.6
    assert view["eligible"].equals(rule)


def test_a_waves_selections_are_the_view_of_the_eligible(worlds: dict[int, World]) -> None:
    month = MONTHS[1]
    picked = worlds[20].load("campaign_selections").set_index("customer_id")
    picked = picked.loc[picked["campaign_id"] == month, NAMES]
    view = seen(worlds[month])
    assert len(picked) > 300
    assert picked.fillna(NULL).astype("int64").equals(view.loc[view["eligible"], NAMES])


def test_no_trait_or_mood_is_seen(worlds: dict[int, World]) -> None:
    """Other traits, satisfaction and intentions under the same records give the same view."""
    (block,) = worlds[MONTHS[1]].blocks
    backwards = np.arange(block.ctx.streams.size)[::-1]
    hidden = replace(block.ctx, traits=block.ctx.traits.take(backwards))
    moods = ("satisfaction", "exit_intention", "fatigue", "leaving_shift", "shift_until")
    state = replace(block.state, **{name: getattr(block.state, name)[backwards] for name in moods})
    other = View(hidden, state, block.month)
    assert all(np.array_equal(v, other.columns[k]) for k, v in block.view.columns.items())
    assert np.array_equal(block.view.eligible, other.eligible)
    assert not set(NAMES) & {*TRAITS, *moods}
