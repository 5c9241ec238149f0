"""A sample cohort of eight, made as learners make it: from the released pack, then edited.

Run ``python tests/autograde/sample_cohort.py --pack PACK.zip --exercise 2-2 --out DIR``.
"""

import argparse
import copy
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "exercises"))

import case  # noqa: E402 - found through the line above, however this file is run
from case import Case  # noqa: E402

from cvmgrade import assignments  # noqa: E402

LOOP = "while True:\n    pass\n"
SNOOP = """import os
from pathlib import Path

found = []
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("proc", "site-packages", "lib")]
    found += [f"{folder}/{name}" for name in files
              if name in ("gradebook.db", "secret", "cohort.json", "pyproject.toml")
              or name.startswith("truth")]
for page in Path("/proc").glob("*/environ"):
    if os.access(page, os.R_OK) and b"SECRET" in page.read_bytes():
        found.append(str(page))
closed = ("/etc/shadow", os.sep.join(("", "root", ".bashrc")))
found += [path for path in closed if os.access(path, os.R_OK)]
found += [str(path) for path in Path.cwd().rglob("*.ipynb")]
print("found:", found)
"""

Notebook = dict[str, Any]


def released(pack: Path) -> tuple[str, Notebook]:
    """Return the name and content of the notebook in a pack."""
    with zipfile.ZipFile(pack) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".ipynb")]
        return Path(name).name, json.loads(archive.read(name))


def solutions(source: Path) -> dict[str, str]:
    """Return the reference solution of each solution cell, without its markers."""
    cells = json.loads(source.read_text(encoding="utf-8"))["cells"]
    return {about["grade_id"]: _unmarked("".join(cell["source"])) for cell in cells
            if (about := cell["metadata"].get("nbgrader", {})).get("solution")}  # fmt: skip


def fill(notebook: Notebook, answers: dict[str, str]) -> Notebook:
    """Return a copy with the sources of solution cells replaced by grade_id."""
    filled = copy.deepcopy(notebook)
    ids = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in filled["cells"]}
    for grade_id, source in answers.items():
        ids[grade_id]["source"] = source
    return filled


def total(notebook: Notebook) -> float:
    """Return the points that can be reached."""
    return sum(float(cell["metadata"]["nbgrader"]["points"]) for cell in notebook["cells"]
               if cell["metadata"].get("nbgrader", {}).get("grade"))  # fmt: skip


def make(pack: Path, source: Path, cases: dict[str, Case], out: Path) -> dict[str, float | None]:
    """Write the eight submissions as ``out/<learner>/<notebook>``.

    Returns
    -------
    dict
        The points each must get; None where only the direction is fixed (less than full, more
        than nothing), or where there is no grade (``not-json``).
    """
    name, blank = released(pack)
    reference = solutions(source)
    first, *_, last = reference
    most = total(blank)
    wrong = {key: item for key, item in cases.items() if item.cells and item.points < most}
    (one, two) = list(wrong)[:2]
    full = fill(blank, reference)
    snoop = copy.deepcopy(full)
    snoop["cells"].insert(0, {"cell_type": "code", "execution_count": None, "id": "look",
                              "metadata": {}, "outputs": [], "source": SNOOP})  # fmt: skip
    sent: dict[str, tuple[Notebook | str, float | None]] = {
        "full-marks": (full, most),
        "partly-right": (
            fill(blank, {key: text for key, text in reference.items() if key != last}), None),
        f"misconception-{one}": (fill(blank, reference | wrong[one].cells), wrong[one].points),
        f"misconception-{two}": (fill(blank, reference | wrong[two].cells), wrong[two].points),
        "blank": (blank, 0.0),
        "not-json": (json.dumps(full)[:-40], None),
        "endless-loop": (fill(full, {first: LOOP + reference[first]}), None),
        "reads-the-gradebook": (snoop, most),
    }  # fmt: skip
    for learner, (content, _) in sent.items():
        target = out / learner / name
        target.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        target.write_text(text, encoding="utf-8")
    return {learner: expected for learner, (_, expected) in sent.items()}


def _unmarked(source: str) -> str:
    kept = [line for line in source.splitlines()
            if "BEGIN SOLUTION" not in line and "END SOLUTION" not in line]  # fmt: skip
    return "\n".join(kept)


def main() -> None:
    """Read the arguments and write the cohort."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--exercise", required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    exercise = assignments.find(given.exercise, assignments.folder())
    made = make(given.pack, exercise.notebook, case.load(case.files()[exercise.id]), given.out)
    sys.stdout.write(f"{len(made)} submissions in {given.out}\n")


if __name__ == "__main__":
    main()
