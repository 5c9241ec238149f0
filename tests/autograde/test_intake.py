"""Is every delivery received whole or refused with a reason, and nothing in between?"""

import io
import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import Toy

from cvmgrade import archive, cohort, intake
from cvmgrade.errors import IntakeError
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
        return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())


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
        (f"ann/{NAME}", lambda _: bytes(archive.MAX_FILE + 1), "at most 20 MB"),
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
    monkeypatch.setattr(archive, "MAX_FILES", 3)
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
