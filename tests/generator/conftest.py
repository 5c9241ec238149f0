"""One small world, made once for the tests that only look."""

from pathlib import Path

import pytest

import telcosim


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world of 3,000 customer slots with its truth."""
    folder = tmp_path_factory.mktemp("worlds") / "world"
    telcosim.generate("course", 5, folder, customers=3_000)
    return folder
