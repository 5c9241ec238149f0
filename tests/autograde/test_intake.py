"""Is every delivery received whole or refused with a reason, and nothing in between?"""

import io
import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Toy

from cvmgrade import cohort, delivery, engine, intake, timestamp
from cvmgrade.cli import app
from cvmgrade.errors import IntakeError, UsageError
from cvmgrade.records import records

NAME = "0-1-toy.ipynb"
Zip = Callable[..., bytes]


@dataclass
class Desk:
    """A fresh cohort of the toy's course, and a notebook of it."""

    cohort: cohort.Cohort
    notebook: bytes

    def collect(self, source: Path) -> dict[str, intake.Receipt]:
        return {receipt.path: receipt for receipt in intake.collect(self.cohort, source)}

    def held(self) -> list[tuple[str, str]]:
        with records(self.cohort) as book:
            return [(item.learner, item.state) for item in book.all()]

    def files(self) -> list[str]:
        home = self.cohort.folder / "submitted"
        return sorted(str(path.relative_to(home)) for path in home.rglob("*.ipynb"))


@pytest.fixture
def desk(toy: Toy, tmp_path: Path) -> Desk:
    fresh = tmp_path / "cohort"
    shutil.copytree(toy.cohort.folder, fresh)  # making a gradebook takes seconds
    return Desk(replace(toy.cohort, folder=fresh), json.dumps(toy.blank()).encode())


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()


def test_is_each_layout_received(desk: Desk, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "ann").mkdir(parents=True)
    (inbox / "ann" / NAME).write_bytes(desk.notebook)
    (inbox / "bo" / "0-1-toy" / ".ipynb_checkpoints").mkdir(parents=True)
    (inbox / "bo" / "0-1-toy" / NAME).write_bytes(desk.notebook)
    (inbox / "bo/0-1-toy/.ipynb_checkpoints/0-1-toy-checkpoint.ipynb").write_bytes(b"{}")
    (inbox / "cy.zip").write_bytes(zipped(**{NAME: desk.notebook}))
    (inbox / "di.zip").write_bytes(
        zipped(**{f"0-1-toy/{NAME}": desk.notebook, "0-1-toy/world/x.parquet": b"x"})
    )
    receipts = desk.collect(inbox)
    assert sorted(receipt.learner for receipt in receipts.values()) == ["ann", "bo", "cy", "di"]
    assert not any(receipt.refused for receipt in receipts.values())
    assert desk.held() == [(name, "received") for name in ("ann", "bo", "cy", "di")]


