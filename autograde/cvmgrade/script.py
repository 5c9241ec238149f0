"""What the checker runs: the exercise's own code cells, and which names they need of whom."""

import ast
import builtins
import json
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOLUTION = re.compile(r"^\s*### (BEGIN|END) (SOLUTION|HIDDEN TESTS)\s*$")


@dataclass(frozen=True)
class Step:
    """One code cell of the source.

    Attributes
    ----------
    kind
        "locked" (given to everyone), "solution" (the learner's; ours is the reference), "test".
    binds, free
        Names that it defines at its top level, and names that it takes from elsewhere.
    """

    grade_id: str
    kind: str
    source: str
    binds: frozenset[str]
    free: frozenset[str]


def all_steps(notebook: Path) -> list[Step]:
    """Return every code cell of a source notebook, without the markers of its regions."""
    return [*_read(notebook)]


def steps(notebook: Path) -> list[Step]:
    """Return the code cells of a source notebook, without locked ones that no check needs."""
    return _needed(all_steps(notebook))


def _read(notebook: Path) -> Iterator[Step]:
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] != "code":
            continue
        kind = "solution" if about.get("solution") else "test" if about.get("grade") else "locked"
        lines = "".join(cell["source"]).split("\n")
        source = "\n".join("" if SOLUTION.match(line) else line for line in lines)
        yield Step(about.get("grade_id", ""), kind, source, *names(source))


def names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names a cell binds at its top level, and those it needs from elsewhere."""
    try:
        top = symtable.symtable(source, "cell", "exec")
    except SyntaxError:
        return frozenset(), frozenset()
    bound = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    used = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    open_tables = list(top.get_children())
    while open_tables:
        table = open_tables.pop()
        used |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
        open_tables += table.get_children()
    return frozenset(bound), frozenset(used - bound - set(dir(builtins)))


def _needed(found: list[Step]) -> list[Step]:
    """Leave out locked cells that define nothing a later check uses: examples, own trials."""
    kept: list[Step] = []
    wanted: set[str] = set()
    for step in reversed(found):
        if step.kind == "locked" and not step.binds & wanted:
            continue
        if step.kind != "solution":
            wanted |= step.free
        kept.append(step)
    return kept[::-1]


def split(source: str, name: str) -> tuple[ast.Module, ast.Expression | None]:
    """Return a test cell's statements, and its last line if that is an expression."""
    tree = ast.parse(source, name)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        return ast.Module(tree.body[:-1], []), ast.Expression(last.value)
    return tree, None
