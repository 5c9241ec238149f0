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


@pytest.mark.parametrize("strict", [True, False])
def test_is_a_skip_a_failure_only_there(tmp_path: Path, strict: bool) -> None:
    shutil.copy(Path(__file__).parents[1] / "conftest.py", tmp_path)
    for how, text in SKIPS.items():
        (tmp_path / f"test_{how}.py").write_text(text)
    environment = {key: value for key, value in os.environ.items() if key != "CVM_NO_SKIPS"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors", str(tmp_path)],
        env=environment | ({"CVM_NO_SKIPS": "1"} if strict else {}),
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    said = done.stdout.splitlines()[-1]
    assert ("1 failed, 3 errors" in said) is strict, done.stdout
    assert ("4 skipped" in said) is not strict, done.stdout
    assert done.stdout.count("nothing may be missing") >= (4 if strict else 0)
