"""An exercise with real worlds: is it graded on bases the learner has not seen?"""

import copy
import json
import zipfile
from pathlib import Path

import pytest
from conftest import HERE
from sample_cohort import fill, released, solutions

from cvmgrade import assignments, cohort, grade, intake, release
from cvmgrade.records import Submission, records

pytestmark = pytest.mark.sandbox

SOURCES = HERE / "world_assignments"
CONSTANT = "def prepaid_share(subscriptions):\n    return 0.36"
LOOK = """import os
import sys
from pathlib import Path

ours = (Path("/proc"), Path(sys.prefix), Path(sys.base_prefix))
files = [path for path in Path("/").rglob("*") if not any(map(path.is_relative_to, ours))]
print("worlds:", sorted({path.parent.name for path in files if path.name == "manifest.json"}))
print("truth:", [str(path) for path in files if path.match("truth_*") and path.suffix != ".py"])
print("sources:", [str(path) for path in files if path.suffix == ".ipynb"])
print("names:", [name for name in os.environ if name.startswith("CVM")])
try:
    Path("world/manifest.json").write_text("{}")
    print("wrote")
except OSError as error:
    print("refused:", error.strerror)
"""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> cohort.Cohort:
    return cohort.init(tmp_path_factory.mktemp("worlds") / "cohort", SOURCES, "Worlds")


@pytest.fixture(scope="module")
def outcomes(
    held: cohort.Cohort, sandbox: object, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Submission]:
    exercise = assignments.find("0-2", SOURCES)
    inbox = tmp_path_factory.mktemp("inbox")
    name, blank = released(release.release(held, exercise))
    full = fill(blank, solutions(exercise.notebook))
    looking = copy.deepcopy(full)
    looking["cells"].insert(0, {"cell_type": "code", "execution_count": None, "id": "look",
                                "metadata": {}, "outputs": [], "source": LOOK})  # fmt: skip
    sent = {"full": full, "constant": fill(blank, {"prepaid_share": CONSTANT}), "looking": looking}
    for learner, notebook in sent.items():
        (inbox / learner).mkdir()
        (inbox / learner / name).write_text(json.dumps(notebook))
    assert not [each for each in intake.collect(held, inbox) if each.refused]
    grade.grade(held, None, grade.Options())
    with records(held) as book:
        return {item.learner: item for item in book.all()}


def test_does_the_reference_pass_on_every_hidden_world(outcomes: dict[str, Submission]) -> None:
    assert (outcomes["full"].total, outcomes["full"].maximum) == (3, 3), outcomes["full"]


def test_does_a_constant_pass_what_is_visible_and_no_more(outcomes: dict[str, Submission]) -> None:
    item = outcomes["constant"]
    assert [verdict.points for verdict in item.verdicts] == [1, 0]
    assert item.verdicts[1].reason == "Your share does not follow the base you are given."


def test_does_a_submission_see_its_pack_and_no_other_world(
    held: cohort.Cohort, outcomes: dict[str, Submission]
) -> None:
    assert outcomes["looking"].total == 3
    text = (held.folder / "autograded/looking/0-2/0-2-worlds.ipynb").read_text()
    said = "".join("".join(output.get("text", "")) for cell in json.loads(text)["cells"]
                   for output in cell.get("outputs", []))  # fmt: skip
    lines = dict(line.split(": ", 1) for line in said.splitlines() if ": " in line)
    assert lines == {
        "worlds": "['world']",
        "truth": "[]",
        "sources": "[]",
        "names": "['CVM_CHANNEL']",
        "refused": "Read-only file system",
    }


def test_is_the_pack_s_world_only_the_named_table(held: cohort.Cohort) -> None:
    with zipfile.ZipFile(held.folder / "packs/0-2-worlds.zip") as pack:
        world = [Path(name).parts[2:] for name in pack.namelist() if "/world/" in name]
    assert {parts[0].split(".")[0] for parts in world} == {"manifest", "subscriptions"}
