"""What this machine can do: for grading, for browser tests, for the course at all."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from . import probe
from .errors import SandboxError

FREE_GB = 2
PACKAGES = (
    "cvm-lab",
    "numpy",
    "pandas",
    "pyarrow",
    "nbgrader",
    "nbclient",
    "ipykernel",
    "jupyterlab",
    "jupyter-book",
    "playwright",
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes
    ----------
    ok
        True, False, or None where it is only information.
    needed
        Whether ``--strict`` fails without it.
    """

    name: str
    ok: bool | None
    found: str
    needed: bool = False


def examine() -> list[Finding]:
    """Look at everything and return what was found."""
    return [*_system(), *_sandbox(), _chromium(), _disk(), *_packages()]


def table(found: list[Finding]) -> Table:
    """Return the findings as a table for the terminal."""
    made = Table("", "What", "Found", title="cvm doctor")
    marks = {True: "[green]ok[/]", False: "[red]missing[/]", None: ""}
    for item in found:
        made.add_row(marks[item.ok], item.name, escape(item.found))
    return made


def _system() -> Iterator[Finding]:
    version = platform.python_version()
    yield Finding("Python", sys.version_info >= (3, 11), f"{version} at {sys.executable}", True)
    yield Finding(
        "System", None, f"{platform.system()} {platform.release()}, {os.cpu_count()} processors"
    )
    if hasattr(os, "geteuid"):
        said = "root: becomes an unused user before the box" if os.geteuid() == 0 else "ordinary"
        yield Finding("User", None, f"id {os.geteuid()} ({said})")
    yield Finding("Control groups", None, _cgroups())


def _sandbox() -> Iterator[Finding]:
    try:
        path = probe.find_bwrap()
        version = ".".join(map(str, probe.bwrap_version(path)))
        yield Finding("bubblewrap", True, f"{version} at {path}", True)
    except SandboxError as error:
        yield Finding("bubblewrap", False, str(error), True)
    yield Finding("User namespaces", None, _namespaces())
    try:
        found = probe.machine()
        proc = "own /proc" if found.fresh_proc else "empty /proc"
        seal = "no further namespaces inside" if found.seal_userns else "namespaces not sealed"
        uid = f"runs as user {found.uid}" if found.uid else "runs as this user"
        yield Finding("Sandbox", True, f"starts; {uid}; {proc}; {seal}", True)
    except SandboxError as error:
        yield Finding("Sandbox", False, str(error), True)
    yield Finding("Limits", None, _limits())


def _namespaces() -> str:
    limit = Path("/proc/sys/user/max_user_namespaces")
    switch = Path("/proc/sys/kernel/unprivileged_userns_clone")
    armour = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    said = [
        f"{path.name} = {path.read_text().strip()}"
        for path in (limit, switch, armour)
        if path.exists()
    ]
    return ", ".join(said) or "not known on this system"


def _limits() -> str:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return "not known on this system"
    names = {"processes": resource.RLIMIT_NPROC, "open files": resource.RLIMIT_NOFILE}
    return ", ".join(f"{name} {_limit(resource.getrlimit(key)[0])}" for name, key in names.items())


def _limit(value: int) -> str:
    return "unlimited" if value < 0 or value >= 2**62 else str(value)


def _cgroups() -> str:
    root = Path("/sys/fs/cgroup")
    if not root.is_dir():
        return "none"
    version = "version 2" if (root / "cgroup.controllers").exists() else "version 1"
    return f"{version}, {'writable' if os.access(root, os.W_OK) else 'read-only'} (not needed)"


def _chromium() -> Finding:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    said = path or "missing: browser tests, screenshots and the PDF need the package 'chromium'"
    return Finding("chromium", path is not None, said, True)


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 1024**3
    return Finding("Free disk", free >= FREE_GB, f"{free:.0f} GB here (at least {FREE_GB})", True)


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(name, True, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, False, "not installed")
