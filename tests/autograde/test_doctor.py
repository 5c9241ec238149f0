"""Does the doctor name everything that grading rests on, and only ask for what it needs?"""

import shutil
from collections import namedtuple
from importlib import metadata
from pathlib import Path

import pytest

from cvmgrade import doctor

Usage = namedtuple("Usage", "total used free")


def found() -> dict[str, doctor.Finding]:
    return {item.name: item for item in doctor.examine()}


def test_is_everything_reported_that_grading_rests_on() -> None:
    said = found()
    for name in ("User", "User namespaces", "Control groups", "Limits", "Sandbox", "bubblewrap",
                 "chromium", "Free disk here", "Free disk for scratch",
                 "PostgreSQL driver", "PostgreSQL server"):  # fmt: skip
        assert said[name].found, name
    assert "address space" in said["Limits"].found
    assert said["User"].found.startswith("id ")


def test_is_a_full_disk_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 9, 10**9))
    said = found()
    for name in ("Free disk here", "Free disk for scratch"):
        assert (said[name].ok, said[name].needed) == (False, True)


def test_is_a_server_for_the_gradebook_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    driver, server = doctor._postgres()
    assert "cvm-lab[postgres]" in driver.found
    assert "package 'postgresql'" in server.found
    assert not driver.needed
    assert not server.needed
    assert driver.ok is server.ok is None
