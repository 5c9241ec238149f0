"""Is the house in order: the rooms, the lock, the links, the commands that its texts name?"""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = {"book", "notebooks", "datasets", "generator", "autograde", "tests", ".ci"}
FILES = {
    "_config.yml",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "Makefile",
    "requirements.lock",
    ".gitignore",
}
GUIDES = [
    ROOT / name
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "autograde/README.md",
        "generator/README.md",
        "datasets/README.md",
    )
]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [Path(name) for name in listed.stdout.split("\0") if name]


def test_the_top_level_holds_the_rooms_and_nothing_else() -> None:
    assert {path.parts[0] for path in tracked()} == ROOMS | FILES


def test_the_lock_pins_everything_by_hash_and_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^[a-z0-9][^\n]*(?:\n {4}[^\n]*)*", lock, re.MULTILINE)
    assert len(entries) > 100
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in lock
    assert "--index" not in lock


def test_every_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    wanted = [*project["dependencies"]]
    wanted += [d for extra in project["optional-dependencies"].values() for d in extra]
    for dependency in wanted:
        if not dependency.startswith("cvm-lab["):
            assert re.search(rf'"{re.escape(dependency)}", +# \w+', text), dependency


@pytest.mark.parametrize("guide", GUIDES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_between_files_lead_somewhere(guide: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", guide.read_text(encoding="utf-8"))
    inside = [link for link in links if "://" not in link]
    assert not [link for link in inside if not (guide.parent / link).exists()]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_make_targets_that_a_text_names_exist(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", text, re.MULTILINE))
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert named <= set(targets)


def test_no_machine_path_and_no_registry_host_is_committed() -> None:
    hosts = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "deb." + "debian.org"]
    homes = re.compile(r"(?<![\w.])/(?:(?:root|work)/[\w.]|(?:home|Users)/(?!learner)\w+/)")
    for path in tracked():
        if path.suffix in {".parquet", ".woff", ".js", ".png"}:
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not [host for host in hosts if host in text], path
        assert not homes.search(text), f"{path}: {homes.search(text)}"
