"""Keep notebooks clean: ``python -m cvmgrade.normalise [--check] PATHS``.

A normalised notebook has no outputs and no execution counts, stable cell ids, sorted keys and one
kernelspec, so that a change in review is a change somebody made.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT = {"kernelspec", "language_info", "cvm", "mystnb", "title", "authors"}
VOLATILE = {"collapsed", "execution", "ExecuteTime", "scrolled"}


def normalise(text: str) -> str:
    """Return a notebook's normalised text; a second time changes nothing."""
    content = json.loads(text)
    content["metadata"] = _metadata(content.get("metadata", {}))
    content["nbformat"], content["nbformat_minor"] = 4, 5
    seen: set[str] = set()
    for position, cell in enumerate(content["cells"]):
        _cell(cell)
        cell["id"] = _unique(_name(cell, position), seen)
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _metadata(found: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in found.items() if key in KEPT}
    return kept | {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}


def _cell(cell: dict[str, Any]) -> None:
    cell["metadata"] = {
        key: value for key, value in cell.get("metadata", {}).items() if key not in VOLATILE
    }
    source = "".join(cell["source"])
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
        source = source.rstrip()
    cell["source"] = source.splitlines(keepends=True)
    if not cell.get("attachments", True):
        del cell["attachments"]


def _name(cell: dict[str, Any], position: int) -> str:
    """Name a cell by its grade_id, else by its position."""
    grade_id = str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", grade_id).strip("-")[:60]
    return name or f"cell-{position:02d}"


def _unique(name: str, seen: set[str]) -> str:
    unique, n = name, 2
    while unique in seen:
        unique, n = f"{name}-{n}", n + 1
    seen.add(unique)
    return unique


def notebooks(paths: list[Path]) -> list[Path]:
    """Return the notebooks among files and below folders."""
    found = []
    for path in paths:
        below = path.rglob("*.ipynb") if path.is_dir() else [path]
        found += [each for each in below if ".ipynb_checkpoints" not in each.parts]
    return sorted(set(found))


def main(arguments: list[str]) -> int:
    """Normalise, or with ``--check`` list what is not; return the exit code."""
    checking = "--check" in arguments
    code = 0
    for path in notebooks([Path(word) for word in arguments if not word.startswith("--")]):
        try:
            before = path.read_text(encoding="utf-8")
            after = normalise(before)
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            print(f"{path}: not a readable notebook ({error})", file=sys.stderr)  # noqa: T201
            code = 1
            continue
        if after == before:
            continue
        if checking:
            print(f"{path}: not normalised; run 'make notebooks'")  # noqa: T201 - its answer
            code = 1
        else:
            path.write_text(after, encoding="utf-8", newline="\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
