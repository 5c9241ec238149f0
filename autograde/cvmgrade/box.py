"""The box a learner's code runs in: which mounts, which namespaces, in which order.

Nothing here runs a kernel; it only builds bubblewrap's command line. There are two forms:

- As an ordinary user, one bubblewrap makes the mounts and the namespaces.
- As root, limits on processes do not bind and the interpreter may lie below a closed home. So an
  outer bubblewrap makes the mounts as root, a launcher then becomes a high unused user, and an
  inner bubblewrap makes the namespaces as that user.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HOME = Path("/home/learner")
LIB = Path("/opt/cvm/lib")
HIDDEN = Path("/opt/cvm/hidden")
LAUNCHER = Path("/opt/cvm/launch.py")
EXERCISE = Path("/opt/cvm/exercise.ipynb")
SCRATCH = (Path("/tmp"), HOME)  # noqa: S108 - in the box it is the box's own
MIB = 1024**2

SYSTEM = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share/fonts",
    "/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
    "/etc/fonts", "/etc/localtime", "/etc/alternatives",
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    cell_s
        Seconds per cell; the cell is interrupted and the rest still runs.
    wall_s
        Seconds for the whole notebook; the kernel is killed.
    memory_mb
        Address space per process, and resident memory of all processes together.
    file_mb, scratch_mb
        Largest file, and size of each scratch file system (home, /tmp).
    processes
        Processes and threads, counted in the box alone.
    """

    cell_s: int = 30
    wall_s: int = 300
    memory_mb: int = 3072
    file_mb: int = 64
    scratch_mb: int = 128
    processes: int = 64

    def as_json(self) -> str:
        """Return the kernel's limits as the launcher reads them."""
        return json.dumps({
            "AS": self.memory_mb * MIB, "FSIZE": self.file_mb * MIB, "NPROC": self.processes,
            "CPU": self.wall_s, "NOFILE": 512, "CORE": 0,
        })  # fmt: skip


@dataclass(frozen=True)
class Contents:
    """What a box shows, all read-only.

    Attributes
    ----------
    lib
        The built wheel, unpacked.
    world
        The tables of the pack, as ``world/`` beside the notebook; None if it needs none.
    hidden, exercise
        A folder of hidden worlds, and the exercise's source: in a checker's box only.
    """

    lib: Path
    world: Path | None = None
    hidden: Path | None = None
    exercise: Path | None = None

    def for_learner(self) -> "Contents":
        """Return what a learner's code may see of this."""
        return Contents(self.lib, self.world)


@dataclass(frozen=True)
class Machine:
    """What this machine offers, found out once by ``probe``."""

    bwrap: Path
    uid: int | None = None  # the user to become; None when we are not root
    fresh_proc: bool = True
    seal_userns: bool = True


