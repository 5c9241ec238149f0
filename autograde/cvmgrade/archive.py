"""Open what learners send without trusting it: bounded, and only ever inside its own folder."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BufferedReader, BytesIO, FileIO
from pathlib import Path, PurePosixPath

from . import folders
from .delivery import (
    MAX_FILE,
    MAX_TOTAL,
    MB,
    Budget,
    Item,
    SpentError,
    special,
    too_large,
    unwanted,
    wanted,
)
from .errors import IntakeError

MAX_RATIO = 200
MAX_DEPTH = 3  # a zip of zips of notebooks
MAX_CONTENTS = 4 * MB  # an archive's table of contents: some tens of thousands of names
UTF8 = 0x800  # the flag of a member whose name is UTF-8
DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,  # a method that Python does not know
    RuntimeError,  # encrypted
    OSError,
    EOFError,
    ValueError,  # offsets before the beginning, names that are no text
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


def read(source: Path) -> list[Item]:
    """Return every notebook of a folder or zip, opened to the last level.

    What lies in an archive inside the delivery was sent by one person: it is counted against
    that person, and is refused alone.
    """
    budget = Budget()
    if source.is_dir():
        return [
            item
            for found in folders.files(source)
            for item in _senders(budget.spend(found), budget, depth=0)
        ]
    try:
        size = source.stat().st_size
    except OSError:
        raise IntakeError(f"There is no folder or zip at {source}.") from None
    if size > MAX_TOTAL:
        raise IntakeError(f"{source.name} is larger than {MAX_TOTAL // MB} MB.")
    if not source.is_file() or not zipfile.is_zipfile(source):
        raise IntakeError(f"{source.name} is neither a folder nor a zip archive.")
    home = PurePosixPath(source.stem)
    return list(_opened(_Archive(FileIO(source)), home, budget, depth=1))


def _senders(item: Item, budget: Budget, depth: int) -> Iterator[Item]:
    """Open an item that is an archive; what is wrong with it costs the others nothing."""
    if item.refused or item.path.suffix.lower() != ".zip":
        yield item
        return
    own = budget if budget.sender else Budget(sender=True)
    home = item.path.with_suffix("")
    file = BytesIO(item.content)
    try:
        if depth >= MAX_DEPTH or not zipfile.is_zipfile(file):
            yield Item(item.path, refused="is not a zip archive, or one too deep inside others")
            return
        found = list(_opened(_Archive(file), home, own, depth + 1))
    except SpentError as error:
        if budget.sender:
            raise
        yield Item(item.path, refused=str(error))
        return
    for inner in found or [Item(item.path, refused="holds no notebook")]:
        kept = Item(inner.path, inner.content, inner.refused, home)
        yield kept if budget.sender else budget.spend(kept)


def _opened(file: "_Archive", home: PurePosixPath, budget: Budget, depth: int) -> Iterator[Item]:
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except DAMAGED:
            name = home.with_name(f"{home.name}.zip")
            yield budget.spend(Item(name, refused="is a damaged zip archive"))
            return
        file.most = MAX_FILE
        for entry in archive.infolist():
            item = None if entry.is_dir() else _member(archive, entry, home)
            if item:
                yield from _senders(budget.spend(item), budget, depth)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, home: PurePosixPath) -> Item | None:
    """Read one member, or say why it is refused, or None if it is of no interest."""
    name = PurePosixPath(_text(entry).replace("\\", "/"))
    refused = _refusal(entry, name)
    if refused:
        return Item(home / name.name, refused=refused)
    if not wanted(name):
        return None
    try:
        with archive.open(entry) as file:
            return Item(home / name, file.read(entry.file_size))  # never more than was promised
    except DAMAGED:
        return Item(home / name, refused="is damaged or encrypted inside its archive")


def _text(entry: zipfile.ZipInfo) -> str:
    """Return a member's name; macOS writes UTF-8 without saying so."""
    if not entry.flag_bits & UTF8:
        try:
            return entry.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return entry.filename


def _refusal(entry: zipfile.ZipInfo, name: PurePosixPath) -> str:
    """Return why a member is not even opened, or nothing."""
    if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
        return "has a path that leaves its archive"
    kind = special(entry.external_attr >> 16)
    if kind or not wanted(name):
        return kind or unwanted(name)
    if entry.file_size > MAX_FILE:
        return too_large(entry.file_size)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in an unusual way; make an ordinary zip"  # others open without bounds
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1) + MB:
        return "is packed more than any notebook can be"
    return ""


class _Archive(BufferedReader):
    """An archive's file that gives no more at once than ``most`` bytes."""

    most = MAX_CONTENTS  # while the table of contents is read, later a member

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as files do."""
        if size and size > self.most:
            raise zipfile.BadZipFile
        return super().read(size)
