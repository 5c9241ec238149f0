"""Keep executed notebooks only as long as the code they import is unchanged.

The execution cache knows a notebook's own cells, not the packages that they import. After a change
to the simulator, pages would show the figures of yesterday's operator. So the cache lies in a
folder named after a digest of that code: new code, new folder, everything runs again.

A page whose notebook failed is read again on the next build, too: otherwise that build would find
nothing changed, say nothing, and succeed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

CODE = ("generator/telcosim", "notebooks/cvmkit", "autograde/cvmgrade")
SUFFIXES = frozenset({".py", ".json", ".toml", ".csv", ".parquet"})


def code_files(root: Path) -> Iterable[Path]:
    """Yield every file of the packages that a notebook may import, in a stable order."""
    for folder in CODE:
        yield from sorted(path for path in (root / folder).rglob("*") if path.suffix in SUFFIXES)


def digest(root: Path) -> str:
    """Return 12 hex digits that change with any of the code files' names or bytes."""
    state = hashlib.blake2b(digest_size=6)
    for path in code_files(root):
        state.update(path.relative_to(root).as_posix().encode())
        state.update(path.read_bytes())
    return state.hexdigest()


def place_cache(app: Sphinx, config: Config) -> None:
    """Point myst-nb's execution cache at the folder of the present code."""
    root = Path(app.srcdir)
    config.nb_execution_cache_path = str(root / "_build" / "book-cache" / digest(root))


def retry_failed(
    _app: Sphinx, env: BuildEnvironment, _added: set[str], _changed: set[str], _removed: set[str]
) -> list[str]:
    """Name the pages whose notebook did not run through in the build before."""
    known: dict[str, dict[str, Any]] = getattr(env, "nb_metadata", {})
    return [
        page for page, data in known.items() if not data.get("exec_data", {}).get("succeeded", True)
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("config-inited", place_cache)
    app.connect("env-get-outdated", retry_failed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
