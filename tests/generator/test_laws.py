"""Do the laws of a mobile operator hold in any world, whatever its seed, size and preset?"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import telcosim
from cvmkit import kpi
from telcosim.block import finish
from telcosim.parquet import to_arrow
from telcosim.schema import LEARNER_TABLES, TABLES
from telcosim.state import State
from telcosim.world import plain_frame

DAY = pd.Timedelta(days=1)
FOREVER = pd.Timestamp("2200-01-01")
HAPPENS = [
    table.name
    for table in LEARNER_TABLES
    if table.per_customer and "event_ts" in {column.name for column in table.columns}
]
NOT_IN_LIFE = {"winback_offers"}
"""Events of those who have left."""

SIGNED_ANEW = {"activation", "renewal", "late_renewal", "win_back"}
"""Terms that bind for their whole length; others change a running term, and keep its end."""


@dataclass(frozen=True)
class Drawn:
    """A small world of one block, named by what it was made from."""

    preset: str
    seed: int
    customers: int
    months: int

    @cached_property
    def world(self) -> telcosim.World:
        size = {"customers": self.customers, "months": self.months}
        return telcosim.simulate(telcosim.load_config(self.preset, **size), self.seed)

    @cached_property
    def columns(self) -> dict[str, dict[str, Any]]:
        (block,) = self.world.blocks
        return finish(block)

    @cached_property
    def state(self) -> State:
        return self.world.blocks[0].state

    def per_customer(self, values: Any) -> pd.Series:
        """Return an array of the state by customer id."""
        return pd.Series(values, self.world.blocks[0].ctx.people.customer_id)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return plain_frame(to_arrow(TABLES[name], self.columns[name]))


def months_between(start: pd.Series, end: pd.Series) -> pd.Series:
    return kpi.month_of(end) - kpi.month_of(start)


def life(drawn: Drawn) -> pd.DataFrame:
    """Return the spells of each customer: from, to; one more after each win-back."""
    first = drawn["customers"].set_index("customer_id")["acquired_on"]
    starts = drawn["subscriptions"].groupby("customer_id")["term_start"].apply(sorted)
    left = drawn["churn_events"].sort_values("event_ts").groupby("customer_id")["event_ts"]
    ends = left.apply(list).to_dict()
    spells = []
    for customer, since in first.items():
        start = since
        for end in ends.get(customer, []):
            spells.append((customer, start, end))
            later = [s for s in starts.get(customer, []) if s > end]
            start = later[0] if later else None
        if start is not None:
            spells.append((customer, start, FOREVER))
    return pd.DataFrame(spells, columns=["customer_id", "start", "end"])


SOME_WORLDS = given(
    drawn=st.builds(
        Drawn,
        preset=st.sampled_from(["course", "price-war", "confounded", "zero-effect"]),
        seed=st.integers(0, 2**128 - 1),
        customers=st.integers(150, 600),
        months=st.integers(14, 20),
    )
)
# No phase that shrinks: a world of a smaller seed explains nothing, and takes minutes to find.
FEW = settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


@SOME_WORLDS
@FEW
def test_invoices_add_up_and_are_settled_once_or_still_open(drawn: Drawn) -> None:
    bills, paid = drawn["invoices"].set_index("invoice_id"), drawn["payments"]
    parts = bills[["fee_cents", "overage_cents", "roaming_cents", "addon_cents"]]
    assert (parts >= 0).all(axis=None)
    assert (parts.sum(axis=1) == bills["total_cents"]).all()
    assert (bills["total_cents"] > 0).all()
    assert paid["invoice_id"].is_unique
    assert (paid["amount_cents"] == paid["invoice_id"].map(bills["total_cents"])).all()
    assert (paid["event_ts"] >= paid["invoice_id"].map(bills["event_ts"])).all()
    state = drawn.state
    unsettled = bills[~bills.index.isin(paid["invoice_id"])]
    assert len(unsettled) == state.open_count.sum()
    assert unsettled["total_cents"].sum() == state.open_cents.sum()


@SOME_WORLDS
@FEW
def test_a_postpaid_term_lasts_as_long_as_it_says(drawn: Drawn) -> None:
    """Changed within, it keeps its end."""
    terms = drawn["subscriptions"].sort_values(["subscription_id", "term_no"])
    prepaid = terms["term_months"] == 0
    assert terms.loc[prepaid, "term_end"].isna().all()
    lasts = months_between(terms["term_start"], terms["term_end"])
    as_said = lasts == terms["term_months"]
    anew = terms["signed_as"].isin(SIGNED_ANEW)
    assert as_said[anew & ~prepaid].all()
    before = terms.groupby("subscription_id")["term_end"].shift()
    assert (as_said | (terms["term_end"] == before))[~prepaid].all()


@SOME_WORLDS
@FEW
def test_the_terms_of_a_sim_follow_one_another(drawn: Drawn) -> None:
    """Without gap or overlap; after a departure the next term starts later, if there is one."""
    terms = drawn["subscriptions"].sort_values(["subscription_id", "term_no"])
    of_sim = terms.groupby("subscription_id")
    assert (terms["term_no"] == of_sim.cumcount() + 1).all()
    following = of_sim["term_start"].shift(-1)
    ends = drawn["churn_events"]
    last_days = set(zip(ends["customer_id"], ends["event_ts"].dt.normalize(), strict=True))
    closings = list(zip(terms["customer_id"], terms["closed_on"], strict=True))
    departed = np.array([(c, d) in last_days or (c, d - DAY) in last_days for c, d in closings])
    last = following.isna()
    assert (following == terms["closed_on"])[~last & ~departed].all()
    assert (following >= terms["closed_on"])[~last].all()
    active = terms["customer_id"].map(drawn.per_customer(drawn.state.active))
    assert (terms["closed_on"].isna() == active)[last].all()
    assert departed[last & ~active].all()
    assert (terms["closed_on"] >= terms["term_start"])[~terms["closed_on"].isna()].all()


@SOME_WORLDS
@FEW
def test_no_event_lies_outside_the_life_of_its_customer(drawn: Drawn) -> None:
    spells, seen = life(drawn), 0
    for name in sorted(set(HAPPENS) - NOT_IN_LIFE):
        events = drawn[name][["customer_id", "event_ts"]].reset_index(names="row")
        both = events.merge(spells, on="customer_id")
        inside = both["event_ts"].between(both["start"], both["end"])
        assert set(both.loc[inside, "row"]) == set(events["row"]), name
        seen += len(events)
    assert seen > 1_000


@SOME_WORLDS
@FEW
def test_no_cent_of_a_prepaid_balance_appears_or_vanishes(drawn: Drawn) -> None:
    """Top-ups and bonuses less what was charged is what is left, and never negative."""
    added = drawn["topups"].set_index("customer_id")[["amount_cents", "bonus_cents"]].sum(axis=1)
    left = drawn.per_customer(drawn.state.balance_cents)
    per_month = [
        side.groupby(level=0).sum().reindex(left.index, fill_value=0)
        for side in (added, drawn["usage_monthly"].set_index("customer_id")["charged_cents"])
    ]
    assert (per_month[0] - per_month[1] == left).all()
    assert (left >= 0).all()
    postpaid = drawn["accounts"].query("payment_type == 'postpaid'")["customer_id"]
    assert (left[postpaid] == 0).all()


@SOME_WORLDS
@FEW
def test_the_base_walk_reconciles(drawn: Drawn) -> None:
    """And its bases are those who have usage, and who are there at the end."""
    names = ("customers", "accounts", "churn_events", "subscriptions")
    spells = kpi.sim_spells(*(drawn[name] for name in names))
    walk = kpi.base_walk(spells, range(drawn.months))
    assert (walk["opening"].iloc[1:].to_numpy() == walk["closing"].iloc[:-1].to_numpy()).all()
    here = drawn["usage_monthly"].groupby("month").size()
    came = walk[["opening", "gross_adds", "reactivations"]].sum(axis=1)
    assert (came == here).all()
    assert walk["closing"].iloc[-1] == drawn.state.active.sum()
    assert walk["churn"].sum() == len(drawn["churn_events"])
