"""Does a pack hold all a learner needs, and nothing that belongs to the grader?"""

import io
import json
import re
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import TOYS, Toy

from cvmgrade import assignments, leaks, packtext, release
from cvmgrade.errors import AssignmentError, LeakError, UsageError

SOURCE = TOYS / "0-1-toy/0-1-toy.ipynb"
LINE = "rate_by_segment = base.set_index"


@pytest.fixture(scope="module")
def pack(toy: Toy) -> zipfile.ZipFile:
    return zipfile.ZipFile(toy.pack)


def test_is_everything_there_under_one_folder(pack: zipfile.ZipFile) -> None:
    names = sorted(re.sub(r"cvm_lab-.*\.whl", "*.whl", name) for name in pack.namelist())
    assert names == [f"0-1-toy/{name}" for name in
                     ("0-1-toy.ipynb", "README.md", "pack.json", "requirements.txt",
                      "wheels/*.whl")]  # fmt: skip


def test_does_the_notebook_name_its_course_and_not_its_hidden_worlds(
    toy: Toy, pack: zipfile.ZipFile
) -> None:
    about = json.loads(pack.read("0-1-toy/0-1-toy.ipynb"))["metadata"]["cvm"]
    assert about["course"] == toy.cohort.id
    assert about["exercise"] == "0-1"
    assert "hidden" not in about


def test_are_solutions_and_hidden_tests_gone_and_stubs_clear(pack: zipfile.ZipFile) -> None:
    text = pack.read("0-1-toy/0-1-toy.ipynb").decode()
    assert LINE in SOURCE.read_text()
    assert LINE not in text
    assert "hidden_base" not in text
    assert "Hidden checks run when you submit." in text
    assert text.count("# YOUR CODE HERE") == 2


def test_does_the_pack_say_who_it_is_without_a_seed(toy: Toy, pack: zipfile.ZipFile) -> None:
    about = json.loads(pack.read("0-1-toy/pack.json"))
    assert set(about) == {"course", "course_name", "exercise", "title", "notebook", "digest"}
    assert toy.cohort.secret().hex() not in json.dumps(about)


def test_are_requirements_pinned_without_an_address(pack: zipfile.ZipFile) -> None:
    lines = pack.read("0-1-toy/requirements.txt").decode().splitlines()
    assert all(re.match(r"[a-z0-9._-]+==[^ ]+( ; .*)?$|\./wheels/cvm_lab", line) for line in lines)
    names = {line.split("==")[0] for line in lines}
    assert {"pandas", "jupyterlab", "ipykernel", "matplotlib", "pywinpty"} <= names
    assert not {"nbgrader", "pytest", "jupyter-book", "faker"} & names
    assert not [line for line in lines if "://" in line]


def test_does_the_readme_start_it_on_every_system(pack: zipfile.ZipFile) -> None:
    text = pack.read("0-1-toy/README.md").decode()
    assert ".venv/bin/jupyter lab 0-1-toy.ipynb" in text
    assert ".venv\\Scripts\\jupyter lab 0-1-toy.ipynb" in text


def test_is_an_equal_release_an_equal_file(toy: Toy, tmp_path: Path) -> None:
    again = release.release(toy.cohort, toy.exercise, tmp_path)
    assert again.read_bytes() == toy.pack.read_bytes()


def altered(toy: Toy, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(toy.pack) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def put(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: content})


def foreign_wheel(files: dict[str, bytes]) -> None:
    [name] = [name for name in files if name.endswith(".whl")]
    buffer = io.BytesIO(files[name])
    with zipfile.ZipFile(buffer, "a") as wheel:
        wheel.writestr("notebooks/assignments/x.ipynb", "{}")
    files[name] = buffer.getvalue()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("0-1-toy/0-1-toy.ipynb", SOURCE.read_bytes()), "BEGIN SOLUTION"),
        (put("0-1-toy/notes.md", f"    {LINE}('segment').eval('lost / opening')".encode()), ""),
        (put("0-1-toy/notes.md", b"### BEGIN HIDDEN TESTS"), "BEGIN HIDDEN TESTS"),
        (put("0-1-toy/world/manifest.json", b'{"seed": 424242424242}'), "seed or the secret"),
        (put("0-1-toy/world/manifest.json", f"{424242424242:x}".encode()), "seed or the secret"),
        (put("0-1-toy/x", b"0123456789abcdef" * 2), "seed or the secret"),
        (foreign_wheel, "notebooks/assignments/x.ipynb"),
    ],
)
def test_is_each_leak_found(
    toy: Toy, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    pack = altered(toy, change)
    if not said:
        line = next(line for line in leaks.secret_lines(toy.exercise) if LINE in line)
        pack, said = altered(toy, put("0-1-toy/notes.md", line.encode())), "closed line"
    with pytest.raises(LeakError, match=re.escape(said)):
        leaks.check(pack, toy.exercise, [424242424242], bytes.fromhex("0123456789abcdef" * 2))


def test_is_a_clean_pack_let_through(toy: Toy) -> None:
    leaks.check(toy.pack.read_bytes(), toy.exercise, [424242424242], b"\x01" * 16)


def test_does_a_leak_leave_no_file(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packtext, "README", packtext.README + "### BEGIN HIDDEN TESTS")
    with pytest.raises(LeakError):
        release.release(toy.cohort, toy.exercise, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_is_the_secret_readable_by_its_owner_only(toy: Toy) -> None:
    mode = stat.S_IMODE((toy.cohort.folder / "secret").stat().st_mode)
    assert mode == 0o600
    assert len(toy.cohort.secret()) == 16


def test_does_an_unknown_exercise_name_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no exercise '9-9'.*There is: 0-1"):
        assignments.find("9-9", TOYS)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"exercise": "7-7"}, "should be the 'S-N'"), ({"hidden": [{"customers": 2001}]}, "at most"),
     ({"hidden": [{"preset": "course"}]}, "needs 'customers'")],
)  # fmt: skip
def test_is_a_wrong_source_refused(tmp_path: Path, change: dict[str, object], said: str) -> None:
    content = json.loads(SOURCE.read_text())
    content["metadata"]["cvm"] |= change
    path = tmp_path / "0-1-toy/0-1-toy.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps(content))
    with pytest.raises(AssignmentError, match=said):
        assignments.read(path)


def test_does_a_renewed_assignment_have_another_digest(toy: Toy, tmp_path: Path) -> None:
    copy = tmp_path / "0-1-toy.ipynb"
    copy.write_bytes(SOURCE.read_bytes() + b" ")
    assert replace(toy.exercise, notebook=copy).digest != toy.exercise.digest