def test_is_a_zip_of_all_received_like_the_folder(desk: Desk, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox.zip"
    inner = zipped(**{NAME: desk.notebook})
    inbox.write_bytes(zipped(**{f"inbox/ann/{NAME}": desk.notebook, f"bo/{NAME}": desk.notebook,
                                "cy.zip": inner, "__MACOSX/bo/._x.ipynb": b"x"}))  # fmt: skip
    desk.collect(inbox)
    assert [name for name, _ in desk.held()] == ["ann", "bo", "cy"]


def test_is_a_single_zip_named_after_its_learner(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "Zoë Ünal.zip").write_bytes(zipped(**{NAME: desk.notebook}))
    desk.collect(tmp_path / "Zoë Ünal.zip")
    assert desk.held() == [("zoë-ünal", "received")]


def test_is_the_same_file_again_no_news(desk: Desk, tmp_path: Path) -> None:
    source = tmp_path / "ann.zip"
    source.write_bytes(zipped(**{NAME: desk.notebook}))
    assert [receipt.new for receipt in desk.collect(source).values()] == [True]
    assert [receipt.new for receipt in desk.collect(source).values()] == [False]


def other_course(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    content["metadata"]["cvm"]["course"] = "autumn-1234"
    return json.dumps(content).encode()


def no_course(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    del content["metadata"]["cvm"]
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("ann/solution.ipynb", bytes, "wrong name; expected one of: 0-1-toy.ipynb"),
        (f"ann/{NAME}", other_course, "belongs to another course (autumn-1234)"),
        (f"ann/{NAME}", no_course, "belongs to another course (it names none)"),
        (NAME, bytes, "tells no learner"),
        (f"---/{NAME}", bytes, "tells no learner"),
        (f"ann/{NAME}", lambda _: bytes(delivery.MAX_FILE + 1), "at most 20 MB"),
        ("ann.zip", lambda _: b"PK no archive", "not a zip archive|damaged"),
    ],
)
def test_is_a_wrong_file_refused_with_its_reason(
    desk: Desk, tmp_path: Path, name: str, change: Callable[[bytes], bytes], said: str
) -> None:
    path = tmp_path / "inbox" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(change(desk.notebook))
    (tmp_path / "inbox/good").mkdir()
    (tmp_path / "inbox/good" / NAME).write_bytes(desk.notebook)
    refused = [receipt for receipt in desk.collect(tmp_path / "inbox").values() if receipt.refused]
    assert len(refused) == 1
    assert any(part in refused[0].refused for part in said.split("|")), refused
    assert desk.held() == [("good", "received")]
    assert desk.files() == [f"good/0-1/{NAME}"]


def test_is_a_file_that_is_not_json_received_for_its_reason(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "ann.zip").write_bytes(zipped(**{NAME: b'{"cells": ['}))
    desk.collect(tmp_path / "ann.zip")
    assert desk.held() == [("ann", "received")]


def test_are_two_files_of_one_learner_not_guessed_between(desk: Desk, tmp_path: Path) -> None:
    source = tmp_path / "inbox.zip"
    source.write_bytes(zipped(**{f"Ann/{NAME}": desk.notebook, f"ann/{NAME}": desk.notebook}))
    receipts = desk.collect(source)
    assert sum("second submission" in receipt.refused for receipt in receipts.values()) == 1


def test_is_a_symbolic_link_in_a_folder_refused(desk: Desk, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox/ann"
    inbox.mkdir(parents=True)
    (inbox / NAME).symlink_to(desk.cohort.folder / "secret")
    [receipt] = desk.collect(tmp_path / "inbox").values()
    assert "symbolic link" in receipt.refused
    assert desk.held() == []


def link(entry: zipfile.ZipInfo) -> None:
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.parametrize(
    ("name", "said"),
    [("../../etc/0-1-toy.ipynb", "leaves its archive"), ("/etc/0-1-toy.ipynb", "leaves"),
     ("..\\..\\0-1-toy.ipynb", "leaves"), ("C:/x/0-1-toy.ipynb", "leaves"),
     ("link/0-1-toy.ipynb", "symbolic link")],
)  # fmt: skip
def test_is_a_hostile_path_in_a_zip_refused(
    desk: Desk, tmp_path: Path, name: str, said: str
) -> None:
    source = tmp_path / "ann.zip"
    with zipfile.ZipFile(source, "w") as made:
        entry = zipfile.ZipInfo(name)
        if name.startswith("link"):
            link(entry)
        made.writestr(entry, desk.notebook)
    before = sorted(tmp_path.parent.rglob("*.ipynb"))
    [receipt] = desk.collect(source).values()
    assert said in receipt.refused
    assert sorted(tmp_path.parent.rglob("*.ipynb")) == before


def test_does_a_zip_bomb_stay_shut(desk: Desk, tmp_path: Path) -> None:
    source = tmp_path / "ann.zip"
    source.write_bytes(zipped(**{NAME: bytes(19 * 1024**2)}))
    [receipt] = desk.collect(source).values()
    assert "packed more" in receipt.refused


def test_is_a_delivery_bounded_as_a_whole(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "MAX_FILES", 3)
    source = tmp_path / "inbox.zip"
    source.write_bytes(zipped(**{f"l{k}/{NAME}": desk.notebook for k in range(5)}))
    with pytest.raises(IntakeError, match="more than 3 files"):
        desk.collect(source)
    assert desk.held() == []


@pytest.mark.parametrize("content", [None, b"text"])
def test_is_a_wrong_source_said_in_one_line(
    desk: Desk, tmp_path: Path, content: bytes | None
) -> None:
    source = tmp_path / "inbox.tar"
    if content:
        source.write_bytes(content)
    with pytest.raises(IntakeError, match=r"inbox\.tar"):
        desk.collect(source)


def test_is_an_empty_delivery_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    [receipt] = desk.collect(tmp_path / "inbox").values()
    assert receipt.refused == "holds no notebook"


def lay(folder: Path, notebook: bytes, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(notebook)
    return folder


MOODLE = "{}_{}_assignsubmission_file_"
DOWNLOADS = {
    "moodle in folders": {f"{MOODLE.format('Ann Lee', 7)}/{NAME}": "ann-lee",
                          f"{MOODLE.format('Bo Å', 8)}/0-1-toy/{NAME}": "bo-å"},
    "moodle without": {MOODLE.format("Ann Lee", 7) + NAME: "ann-lee",
                       MOODLE.format("Bo Å", 8) + "0-1-toy (1).ipynb": "bo-å"},
    "canvas": {f"leeann_41_99_{NAME}": "leeann-41",
               "bo_LATE_42_100_0-1-toy-1.ipynb": "bo-42"},
}  # fmt: skip


@pytest.mark.parametrize("layout", DOWNLOADS)
@pytest.mark.parametrize("whole", [False, True])
def test_is_a_download_received_as_it_comes(
    desk: Desk, tmp_path: Path, layout: str, whole: bool
) -> None:
    source = lay(tmp_path / "inbox", desk.notebook, *DOWNLOADS[layout])
    if whole:
        source = Path(shutil.make_archive(str(tmp_path / "Course-Toy-12"), "zip", source))
    receipts = desk.collect(source)
    assert [receipt.refused for receipt in receipts.values()] == ["", ""]
    learners = sorted(DOWNLOADS[layout].values())
    assert desk.held() == [(name, "received") for name in learners]
    assert desk.files() == [f"{name}/0-1/{NAME}" for name in learners]


def test_is_the_latest_attempt_taken_and_the_others_listed(desk: Desk, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    for number, name in enumerate((NAME, "0-1-toy-2.ipynb", "0-1-toy-10.ipynb", "0-1-toy-1.ipynb")):
        lay(inbox, desk.notebook + b" " * number, f"leeann_41_{number}_{name}")
    lay(inbox, other_course(desk.notebook), "leeann_41_9_0-1-toy-11.ipynb")
    receipts = desk.collect(inbox)
    refused = {path.split("_")[2]: receipt.refused for path, receipt in receipts.items()}
    later = "is superseded by a later attempt, leeann_41_2_0-1-toy-10.ipynb"
    assert refused.pop("9").startswith("belongs to another course")
    assert refused == {"0": later, "1": later, "2": "", "3": later}
    [file] = desk.files()
    assert (desk.cohort.folder / "submitted" / file).read_bytes() == desk.notebook + b"  "


def test_are_attempts_without_an_order_not_guessed_between(desk: Desk, tmp_path: Path) -> None:
    inbox = lay(tmp_path / "inbox", desk.notebook, "ann/0-1-toy_new.ipynb", "ann/0-1-toy_x.ipynb")
    receipts = desk.collect(inbox)
    assert sum("second submission" in receipt.refused for receipt in receipts.values()) == 1


def test_are_two_people_of_one_name_told_apart_by_a_person(desk: Desk, tmp_path: Path) -> None:
    """Moodle's numbers are others in the next assignment: taking either would mix their marks."""
    folders = [MOODLE.format(*one) for one in (("Ann Lee", 7), ("Ann  Lee", 8), ("Bo", 9))]
    inbox = lay(tmp_path / "inbox", desk.notebook, *(f"{name}/{NAME}" for name in folders))
    receipts = [*desk.collect(inbox).values()]
    assert [bool(receipt.refused) for receipt in receipts] == [True, True, False]
    assert "2 people called ann-lee (Moodle's numbers 7, 8)" in receipts[0].refused
    assert desk.held() == [("bo", "received")]


def test_are_one_persons_two_numbers_in_two_deliveries_one_person(
    desk: Desk, tmp_path: Path
) -> None:
    for number in (7, 8):
        inbox = tmp_path / str(number)
        desk.collect(lay(inbox, desk.notebook, f"{MOODLE.format('Ann', number)}/{NAME}"))
    assert desk.held() == [("ann", "received")]


def test_does_a_hostile_archive_spare_the_others(desk: Desk, tmp_path: Path) -> None:
    """In the name of another, or too much of it: refused, and the others are received."""
    bo = f"{MOODLE.format('Bo', 9)}/{NAME}"
    flood = {f"{number}/{NAME}": b"{}" for number in range(delivery.MAX_SENT_FILES + 1)}
    inbox = lay(tmp_path / "inbox", desk.notebook, f"cy/{NAME}")
    (inbox / "ann.zip").write_bytes(zipped(**{bo: desk.notebook}))
    (inbox / "di.zip").write_bytes(zipped(**flood))
    (inbox / "eve.zip").write_bytes(zipped(**{f"cy/{NAME}": desk.notebook}))
    said = {path: receipt.refused for path, receipt in desk.collect(inbox).items()}
    assert "collect it by itself" in said[f"ann/{bo}"]
    assert "holds more than" in said["di.zip"]
    assert desk.held() == [("cy", "received"), ("eve", "received")]


def stamped(desk: Desk) -> datetime:
    time = timestamp.read(desk.cohort.folder / "submitted/ann/0-1/timestamp.txt")
    assert time
    return time


def test_is_the_time_of_receipt_written_for_nbgrader(desk: Desk, tmp_path: Path) -> None:
    inbox = lay(tmp_path / "inbox", desk.notebook, f"ann/{NAME}")
    before = datetime.now(UTC)
    desk.collect(inbox)
    assert before <= stamped(desk) <= datetime.now(UTC)
    api = engine.api(desk.cohort)
    assert api.get_submitted_timestamp("0-1", "ann").replace(tzinfo=UTC) == stamped(desk)


def test_is_a_submission_as_late_as_its_first_receipt(desk: Desk, tmp_path: Path) -> None:
    """An unchanged one that is collected again is not later; a changed one is."""
    day = datetime(2026, 3, 1, 18, tzinfo=UTC)
    inbox = lay(tmp_path / "inbox", desk.notebook, f"ann/{NAME}")
    for days, expected in ((1, 1), (2, 1), (0, 0)):
        intake.collect(desk.cohort, inbox, day + timedelta(days))
        assert stamped(desk) == day + timedelta(expected)
    lay(inbox, desk.notebook + b" ", f"ann/{NAME}")
    intake.collect(desk.cohort, inbox, day + timedelta(3))
    assert stamped(desk) == day + timedelta(3)
    with records(desk.cohort) as book:
        assert [item.received_at for item in book.all()] == ["2026-03-04T18:00:00+00:00"]


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026-03-01T18:00", 18), ("2026-03-01T18:00+02:00", 16), ("2026-03-01 18:00Z", 18)],
)
def test_is_a_time_read_in_its_zone(text: str, hour: int) -> None:
    assert timestamp.parse(text) == datetime(2026, 3, 1, hour, tzinfo=UTC)


@pytest.mark.parametrize(("text", "code"), [("2026-03-01T18:00Z", 0), ("soon", 2)])
def test_takes_the_command_a_time(desk: Desk, tmp_path: Path, text: str, code: int) -> None:
    inbox = lay(tmp_path / "inbox", desk.notebook, f"ann/{NAME}")
    words = ["cohort", "collect", inbox, "--cohort", desk.cohort.folder, "--received-at", text]
    with pytest.raises(SystemExit) as left:
        app([str(word) for word in words], prog_name="cvm")
    assert (left.value.code or 0) == code
    if not code:
        assert stamped(desk) == datetime(2026, 3, 1, 18, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "", "18:00", "2026-13-01"])
def test_is_no_time_said(text: str) -> None:
    with pytest.raises(UsageError, match=r"is no time\. Write it as 2026-"):
        timestamp.parse(text)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("Ann Lee", "ann-lee"), ("../x", "x"), ("a/b", "a-b"), ("<script>", "script"),
     ("Ｆｕｌｌ", "full"), (".hidden", "hidden"), ("ann_lee.2", "ann_lee.2"), ("☂", "")],
)  # fmt: skip
def test_is_a_name_safe_as_a_folder(raw: str, kept: str) -> None:
    assert intake.learner_name(raw) == kept
    assert intake.learner_name(kept) == kept


def test_is_another_cohorts_round_no_other_course(desk: Desk, tmp_path: Path) -> None:
    later = Desk(replace(desk.cohort, round=2), desk.notebook)
    (tmp_path / "ann.zip").write_bytes(zipped(**{NAME: desk.notebook}))
    assert [receipt.refused for receipt in later.collect(tmp_path / "ann.zip").values()] == [""]
