"""Is a block a pure function, and does its history obey the laws of a mobile operator?"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from telcosim import context
from telcosim.block import BLOCK_TABLES, simulate_block
from telcosim.config import Config, load_config
from telcosim.digest import content_digest
from telcosim.maths import sigmoid
from telcosim.processes import churn
from telcosim.streams import BLOCK_SIZE


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config("tiny", customers=BLOCK_SIZE + 40, months=12)


def digests(tables: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: content_digest(columns) for name, columns in tables.items()}


def test_golden_digests_of_every_table_of_a_block(config: Config) -> None:
    """They change with any change of the world: then re-make datasets/ and say so in CHANGELOG."""
    config = config.with_overrides({"campaign.month": 6})
    assert digests(simulate_block(config, 7, 1)) == GOLDEN


GOLDEN = {
    "customers": "7f599d08951b29d0d2e1e8cedf1f849e",
    "accounts": "ec9453d3cbcb6cb78bd600447af5b26a",
    "subscriptions": "bc50aca7035c1929b6dcfd90b5ab1125",
    "usage_monthly": "e77c164ce93257f9ae5631accf8b2b66",
    "topups": "aa35bb84308e007458a0908c302e236e",
    "invoices": "7e7c7bf603f36584620cbeeae684ebd7",
    "payments": "e9b10bf4d849d6eed16b7ad5d1f65c94",
    "care_contacts": "3dd2f8237f3866e5c5e671072f8428f1",
    "contacts": "82aaa1551d66c4d659712f5b3d5814de",
    "responses": "0266ed96eb5ab78f37fc0f053a539d7e",
    "churn_events": "c7eb844835ab6c6135fec5c7abd500ef",
    "truth_traits": "d2811dba7b931128d4c13d3739c8f4b8",
    "truth_month": "fdda71d906ab9d6f1882d9dccd9f7685",
    "truth_uplift": "5deb3a6307e2037b87f31f66fe21e88e",
}


def test_blocks_do_not_depend_on_order_or_on_each_other(config: Config) -> None:
    alone = digests(simulate_block(config, 3, 1))
    simulate_block(config, 3, 0)
    assert digests(simulate_block(config, 3, 1)) == alone


def test_a_smaller_base_is_the_beginning_of_a_larger_one(config: Config) -> None:
    config = config.with_overrides({"campaign.month": 6})
    large = simulate_block(replace(config, customers=400), 3, 0)
    small = simulate_block(replace(config, customers=150), 3, 0)
    for table in BLOCK_TABLES:
        length = len(small[table]["customer_id"])
        assert length > 0
        for column, values in small[table].items():
            assert np.array_equal(values, large[table][column][:length]), (table, column)


def differing_tables_of_the_untreated(config: Config) -> set[str]:
    """Compare a world with a campaign and one without, for the customers it did not contact."""
    wave = config.with_overrides({"campaign.month": 6})
    with_wave, without = simulate_block(wave, 3, 0), simulate_block(config, 3, 0)
    contacts = with_wave["contacts"]
    treated = contacts["customer_id"][contacts["arm"] == 0]
    assert len(treated) > 1000
    assert len(without["contacts"]["customer_id"]) == 0
    different = set()
    for table in set(BLOCK_TABLES) - {"contacts", "responses", "truth_uplift"}:
        a, b = with_wave[table], without[table]
        keep_a, keep_b = (~np.isin(t["customer_id"], treated) for t in (a, b))
        if any(not np.array_equal(a[c][keep_a], b[c][keep_b]) for c in a):
            different.add(table)
    return different


def test_whom_no_policy_touches_is_the_same_in_both_worlds(config: Config) -> None:
    assert differing_tables_of_the_untreated(config) == set()


def test_the_comparison_catches_a_draw_by_position(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A churn event drawn for whoever is left, in their order, breaks the pairing."""

    def leave(ctx: Any, state: Any, month: int, forces: Any, cut: Any) -> Any:
        drawn = np.ones(ctx.streams.size)
        there = int(state.active.sum())
        drawn[state.active] = ctx.streams.uniform("churn_events.voluntary", month)[:there]
        return state.active & ~cut & (drawn < sigmoid(forces.log_odds + state.leaving_shift))

    monkeypatch.setattr(churn, "leave", leave)
    assert "churn_events" in differing_tables_of_the_untreated(config)


def test_rows_of_a_table_are_sorted_by_customer(config: Config) -> None:
    tables = simulate_block(config, 9, 1)
    assert all(np.all(np.diff(t["customer_id"]) >= 0) for t in tables.values())


def test_rows_without_a_match_are_an_empty_table() -> None:
    assert {len(v) for v in context.Rows().finish("topups").values()} == {0}
