"""Does the mess layer plant what it says, record each fault, and leave all else alone?"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import telcosim
from telcosim import faults, schema
from telcosim.block import BLOCK_TABLES, simulate_block
from telcosim.calendar import DAY_S
from telcosim.cli import app
from telcosim.config import Config
from telcosim.digest import content_digest
from telcosim.errors import ConfigError, WorldError
from telcosim.faults import KINDS, Mess
from telcosim.keyed import keyed_uniform
from telcosim.manifest import read_manifest
from telcosim.mess import RECORD, cleaned, messed
from telcosim.parquet import from_arrow
from telcosim.programme import NoContact, TreatAll
from telcosim.schema import NULL, TABLES

Tables = dict[str, dict[str, Any]]
OFTEN = Mess(duplicates=0.10, late=0.12, units=0.15, missing=0.08)
SHARES = st.sampled_from([0.0, 0.01, 0.3, 1.0])
MESSES = st.builds(Mess, duplicates=SHARES, late=SHARES, units=SHARES, missing=SHARES)


@pytest.fixture(scope="module")
def config() -> Config:
    wave = {"campaigns.first_wave": 6, "campaigns.wave_every": 1, "campaigns.upsell_first": 3}
    return telcosim.load_config("tiny", months=12, overrides=wave)


@pytest.fixture(scope="module")
def clean(config: Config) -> Tables:
    return simulate_block(config, 3, 0)


@pytest.fixture(scope="module")
def dirty(clean: Tables) -> Tables:
    return messed(OFTEN, 3, clean)


def digests(tables: Tables) -> dict[str, str]:
    return {name: content_digest(columns) for name, columns in tables.items()}


def cells(dirty: Tables) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
    """Yield the record by table, column and kind."""
    record = pd.DataFrame(dirty[RECORD])
    for (table, column, kind), rows in record.groupby(["table", "column", "kind"]):
        yield faults.TOUCHED[table], faults.COLUMNS[column], KINDS[kind], rows


def keyed(name: str, columns: dict[str, Any]) -> pd.DataFrame:
    """Return a table by its key; of a row loaded twice, the first copy."""
    key = list(TABLES[name].key)
    return pd.DataFrame(columns).drop_duplicates(key).set_index(key)


def rows_of(name: str, record: pd.DataFrame, data: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a keyed table that rows of the record speak of, in their order."""
    keys = [record["key_1"], record["key_2"]][: len(TABLES[name].key)]
    return data.loc[pd.MultiIndex.from_arrays(keys) if len(keys) > 1 else pd.Index(keys[0])]


# --- where faults may be -----------------------------------------------------------------------


def test_faults_lie_in_learner_tables_only_and_never_in_a_key() -> None:
    for name, column in faults.CELLS:
        never_missing = {c.name for c in TABLES[name].columns if not c.nullable}
        assert column in never_missing - set(TABLES[name].key)
        assert column not in {"customer_id", "month", "event_ts", "loaded_ts"}
        assert column not in dict(TABLES[name].references)
    assert len(set(faults.CELLS)) == len(faults.CELLS)
    for name in faults.TOUCHED:
        assert TABLES[name].per_customer
        assert not TABLES[name].truth
        assert len(TABLES[name].key) <= 2
    for name in (*faults.LOADED_TWICE, *faults.LOADED_LATE):
        assert {"event_ts", "loaded_ts"} <= {c.name for c in TABLES[name].columns}


def test_what_other_tables_point_to_once_per_customer_is_never_loaded_twice() -> None:
    assert not {"customers", "accounts", "churn_events"} & set(faults.LOADED_TWICE)


def test_a_fault_changes_no_other_table_and_not_its_input(clean: Tables) -> None:
    before = digests(clean)
    after = digests(messed(OFTEN, 3, clean))
    assert digests(clean) == before
    assert {n for n in before if after[n] != before[n]} == set(faults.TOUCHED)


# --- what each kind does -----------------------------------------------------------------------


