"""Exhausting and forging over the wire: hostile data on the way from the learner to the checks.

Plain nbgrader has no such wire, so the control is a receiver without bounds, see ``naive``.
"""

from collections.abc import Callable

from attacks.attack import Attack, Sheet
from attacks.evidence import received
from attacks.target import Target

CHANNEL = """
import numpy, struct
line = socket.socket(fileno=os.dup(int(os.environ['CVM_CHANNEL'])))
def frame(tree, *buffers):
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    sizes = b''.join(struct.pack('<Q', len(each)) for each in buffers)
    body = struct.pack('<II', len(text), len(buffers)) + sizes + text + b''.join(buffers)
    return struct.pack('<Q', len(body)) + body
def asked():
    def exactly(size):
        held = b''
        while len(held) < size:
            held += line.recv(size - len(held))
        return held
    body = exactly(struct.unpack('<Q', exactly(8))[0])
    length, count = struct.unpack_from('<II', body)
    return json.loads(body[8 + 8 * count:][:length])
def names(asked_for):
    known = {name: ['f', name] for name in ('churn_rate', 'worst_segment', 'totals')}
    known |= {'arpu_eur': 12.0, 'best': ['l', ['a', 'b']]}
    return {name: known[name] for name in asked_for if name in known}
def serve(namespace):
    while True:
        tree = asked()
        if tree['do'] == 'end':
            return
        if tree['do'] == 'read':
            line.sendall(frame({'values': names(tree['names']), 'refused': {}}))
        else:
            hostile()
try:
    import cvmgrade.stage as stage
    stage.serve = serve
except ImportError:
    pass
"""
ARROW = """
import pyarrow
def hostile():
    texts = pyarrow.array(['a', 'b'], pyarrow.large_string())
    batch = pyarrow.record_batch([texts], names=['0'])
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    offsets = struct.pack('<qqq', 0, 1, 2)
    far = struct.pack('<qqq', 0, 2**40, 2**40 + 9)
    held = sink.getvalue().to_pybytes().replace(offsets, far)
    series = ['T', 'series', ['str', 0], ['T', 'range', 0, 2, 1, None], None]
    line.sendall(frame({'results': [series]}, held))
"""

FRAMES = {
    "garbage": ("garbage over the wire", """
def hostile():
    line.sendall(b'\\xff' * 7 + b'\\0' + os.urandom(1000))
"""),
    "endless-frame": ("endless data over the wire", """
def hostile():
    line.sendall(struct.pack('<Q', 2**31))
    for _ in range(2**11):
        line.sendall(b'x' * 2**20)
"""),
    "slow": ("slow data over the wire", """
def hostile():
    for number in frame({'results': [0.05]}):
        line.sendall(bytes([number]))
        time.sleep(0.5)
"""),
    "silent": ("no data over the wire", """
def hostile():
    time.sleep(600)
"""),
    "deep-frame": ("deep structures over the wire", """
def hostile():
    line.sendall(frame(b'[' * 4_000_000))
"""),
    "copies": ("large structures in few bytes: copies", """
def hostile():
    held = bytes(50 * 2**20)
    tables = [['T', 'array', 'uint8', [len(held)], 0], *(['r', 0] for _ in range(39))]
    line.sendall(frame({'results': [['l', tables]]}, held))
"""),
    "hostile-dtype": ("hostile type names over the wire", """
def hostile():
    array = ['T', 'array', 'V1000000000', [4], 0]
    line.sendall(frame({'results': [array]}, b'x'))
"""),
    "malformed-arrow": ("malformed Arrow over the wire", ARROW),
    "extra-names": ("names that nobody asked for", """
def names(asked_for):
    return {'churn_rate': ['f', 'churn_rate'], 'checks': ['q', 'math'], 'isinstance': True,
            'abs': ['f', 'abs'], '__builtins__': ['d', []], 'math': ['q', 'math']}
def hostile():
    line.sendall(frame({'values': names([]), 'results': [0.5]}))
"""),
    "early-answers": ("answers before they are asked for", """
def hostile():
    line.sendall(frame({'results': [0.5]}))
line.sendall(frame({'values': {'churn_rate': True, 'checks': True}, 'results': [True]}) * 30)
"""),
}  # fmt: skip

ANSWERS = {
    "deep-list": ("deep structures over the wire", "walk", "totals", """
answer = []
for _ in range(100_000):
    answer = [answer]
"""),
    "own-member": ("structures that hold themselves", "walk", "totals", """
answer = {'lost': []}
answer['lost'].append(answer)
"""),
    "endless-generator": ("endless structures over the wire", "list", "totals", """
import itertools
answer = itertools.count()
"""),
    "long-text": ("huge texts over the wire", "copy", "worst_segment",
                  "answer = 's' * 200_000_000"),
    "long-number": ("numbers of a million digits", "copy", "churn_rate", "answer = 10**1_000_000"),
    "pickle": ("pickles where data is expected", "pickle", "totals", """
class Payload:
    def __reduce__(self):
        return print, ('OWNED',)
answer = Payload()
"""),
    "hostile-cells": ("objects in a table that act when they are read", "pickle", "totals", """
import pandas as pd
class Acts:
    def __reduce__(self):
        return print, ('OWNED',)
    def __str__(self):
        time.sleep(600)
    __eq__ = __hash__ = __float__ = __repr__ = __str__
answer = pd.DataFrame({'lost': pd.Series([Acts(), Acts()], index=['a', 'b'], dtype=object)})
"""),
    "share-claimed": ("an error that claims points", "share", "churn_rate", """
class CheckFailed(AssertionError):
    share = 1.0
    reason = 'everything is right'
answer = CheckFailed('everything is right', 1.0)
"""),
    "end-of-file": ("an error that ends the conversation", "raise", "churn_rate",
                    "answer = EOFError()"),
}  # fmt: skip


def spoken(code: str) -> Callable[[Target], Sheet]:
    """Return wrong answers, and code that speaks on the channel itself."""
    return lambda t: t.sheet().add(t.facts() + CHANNEL + code, "totals")


def returned(cell: str, code: str) -> Callable[[Target], Sheet]:
    """Return wrong answers, one of which is a function that returns such an answer."""
    give = "raise answer" if "Failed" in code or "Error" in code else "return answer"
    function = f"\ndef {cell}(*arguments):\n    {give}\n"
    return lambda t: t.sheet(**{cell: t.facts() + code + function})


HONEST = {"worst_segment": 0.0}
ATTACKS = [
    *(Attack(name, threat, spoken(code), received, family="wire", naive=("frame", CHANNEL + code))
      for name, (threat, code) in FRAMES.items()),
    *(Attack(name, threat, returned(cell, code), received, HONEST.get(cell, 2.0), family="wire",
             naive=(way, code), trick="pickles" if way == "pickle" else "")
      for name, (threat, way, cell, code) in ANSWERS.items()),
]  # fmt: skip
