"""The project's wheel: built from the checkout, cached by content, unpacked for the box."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from platformdirs import user_cache_path

from .assignments import checkout
from .errors import CvmError
from .worlds import readable

PACKAGES = {"cvmgrade": "autograde", "telcosim": "generator", "cvmkit": "notebooks"}


def build() -> Path:
    """Return the wheel of this checkout; build it only when its content is new."""
    root = checkout()
    if root is None:
        raise CvmError(
            "Packs carry the project's wheel, which is built from a clone of the "
            "course. Run this command from a clone."
        )
    home = _cache() / _content(root)
    found = list(home.glob("*.whl"))
    if not found:
        partial = home.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        run = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(partial)],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            said = (run.stderr or run.stdout).strip().splitlines()[-1:]
            raise CvmError(f"The wheel could not be built: {' '.join(said)}")
        _settle(partial, home)
        found = list(home.glob("*.whl"))
    return found[0]


def unpacked() -> Path:
    """Return a folder with our three packages and nothing else, for the box's PYTHONPATH."""
    if checkout() is None:
        return _copy_installed()
    wheel = build()
    home = wheel.parent / "lib"
    if not home.is_dir():
        partial = wheel.parent / "lib.partial"
        shutil.rmtree(partial, ignore_errors=True)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(partial)  # our own build
        readable(partial)
        _settle(partial, home)
    return home


def _copy_installed() -> Path:
    """Copy the installed packages: a folder of their own, without the rest of site-packages."""
    folders = {name: _location(name) for name in PACKAGES}
    home = _cache() / f"installed-{_digest(list(folders.values()))}"
    if not home.is_dir():
        partial = home.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        for name, folder in folders.items():
            shutil.copytree(folder, partial / name, ignore=shutil.ignore_patterns("__pycache__"))
        readable(partial)
        _settle(partial, home)
    return home


def _location(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise CvmError(f"The package {package} is not installed. Install cvm-lab again.")
    return Path(spec.origin).parent


def _cache() -> Path:
    path = Path(user_cache_path("cvm-lab")) / "wheels"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _content(root: Path) -> str:
    folders = [root / parent / name for name, parent in PACKAGES.items()]
    return _digest([*folders, root / "pyproject.toml", root / "README.md"])


def _digest(paths: list[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(f"{file.relative_to(path.parent)}\0".encode() + file.read_bytes())
    return total.hexdigest()[:16]


def _settle(partial: Path, home: Path) -> None:
    """Rename into place; if another process was first, its result is the same."""
    try:
        partial.rename(home)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
