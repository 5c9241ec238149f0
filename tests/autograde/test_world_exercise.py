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
from pathlib import Path

hidden = Path(os.environ["CVM_HIDDEN_WORLDS"])
seen = sorted({path.name for path in hidden.rglob("*") if path.is_file()})
texts = [path.read_text() for path in hidden.rglob("manifest.json")]
print("seen:", seen)
print("seeds:", ['"seed"' in text and '"seed": null' not in text for text in texts])
print("truth:", [str(path) for path in Path("/").glob("**/truth_*.parquet")])
try:
    (hidden / "1" / "manifest.json").write_text("{}")
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


def test_are_only_learner_tables_mounted_without_seed_or_truth(
    held: cohort.Cohort, outcomes: dict[str, Submission]
) -> None:
    assert outcomes["looking"].total == 3
    text = (held.folder / "autograded/looking/0-2/0-2-worlds.ipynb").read_text()
    said = "".join("".join(output.get("text", "")) for cell in json.loads(text)["cells"]
                   for output in cell.get("outputs", []))  # fmt: skip
    lines = dict(line.split(": ", 1) for line in said.splitlines() if ": " in line)
    assert "manifest.json" in lines["seen"]
    assert "customers" not in lines["seen"]
    assert lines["seeds"] == "[False, False]"
    assert lines["truth"] == "[]"
    assert lines["refused"] == "Read-only file system"


def test_does_the_gradebook_say_what_was_readable(outcomes: dict[str, Submission]) -> None:
    for item in outcomes.values():
        assert "learner tables of the hidden worlds were readable" in item.hidden_note


def test_is_the_pack_s_world_only_the_named_table(held: cohort.Cohort) -> None:
    with zipfile.ZipFile(held.folder / "packs/0-2-worlds.zip") as pack:
        world = [Path(name).parts[2:] for name in pack.namelist() if "/world/" in name]
    assert {parts[0].split(".")[0] for parts in world} == {"manifest", "subscriptions"}
