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
    "customers": "2717d38ea8b03b184b11d8948aaeaace",
    "accounts": "5628ae132af00f476110f26cb9b76b8f",
    "subscriptions": "7d429ca0017b9e6a1583155e4862c7b4",
    "usage_monthly": "99d790d4b455664a02c94f2ea1334453",
    "topups": "78f96b21160e8954d02b9a4f7d5a2bd7",
    "invoices": "87f69f3807096a070d3182dbc4923c58",
    "payments": "a868af3306ef06e52def816cdc12da31",
    "dunning_steps": "0ae884a1eed9113280bd1168fff60503",
    "care_contacts": "929dfd7f9f28108afa6958cf8c425838",
    "complaints": "b856a0a7bca330214fbbe1d3110d939c",
    "digital_events": "ea3ea941efdcbb7530c37b1cf8e33bd6",
    "devices": "a2b5c019cc096c3460656f3a4f04deb6",
    "consents": "cd8b5006c27e00e6965af02366453fef",
    "campaign_selections": "dab307b288972d7cef45a229763d9c44",
    "contacts": "ae8deaa630308fdd385ac8e7a26926df",
    "responses": "a60e1c8d3212c5a84be2035064cd0757",
    "benefits": "c7b5a429fa246d406a59224ee2d49841",
    "churn_events": "f5d2e7c953192659f8b9031e4b0a3bce",
    "household_links": "6c1467236473b806d3736f73ec2ce971",
    "products": "f9aa5eda6ada9908a537bc180703ea62",
    "call_edges": "f4d4a1022cfb690d6fec26c9c361e733",
    "port_ins": "a6448ad6f1d4ff4921d7562c7bfab5d9",
    "referrals": "7e8c98c3b83332b232bd105b98cccc5e",
    "onboarding": "6605ccf7701a3a96797495b96433eb7d",
    "moves": "623f4ddbcfd09045c8c67633dd1dd986",
    "trips": "12ffe829dd616420bd8e425d2f9ed80e",
    "loyalty_reviews": "6cde317e700fe21990bf2d640bd009d5",
    "nps_relational": "0a1a64f29a53c06387f02809748f3628",
    "nps_transactional": "a0781905eff82e5e99f5a7c14ec85fab",
    "save_offers": "8ff2974305de40ffbb3855c31484b135",
    "winback_offers": "a15bfc8bbe115688356aa997e16fc1e7",
    "truth_traits": "633898e4b9d025023d25789fba6ebf14",
    "truth_month": "f0f8a374288042d0f919ba9aa6ede12f",
    "truth_decisions": "37051d539bd1a4c93bcd73bca6fdfcfe",
    "truth_uplift": "6f88c113be2cf81561956b95dcb9e0f8",
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
