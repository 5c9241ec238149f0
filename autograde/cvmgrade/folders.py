"""Walk a delivered folder: no links followed, nothing opened that could block or leak."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from .delivery import MAX_FILE, Item, special, too_large, unwanted, wanted
from .errors import IntakeError

MAX_ENTRIES = 100_000  # names in the folder, of interest or not
MAX_LEVELS = 30
READ = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)  # a link that took the file's place meanwhile
    | getattr(os, "O_NONBLOCK", 0)  # a pipe that took it
    | getattr(os, "O_BINARY", 0)
)


def files(source: Path) -> Iterator[Item]:
    """Yield every notebook and zip of a folder with its content, or why it is refused.

    Level by level and without recursion: no tree is deep enough to stop it.
    """
    seen, level = 0, [PurePosixPath()]
    for _ in range(MAX_LEVELS):
        below = []
        for home in level:
            entries, refused = _listed(source / home)
            if refused:
                yield Item(home, refused=refused)
            seen += len(entries)
            if seen > MAX_ENTRIES:
                raise IntakeError(f"{source.name} holds more than {MAX_ENTRIES:,} files. Split it.")
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    yield from _judged(entry, home / entry.name)
                elif not entry.name.startswith("."):
                    below.append(home / entry.name)
        level = below
    yield from (Item(name, refused=f"lies {MAX_LEVELS} folders deep") for name in level)


def _listed(folder: Path) -> tuple[list[os.DirEntry[str]], str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name), ""
    except OSError as error:
        return [], f"cannot be read: {error.strerror}"


def _judged(entry: os.DirEntry[str], name: PurePosixPath) -> Iterator[Item]:
    if entry.is_symlink() or wanted(name):
        yield _read(Path(entry.path), name)
    elif reason := unwanted(name):
        yield Item(name, refused=reason)


def _read(path: Path, name: PurePosixPath) -> Item:
    """Read one file through a single handle, so that what is judged is what is read."""
    try:
        refused = special(path.lstat().st_mode)
        if refused:
            return Item(name, refused=refused)
        with os.fdopen(os.open(path, READ), "rb") as file:
            about = os.fstat(file.fileno())
            refused = _refusal(about)
            return Item(name, refused=refused) if refused else Item(name, file.read(MAX_FILE))
    except OSError as error:
        return Item(name, refused=f"cannot be read: {error.strerror}")


def _refusal(about: os.stat_result) -> str:
    if not stat.S_ISREG(about.st_mode):
        return special(about.st_mode)
    if about.st_nlink > 1:
        return "is a hard link to a file that has another name too; send a copy"
    return too_large(about.st_size) if about.st_size > MAX_FILE else ""
