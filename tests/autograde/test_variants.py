"""Several packs of one exercise: does each have its own data, and is each graded with it?"""

import copy
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import HERE
from sample_cohort import fill, released, solutions

from cvmgrade import assignments, cohort, grade, intake, release
from cvmgrade.errors import AssignmentError
from cvmgrade.records import Submission, records

SOURCES = HERE / "world_assignments"
LOOK = "print(pd.util.hash_pandas_object(telcosim.load('subscriptions')).sum())"
TELL = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
        "source": LOOK}  # fmt: skip

Packs = dict[int, Path]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> cohort.Cohort:
    return cohort.init(tmp_path_factory.mktemp("variants") / "cohort", SOURCES, "Variants")


@pytest.fixture(scope="module")
def packs(held: cohort.Cohort) -> Packs:
    exercise = assignments.find("0-2", SOURCES)
    return {number: release.release(held, exercise, variant=number) for number in (0, 1, 2)}


def table(pack: Path) -> bytes:
    with zipfile.ZipFile(pack) as archive:
        [name] = [name for name in archive.namelist()
                  if "/world/" in name and name.endswith(".parquet")]  # fmt: skip
        return archive.read(name)


def send(inbox: Path, learner: str, notebook: dict[str, Any]) -> None:
    target = inbox / learner / "0-2-worlds.ipynb"
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps(notebook))


def test_has_each_variant_its_own_data_and_name(packs: Packs) -> None:
    assert [path.name for path in packs.values()] == [
        "0-2-worlds.zip", "0-2-worlds-variant-1.zip", "0-2-worlds-variant-2.zip"]  # fmt: skip
    assert len({table(pack) for pack in packs.values()}) == 3
    for number, pack in packs.items():
        assert released(pack)[1]["metadata"]["cvm"]["variant"] == number


def test_is_a_variant_made_again_the_same(held: cohort.Cohort, packs: Packs) -> None:
    again = release.release(held, assignments.find("0-2", SOURCES), variant=2)
    assert table(again) == table(packs[2])


@pytest.mark.parametrize("claimed", [7, -1, True, "1", 1.0, None])
def test_is_a_variant_that_was_never_released_refused(
    held: cohort.Cohort, packs: Packs, tmp_path: Path, claimed: object
) -> None:
    notebook = released(packs[1])[1]
    notebook["metadata"]["cvm"]["variant"] = claimed
    send(tmp_path, "claims", notebook)
    [receipt] = intake.collect(held, tmp_path)
    assert "never released" in receipt.refused


@pytest.mark.sandbox
def test_is_each_graded_with_the_data_of_its_own_pack(
    held: cohort.Cohort, packs: Packs, sandbox: object, tmp_path: Path
) -> None:
    reference = solutions(assignments.find("0-2", SOURCES).notebook)
    for number, pack in packs.items():
        notebook = fill(released(pack)[1], reference)
        notebook["cells"].append(copy.deepcopy(TELL))
        send(tmp_path, f"has-{number}", notebook)
    assert not [each for each in intake.collect(held, tmp_path) if each.refused]
    grade.grade(held, None, grade.Options())
    with records(held) as book:
        items: dict[str, Submission] = {item.learner: item for item in book.all()}
    assert {name: (item.variant, item.total) for name, item in items.items()} == {
        "has-0": (0, 3), "has-1": (1, 3), "has-2": (2, 3)}  # fmt: skip
    seen = set()
    for name in items:
        path = held.folder / "autograded" / name / "0-2" / "0-2-worlds.ipynb"
        [said] = json.loads(path.read_text())["cells"][-1]["outputs"]
        seen.add("".join(said["text"]))
    assert len(seen) == 3


def test_is_a_pack_that_is_too_large_not_written(
    held: cohort.Cohort, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(release, "MAX_PACK", 1000)
    with pytest.raises(AssignmentError, match="at most 0 MB"):
        release.release(held, assignments.find("0-2", SOURCES), tmp_path)
    assert list(tmp_path.iterdir()) == []