def test_as_many_rows_are_hit_as_the_shares_say(clean: Tables, dirty: Tables) -> None:
    """Of rows that a fault can change, within four standard deviations, table by table."""
    checked = 0
    for name, column, kind, rows in cells(dirty):
        values = clean[name][column]
        can = np.ones(len(values), dtype=bool)
        if kind == "units":
            times, per = faults.OTHER_UNIT[name, column]
            can &= values * times // per != values
        n, share = int(can.sum()), getattr(OFTEN, kind)
        assert abs(len(rows) - n * share) < 4 * np.sqrt(n * share * (1 - share)), (name, column)
        checked += 1
    planned = len(faults.LOADED_TWICE) + len(faults.LOADED_LATE) + len(faults.CELLS)
    assert checked == planned


def test_a_row_loaded_twice_comes_again_unchanged_but_for_its_loading(
    clean: Tables, dirty: Tables
) -> None:
    for name in faults.LOADED_TWICE:
        data = pd.DataFrame(dirty[name])
        again = data.duplicated(list(TABLES[name].key))
        assert len(data) - again.sum() == len(clean[name]["customer_id"])
        first = data.shift(1)[again]  # the copy lies right behind its original
        same = data.columns.drop("loaded_ts")
        assert (data.loc[again, same] == first[same]).all(axis=None)
        later = (data.loc[again, "loaded_ts"] - first["loaded_ts"]) / DAY_S
        assert set(later) == {1.0, 2.0, 3.0}


def test_late_rows_happened_when_they_happened(clean: Tables, dirty: Tables) -> None:
    for name, _, kind, rows in cells(dirty):
        if kind != "late":
            continue
        then, now = (rows_of(name, rows, keyed(name, side[name])) for side in (clean, dirty))
        assert (then["event_ts"] == now["event_ts"]).all()
        days = (now["loaded_ts"] - then["loaded_ts"]) / DAY_S
        assert days.between(*faults.LATE_DAYS).all()
        assert (days == days.round()).all()
        assert len(rows) < 100 or days.nunique() == 25


