"""Forging by patching what runs the tests, or what the tests run on."""

from collections.abc import Callable

from attacks.attack import Attack, Sheet
from attacks.evidence import forged
from attacks.target import Target


def patched(code: str, after: str = "setup", **answers: str) -> Callable[[Target], Sheet]:
    """Return wrong answers with one more cell."""
    return lambda t: t.sheet(**answers).add(t.facts() + code, after)


QUIET = "lambda *arguments, **options: None"

CODES = {
    "run-cell": ("patched shell", """
ip = get_ipython()
real = ip.run_cell_async
async def run_cell_async(raw_cell, *rest, **options):
    return await real('' if 'checks.' in raw_cell else raw_cell, *rest, **options)
ip.run_cell_async = run_cell_async
"""),
    "ast-transformer": ("AST transformers", """
import ast
class Quiet(ast.NodeTransformer):
    def visit_Expr(self, node):
        return ast.copy_location(ast.Pass(), node) if 'checks.' in ast.unparse(node) else node
get_ipython().ast_transformers.append(Quiet())
"""),
    "input-transformer": ("input transformers", """
def blank(lines):
    return [] if any('checks.' in line for line in lines) else lines
get_ipython().input_transformers_cleanup.append(blank)
"""),
    "errors-unshown": ("patched traceback and result", f"""
from IPython.core.interactiveshell import ExecutionResult
get_ipython().showtraceback = {QUIET}
ExecutionResult.success = property(lambda self: True)
"""),
    "iopub-forged": ("kernel messages forged", """
session = get_ipython().kernel.session
real = session.send
def send(stream, kind, content=None, *rest, **options):
    if kind == 'error':
        return None
    if kind == 'execute_reply':
        content = dict(content, status='ok', payload=[], user_expressions={})
    return real(stream, kind, content, *rest, **options)
session.send = send
"""),
    "event-hook": ("shell events", """
def before(info):
    if 'checks.' in info.raw_cell:
        get_ipython().user_ns['checks'] = Anything()
class Anything:
    def __getattr__(self, name):
        return lambda *arguments, **options: None
get_ipython().events.register('pre_run_cell', before)
"""),
    "checks-patched": ("patched checks", f"checks.close = checks.require = {QUIET}"),
    "modules-poisoned": ("poisoned sys.modules", """
import types
fake = types.ModuleType('cvmgrade.checks')
fake.close = fake.require = fake.visible_passed = lambda *arguments, **options: None
import cvmgrade
cvmgrade.checks = sys.modules['cvmgrade.checks'] = fake
"""),
    "numpy-poisoned": ("poisoned libraries", """
import numpy
numpy.isclose = lambda *arguments, **options: numpy.array(True)
"""),
    "builtins-patched": ("patched builtins", """
import builtins
builtins.abs = lambda number: 0
best = ['b', 'a']
"""),
    "import-patched": ("patched import", """
import builtins
real = builtins.__import__
def fake(name, *rest):
    module = real(name, *rest)
    if name == 'math':
        checks.require = lambda *arguments: None
    return module
builtins.__import__ = fake
"""),
    "debugger": ("a trace function", """
def trace(frame, event, argument):
    held = frame.f_locals
    if {'found', 'wanted'} <= set(held):
        held['found'] = held['wanted']
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
    return trace
sys.settrace(trace)
"""),
    "persistent-thread": ("a thread that waits", f"""
import threading
def later():
    while 'churn_rate' not in globals():
        time.sleep(0.001)
    checks.close = checks.require = {QUIET}
threading.Thread(target=later, daemon=True).start()
"""),
}  # fmt: skip

PLACES = {"modules-poisoned": "", "builtins-patched": "totals"}
ATTACKS = [
    Attack(name, threat, patched(code, PLACES.get(name, "setup")), forged,
           family="forging")
    for name, (threat, code) in CODES.items()
]  # fmt: skip
