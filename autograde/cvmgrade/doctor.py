"""What this machine can do: for grading, for browser tests, for the course at all."""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from . import probe
from .errors import SandboxError

FREE_GB = 2
NAMESPACES = ("user", "pid", "net", "ipc", "uts", "mnt")
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
    return [*_system(), *_sandbox(), _chromium(), *_disks(), *_postgres(), *_packages()]


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
    lacking = [kind for kind in NAMESPACES if not Path("/proc/self/ns", kind).exists()]
    if said and lacking:
        said.append(f"this kernel has none for {', '.join(lacking)}")
    return ", ".join(said) or "not known on this system"


def _limits() -> str:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return "not known on this system"
    names = {
        "processes": resource.RLIMIT_NPROC,
        "open files": resource.RLIMIT_NOFILE,
        "address space": resource.RLIMIT_AS,
        "file size": resource.RLIMIT_FSIZE,
        "processor seconds": resource.RLIMIT_CPU,
    }
    return ", ".join(f"{name} {_limit(resource.getrlimit(key)[0])}" for name, key in names.items())


def _limit(value: int) -> str:
    return "unlimited" if value < 0 or value >= 2**62 else str(value)


def _cgroups() -> str:
    root = Path("/sys/fs/cgroup")
    if not root.is_dir():
        return "none (not needed)"
    listed = root / "cgroup.controllers"
    version = "version 2" if listed.exists() else "version 1"
    known = (
        listed.read_text().split() if listed.exists() else [path.name for path in root.iterdir()]
    )
    used = " and ".join(sorted({"memory", "pids"} & set(known))) or "neither memory nor pids"
    access = "writable" if os.access(root, os.W_OK) else "read-only"
    return f"{version} with {used}, {access} (not needed)"


def _chromium() -> Finding:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    said = path or "missing: browser tests, screenshots and the PDF need the package 'chromium'"
    return Finding("chromium", path is not None, said, True)


def _disks() -> Iterator[Finding]:
    places = {"here": Path.cwd(), "for scratch": Path(tempfile.gettempdir())}
    for name, path in places.items():
        free = shutil.disk_usage(path).free / 1024**3
        said = f"{free:.0f} GB at {path} (at least {FREE_GB})"
        yield Finding(f"Free disk {name}", free >= FREE_GB, said, True)


def _postgres() -> Iterator[Finding]:
    try:
        driver = f"psycopg {metadata.version('psycopg')}"
    except metadata.PackageNotFoundError:
        driver = "not installed; only for a gradebook on a server: cvm-lab[postgres]"
    yield Finding("PostgreSQL driver", None, driver)
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    path = str(installed[-1]) if installed else shutil.which("initdb")
    said = path or "not installed; only its tests need one: package 'postgresql'"
    yield Finding("PostgreSQL server", None, said)


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(name, True, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, False, "not installed")