def test_amounts_in_another_unit_are_that_amount(dirty: Tables) -> None:
    seen = set()
    for name, column, kind, rows in cells(dirty):
        if kind == "units":
            seen.add((name, column))
            if (name, column) == ("usage_monthly", "data_mb"):
                assert (rows["planted"] == 1000 * rows["original"]).all()
            else:
                per = 60 if column == "voice_seconds" else 100
                assert (rows["planted"] == rows["original"] // per).all()
            assert (rows["planted"] != rows["original"]).all()
            assert rows["planted"].between(0, 2**31 - 1).all()
    assert seen == set(faults.OTHER_UNIT)


def test_an_amount_that_would_not_fit_its_column_stays(clean: Tables) -> None:
    largest = (2**31 - 1) // 1000
    use = clean["usage_monthly"] | {"data_mb": np.full_like(clean["usage_monthly"]["month"], 7)}
    use["data_mb"][:2] = largest, largest + 1
    made = messed(Mess(units=1.0), 3, clean | {"usage_monthly": use})["usage_monthly"]["data_mb"]
    assert made[:3].tolist() == [1000 * largest, largest + 1, 7000]


def test_a_lost_value_was_there_before(dirty: Tables) -> None:
    lost = [(n, c, rows) for n, c, kind, rows in cells(dirty) if kind == "missing"]
    assert {(n, c) for n, c, _ in lost} == set(faults.VALUE_LOST)
    for _, _, rows in lost:
        assert (rows["planted"] == NULL).all()
        assert (rows["original"] != NULL).all()


# --- the record --------------------------------------------------------------------------------


def test_the_record_and_the_tables_agree_row_for_row(clean: Tables, dirty: Tables) -> None:
    """Every recorded cell was and is what the record says, and no other cell has changed."""
    found = {}
    for name, column, kind, rows in cells(dirty):
        if kind == "duplicates":
            continue
        was, is_now = (rows_of(name, rows, keyed(name, side[name])) for side in (clean, dirty))
        assert (was[column].to_numpy() == rows["original"].to_numpy()).all()
        assert (is_now[column].to_numpy() == rows["planted"].to_numpy()).all()
        found[name, column] = len(rows)
    for name in BLOCK_TABLES:
        was, is_now = (keyed(name, side[name]) for side in (clean, dirty))
        changed = (was != is_now).sum()
        said = {column: found.get((name, column), 0) for column in changed.index}
        assert changed.to_dict() == said, name


def test_the_record_lists_every_second_copy(dirty: Tables) -> None:
    for name, _, kind, rows in cells(dirty):
        if kind == "duplicates":
            data = pd.DataFrame(dirty[name])
            copies = data[data.duplicated(list(TABLES[name].key))]
            assert copies["loaded_ts"].tolist() == rows["planted"].tolist()
            assert copies["customer_id"].tolist() == rows["customer_id"].tolist()


def test_a_fault_is_recorded_once(dirty: Tables) -> None:
    record = pd.DataFrame(dirty[RECORD])
    assert not record.duplicated(list(TABLES[RECORD].key)).any()
    assert list(record) == [column.name for column in TABLES[RECORD].columns]


@given(mess=MESSES, seed=st.integers(0, 2**128 - 1))
@settings(max_examples=15, deadline=None)
def test_cleaning_restores_every_digest(clean: Tables, mess: Mess, seed: int) -> None:
    planted = messed(mess, seed, clean)
    record = planted.pop(RECORD)
    again = {name: cleaned(name, columns, record) for name, columns in planted.items()}
    assert digests(again) == digests(clean)


def test_cleaning_with_the_record_of_another_world_is_refused(
    config: Config, dirty: Tables
) -> None:
    other = messed(OFTEN, 4, simulate_block(config, 4, 0))
    with pytest.raises(WorldError, match="not its record"):
        cleaned("payments", other["payments"], dirty[RECORD])


# --- a pure function of the rows' keys ---------------------------------------------------------


@given(
    keys=st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(0, 99)), min_size=1),
    seed=st.integers(0, 2**128 - 1),
    data=st.data(),
)
@settings(deadline=None)
def test_lots_hang_on_keys_and_never_on_positions(
    keys: list[tuple[int, int]], seed: int, data: st.DataObject
) -> None:
    one, two = np.array(keys, dtype=np.int64).T
    some = np.array(data.draw(st.lists(st.integers(0, len(keys) - 1))), dtype=np.int64)
    lots = keyed_uniform(seed, "mess.late.topups", (one, two))
    assert ((lots >= 0) & (lots < 1)).all()
    assert (lots[some] == keyed_uniform(seed, "mess.late.topups", (one[some], two[some]))).all()


def test_lots_of_neighbouring_keys_and_streams_are_uniform_and_unrelated() -> None:
    """Deciles of 100,000 successive keys, and correlations, within four standard errors."""
    n = 100_000
    keys = (np.arange(n), np.full(n, NULL))
    lots = [keyed_uniform(9, f"mess.{kind}", keys) for kind in KINDS]
    lots += [keyed_uniform(9, "mess.late", (keys[1], keys[0])), np.roll(lots[0], 1)]
    for column in lots:
        counts = np.bincount((10 * column).astype(int), minlength=10)
        assert (abs(counts - n / 10) < 4 * np.sqrt(n * 0.09)).all()
    related = np.corrcoef(lots) - np.eye(len(lots))
    assert abs(related).max() < 4 / np.sqrt(n)


def test_golden_lots() -> None:
    """They change with any change of the mixing: then every messy world changes too."""
    lots = keyed_uniform(7, "mess.late.topups", (np.array([1, 2, 10**12]), np.array([NULL, 0, 5])))
    assert [float(x).hex() for x in lots] == GOLDEN


GOLDEN = ["0x1.bda0174a5ddd0p-4", "0x1.0d67960e62ecbp-1", "0x1.e4278b929bf4cp-1"]


