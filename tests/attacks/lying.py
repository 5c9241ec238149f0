"""Forging by answers that lie: what a learner's names hold, and what the functions do."""

from collections.abc import Callable

from attacks.attack import Attack, Sheet
from attacks.evidence import forged
from attacks.target import Target

ANYTHING = """
class Anything(str):
    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = str.__hash__
"""
WANTED = """
def sought():
    frame = sys._getframe()
    while frame:
        if 'wanted' in frame.f_locals:
            return frame.f_locals['wanted']
        frame = frame.f_back
    return numpy.array(0.0)
import numpy
"""
SLY = """
class Sly(float):
    __sub__ = lambda self, other: 0.0
"""

CODES = {
    "equal-to-everything": ("objects equal to everything", "worst_segment", ANYTHING + """
def worst_segment(base):
    return Anything('a')
""", 0.0),
    "sly-float": ("a float that lies", "arpu", SLY + """
arpu_eur, best = Sly(1), ['b', 'a']
""", 2.0),
    "sly-class": ("an object that claims another class", "arpu", """
class Claims:
    __class__ = property(lambda self: float)
    __float__ = lambda self: 1.0
    __sub__ = lambda self, other: 0.0
arpu_eur, best = Claims(), ['b', 'a']
""", 2.0),
    "array-protocol": ("a list that lies about its numbers", "totals", WANTED + """
class Sly(list):
    __array__ = lambda self, *rest, **options: numpy.array(sought(), dtype=float)
def totals(base):
    return Sly([[0.5], [0.5]])
""", 2.0),
    "sly-frame": ("a DataFrame that lies", "totals", WANTED + """
class Sly(pd.DataFrame):
    _constructor = property(lambda self: Sly)
    __array__ = lambda self, *rest, **options: numpy.array(sought(), dtype=float)
def totals(base):
    return Sly({'lost': [0.0, 0.0]}, index=['a', 'b'])
""", 2.0),
    "answers-copied": ("the expected value read from the caller", "churn_rate", """
import ast
def churn_rate(opening, lost):
    frame = sys._getframe(1)
    for call in ast.walk(ast.parse(In[-1])):
        if isinstance(call, ast.Call) and 'close' in ast.unparse(call.func):
            return eval(ast.unparse(call.args[1]), frame.f_globals, frame.f_locals)
""", 2.0),
    "data-changed": ("the test's data changed in place", "totals", """
def totals(base):
    base['lost'] = 0
    return base.groupby('segment')[['lost']].sum()
""", 2.0),
    "constants-rewritten": ("the test's constants overwritten in memory", "churn_rate", """
def churn_rate(opening, lost):
    mine = lost / (opening - lost)
    for constant in sys._getframe(1).f_code.co_consts:
        if isinstance(constant, float):
            ctypes.c_double.from_address(id(constant) + 16).value = mine
    return mine
""", 2.0),
    "two-reads": ("answers that change between two reads", "arpu", SLY + """
class Names(dict):
    reads = 0
    def __getitem__(self, name):
        if name == 'arpu_eur':
            Names.reads += 1
            return 1.0 if Names.reads == 1 else Sly(1) if Names.reads < 4 else 1.0
        return dict.__getitem__(self, name)
arpu_eur, best = 1.0, ['b', 'a']
get_ipython().user_ns = Names(get_ipython().user_ns)
""", 2.0),
    "early-end": ("an error that ends a test's loop", "worst_segment", """
def worst_segment(base):
    raise StopIteration
""", 0.0),
    "result-published": ("printing a fake verdict", "churn_rate", """
def churn_rate(opening, lost):
    get_ipython().displayhook(1)
    return 0.5
""", 2.0),
    "no-number": ("NaN, negative and non-numeric scores", "churn_rate", """
says = iter([float('nan'), -1, 'everything is right'] * 9)
def churn_rate(opening, lost):
    get_ipython().displayhook(next(says))
    return 0.5
""", 2.0),
}  # fmt: skip


def answered(cell: str, code: str) -> Callable[[Target], Sheet]:
    """Return wrong answers, with one of them replaced."""

    def make(t: Target) -> Sheet:
        return t.sheet(**{cell: t.facts() + code})

    return make


PUBLISHED = {"result-published", "no-number"}
ATTACKS = [
    Attack(name, threat, answered(cell, code), forged, honest, family="forging",
           trick="a result published" if name in PUBLISHED else "")
    for name, (threat, cell, code, honest) in CODES.items()
]  # fmt: skip
