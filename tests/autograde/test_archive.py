"""Does what somebody sends stay shut where it is hostile, and cost only that sender?"""

import io
import os
import stat
import struct
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from cvmgrade import archive, delivery, folders
from cvmgrade.delivery import MB, Item
from cvmgrade.errors import IntakeError

NAME = "0-1-toy.ipynb"
GOOD = f"good/{NAME}"
DENSE = os.urandom(20_000) * 95  # 1.9 MB, packed a hundredfold


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as made:
        for name, content in members:
            made.writestr(name, content, how)
    return buffer.getvalue()


def read(tmp_path: Path, content: bytes) -> dict[str, Item]:
    """Read a delivery that is one zip; its name is left out of the paths."""
    source = tmp_path / "inbox.zip"
    source.write_bytes(content)
    return {str(item.path).removeprefix("inbox/"): item for item in archive.read(source)}


def typed(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFBLK])
def test_is_a_member_that_is_no_file_refused(tmp_path: Path, kind: int) -> None:
    found = read(tmp_path, zipped((typed(NAME, kind | 0o777), b"x"), (GOOD, b"{}")))
    assert "send the" in found[NAME].refused
    assert found[GOOD].content == b"{}"


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_does_a_bomb_of_another_method_stay_shut(tmp_path: Path, how: int) -> None:
    """These methods open a block whole, whatever the archive says about its size."""
    bomb = bytearray(zipped((NAME, bytes(100 * MB)), how=how))
    place = bomb.rindex(b"PK\x01\x02")
    bomb[place + 24 : place + 28] = struct.pack("<I", 1000)
    tracemalloc.start()
    [item] = read(tmp_path, bytes(bomb)).values()
    assert tracemalloc.get_traced_memory()[1] < 20 * MB
    tracemalloc.stop()
    assert "unusual way" in item.refused


def test_is_a_member_read_no_further_than_promised(tmp_path: Path) -> None:
    liar = bytearray(zipped((NAME, bytes(30 * MB))))
    place = liar.rindex(b"PK\x01\x02")
    liar[place + 24 : place + 28] = struct.pack("<I", MB)
    [item] = read(tmp_path, bytes(liar)).values()
    assert "damaged" in item.refused


def test_does_one_damaged_member_spare_the_others(tmp_path: Path) -> None:
    content = bytearray(zipped((NAME, os.urandom(5000)), (GOOD, b"{}"), how=zipfile.ZIP_STORED))
    content[1000] ^= 255
    found = read(tmp_path, bytes(content))
    assert "damaged" in found[NAME].refused
    assert not found[GOOD].refused


@pytest.mark.parametrize("place", range(30, 400, 7))
def test_is_no_damage_a_crash(tmp_path: Path, place: int) -> None:
    """A byte turned over anywhere ends in items or in a message, and in nothing else."""
    content = bytearray(
        zipped((NAME, b"{}" * 50), (GOOD, b"{}"), ("cy.zip", zipped((NAME, b"{}"))))
    )
    content[place % len(content)] ^= 255
    with suppress(IntakeError):
        read(tmp_path, bytes(content))


