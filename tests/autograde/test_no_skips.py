"""Where nothing may be missing, is a skip a failure, whichever way a test skips?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = {
    "mark": "import pytest\n\n@pytest.mark.skip(reason='no box')\ndef test_x(): pass\n",
    "call": "import pytest\n\ndef test_x(): pytest.skip('no box')\n",
    "fixture": "import pytest\n\n@pytest.fixture\ndef box(): pytest.skip('no box')\n\n"
    "def test_x(box): pass\n",
    "module": "import pytest\n\npytest.skip('no box', allow_module_level=True)\n",
}


@pytest.mark.parametrize("how", SKIPS)
@pytest.mark.parametrize("strict", [True, False])
def test_is_a_skip_a_failure_only_there(tmp_path: Path, how: str, strict: bool) -> None:
    shutil.copy(Path(__file__).parents[1] / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(SKIPS[how])
    environment = {key: value for key, value in os.environ.items() if key != "CVM_NO_SKIPS"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        env=environment | ({"CVM_NO_SKIPS": "1"} if strict else {}),
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode in (0, 5)) is not strict, done.stdout
    assert ("nothing may be missing" in done.stdout) is strict
