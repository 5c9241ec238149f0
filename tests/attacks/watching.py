"""What a batch says, changes and leaves behind."""

import hashlib
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import psutil

from attacks.effects import SURVIVOR
from attacks.gauge import end_all


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """Collect what is logged or printed."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        with redirect_stdout(said), redirect_stderr(said):
            yield said
    finally:
        root.removeHandler(handler)


def digest(path: Path) -> str:
    """Return one digest of a file, or of everything below a folder: names, modes, contents."""
    total = hashlib.sha256()
    for each in sorted([path, *path.rglob("*")]):
        state = each.lstat()
        total.update(f"{each.name}\0{state.st_mode}\0".encode())
        if each.is_file() and not each.is_symlink():
            total.update(each.read_bytes())
    return total.hexdigest()


def survivors(known: set[int]) -> list[str]:
    """Return what still runs and was not there before, and end it."""
    left = [process.pid for process in psutil.Process().children(recursive=True)
            if process.pid not in known]  # fmt: skip
    left += [process.pid for process in psutil.process_iter(["cmdline"])
             if SURVIVOR in (process.info["cmdline"] or [])]  # fmt: skip
    return end_all(left)
