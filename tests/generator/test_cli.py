"""Does the command line say what to do, in a line or two, with an exit code that means it?"""

import subprocess
import sys
from pathlib import Path

import pytest

import telcosim


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from telcosim.cli import app; app()", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_generate_verify_and_schema_do_their_job(tmp_path: Path) -> None:
    world = str(tmp_path / "w")
    made = run("generate", "--preset", "tiny", "--seed", "7", "--customers", "60", "--out", world)
    assert made.returncode == 0
    assert "usage_monthly" in made.stdout
    assert run("verify", world).returncode == 0
    assert "one row per postpaid subscription" in run("schema").stdout.replace("\n", " ")
    columns = " ".join(run("schema", "--table", "invoices").stdout.split())
    assert "total_cents" in columns


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["generate", "--preset", "coarse", "--seed", "7", "--out", "W"],
            "There are: city, cohort, confounded",
        ),
        (["generate", "--seed", "-7", "--out", "W"], "0 to 2**128 - 1"),
        (["generate", "--seed", "7", "--out", "/proc/world"], "Choose a folder"),
        (["generate", "--seed", "7", "--out", "FILE/world"], "Choose a folder"),
        (["generate", "--seed", "7", "--out", "FULL"], "Choose another name"),
        (["generate", "--seed", "7", "--out", "W", "--scheduler", "nonsense"], "Dask scheduler"),
        (["verify", "NOWHERE"], "telcosim generate"),
        (["schema", "--table", "invoice"], "There is no table"),
    ],
)
def test_bad_input_says_what_to_do_and_leaves_nothing_behind(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "FILE").write_text("", encoding="utf-8")
    (tmp_path / "FULL").mkdir()
    (tmp_path / "FULL" / "something").write_text("", encoding="utf-8")
    placed = [a if a.startswith(("-", "/")) else str(tmp_path / a) for a in arguments]
    names = ("W", "FILE", "FULL", "NOWHERE")
    placed = [p if a.startswith(names) else a for a, p in zip(arguments, placed, strict=True)]
    before = sorted(tmp_path.rglob("*"))
    result = run(*placed)
    assert result.returncode == 2
    assert message in result.stderr.replace("\n", " ") or message in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) <= 6  # long paths wrap
    assert sorted(tmp_path.rglob("*")) == before


def test_verify_fails_for_a_half_deleted_world(tmp_path: Path) -> None:
    telcosim.generate("tiny", 7, tmp_path / "w", customers=60)
    for file in (tmp_path / "w" / "invoices").iterdir():
        file.unlink()
    result = run("verify", str(tmp_path / "w"))
    assert result.returncode == 1
    assert "make the world again" in " ".join(result.stderr.split())
