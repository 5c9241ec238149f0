"""Does a world come out whole or not at all, the same everywhere, and is a broken one found?"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import telcosim
from telcosim import schema
from telcosim.generate import _write
from telcosim.manifest import read_manifest
from telcosim.parquet import from_arrow, to_arrow
from telcosim.streams import BLOCK_SIZE

ROOT = Path(__file__).parents[2]


def test_the_committed_world_is_made_again_with_the_same_digests(tmp_path: Path) -> None:
    index = json.loads((ROOT / "datasets" / "manifest.json").read_text(encoding="utf-8"))
    for name, made_from in index.items():
        again = tmp_path / name
        telcosim.generate(made_from["preset"], made_from["seed"], again)
        for suffix in ("", ".truth"):
            committed = read_manifest(ROOT / "datasets" / (name + suffix))
            assert read_manifest(tmp_path / (name + suffix)).digests == committed.digests
        assert telcosim.verify(ROOT / "datasets" / name) == []
        size = sum(f.stat().st_size for f in (ROOT / "datasets").rglob("*") if f.is_file())
        assert size < 3_000_000


def test_one_and_two_workers_and_another_order_give_equal_digests(tmp_path: Path) -> None:
    options = {"customers": BLOCK_SIZE + 300, "months": 4}
    one = telcosim.generate("course", 7, tmp_path / "one", **options)
    two = telcosim.generate("course", 7, tmp_path / "two", workers=2, **options)
    assert one.digests == two.digests
    assert read_manifest(tmp_path / "one.truth").digests == (
        read_manifest(tmp_path / "two.truth").digests
    )
    assert telcosim.generate("course", 8, tmp_path / "other", **options).digests != one.digests


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_digests_as_one_process(tmp_path: Path) -> None:
    script = (
        "import sys, telcosim\n"
        "from distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as c:\n"
        "        telcosim.generate('course', 7, sys.argv[1], customers=16_500, months=3,\n"
        "                          scheduler=c.scheduler_address)\n"
    )
    program = tmp_path / "program.py"
    program.write_text(script, encoding="utf-8")
    world = tmp_path / "cluster"
    subprocess.run([sys.executable, str(program), str(world)], check=True, capture_output=True)
    alone = telcosim.generate("course", 7, tmp_path / "alone", customers=16_500, months=3)
    assert read_manifest(world).digests == alone.digests


def test_an_interrupted_run_is_finished_and_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    """Killed in the middle of a write: nothing is published, and --resume gives the same world."""
    script = (
        "import os, sys, telcosim\n"
        "g = sys.modules['telcosim.generate']\n"
        "honest = g._write\n"
        "def dies(staging, name, part, blocks):\n"
        "    entry = honest(staging, name, part, blocks)\n"
        "    if (name, part) == ('payments', 'part-00001'):\n"
        "        os._exit(9)\n"
        "    return entry\n"
        "g._write = dies\n"
        "g.generate('course', 7, sys.argv[1], customers=16_500, months=3)\n"
    )
    world = tmp_path / "world"
    died = subprocess.run([sys.executable, "-c", script, str(world)], check=False)
    assert died.returncode == 9
    assert not world.exists()
    with pytest.raises(telcosim.errors.WorldError, match="--resume"):
        telcosim.generate("course", 7, world, customers=16_500, months=3)
    with pytest.raises(telcosim.errors.WorldError, match="other options"):
        telcosim.generate("course", 8, world, customers=16_500, months=3, resume=True)
    resumed = telcosim.generate("course", 7, world, customers=16_500, months=3, resume=True)
    fresh = telcosim.generate("course", 7, tmp_path / "fresh", customers=16_500, months=3)
    assert resumed.digests == fresh.digests
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "fresh",
        "fresh.truth",
        "world",
        "world.truth",
    ]


def test_a_sound_world_has_no_problems(world: Path) -> None:
    assert telcosim.verify(world) == []


def test_parquet_gives_back_what_was_written(world: Path) -> None:
    for name, entry in read_manifest(world).tables.items():
        table = schema.table(name)
        group = pq.read_table(world / next(iter(entry.files)), partitioning=None)
        again = to_arrow(table, from_arrow(table, group))
        assert again.num_rows == group.num_rows
        whole = from_arrow(table, again)
        assert all((whole[c] == v).all() for c, v in from_arrow(table, group).items())


@pytest.fixture
def copy(world: Path, tmp_path: Path) -> Path:
    shutil.copytree(world, tmp_path / "copy")
    return tmp_path / "copy"


def test_a_half_deleted_world_says_what_is_gone_and_what_to_do(copy: Path) -> None:
    shutil.rmtree(copy / "topups")
    with pytest.raises(
        telcosim.errors.WorldError, match=r"topups is gone\.\n.*make the world again"
    ):
        telcosim.load("topups", copy)
    (problem,) = telcosim.verify(copy)
    assert "missing" in problem
    assert "topups" in problem
    (copy / "manifest.json").unlink()
    with pytest.raises(telcosim.errors.WorldError, match="is not a world"):
        telcosim.load("invoices", copy)


def test_a_cut_off_manifest_is_said_to_be_damaged(copy: Path) -> None:
    manifest = copy / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8")[:500], encoding="utf-8")
    with pytest.raises(telcosim.errors.WorldError, match="damaged"):
        telcosim.load("invoices", copy)


def _rewrite(world: Path, table: str, change: dict[str, object]) -> None:
    """Change the first row of a table, and let the manifest agree with the new content."""
    columns = telcosim.load(table, world)
    file = next(iter(read_manifest(world).tables[table].files))
    whole = from_arrow(schema.table(table), pq.read_table(world / file, partitioning=None))
    for column, value in change.items():
        whole[column] = whole[column].copy()
        whole[column][0] = value
    assert len(columns) == len(whole["customer_id"])
    entry = _write(world, table, Path(file).stem, [whole])
    manifest = read_manifest(world)
    manifest.tables[table] = entry
    manifest.write(world)


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("invoices", {"total_cents": 1}, "not the sum"),
        ("invoices", {"customer_id": 999_999}, "point to a customer_id"),
        ("payments", {"amount_cents": 1}, "differ from their invoice"),
        ("topups", {"event_ts": 0}, "before the activation"),
        ("topups", {"loaded_ts": 0}, "loaded before they happened"),
        ("care_contacts", {"event_ts": 4_000_000_000}, "loaded before they happened"),
        ("usage_monthly", {"charged_cents": 10**8}, "more than they ever topped up"),
        ("subscriptions", {"closed_on": 0}, "closed before they start"),
    ],
)
def test_verify_names_the_law_that_is_broken(
    copy: Path, table: str, change: dict[str, object], message: str
) -> None:
    _rewrite(copy, table, change)
    assert any(message in problem for problem in telcosim.verify(copy))


def test_verify_finds_a_repeated_key(copy: Path) -> None:
    second = int(telcosim.load("topups", copy)["topup_id"].iloc[1])
    _rewrite(copy, "topups", {"topup_id": second})
    assert any("1 rows repeat the key (topup_id)" in said for said in telcosim.verify(copy))


def test_verify_finds_a_changed_cell(copy: Path) -> None:
    before = (copy / "manifest.json").read_text(encoding="utf-8")
    _rewrite(copy, "topups", {"amount_cents": 1})
    (copy / "manifest.json").write_text(before, encoding="utf-8")
    assert any("digests differ" in problem for problem in telcosim.verify(copy))


def test_a_pack_world_wins_over_the_environment_and_a_named_world_over_both(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    telcosim.generate("tiny", 1, tmp_path / "world", customers=20, months=2)
    monkeypatch.setenv("CVM_WORLD", str(world))
    assert len(telcosim.load("customers")) > 1000
    monkeypatch.chdir(tmp_path)
    assert len(telcosim.load("customers")) <= 20
    assert len(telcosim.load("customers", world)) > 1000


def test_the_open_world_is_made_once_in_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CVM_CACHE", str(tmp_path))
    monkeypatch.setenv("CVM_WORLD", "tiny")
    first = telcosim.load("customers")
    assert "once on this computer" in capsys.readouterr().err
    pd.testing.assert_frame_equal(telcosim.load("customers", world="tiny"), first)
    assert capsys.readouterr().err == ""
    assert len(telcosim.truth("truth_traits")) == len(first)


def test_a_closed_world_has_no_truth_and_no_seed(tmp_path: Path) -> None:
    secret = 123_456_789_123_456_789
    world = tmp_path / "closed"
    telcosim.generate(
        "tiny", secret, world, tables=["invoices"], with_truth=False, publish_seed=False
    )
    with pytest.raises(telcosim.errors.NoTruthError, match="closed"):
        telcosim.truth("truth_month", world)
    with pytest.raises(telcosim.errors.WorldError, match="no table topups"):
        telcosim.load("topups", world)
    assert [p.name for p in tmp_path.iterdir()] == ["closed"]
    written = b"".join(p.read_bytes() for p in world.rglob("*") if p.is_file())
    assert str(secret).encode() not in written
    assert read_manifest(world).seed is None


def test_learner_and_truth_tables_have_their_own_doors(world: Path) -> None:
    with pytest.raises(telcosim.errors.WorldError, match=r"telcosim\.truth"):
        telcosim.load("truth_month", world)
    with pytest.raises(telcosim.errors.WorldError, match=r"telcosim\.load"):
        telcosim.truth("invoices", world)
    with pytest.raises(telcosim.errors.TelcosimError, match="There is no table"):
        telcosim.load("invoice", world)


def test_sums_and_products_of_small_numbers_do_not_overflow(world: Path) -> None:
    bills = telcosim.load("invoices", world)
    assert (bills["total_cents"] * 10_000_000).min() > 0
