"""Does every check row of the course preset lie in its range, seed by seed?"""

import os
from pathlib import Path

import pytest

import telcosim
from telcosim.report.validity import measure

SEEDS = range(1, 6) if os.environ.get("CVM_FULL") else (1,)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_every_check_of_the_course_preset_is_passed(seed: int, tmp_path: Path) -> None:
    """Measured from the learner tables; laws and truth checks too."""
    telcosim.generate("course", seed, tmp_path / "world")
    cards = measure(tmp_path / "world").cards
    for key in ("hard", "truth", "calibration"):
        left = [(row.name, row.shown, row.verdict) for row in cards[key].rows if not row.ok]
        assert not left, key
