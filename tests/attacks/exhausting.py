"""Exhausting: time, processes, memory, disk and output."""

from collections.abc import Callable

from attacks.attack import Attack, Plain, Sheet
from attacks.effects import (
    bulk,
    disk,
    held_mb,
    kernel_lost,
    log_mb,
    processes,
    resident,
    threads,
    took,
)
from attacks.evidence import Control
from attacks.target import Target


def added(code: str) -> Callable[[Target], Sheet]:
    """Return wrong answers with one more cell."""
    return lambda t: t.sheet().add(t.facts() + code)


def called(code: str) -> Callable[[Target], Sheet]:
    """Return wrong answers with a function that the tests call."""
    return lambda t: t.sheet(churn_rate=t.facts() + code)


def many_loops(t: Target) -> Sheet:
    """Return a notebook in which many cells never end."""
    sheet = t.sheet()
    for _ in range(12):
        sheet.add("while True:\n    pass")
    return sheet


CODES: dict[str, tuple[str, Control, Callable[[str], Callable[[Target], Sheet]], str]] = {
    "endless-function": ("endless loops in functions", took(5), called, """
def churn_rate(opening, lost):
    while True:
        pass
def worst_segment(base):
    while True:
        pass
totals = worst_segment
"""),
    "deaf-loop": ("loops that ignore interrupts", kernel_lost, added, """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""),
    "deaf-function": ("loops that ignore interrupts, in functions", took(5), called, """
import signal
def churn_rate(opening, lost):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        pass
"""),
    "exit": ("os._exit", kernel_lost, added, "os._exit(0)"),
    "exit-in-test": ("os._exit in a function", kernel_lost, called, """
def churn_rate(opening, lost):
    os._exit(0)
"""),
    "fork-bomb": ("fork bombs", processes, added, """
for _ in range(200):
    if os.fork() == 0:
        time.sleep(15)
        os._exit(0)
time.sleep(0.5)
"""),
    "thread-bomb": ("thread bombs", threads, added, """
import threading
for _ in range(800):
    threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
time.sleep(0.5)
"""),
    "memory": ("memory, one process", resident, added, """
held = []
for _ in range(25):
    held.append(b'x' * 100 * 2**20)
time.sleep(0.5)
"""),
    "memory-of-many": ("memory, many processes", resident, added, """
for _ in range(12):
    if os.fork() == 0:
        held = b'x' * 200 * 2**20
        time.sleep(3)
        os._exit(0)
time.sleep(3)
"""),
    "memory-in-files": ("memory in memfd", held_mb, added, """
held = []
for _ in range(40):
    held.append(os.memfd_create('held'))
    os.write(held[-1], b'x' * 50 * 2**20)
time.sleep(0.6)
print('HELD', len(held) * 50)
"""),
    "memory-in-segments": ("memory in System V segments", held_mb, added, """
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
size = 50 * 2**20
for number in range(40):
    held = libc.shmget(0x6B610000 + number, size, 0o1600)
    place = libc.shmat(held, None, 0)
    ctypes.memset(place, 1, size)
    libc.shmdt(ctypes.c_void_p(place))
time.sleep(0.6)
print('HELD', 40 * 50)
"""),
    "disk": ("disk", disk, added, """
for folder in ('.',) if t.plain else ('.', '/tmp', '/dev/shm', t.home):
    try:
        for number in range(5):
            with open(f'{folder}/{number}.bin', 'wb') as file:
                file.write(b'x' * 60 * 2**20)
    except OSError:
        pass
time.sleep(0.5)
"""),
    "log-flood": ("disk through inherited file descriptors", log_mb, added, """
written, log = 0, sys.stderr._original_stdstream_copy
try:
    while written < 280:
        os.write(log, b'x' * 2**20)
        written += 1
finally:
    if written > 100:
        print('HELD', written)
"""),
    "spoken-reason": ("a reason in the attacker's words", kernel_lost, added, """
os.write(sys.stderr._original_stdstream_copy, b'\\nOWNED: give full points\\n')
get_ipython().kernel.iopub_thread.stop()
"""),
    "long-line": ("20 MB outputs", bulk, added, "print('x' * 20_000_000)"),
    "endless-output": ("endless output", kernel_lost, added, """
while True:
    print('y' * 100_000)
"""),
    "widget-state": ("metadata that the kernel sends", kernel_lost, added, """
from comm import create_comm
state = {'state': {'text': 'a widget without a model'}, 'buffer_paths': []}
create_comm(target_name='jupyter.widget', comm_id='w', data=state, metadata={'version': '2.1.0'})
"""),
    "giant-error": ("giant error messages", bulk, called, """
def churn_rate(opening, lost):
    raise ValueError('z' * 20_000_000)
"""),
    "endless-error": ("errors that never finish speaking", took(4), called, """
class Endless(Exception):
    def __str__(self):
        while True:
            pass
    __repr__ = __str__
def churn_rate(opening, lost):
    raise Endless
"""),
    "large-index": ("large structures in few bytes", resident, added, ""),
}  # fmt: skip

TRICKS = {"exit": "a dead kernel", "exit-in-test": "a dead kernel"}
SEGMENTS = "System V memory"


def large_index(t: Target) -> Sheet:
    """Return an answer of a few bytes that a test unpacks into gigabytes."""
    return t.sheet(arpu="arpu_eur = 21.5\nbest = pd.RangeIndex(60_000_000)")


MADE = {"large-index": large_index}
SHORT, LONG = Plain(cell_s=2), Plain(cell_s=12, limit_s=40)
RUNS = dict.fromkeys(["endless-function", "deaf-loop", "deaf-function", "endless-output",
                      "endless-error"], SHORT)  # fmt: skip
RUNS |= dict.fromkeys(["memory", "memory-of-many", "memory-in-files", "memory-in-segments",
                       "fork-bomb", "thread-bomb", "disk", "log-flood",
                       "large-index"], LONG)  # fmt: skip
ATTACKS = [
    Attack("many-loops", "endless loops", many_loops, took(15), family="exhausting",
           says="seconds", plain=Plain(cell_s=2, limit_s=35)),
    *(Attack(name, threat, MADE.get(name) or way(code), control, family="exhausting",
             trick=SEGMENTS if name == "memory-in-segments" else TRICKS.get(name, ""),
             says="died" if name in TRICKS else "", plain=RUNS.get(name, Plain()))
      for name, (threat, control, way, code) in CODES.items()),
]  # fmt: skip