def test_is_an_encrypted_member_refused(tmp_path: Path) -> None:
    content = bytearray(zipped((NAME, b"{}"), (GOOD, b"{}")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    found = read(tmp_path, bytes(content))
    assert "encrypted" in found[NAME].refused
    assert not found[GOOD].refused


def test_is_an_endless_table_of_contents_not_read(tmp_path: Path) -> None:
    source = tmp_path / "cy.zip"
    with zipfile.ZipFile(source, "w") as made:
        for number in range(90_000):
            made.writestr(f"{number}", b"")
    tracemalloc.start()
    [item] = archive.read(source)
    assert tracemalloc.get_traced_memory()[1] < 20 * MB
    tracemalloc.stop()
    assert item.refused == "is a damaged zip archive"


@pytest.mark.parametrize("whole", [False, True])
def test_does_one_senders_flood_spare_the_others(tmp_path: Path, whole: bool) -> None:
    many = [(f"{number}.ipynb", b"{}") for number in range(delivery.MAX_SENT_FILES + 1)]
    large = [(f"{number}.ipynb", DENSE) for number in range(40)]
    sent = {
        "many.zip": zipped(*many),
        "large.zip": zipped(*large),
        "nested.zip": zipped(("x.zip", zipped(*many))),
        "links.zip": zipped(*((typed(f"{n}", stat.S_IFLNK | 0o777), b"x") for n in range(500))),
        GOOD: b"{}",
    }
    if whole:
        found = read(tmp_path, zipped(*sent.items()))
    else:
        for name, content in sent.items():
            (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / name).write_bytes(content)
        found = {str(item.path): item for item in archive.read(tmp_path / "in")}
    assert set(found) == set(sent)
    assert {name for name in found if not found[name].refused} == {GOOD}
    for name in set(sent) - {GOOD}:
        assert "holds more than 200 files or 60 MB" in found[name].refused


def test_are_twenty_floods_no_flood(tmp_path: Path) -> None:
    """What is refused is not counted against the delivery."""
    bomb = zipped(*((f"{number}.ipynb", DENSE) for number in range(40)))
    found = read(tmp_path, zipped(*((f"{n}.zip", bomb) for n in range(12)), (GOOD, b"{}")))
    assert [name for name in found if not found[name].refused] == [GOOD]


def test_does_what_senders_archives_hold_count_for_the_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "MAX_FILES", 7)  # three archives and what is in them: six
    inner = zipped((NAME, b"{}"))
    assert len(read(tmp_path, zipped(*((f"{n}.zip", inner) for n in range(3))))) == 3
    with pytest.raises(IntakeError, match="more than 7 files"):
        read(tmp_path, zipped(*((f"{n}.zip", inner) for n in range(4))))


def test_is_an_archive_without_a_notebook_said(tmp_path: Path) -> None:
    found = read(tmp_path, zipped(("cy.zip", zipped(("solution.py", b"x"))), (GOOD, b"{}")))
    assert found["cy.zip"].refused == "holds no notebook"


def test_are_zips_in_zips_opened_three_deep(tmp_path: Path) -> None:
    inner = zipped((NAME, b"{}"))
    found = read(tmp_path, zipped(("a.zip", zipped(("b.zip", inner)))))
    assert found[f"a/b/{NAME}"].content == b"{}"
    found = read(tmp_path, zipped(("a.zip", zipped(("b.zip", zipped(("c.zip", inner)))))))
    assert "too deep" in found["a/b/c.zip"].refused


def test_is_a_senders_archive_remembered(tmp_path: Path) -> None:
    """Whatever a sender's archive holds, how deep ever, its own place is the outermost one's."""
    found = read(
        tmp_path, zipped((GOOD, b"{}"), ("cy.zip", zipped(("bo.zip", zipped((NAME, b"{}"))))))
    )
    assert found[GOOD].sent is None
    assert str(found[f"cy/bo/{NAME}"].sent) == "inbox/cy"


@pytest.mark.parametrize("name", ["Zoë Ünal", "Иван", "李"])
def test_is_a_name_that_macos_wrote_read_right(tmp_path: Path, name: str) -> None:
    content = bytearray(zipped((f"{name}/{NAME}", b"{}")))
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        content[content.index(mark) + offset] &= ~0x08
    assert set(read(tmp_path, bytes(content))) == {f"{name}/{NAME}"}


@pytest.mark.parametrize(
    ("name", "said"),
    [("ann.rar", "another kind of archive"), ("ann.tar.gz", "another kind of archive"),
     (f"ann/{NAME}.txt", "wrong ending"), ("ann/notes.txt", None), ("ann/.x.ipynb.swp", None)],
)  # fmt: skip
def test_is_a_near_miss_said(tmp_path: Path, name: str, said: str | None) -> None:
    (tmp_path / "in" / name).parent.mkdir(parents=True)
    (tmp_path / "in" / name).write_bytes(b"x")
    for found in (archive.read(tmp_path / "in"), [*read(tmp_path, zipped((name, b"x"))).values()]):
        assert [said in item.refused for item in found] == ([True] if said else [])


def hard_link(path: Path) -> None:
    (path.parents[2] / "secret").write_text("secret")
    os.link(path.parents[2] / "secret", path)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "said"),
    [(os.mkfifo, "no ordinary file"), (hard_link, "hard link"), (sparse, "at most 20 MB"),
     (device, "symbolic link")],
)  # fmt: skip
@pytest.mark.parametrize("ending", [".ipynb", ".zip"])
def test_is_a_trap_in_a_folder_refused_unopened(
    tmp_path: Path, make: object, said: str, ending: str
) -> None:
    trap = tmp_path / "in/ann/0-1-toy"
    trap.parent.mkdir(parents=True)
    make(trap.with_suffix(ending))  # type: ignore[operator]
    (tmp_path / "in/good").mkdir()
    (tmp_path / "in" / GOOD).write_bytes(b"{}")
    bad, good = archive.read(tmp_path / "in")
    assert said in bad.refused
    assert good.content == b"{}"


def test_are_linked_folders_not_entered(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / NAME).write_bytes(b"{}")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/ann").symlink_to(tmp_path / "other")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    assert ["symbolic" in item.refused for item in archive.read(tmp_path / "in")] == [True, True]


def test_does_a_deep_tree_spare_the_others(tmp_path: Path) -> None:
    deep = tmp_path / "in/ann" / "/".join("d" * 900)
    deep.mkdir(parents=True)
    (deep / NAME).write_bytes(b"{}")
    (tmp_path / "in/good").mkdir()
    (tmp_path / "in" / GOOD).write_bytes(b"{}")
    good, bad = archive.read(tmp_path / "in")
    assert good.content == b"{}"
    assert bad.refused == f"lies {folders.MAX_LEVELS} folders deep"


def test_is_a_folder_of_too_many_names_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MAX_ENTRIES", 3)
    for number in range(4):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(IntakeError, match="more than 3 files"):
        archive.read(tmp_path)


def test_is_a_pipe_as_delivery_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "inbox.zip")
    with pytest.raises(IntakeError, match="neither a folder nor a zip"):
        archive.read(tmp_path / "inbox.zip")
