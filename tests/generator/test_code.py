"""Is the simulator free of what would make a world differ from run to run?"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "generator" / "telcosim"
BANNED = {"hash", "uuid4", "RandomState", "seed", "default_rng", "now", "today", "time"}


@pytest.mark.parametrize("module", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.stem)
def test_no_source_of_chance_beside_the_streams(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    called = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert not called & BANNED
    iterated = [n.iter for n in ast.walk(tree) if isinstance(n, ast.For | ast.comprehension)]
    assert not [i for i in iterated if isinstance(i, ast.Set | ast.SetComp)]


def test_modules_stay_short_enough_to_read() -> None:
    tables = {"learner.py", "sections.py", "config.py", "generate.py"}
    long = {
        p.name: n
        for p in PACKAGE.rglob("*.py")
        if p.name not in tables and (n := len(p.read_text(encoding="utf-8").splitlines())) > 200
    }
    assert not long