def test_whom_no_policy_touches_has_the_same_faults_in_both_worlds(config: Config) -> None:
    worlds = [simulate_block(config, 3, 0, policy) for policy in (TreatAll(), NoContact())]
    treated = worlds[0]["truth_decisions"]["customer_id"]
    one, other = (messed(OFTEN, 3, tables) for tables in worlds)
    for name in (*BLOCK_TABLES, RECORD):
        sides = [pd.DataFrame(side[name]) for side in (one, other)]
        alike = [s[~s["customer_id"].isin(treated)].reset_index(drop=True) for s in sides]
        pd.testing.assert_frame_equal(*alike, obj=name)
    assert len(alike[0]) > 100


def test_faults_drawn_by_position_would_break_the_pairing(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above notices: with lots for the n-th row, untreated customers differ."""
    by_position = np.random.default_rng(1).random(10**6)
    monkeypatch.setattr(
        "telcosim.mess.keyed_uniform", lambda *asked: by_position[: len(asked[2][0])]
    )
    with pytest.raises(AssertionError):
        test_whom_no_policy_touches_has_the_same_faults_in_both_worlds(config)


def test_a_smaller_base_has_the_faults_of_the_larger_one(config: Config, dirty: Tables) -> None:
    small = messed(OFTEN, 3, simulate_block(replace(config, customers=200), 3, 0))
    for name in (*BLOCK_TABLES, RECORD):
        for column, values in small[name].items():
            assert np.array_equal(values, dirty[name][column][: len(values)]), (name, column)


def test_larger_shares_hit_the_same_rows_and_more(clean: Tables) -> None:
    few, many = (pd.DataFrame(messed(Mess(late=s), 3, clean)[RECORD]) for s in (0.02, 0.05))
    key = list(TABLES[RECORD].key)
    assert len(few.merge(many, on=key)) == len(few) < len(many)


# --- worlds on disk ----------------------------------------------------------------------------

SMALL: dict[str, Any] = {"customers": 300, "months": 14}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean world, and the same one with a mess."""
    folder = tmp_path_factory.mktemp("mess")
    telcosim.generate("tiny", 5, folder / "clean", **SMALL)
    telcosim.generate("tiny", 5, folder / "messy", mess=0.05, **SMALL)
    return folder


def whole(world: Path, name: str) -> dict[str, Any]:
    files = read_manifest(world).tables[name].files
    data = pq.read_table(world / next(iter(files)), partitioning=None)
    return from_arrow(schema.table(name), data)


def test_mess_is_off_by_default_and_then_nothing_changes(worlds: Path, tmp_path: Path) -> None:
    off = telcosim.generate("tiny", 5, tmp_path / "off", mess=0.0, **SMALL)
    assert off.digests == read_manifest(worlds / "clean").digests
    truths = [read_manifest(w) for w in (worlds / "clean.truth", tmp_path / "off.truth")]
    assert truths[0].digests == truths[1].digests
    assert RECORD not in truths[0].tables
    assert '"mess":' not in (worlds / "clean" / "manifest.json").read_text(encoding="utf-8")
    assert telcosim.verify(worlds / "clean") == []


def test_truth_is_the_same_with_and_without_mess(worlds: Path) -> None:
    clean, messy = (read_manifest(worlds / name).digests for name in ("clean.truth", "messy.truth"))
    assert messy.pop(RECORD)
    assert messy == clean


def test_files_are_cleaned_to_the_digests_of_the_clean_world(worlds: Path) -> None:
    wanted = read_manifest(worlds / "clean").tables
    record = whole(worlds / "messy.truth", RECORD)
    hit = {faults.TOUCHED[code] for code in record["table"]}
    for name, entry in read_manifest(worlds / "messy").tables.items():
        again = cleaned(name, whole(worlds / "messy", name), record)
        assert [content_digest(again)] == wanted[name].blocks, name
        assert (entry.blocks == wanted[name].blocks) == (name not in hit)


def test_a_messy_world_loads_with_missing_values_where_the_record_says(worlds: Path) -> None:
    record = telcosim.truth(RECORD, worlds / "messy")
    lost = record[record["kind"] == "missing"]
    assert lost["planted"].isna().all()
    for (name, column), rows in lost.groupby(["table", "column"]):
        data = telcosim.load(str(name), worlds / "messy").drop_duplicates(list(TABLES[name].key))
        assert data[column].isna().sum() == len(rows)
    use = telcosim.load("usage_monthly", worlds / "messy")
    assert use["sms_count"].dtype == np.float64
    assert use["data_mb"].dtype == np.int64


def test_two_workers_and_a_closed_world_plant_the_same_faults(worlds: Path, tmp_path: Path) -> None:
    closed = telcosim.generate(
        "tiny", 5, tmp_path / "w", mess=0.05, workers=2, with_truth=False, publish_seed=False,
        **SMALL,
    )  # fmt: skip
    assert closed.digests == read_manifest(worlds / "messy").digests
    assert [p.name for p in tmp_path.iterdir()] == ["w"]
    assert (closed.mess, closed.seed, closed.overrides) == (True, None, None)


def test_one_share_can_be_set_beside_the_others(tmp_path: Path) -> None:
    options = {"overrides": {"mess.units": 0.0, "mess.late": 0.5}, "customers": 60, "months": 4}
    telcosim.generate("tiny", 5, tmp_path / "w", mess=0.1, **options)
    record = telcosim.truth(RECORD, tmp_path / "w")
    assert set(record["kind"]) == {"duplicates", "late", "missing"}
    assert (record["kind"] == "late").mean() > 0.5
    with pytest.raises(ConfigError, match=r"mess.duplicates = 2 is out of range; allowed: 0 to 1"):
        telcosim.generate("tiny", 5, tmp_path / "wrong", mess=2)


def test_the_command_line_makes_a_mess(tmp_path: Path) -> None:
    size = ["--customers", "60", "--months", "4", "--preset", "tiny", "--seed", "5"]
    out = str(tmp_path / "w")
    made = CliRunner().invoke(app, ["generate", *size, "--mess", "0.05", "--out", out])
    assert made.exit_code == 0
    assert len(telcosim.truth(RECORD, out))
    assert CliRunner().invoke(app, ["verify", out]).exit_code == 1


# --- verify ------------------------------------------------------------------------------------

FINDS = {
    "duplicates": {"repeat the key", "settled twice"},
    "late": {"days later than usual"},
    "units": {
        "not the sum",
        "differ from their invoice",
        "usual data_mb",
        "amounts are below 100 cents",
    },
    "missing": {"has missing values"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_verify_finds_each_kind_and_says_that_it_was_planted(tmp_path: Path, kind: str) -> None:
    telcosim.generate("tiny", 5, tmp_path / "w", overrides={f"mess.{kind}": 0.05}, **SMALL)
    *found, last = telcosim.verify(tmp_path / "w")
    assert "made with a mess layer" in last
    for words in FINDS[kind]:
        assert any(words in problem for problem in found), words
    others = {words for other in KINDS if other != kind for words in FINDS[other]}
    assert not [problem for problem in found if any(words in problem for words in others)]


def test_verify_counts_what_the_record_counts(worlds: Path) -> None:
    record = telcosim.truth(RECORD, worlds / "messy")
    found = telcosim.verify(worlds / "messy")
    for name, rows in record[record["kind"] == "duplicates"].groupby("table"):
        key = ", ".join(TABLES[str(name)].key)
        said = f"{name}: {len(rows)} rows repeat the key ({key}). [keys are unique]"
        assert said in found
    lost = record[record["kind"] == "missing"][["table", "column"]].drop_duplicates()
    for _, (name, column) in lost.iterrows():
        assert f"{name}: {column} has missing values. [nothing is missing]" in found


def test_verify_tells_a_damaged_messy_world_from_a_messy_one(worlds: Path, tmp_path: Path) -> None:
    telcosim.generate("tiny", 5, tmp_path / "w", mess=0.05, customers=60, months=4)
    manifest = tmp_path / "w" / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    block = read_manifest(tmp_path / "w").tables["topups"].blocks[0]
    manifest.write_text(text.replace(block, "0" * len(block)), encoding="utf-8")
    problem, last = telcosim.verify(tmp_path / "w")
    assert "digests differ" in problem
    assert "made with a mess layer" in last
