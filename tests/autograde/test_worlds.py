"""Are seeds secret and stable, and worlds made once, whole, and without their seed?"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import TOYS
from hypothesis import given
from hypothesis import strategies as st

from cvmgrade import assignments, cohort, worlds
from cvmgrade.assignments import Exercise
from cvmgrade.cohort import Cohort
from cvmgrade.errors import CohortError, CvmError, UsageError

parts = st.lists(st.text("abc1-", max_size=5), min_size=1, max_size=4)


@given(st.binary(min_size=16, max_size=16), parts, parts)
def test_do_different_names_have_different_seeds(
    secret: bytes, one: list[str], two: list[str]
) -> None:
    assert (worlds.seed(secret, *one) == worlds.seed(secret, *two)) == (one == two)
    assert 0 <= worlds.seed(secret, *one) < 2**128


def test_is_a_seed_the_same_for_ever() -> None:
    assert worlds.seed(bytes(16), "pack", 0, "2-2") == 226276744221368897632019700670937055732


@pytest.fixture
def held(tmp_path: Path) -> Cohort:
    return cohort.init(tmp_path / "cohort", TOYS, "Worlds")


@pytest.fixture
def exercise() -> Exercise:
    toy = assignments.find("0-1", TOYS)
    return replace(toy, tables=("customers", "invoices"), pack={"preset": "tiny", "customers": 120},
                   hidden=({"preset": "tiny", "customers": 80},
                           {"preset": "tiny", "customers": 60,
                            "overrides": {"mix.prepaid_share": 1.0}}))  # fmt: skip


def test_do_rounds_cohorts_and_worlds_have_their_own_seeds(
    held: Cohort, exercise: Exercise
) -> None:
    later, other = replace(held, round=2), replace(held, id="other")
    found = {worlds.hidden_seed(each, exercise, k) for each in (held, later, other) for k in (1, 2)}
    assert len(found | {worlds.pack_seed(held, exercise)}) == 7


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_holds_a_pack_world_only_the_named_tables_and_no_seed(
    held: Cohort, exercise: Exercise
) -> None:
    telcosim = pytest.importorskip("telcosim")
    world = worlds.pack_world(held, exercise)
    assert world is not None
    assert len(telcosim.load("customers", world=world)) == 120
    assert {path.name.split(".")[0].split("-")[0] for path in files(world)} <= {
        "customers", "invoices", "manifest", "part"}  # fmt: skip
    seed = worlds.pack_seed(held, exercise)
    for path in files(world):
        assert str(seed).encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o444 == 0o444
    assert not json.loads((world / "manifest.json").read_text()).get("seed")


def test_are_hidden_worlds_made_once(
    held: Cohort, exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    telcosim = pytest.importorskip("telcosim")
    home = worlds.hidden_worlds(held, exercise)
    assert home is not None
    assert sorted(path.name for path in home.iterdir()) == ["1", "2"]
    sizes = [len(telcosim.load("customers", world=home / name)) for name in ("1", "2")]
    assert sizes == [80, 60]
    monkeypatch.setattr(telcosim, "generate", None)
    assert worlds.hidden_worlds(held, exercise) == home


def test_does_a_wrong_setting_end_in_one_line_and_no_world(
    held: Cohort, exercise: Exercise
) -> None:
    wrong = replace(exercise, pack={"preset": "no-such-preset"})
    with pytest.raises(CvmError, match=r"exercise 0-1 cannot be made: .*no-such-preset"):
        worlds.pack_world(held, wrong)
    assert not list(held.cache("worlds", "pack", "0-1", "variant-0").glob("[!.]*"))


def test_does_the_environment_stand_above_the_file(
    held: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVM_SECRET", "ab" * 16)
    assert held.secret() == b"\xab" * 16


@pytest.mark.parametrize("text", ["", "abcd", "not hex at all, but long enough for one"])
def test_is_a_damaged_secret_refused(held: Cohort, text: str) -> None:
    (held.folder / "secret").write_text(text)
    with pytest.raises(CohortError, match="32 hex digits"):
        held.secret()


def test_is_a_used_folder_not_made_a_cohort(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(UsageError, match="not empty"):
        cohort.init(tmp_path, TOYS)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_are_two_writers_kept_apart(held: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = held.folder / "writer.pid"
    lock.write_text(cohort._identity(1))
    with pytest.raises(CohortError, match="Another process"), held.writing():
        pass
    lock.write_text("process 1 of 12345")  # a number used again by somebody else
    with held.writing():
        assert lock.read_text() == cohort._identity(os.getpid())
    assert not lock.exists()
