"""Do the commands say in one or two lines what went wrong, and leave with the right code?"""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import TOYS, Toy

from cvmgrade.cli import app
from cvmgrade.records import records

COMMANDS = [["start"], ["check"], ["doctor"], ["grade"], *(
    ["cohort", name] for name in
    ("init", "release", "collect", "status", "feedback", "report", "export"))]  # fmt: skip


def run(capfd: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    """Run a command in this process; return its exit code and all it said."""
    with pytest.raises(SystemExit) as left:
        app([str(word) for word in words], prog_name="cvm")
    said = capfd.readouterr()
    return int(left.value.code or 0), said.out + said.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_has_every_command_an_example(
    capfd: pytest.CaptureFixture[str], command: list[str]
) -> None:
    code, said = run(capfd, *command, "--help")
    assert code == 0
    assert f"Example: cvm {' '.join(command)}" in said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["start", "9-9", "--assignments", TOYS], 2, "There is no exercise '9-9'"),
        (["start", "0-1", "--assignments", "nowhere"], 2, "no folder of assignments at nowhere"),
        (["check", "nothing.ipynb", "--assignments", TOYS], 2, "no notebook at nothing.ipynb"),
        (["grade", "--cohort", "nowhere"], 2, "nowhere is not a cohort"),
        (["cohort", "status", "--cohort", "nowhere"], 2, "cvm cohort init nowhere"),
        (["cohort", "init", "/proc/x", "--assignments", TOYS], 1, "/proc/x"),
    ],
)
def test_is_a_mistake_said_in_two_lines(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    words: list[object], code: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    left, output = run(capfd, *words)
    assert left == code
    assert said in output
    assert len(output.strip().splitlines()) <= 2
    assert "Traceback" not in output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "is damaged"), ('{"id": 1}', "is damaged")],
)
def test_is_a_damaged_cohort_said(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "cohort.json").write_text(content)
    code, output = run(capfd, "cohort", "status", "--cohort", tmp_path)
    assert (code, said in output) == (1, True)


def test_is_help_quick() -> None:
    """The heavy libraries are not even imported for a help text."""
    code = (
        "import sys\nfrom cvmgrade import cli\n"
        "print([m for m in ('nbgrader', 'pandas', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.sandbox
def test_does_a_cohort_run_from_start_to_report(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, sandbox: object
) -> None:
    held = tmp_path / "spring"
    assert run(capfd, "cohort", "init", held, "--assignments", TOYS, "--name", "Spring")[0] == 0
    assert run(capfd, "cohort", "release", "0-1", "--cohort", held, "--out", tmp_path)[0] == 0
    with zipfile.ZipFile(tmp_path / "0-1-toy.zip") as pack:
        notebook = pack.read("0-1-toy/0-1-toy.ipynb")
    for learner, name in (("ann", "0-1-toy.ipynb"), ("bo", "wrong.ipynb")):
        (tmp_path / "inbox" / learner).mkdir(parents=True)
        (tmp_path / "inbox" / learner / name).write_bytes(notebook)
    code, said = run(capfd, "cohort", "collect", tmp_path / "inbox", "--cohort", held)
    assert code == 1
    assert "Received: 1" in said
    assert "bo/wrong.ipynb has a wrong name; expected one of: 0-1-toy.ipynb" in said
    assert run(capfd, "grade", "--cohort", held, "0-1", "--no-sandbox")[0] == 0
    for command in ("feedback", "export", "report"):
        assert run(capfd, "cohort", command, "--cohort", held)[0] == 0
    assert "none (--no-sandbox)" in (held / "grades.csv").read_text()
    assert "without a sandbox" in (held / "report.html").read_text()
    assert "without a sandbox" in (held / "feedback/ann/0-1-toy.html").read_text()
    assert "Nothing to grade" in run(capfd, "grade", "--cohort", held)[1]


@pytest.mark.sandbox
def test_does_a_learner_alone_start_and_check(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, sandbox: object, toy: Toy
) -> None:
    code, said = run(capfd, "start", "0-1", "--out", tmp_path, "--assignments", TOYS)
    path = tmp_path / "0-1-toy/0-1-toy.ipynb"
    assert (code, path.is_file()) == (0, True)
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "0-1-toy.ipynb", "README.md", "pack.json", "requirements.txt", "wheels"]  # fmt: skip
    code, said = run(capfd, "start", "0-1", "--out", tmp_path, "--assignments", TOYS)
    assert (code, "already there" in said) == (2, True)
    path.write_text(json.dumps(toy.solved()))
    code, said = run(capfd, "check", path, "--assignments", TOYS)
    assert code == 0, said
    assert "4 of 4 points, self-assessed." in said
    assert "Ran in the sandbox." in said


@pytest.mark.parametrize(("words", "code"), [(["doctor"], 0), (["check", "x.ipynb"], 1)])
def test_works_what_needs_no_grading_tools_without_them(
    tmp_path: Path, words: list[str], code: int
) -> None:
    """A pack's environment has none of them: the rest works, and the message says what to do."""
    hide = "; ".join(f"sys.modules['{name}'] = None" for name in ("nbgrader", "nh3", "jinja2"))
    program = f"import sys; {hide}; from cvmgrade.cli import app; app({words!r})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          check=False, cwd=tmp_path)  # fmt: skip
    assert done.returncode == code, done.stderr
    if code:
        assert "\\[" not in done.stderr
        assert "[grade]" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 2


@pytest.mark.parametrize("strict", [[], ["--strict"]])
def test_does_the_doctor_see_what_is_missing(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, strict: list[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    code, said = run(capfd, "doctor", *strict)
    assert code == (1 if strict else 0)
    assert re.search(r"missing.*chromium", said)


def test_does_status_say_where_a_submission_stands(
    capfd: pytest.CaptureFixture[str], toy: Toy, tmp_path: Path
) -> None:
    shutil.copytree(toy.cohort.folder, tmp_path / "cohort")
    with records(replace(toy.cohort, folder=tmp_path / "cohort")) as book:
        book.receive("0-1", "waiting", "digest")
    code, said = run(capfd, "cohort", "status", "--cohort", tmp_path / "cohort")
    assert code == 0
    assert re.search("waiting.*received", said)
