"""One way of answering an exercise, and what it must score.

Each exercise has a file ``S-N.py`` here that defines ``CASES: dict[str, Case]``; it may import
this class by ``from case import Case``.
"""

import importlib.util
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """What somebody might hand in.

    Attributes
    ----------
    cells
        Source of solution cells by grade_id; those not named keep the reference solution, so an
        empty dict is the reference.
    points
        The total it must score.
    message
        Part of a reason that must be recorded; empty where full marks are due.
    """

    cells: dict[str, str] = field(default_factory=dict)
    points: float = 0.0
    message: str = ""


def load(path: Path) -> dict[str, Case]:
    """Return the cases of one file, which cannot be imported by name ("2-2" is none)."""
    if str(HERE) not in sys.path:
        sys.path.insert(0, str(HERE))
    spec = importlib.util.spec_from_file_location(f"cases_{path.stem.replace('-', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    cases: dict[str, Case] = module.CASES
    return cases


def files() -> dict[str, Path]:
    """Return the case file of each exercise that has one."""
    return {path.stem: path for path in sorted(HERE.glob("*.py"))
            if re.fullmatch(r"\d+-\d+", path.stem)}  # fmt: skip
