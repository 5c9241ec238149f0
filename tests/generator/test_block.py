"""Is a block a pure function, and does its history obey the laws of a mobile operator?"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from telcosim import context
from telcosim.block import BLOCK_TABLES, simulate_block
from telcosim.config import Config, load_config
from telcosim.digest import content_digest
from telcosim.processes import churn
from telcosim.programme import NoContact, TreatAll
from telcosim.streams import BLOCK_SIZE


@pytest.fixture(scope="module")
def config() -> Config:
    early = {"campaigns.first_wave": 6, "campaigns.upsell_first": 3, "loyalty.first_review": 5}
    return load_config("tiny", customers=BLOCK_SIZE + 40, months=12, overrides=early)


def digests(tables: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: content_digest(columns) for name, columns in tables.items()}


def test_golden_digests_of_every_table_of_a_block(config: Config) -> None:
    """They change with any change of the world: then re-make datasets/ and say so in CHANGELOG."""
    assert digests(simulate_block(config, 7, 1)) == GOLDEN


GOLDEN = {
    "customers": "7f599d08951b29d0d2e1e8cedf1f849e",
    "accounts": "ec9453d3cbcb6cb78bd600447af5b26a",
    "subscriptions": "1f1d250ccffefb1e5d868ef57f252fa6",
    "usage_monthly": "369ae9d9cb658dfcd5f6677e12207264",
    "topups": "7588b8116ced75321be0592119595b46",
    "invoices": "78c48f587a947ce892bf1bc4325b0f8a",
    "payments": "4cbd2c30a18f25b2d9c044f4920d30fa",
    "dunning_steps": "0ecc8aadeb525b5b76ad57aaa8818a8b",
    "care_contacts": "14789b29ed1f13e85e18daa95d2f8eaa",
    "complaints": "b856a0a7bca330214fbbe1d3110d939c",
    "digital_events": "7bff65f0103a65c24f2b11317335b9f0",
    "devices": "a45ad547cbb92f5afb584802a9924118",
    "consents": "718dddfce879a8862d82ca968ab800e4",
    "campaign_selections": "25e55dfbe51937c4fb90971a096670ee",
    "contacts": "e82c9ea55ca3ccf26de2d4a2aad877a9",
    "responses": "a60e1c8d3212c5a84be2035064cd0757",
    "benefits": "105d354e2b3919a7f06ef8a6c476e283",
    "churn_events": "47bfaa77982bd71538feb2052aabca5a",
    "truth_traits": "082799db91402a45d9dbbce9ee94bc76",
    "truth_month": "cae18133b69642eab9863643f624e965",
    "truth_decisions": "3ab08e9f593935d56a40c6c166c39531",
    "truth_uplift": "dadf923131329708370d6309bae5a08a",
}


def test_blocks_do_not_depend_on_order_or_on_each_other(config: Config) -> None:
    alone = digests(simulate_block(config, 3, 1))
    simulate_block(config, 3, 0)
    assert digests(simulate_block(config, 3, 1)) == alone


def test_a_smaller_base_is_the_beginning_of_a_larger_one(config: Config) -> None:
    large = simulate_block(replace(config, customers=900), 3, 0)
    small = simulate_block(replace(config, customers=500), 3, 0)
    for table in set(BLOCK_TABLES) - {"dunning_steps"}:
        length = len(small[table]["customer_id"])
        assert length > 0, table
        for column, values in small[table].items():
            assert np.array_equal(values, large[table][column][:length]), (table, column)


def differing_tables_of_the_untreated(config: Config) -> set[str]:
    """Compare a world in which all the eligible are contacted with one in which nobody is."""
    treating, quiet = (simulate_block(config, 3, 0, p) for p in (TreatAll(), NoContact()))
    treated = treating["truth_decisions"]["customer_id"]
    assert len(treated) > 1000
    assert not any(len(quiet[t]["customer_id"]) for t in ("contacts", "truth_decisions"))
    different = set()
    for table in BLOCK_TABLES:
        a, b = treating[table], quiet[table]
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

    def leave(ctx: Any, state: Any, month: int, chance: Any, cut: Any) -> Any:
        drawn = np.ones(ctx.streams.size)
        there = int(state.active.sum())
        drawn[state.active] = ctx.streams.uniform("churn_events.voluntary", month)[:there]
        return state.active & ~cut & (drawn < chance)

    monkeypatch.setattr(churn, "leave", leave)
    assert "churn_events" in differing_tables_of_the_untreated(config)


def test_rows_of_a_table_are_sorted_by_customer(config: Config) -> None:
    tables = simulate_block(config, 9, 1)
    assert all(np.all(np.diff(t["customer_id"]) >= 0) for t in tables.values())


def test_rows_without_a_match_are_an_empty_table() -> None:
    assert {len(v) for v in context.Rows().finish("topups").values()} == {0}
