"""Is a world the same however it is run, and do two worlds differ only by what was done?"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import telcosim
from telcosim.actions import ACTIONS, BY_NAME
from telcosim.block import BLOCK_TABLES
from telcosim.config import Config
from telcosim.decided import READY
from telcosim.errors import ConfigError, PolicyError
from telcosim.programme import NoContact, TreatAll
from telcosim.schema import TABLES


@pytest.fixture(scope="module")
def config() -> Config:
    return telcosim.load_config("course", customers=2_500, months=20)


@pytest.fixture(scope="module")
def whole(config: Config) -> telcosim.World:
    return telcosim.simulate(config, 11)


def everything(world: telcosim.World) -> dict[str, pd.DataFrame]:
    return {name: world.load(name) for name, t in TABLES.items() if not t.on_request}


@pytest.mark.parametrize("stops", [(13,), (0, 12, 19), tuple(range(20))])
def test_an_interrupted_and_resumed_world_equals_an_uninterrupted_one(
    config: Config, whole: telcosim.World, stops: tuple[int, ...]
) -> None:
    """Stopped before, at and after a wave, and at every single month."""
    world = telcosim.simulate(config, 11, until=0)
    for month in (*stops, None):
        world = telcosim.resume(world, until=month)
    for name, data in everything(whole).items():
        pd.testing.assert_frame_equal(world.load(name), data, obj=name)


def test_a_world_that_was_resumed_can_be_resumed_again(config: Config) -> None:
    """The snapshot is not used up: two futures of it share one past."""
    stop = telcosim.simulate(config, 11, until=12)
    before = {name: len(data) for name, data in everything(stop).items()}
    treating = telcosim.resume(stop, TreatAll(), until=16)
    quiet = telcosim.resume(stop, NoContact(), until=16)
    assert {name: len(data) for name, data in everything(stop).items()} == before
    treated = set(treating.load("truth_decisions").query("month >= 12")["customer_id"])
    said = telcosim.compare(quiet, treating).set_index("customer_id")
    assert said["differs"].sum() > 100
    assert set(said.index[said["differs"]]) <= treated


def test_compare_adds_up_what_a_policy_earned(config: Config) -> None:
    """The difference of all margins is the sum over the treated; nobody else differs."""
    quiet, treating = (telcosim.simulate(config, 11, p) for p in (NoContact(), TreatAll()))
    said = telcosim.compare(quiet, treating)
    sides = [w.load("truth_month")["margin_cents"].sum() / 100 for w in (quiet, treating)]
    assert said["margin_difference_eur"].sum() == pytest.approx(sides[1] - sides[0])
    assert not said["treated_a"].any()
    untouched = said[~said["treated_b"]]
    assert not untouched["differs"].any()
    assert (untouched["margin_difference_eur"] == 0).all()


def test_every_world_differs_from_no_contact_for_the_treated_alone(config: Config) -> None:
    quiet = telcosim.simulate(config, 11, NoContact())
    for name, policy in READY.items():
        said = telcosim.compare(quiet, telcosim.simulate(config, 11, policy))
        assert set(said.loc[said["differs"], "customer_id"]) <= set(
            said.loc[said["treated_b"], "customer_id"]
        )
        assert said["treated_b"].any() == (name != "no-contact")


def test_a_table_a_function_and_an_object_that_decide_alike_make_the_same_world(
    config: Config,
) -> None:
    """Each in its own form: contact the eligible in month 14, by the same text message."""
    chosen = "retention:credit:sms"

    def policy(customers: pd.DataFrame, month: int) -> Any:
        return np.where(customers["eligible"] & (month == 14), chosen, "none")

    snapshot = telcosim.simulate(config, 11, NoContact(), until=14)
    ids = snapshot.snapshot().query("eligible")["customer_id"]
    table = pd.DataFrame({"customer_id": ids, "month": 14, "action": chosen})
    by_function = telcosim.simulate(config, 11, policy)
    by_table = telcosim.resume(snapshot, table)
    assert len(by_table.load("truth_decisions")) == len(ids) > 100
    for name in BLOCK_TABLES:
        pd.testing.assert_frame_equal(by_function.load(name), by_table.load(name), obj=name)


def test_a_policy_sees_no_trait_and_nobody_who_is_gone(config: Config) -> None:
    seen: list[pd.DataFrame] = []

    def watch(customers: pd.DataFrame, _month: int) -> Any:
        seen.append(customers)
        return [0] * len(customers)

    telcosim.simulate(config, 11, watch, until=8)
    last = seen[-1]
    hidden = {c.name for n in ("truth_traits", "truth_month") for c in TABLES[n].columns}
    assert not (set(last) & (hidden - {"customer_id", "month"}))
    before = telcosim.simulate(config, 11, NoContact(), until=7)
    there = before.blocks[0].ctx.people.customer_id[before.blocks[0].state.active]
    gone = before.load("churn_events")["customer_id"]
    assert not last["customer_id"].isin(set(gone) - set(there)).any()
    assert set(last["customer_id"]) == set(there)


def test_contact_without_consent_is_not_made(config: Config) -> None:
    def everybody(customers: pd.DataFrame, month: int) -> Any:
        return ["retention:credit:email"] * len(customers)

    world = telcosim.simulate(config, 11, everybody, until=3)
    consented = world.load("customers").set_index("customer_id")["marketing_consent"]
    contacted = world.load("contacts")["customer_id"]
    assert len(contacted)
    assert consented[contacted].all()
    withdrawn = world.load("consents").query("event == 'withdrawn'")
    later = world.load("contacts").merge(withdrawn, on="customer_id", suffixes=("", "_end"))
    assert len(withdrawn)
    assert (later["event_ts"].dt.to_period("M") <= later["event_ts_end"].dt.to_period("M")).all()


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (lambda _customers, _month: [0], "one per row"),
        (lambda customers, _: ["sms"] * len(customers), "'sms' is not an action"),
        (lambda customers, _: [99] * len(customers), "99 is not an action"),
        (pd.DataFrame({"customer_id": [1], "action": [1]}), "no column month"),
        (pd.DataFrame({"customer_id": [1, 1], "month": 2, "action": 1}), "repeat a customer"),
    ],
)
def test_a_policy_that_cannot_be_carried_out_says_why(
    config: Config, policy: Callable[..., Any] | pd.DataFrame, message: str
) -> None:
    with pytest.raises(PolicyError, match=message) as failure:
        telcosim.simulate(config, 11, policy, until=3)
    assert len(str(failure.value).splitlines()) <= 2


def test_months_out_of_range_and_unlike_worlds_are_refused(
    config: Config, whole: telcosim.World
) -> None:
    with pytest.raises(ConfigError, match="allowed: 0 to 20"):
        telcosim.simulate(config, 11, until=21)
    with pytest.raises(ConfigError, match="allowed: 20 to 20"):
        telcosim.resume(whole, until=19)
    with pytest.raises(ConfigError, match="differ in seed"):
        telcosim.compare(whole, telcosim.simulate(config, 12))


def test_action_names_and_codes_are_unique_and_complete() -> None:
    assert [action.code for action in ACTIONS] == list(range(1, len(ACTIONS) + 1))
    assert len(BY_NAME) == len(ACTIONS)
    assert sum(action.catalogue == "retention" for action in ACTIONS) == 24