@dataclass(frozen=True)
class Box:
    """One box, ready to be turned into a command line."""

    machine: Machine
    contents: Contents
    limits: Limits
    sockets: Path  # the private folder that both sides see
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, inner: list[str]) -> list[str]:
        """Return the whole command line that runs ``inner`` in this box."""
        limited = [*_python(LAUNCHER), "limit", self.limits.as_json(), *inner]
        if self.machine.uid is None:
            mounts = [*self._mounts(), *self._isolate(), "--remount-ro", "/"]
            return [str(self.machine.bwrap), *mounts, "--", *limited]
        # a process namespace of its own, so that all inside dies with the grader: the death
        # signal that bubblewrap asks for may not pass from root to the other user
        outer = [str(self.machine.bwrap), "--unshare-pid", "--die-with-parent",
                 "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID",
                 *self._mounts(), "--bind", "/proc", "/proc", "--remount-ro", "/",
                 "--chdir", "/", "--"]  # fmt: skip
        drop = [*_python(LAUNCHER), "drop", str(self.machine.uid)]
        isolate = [str(self.machine.bwrap), "--bind", "/", "/", *self._isolate(), "--"]
        return [*outer, *drop, *isolate, *limited]

    def _mounts(self) -> list[str]:
        """Build the file system, read-only; parents first so that their mode is ours."""
        pairs = [(path, path) for path in _interpreter()]
        pairs += [(path, path) for path in map(Path, SYSTEM) if path.exists()]
        pairs += [(self.contents.lib, LIB), (Path(__file__).with_name("launch.py"), LAUNCHER)]
        if not any(self.machine.bwrap.is_relative_to(target) for _, target in pairs):
            pairs.append((self.machine.bwrap, self.machine.bwrap))
        if self.contents.hidden:
            pairs.append((self.contents.hidden, HIDDEN))
        if self.contents.exercise:
            pairs.append((self.contents.exercise, EXERCISE))
        if self.contents.world:
            pairs.append((self.contents.world, Path("/opt/cvm/world")))
        targets = [*(target for _, target in pairs), self.sockets, HOME / "x", Path("/proc/x")]
        options = [word for folder in _parents(targets)
                   for word in ("--perms", "0755", "--dir", str(folder))]  # fmt: skip
        for source, target in sorted(pairs, key=lambda pair: len(pair[1].parts)):
            options += ["--ro-bind", str(source), str(target)]
        options += ["--perms", "1777", "--dir", "/tmp", "--dev", "/dev"]  # noqa: S108
        return [*options, "--bind", str(self.sockets), str(self.sockets)]

    def _isolate(self) -> list[str]:
        """Cut off everything but the mounts, with own scratch space of a bounded size."""
        scratch = str(self.limits.scratch_mb * MIB)
        proc = ["--proc", "/proc"] if self.machine.fresh_proc else ["--tmpfs", "/proc"]
        seal = ["--disable-userns"] if self.machine.seal_userns else []
        options = ["--unshare-user", "--unshare-all", *seal, "--cap-drop", "ALL",
                   "--die-with-parent", "--new-session", "--hostname", "box", "--clearenv",
                   *proc, "--dev", "/dev", "--size", scratch, "--tmpfs", "/dev/shm",  # noqa: S108
                   "--remount-ro", "/dev"]  # fmt: skip
        # /tmp may hold the sockets, so those are bound again above the fresh /tmp
        options += ["--size", scratch, "--perms", "1777", "--tmpfs", "/tmp",  # noqa: S108
                    "--bind", str(self.sockets), str(self.sockets),
                    "--size", scratch, "--perms", "0700", "--tmpfs", str(HOME)]  # fmt: skip
        # an interpreter below them (a clone in /tmp) was hidden with them: show it again
        for folder in _interpreter():
            if any(folder.is_relative_to(scratched) for scratched in SCRATCH):
                options += ["--ro-bind", str(folder), str(folder)]
        if self.contents.world:
            source = self.contents.world if self.machine.uid is None else "/opt/cvm/world"
            options += ["--ro-bind", str(source), str(HOME / "world")]
        for name, value in sorted({**base_environment(), **self.environment}.items()):
            options += ["--setenv", name, value]
        return [*options, "--chdir", str(HOME)]


def base_environment() -> dict[str, str]:
    """Return the whole environment of the kernel: constants, nothing inherited."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        "HOME": str(HOME), "USER": "learner", "LOGNAME": "learner", "LANG": "C.UTF-8", "TZ": "UTC",
        "PATH": str(Path(sys.prefix) / "bin"), "PYTHONPATH": str(LIB),
        "PYTHONDONTWRITEBYTECODE": "1", "ARROW_DEFAULT_MEMORY_POOL": "system",
        **dict.fromkeys(threads, "1"),
    }  # fmt: skip


def _python(script: Path) -> list[str]:
    return [sys.executable, "-I", "-S", str(script)]


def _interpreter() -> Iterator[Path]:
    """Yield the folders without which this interpreter does not start."""
    real = Path(os.path.realpath(sys.executable))
    wanted = {Path(sys.prefix), Path(sys.base_prefix)}
    if not any(real.is_relative_to(folder) for folder in wanted):
        wanted.add(real)
    yield from sorted(wanted)


def _parents(paths: list[Path]) -> list[Path]:
    found = {parent for path in paths for parent in path.parents if parent != Path("/")}
    return sorted(found, key=lambda path: (len(path.parts), path))
