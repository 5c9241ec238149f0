"""Open what learners send without trusting it: bounded, and only ever inside its own folder."""

import stat
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from .errors import IntakeError

MAX_FILE = 20 * 1024**2
MAX_TOTAL = 500 * 1024**2
MAX_FILES = 5_000
MAX_RATIO = 200
MAX_DEPTH = 3  # a zip of zips of notebooks


@dataclass(frozen=True)
class Item:
    """One file as it was sent: its path in the delivery, and its bytes or why it is refused."""

    path: PurePosixPath
    content: bytes = b""
    refused: str = ""


def read(source: Path) -> list[Item]:
    """Return every notebook and inner zip of a folder or zip, opened to the last level."""
    if source.is_dir():
        return _from_folder(source)
    try:
        size = source.stat().st_size
    except OSError:
        raise IntakeError(f"There is no folder or zip at {source}.") from None
    if size > MAX_TOTAL:
        raise IntakeError(f"{source.name} is larger than {MAX_TOTAL // 1024**2} MB.")
    if not zipfile.is_zipfile(source):
        raise IntakeError(f"{source.name} is neither a folder nor a zip archive.")
    return _from_zip(source, PurePosixPath(source.stem), Budget(), depth=1)


class Budget:
    """What a whole delivery may take, counted while it is opened."""

    def __init__(self) -> None:
        self.files, self.size = MAX_FILES, MAX_TOTAL

    def spend(self, size: int) -> None:
        """Take one file from the budget, or stop the delivery."""
        self.files -= 1
        self.size -= size
        if self.files < 0 or self.size < 0:
            raise IntakeError(
                f"The delivery holds more than {MAX_FILES:,} files or "
                f"{MAX_TOTAL // 1024**2} MB. Split it."
            )


def _from_folder(source: Path) -> list[Item]:
    budget, items = Budget(), []
    for path in sorted(source.rglob("*")):
        name = PurePosixPath(path.relative_to(source).as_posix())
        if path.is_symlink():
            items.append(Item(name, refused="is a symbolic link; send the file itself"))
        elif path.is_file() and _wanted(name):
            size = path.stat().st_size
            budget.spend(size)
            if size > MAX_FILE:
                items.append(Item(name, refused=_too_large(size)))
            elif name.suffix == ".zip":
                items += _from_zip(path, name.with_suffix(""), budget, depth=1)
            else:
                items.append(Item(name, path.read_bytes()))
    return items


def _from_zip(
    source: Path | zipfile.ZipFile, home: PurePosixPath, budget: Budget, depth: int
) -> list[Item]:
    try:
        with source if isinstance(source, zipfile.ZipFile) else zipfile.ZipFile(source) as archive:
            return [
                item
                for entry in archive.infolist()
                if not entry.is_dir()
                for item in _member(archive, entry, home, budget, depth)
            ]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        return [Item(home.with_suffix(".zip"), refused="is a damaged or encrypted zip archive")]


def _member(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    home: PurePosixPath,
    budget: Budget,
    depth: int,
) -> list[Item]:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    refused = _refusal(entry, name)
    if refused:
        return [Item(home / name.name, refused=refused)]
    if not _wanted(name):
        return []
    content = _bounded(archive, entry)
    if content is None:
        return [Item(home / name, refused="is larger than its archive says")]
    budget.spend(len(content))
    if name.suffix == ".ipynb":
        return [Item(home / name, content)]
    return _inner(content, home / name, budget, depth)


def _refusal(entry: zipfile.ZipInfo, name: PurePosixPath) -> str:
    """Return why a member is not even opened, or nothing."""
    if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
        return "has a path that leaves its archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a symbolic link; send the file itself"
    if entry.file_size > MAX_FILE and _wanted(name):
        return _too_large(entry.file_size)
    if _wanted(name) and entry.file_size > MAX_RATIO * max(entry.compress_size, 1) + 1024**2:
        return "is packed more than any notebook can be"
    return ""


def _inner(content: bytes, path: PurePosixPath, budget: Budget, depth: int) -> list[Item]:
    if depth >= MAX_DEPTH or not zipfile.is_zipfile(BytesIO(content)):
        return [Item(path, refused="is not a zip archive, or one too deep inside others")]
    return _from_zip(zipfile.ZipFile(BytesIO(content)), path.with_suffix(""), budget, depth + 1)


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """Read no more than the archive's directory promised."""
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    return content if len(content) <= entry.file_size else None


def _wanted(name: PurePosixPath) -> bool:
    """Leave out checkpoints and what systems add: only notebooks and archives are of interest."""
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in name.parts)
    return name.suffix in (".ipynb", ".zip") and not hidden


def _too_large(size: int) -> str:
    return f"has {size / 1024**2:.0f} MB; at most {MAX_FILE // 1024**2} MB are taken"
