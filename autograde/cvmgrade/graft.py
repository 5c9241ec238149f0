"""Rebuild the notebook that runs: all of it is ours, but for the text of the learner's cells.

From a submission come only the sources of solution cells, and of cells that the learner added.
Ids, tags, points, types, order and every locked or test cell come from the release and the
exercise's source, so that nothing a submission says about itself has an effect.
"""

import copy
import json
from pathlib import Path
from typing import Any

from .errors import GraftError

MAX_CELLS = 500
MAX_SOURCE = 1024**2
"""Characters of all cells together; twenty times what a long exercise has."""

Cell = dict[str, Any]
Notebook = dict[str, Any]


def read(path: Path) -> list[Cell]:
    """Return a submitted notebook's cells, each with a type, a source and its names.

    Raises
    ------
    GraftError
        If the file is no notebook of this format; the message is the recorded reason.
    """
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError:
        raise GraftError("The submitted file has disappeared from the cohort's folder.") from None
    except UnicodeDecodeError:
        raise GraftError("The file is not text in UTF-8, so it is no notebook.") from None
    except (ValueError, RecursionError):
        raise GraftError(
            "The file is not valid JSON, so it is no notebook. Save it again from Jupyter."
        ) from None
    if (
        not isinstance(content, dict)
        or content.get("nbformat") != 4
        or not isinstance(content.get("cells"), list)
    ):
        raise GraftError(
            "The file is not a notebook of version 4. Save it again from a current Jupyter."
        )
    if len(content["cells"]) > MAX_CELLS:
        raise GraftError(f"The notebook has more than {MAX_CELLS} cells.")
    cells = [_plain(cell) for cell in content["cells"]]
    if sum(len(cell["source"]) for cell in cells) > MAX_SOURCE:
        raise GraftError(f"The notebook's cells hold more than {MAX_SOURCE:,} characters.")
    return cells


def graft(cells: list[Cell], release: Notebook, source: Notebook) -> Notebook:
    """Return the notebook to run.

    Parameters
    ----------
    cells
        The submission, as ``read`` returns it.
    release
        The released notebook: structure, metadata, and what an unanswered cell holds.
    source
        The exercise's source: full text of locked and test cells.
    """
    made = copy.deepcopy(release)
    full = {_grade_id(cell): _text(cell) for cell in source["cells"]}
    own = {_grade_id(cell): cell for cell in made["cells"] if _is_own(cell)}
    known = {_grade_id(cell) for cell in made["cells"]}
    answers, extra = _sort(cells, own, known)
    grafted: list[Cell] = list(map(_added, extra.get("", [])))
    for cell in made["cells"]:
        name = _grade_id(cell)
        cell.pop("attachments", None)
        cell["source"] = answers.get(name, _text(cell)) if name in own else full[name]
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
        grafted += [cell, *map(_added, extra.get(name, []))]
    for number, cell in enumerate(grafted):
        cell["id"] = f"cell-{number}"
    return made | {"cells": grafted, "nbformat": 4, "nbformat_minor": 5}


def _sort(
    cells: list[Cell], own: dict[str, Cell], known: set[str]
) -> tuple[dict[str, str], dict[str, list[Cell]]]:
    """Return answers by grade_id, and added cells by the grade_id of the cell they follow."""
    names = [_name(cell, own, known) for cell in cells]
    last = {name: number for number, name in enumerate(names) if name in own}
    answers: dict[str, str] = {}
    extra: dict[str, list[Cell]] = {}
    anchor = ""
    for number, (cell, name) in enumerate(zip(cells, names, strict=True)):
        if name in own and last[name] == number:
            answers[name] = cell["source"]
        elif name is None or name in own:  # added, or a copy of an answer before the last one
            extra.setdefault(anchor, []).append(cell)
        anchor = name or anchor
    return answers, extra


def _name(cell: Cell, own: dict[str, Cell], known: set[str]) -> str | None:
    """Return which cell of the release this is: by its grade_id, else by its own id."""
    for name in cell["names"]:
        if name in known and (name not in own or own[name]["cell_type"] == cell["cell_type"]):
            return str(name)
    return None


def _added(cell: Cell) -> Cell:
    made = {"cell_type": cell["cell_type"], "metadata": {}, "source": cell["source"]}
    if cell["cell_type"] == "code":
        made |= {"outputs": [], "execution_count": None}
    return made


def _plain(cell: object) -> Cell:
    """Return what we take from a submitted cell, whatever else it holds."""
    found = cell if isinstance(cell, dict) else {}
    kind = found.get("cell_type")
    metadata = found.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = about.get("grade_id") if isinstance(about, dict) else None
    return {
        "cell_type": kind if kind in ("code", "markdown") else "raw",
        "source": _text(found),
        "names": [each for each in (name, found.get("id")) if isinstance(each, str)],
    }


def _text(cell: Cell) -> str:
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""


def _is_own(cell: Cell) -> bool:
    """Whether a released cell is the learner's to write."""
    about = cell["metadata"].get("nbgrader", {})
    return bool(about.get("solution") or about.get("task"))


def _grade_id(cell: Cell) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
