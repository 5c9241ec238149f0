"""One file of a delivery, which files are of interest, and how much may be sent."""

import stat
from dataclasses import dataclass
from pathlib import PurePosixPath

from .errors import IntakeError

MB = 1024**2
MAX_FILE = 20 * MB
MAX_TOTAL, MAX_FILES = 500 * MB, 5_000  # of a whole delivery
MAX_SENT, MAX_SENT_FILES = 60 * MB, 200  # of one sender's archive
ARCHIVES = (".7z", ".rar", ".tar", ".tar.bz2", ".tar.gz", ".tar.xz", ".tgz")


@dataclass(frozen=True)
class Item:
    """One file as it was sent: its path in the delivery, and its bytes or why it is refused.

    Attributes
    ----------
    sent
        Where its sender's archive lay, without ending: what follows in ``path`` is the sender's
        own choice and tells nobody's name. None for a file that the delivery itself named.
    """

    path: PurePosixPath
    content: bytes = b""
    refused: str = ""
    sent: PurePosixPath | None = None


class SpentError(Exception):
    """One sender's archive holds more than it may; the message is the reason."""


class Budget:
    """What a delivery, or one sender's archive in it, may take; counted while it is opened."""

    def __init__(self, *, sender: bool = False) -> None:
        self.sender = sender
        self.files, self.size = (MAX_SENT_FILES, MAX_SENT) if sender else (MAX_FILES, MAX_TOTAL)
        self._said = f"more than {self.files:,} files or {self.size // MB} MB"

    def spend(self, item: Item) -> Item:
        """Take one file from the budget, or stop: the archive, or else the whole delivery."""
        self.files -= 1
        self.size -= len(item.content)
        if self.files < 0 or self.size < 0:
            if self.sender:
                raise SpentError(f"holds {self._said}")
            raise IntakeError(f"The delivery holds {self._said}. Split it.")
        return item


def wanted(name: PurePosixPath) -> bool:
    """Leave out checkpoints and what systems add: only notebooks and zips are of interest."""
    return name.suffix.lower() in (".ipynb", ".zip") and not hidden(name)


def hidden(name: PurePosixPath) -> bool:
    """Tell whether a file belongs to a system or a program, not to a person."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.parts)


def unwanted(name: PurePosixPath) -> str:
    """Return what a person should know about a file that is left out, or nothing."""
    lower = name.name.lower()
    if hidden(name):
        return ""
    if lower.endswith(ARCHIVES):
        return "is another kind of archive; send a zip, or the notebook itself"
    return "has a wrong ending; expected .ipynb" if ".ipynb." in lower else ""


def special(mode: int) -> str:
    """Return why a file of this mode is not read, or nothing; no mode counts as ordinary."""
    if stat.S_ISLNK(mode):
        return "is a symbolic link; send the file itself"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "is no ordinary file; send the notebook itself"
    return ""


def too_large(size: int) -> str:
    """Return why a file of this many bytes is refused."""
    return f"has {size / MB:.0f} MB; at most {MAX_FILE // MB} MB are taken"
