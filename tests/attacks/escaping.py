"""Escaping: files, processes, sockets and rights outside of the learner's own box."""

from collections.abc import Callable

from attacks.attack import BESIDE, FEEDBACK, Attack, Plain, Sheet
from attacks.effects import (
    SURVIVOR,
    blown_up,
    escaped,
    greeted,
    heard,
    many_files,
    neighbour_lost,
    no_page,
    on_terminal,
    outside,
    readable_secret,
    setuid,
    survived,
    victim_died,
    wrote,
)
from attacks.evidence import Control, left_out, stopped
from attacks.target import Target


def aimed(code: str) -> Callable[[Target], Sheet]:
    """Return wrong answers with one more cell, which is told what it asks for."""

    def make(t: Target) -> Sheet:
        more = {"victim": t.victim()} if "t.victim" in code else {}
        more |= {"terminal": t.terminal()} if "t.terminal" in code else {}
        return t.sheet().add(t.facts(**more) + code)

    return make


CODES: dict[str, tuple[str, Control, str]] = {
    "write-outside": ("writing outside", outside, """
for folder in (t.outside, '/', '/usr/lib', '/opt/cvm/lib', '/dev/shm/..'):
    try:
        if folder == t.outside or not t.plain:
            open(folder + '/owned.txt', 'w').write('OWNED')
    except OSError:
        pass
"""),
    "neighbour-altered": ("writing outside", neighbour_lost, """
path = t.submitted + '/zz-neighbour/0-3/0-3-target.ipynb'
text = open(path).read()
open(path, 'w').write(text.replace('return lost / opening', 'return 0.0'))
"""),
    "library-planted": ("writing into the interpreter",
                        wrote("lib/owned.py", "planted a module"), """
for folder in t.libs:
    try:
        open(folder + '/owned.py', 'w').write('OWNED = True')
    except OSError:
        pass
"""),
    "loopback": ("network: TCP and UDP", heard("from-tcp", "from-udp"), """
socket.socket(type=socket.SOCK_DGRAM).sendto(b'from-udp', ('127.0.0.1', t.udp))
with socket.create_connection(('127.0.0.1', t.tcp), timeout=1) as line:
    line.sendall(b'from-tcp')
"""),
    "socket-file": ("network: a socket's file", heard("from-file"), """
with socket.socket(socket.AF_UNIX) as line:
    line.connect(t.unix)
    line.sendall(b'from-file')
"""),
    "abstract-socket": ("network: an abstract name", heard("from-abstract"), """
with socket.socket(socket.AF_UNIX) as line:
    line.connect('\\0' + t.abstract)
    line.sendall(b'from-abstract')
"""),
    "kill-other": ("signals", victim_died, """
os.kill(t.victim, 9)
"""),
    "kill-grader": ("signals to the grader", stopped, """
os.kill(os.getppid(), 15)
if socket.gethostname() == 'box':
    os.kill(1, 9)
    os.kill(-1, 9)
time.sleep(1)
"""),
    "survivor": ("surviving processes", survived, f"""
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, ['{SURVIVOR}', '-c', 'import time; time.sleep(100)'])
    os._exit(0)
time.sleep(0.3)
"""),
    "trace": ("tracing another process", escaped, """
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
if libc.ptrace(16, t.victim, None, None) == 0:
    os.waitpid(t.victim, 0x40000000)
    print('ESCAPED', libc.ptrace(17, t.victim, None, None))
"""),
    "namespaces": ("mounts", escaped, """
reader, writer = os.pipe()
if os.fork() == 0:
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.unshare(0x10000000 | 0x20000)
    done = done or libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)
    os.write(writer, b'ESCAPED' if not done and not os.listdir('/tmp') else b'no')
    os._exit(0)
print(os.read(reader, 9).decode())
"""),
    "terminal": ("writing to a terminal", on_terminal, """
with open(t.terminal, 'w') as screen:
    screen.write('\\x1b]0;OWNED\\x07')
"""),
    "setuid": ("a program with its owner's rights", setuid, """
path = t.outside + '/owned'
open(path, 'w').write('#!/bin/sh')
os.chmod(path, 0o4755)
"""),
    "hard-link": ("hard links in the output directory", readable_secret, """
os.link(t.secret, 'kept.txt')
"""),
    "named-pipe": ("FIFOs in the output directory", no_page, """
for folder in ('.', t.home):
    try:
        os.mkfifo(folder + '/data.csv')
    except OSError:
        pass
"""),
    "sparse-file": ("sparse files in the output directory", blown_up, """
for folder in ('.', t.home):
    try:
        with open(folder + '/data.bin', 'wb') as file:
            file.truncate(300 * 1024**2)
    except OSError:
        pass
"""),
    "socket-files": ("files beside the kernel's sockets", many_files, """
os.chdir(t.home)
for number in range(3_000):
    with socket.socket(socket.AF_UNIX) as held:
        held.bind(f'x{number}')
os.chdir(os.path.expanduser('~'))
print('HELD', len(os.listdir(t.home)))
"""),
    "socket-swapped": ("links in place of the kernel's sockets", greeted, """
import stat
for name in os.listdir(t.home):
    if stat.S_ISSOCK(os.lstat(f'{t.home}/{name}').st_mode):
        os.unlink(f'{t.home}/{name}')
        os.symlink(t.unix, f'{t.home}/{name}')
for number in map(int, os.listdir('/proc/self/fd')):
    try:
        with socket.socket(fileno=os.dup(number)) as held:
            if held.family == socket.AF_UNIX and str(number) != os.environ.get('CVM_CHANNEL'):
                held.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
time.sleep(2)
"""),
    "deep-folders": ("folders too deep to remove", left_out, """
for start in ('.', t.home):
    os.chdir(start)
    for _ in range(2_000):
        os.mkdir('d')
        os.chdir('d')
os.chdir(os.path.expanduser('~'))
"""),
}  # fmt: skip

RUNS = {
    "socket-swapped": Plain(transport="ipc", limit_s=12),
    "neighbour-altered": BESIDE,
    "named-pipe": FEEDBACK,
    "sparse-file": FEEDBACK,
}
TRICKS = {"writing outside": "a path written"}

ATTACKS = [
    Attack(name, threat, aimed(code), control, family="escaping", trick=TRICKS.get(threat, ""),
           plain=RUNS.get(name, Plain()))
    for name, (threat, control, code) in CODES.items()
]  # fmt: skip
