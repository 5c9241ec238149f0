"""The two batches: each module that names ``ATTACKS`` gets them graded, and their controls run."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1]))
pytest.register_assert_rewrite("attacks.laws")

from attacks import controls, defended  # noqa: E402 - found through the line above
from attacks.attack import Attack  # noqa: E402
from attacks.evidence import Evidence  # noqa: E402
from cvmgrade import probe  # noqa: E402
from cvmgrade.errors import SandboxError  # noqa: E402


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask every question about every attack of the module."""
    if "attack" in metafunc.fixturenames:
        law = metafunc.definition.name
        cases = [
            pytest.param(attack, id=attack.name, marks=_known(attack) if law == LEAK else ())
            for attack in metafunc.module.ATTACKS
        ]
        metafunc.parametrize("attack", cases)


LEAK = "test_is_nothing_leaked"


def _known(attack: Attack) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(reason=attack.lets, strict=True)] if attack.lets else []


@pytest.fixture(scope="module")
def batch(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[defended.Batch]:
    """The module's attacks, graded in one run of the default configuration."""
    try:
        probe.machine()
    except SandboxError as error:
        pytest.skip(f"no sandbox on this machine: {error}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        patch.delenv("CVM_ASSIGNMENTS", raising=False)
        made = defended.run(request.module.ATTACKS, tmp_path_factory.mktemp("defended"))
        yield made
    made.close()


@pytest.fixture(scope="module")
def plain(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Evidence]:
    """The same attacks where nothing stops them."""
    return controls.run(request.module.ATTACKS, tmp_path_factory.mktemp("plain"))
