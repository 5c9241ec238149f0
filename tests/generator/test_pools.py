"""Are the committed name pools those that the locked Faker makes?"""

import importlib.util
from pathlib import Path

GENERATOR = Path(__file__).parents[2] / "generator"


def test_pools_are_made_again_by_the_committed_script() -> None:
    spec = importlib.util.spec_from_file_location("make_pools", GENERATOR / "make_pools.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = script.make_pools()
    assert len(made) == 4
    for name, names in made.items():
        committed = (script.POOLS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        assert committed == names
