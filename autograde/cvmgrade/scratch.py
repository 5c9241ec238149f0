"""Private folders of runs: short names, since sockets lie in them, and none left behind."""

import re
import shutil
import tempfile
from os import getpid
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types

NAME = re.compile(r"cvm-(\d+)-\w+")


def folder() -> Path:
    """Return a new folder that only this user can read, named after this process."""
    return Path(tempfile.mkdtemp(prefix=f"cvm-{getpid()}-"))


def sweep() -> None:
    """Remove the folders of processes that were killed before they could."""
    for path in Path(tempfile.gettempdir()).glob("cvm-*"):
        found = NAME.fullmatch(path.name)
        if found and not psutil.pid_exists(int(found.group(1))) and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
