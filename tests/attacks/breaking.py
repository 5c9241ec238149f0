"""Breaking the batch: files and deliveries that nothing can be read from."""

import io
import json
import zipfile
from collections.abc import Callable

from attacks.attack import BESIDE, NOTEBOOK, Attack, Fifo, Files, Plain, Sheet
from attacks.effects import bulk, took
from attacks.evidence import Control, Evidence, left_out, stopped
from attacks.target import Target

MIB = 1024**2
Bytes = Callable[[Target], bytes]


def sent(name: str, content: Bytes, file: str = NOTEBOOK) -> Callable[[Target], Files]:
    """Return a delivery of one file with such content."""
    return lambda t: {f"{name}/{file}": content(t)}


def whole(t: Target) -> bytes:
    """Return an honest notebook's bytes."""
    return t.sheet().text().encode()


def nothing(_: Target) -> bytes:
    """Return a file without content."""
    return b""


def pipe(_: Target) -> Files:
    """Return a named pipe in the notebook's place."""
    return {f"pipe-as-notebook/{NOTEBOOK}": Fifo()}


def changed(**parts: object) -> Bytes:
    """Return an honest notebook with other entries at its top."""
    return lambda t: json.dumps(t.sheet().content | parts).encode()


def deep(t: Target) -> bytes:
    """Return a notebook with JSON that is nested a hundred thousand levels deep."""
    nested = "[" * 100_000 + "]" * 100_000
    return whole(t).replace(b'"nbformat_minor"', f'"deep": {nested}, "nbformat_minor"'.encode())


def surrogate(t: Target) -> Sheet:
    """Return a notebook with half a character, which no file can hold."""
    return t.sheet().add("print('\ud800')", "totals")


def newer_schema(t: Target) -> Sheet:
    """Return a notebook that names a newer version of nbgrader's own metadata."""
    sheet = t.sheet()
    for cell in sheet.content["cells"]:
        cell["metadata"]["nbgrader"]["schema_version"] = 4
    return sheet


def odd_cells(t: Target) -> bytes:
    """Return a notebook with cells that are none."""
    return json.dumps(t.sheet().content | {"cells": [None, 1, {"cell_type": []}, {}]}).encode()


def many_cells(t: Target) -> bytes:
    """Return a notebook with ten thousand cells."""
    sheet = t.sheet()
    blank = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": []}
    more = [blank | {"execution_count": None, "id": f"n{n}"} for n in range(10_000)]
    return json.dumps(sheet.content | {"cells": more + sheet.content["cells"]}).encode()


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def bomb(t: Target) -> Files:
    """Return a zip of 300 KB that opens to 300 MB."""
    return {"zip-bomb.zip": zipped({"zip-bomb/data.ipynb": b" " * (300 * MIB)})}


def many_files(t: Target) -> Files:
    """Return a zip with more notebooks than a whole course hands in."""
    return {"zip-of-many.zip": zipped({f"zip-of-many/n{n}.ipynb": b"{}" for n in range(6_000)})}


def traversal(t: Target) -> Files:
    """Return a zip whose members climb out of their folder, in two spellings."""
    own = f"zip-traversal/{NOTEBOOK}"
    return {"zip-traversal.zip": zipped({
        own: whole(t), f"../../../o/zip-traversal/{NOTEBOOK}": b"{}",
        f"..\\..\\owned\\{NOTEBOOK}": b"{}", f"/owned/{NOTEBOOK}": b"{}",
    })}  # fmt: skip


def not_collected(seen: Evidence) -> str:
    """Say that a delivery stopped the collection of everyone's."""
    honest = (seen.course / "submitted" / "zz-neighbour").exists()
    return "" if honest else "nobody's work was collected"


def opened(seen: Evidence) -> str:
    """Say how much was written to disk."""
    files = [path for path in (seen.course / "downloaded").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) // MIB
    return f"{size} MB written to disk" if size > 250 else ""


def files_opened(seen: Evidence) -> str:
    """Say how many files were written to disk."""
    count = sum(path.is_file() for path in (seen.course / "downloaded").rglob("*"))
    return f"{count:,} files written to disk" if count > 5_000 else ""


REFUSED, LOST = frozenset({"refused"}), frozenset({"failed"})
EITHER = REFUSED | LOST

BROKEN: list[tuple[str, str, Bytes, Control, frozenset[str], str]] = [
    ("malformed", "malformed JSON", lambda t: whole(t)[:-40], left_out, LOST, "not valid JSON"),
    ("not-text", "not UTF-8", lambda t: whole(t) + b"\xff\xfe", left_out, LOST, "UTF-8"),
    ("empty", "an empty file", nothing, left_out, EITHER, "no notebook"),
    ("unknown-version", "unknown notebook format", changed(nbformat=99), left_out, LOST, "version"),
    ("deep", "deep JSON", deep, left_out, EITHER, "no notebook"),
]
SHAPES = [
    Attack(name, threat, sent(name, content), control, family="breaking", ends=ends, says=says,
           plain=BESIDE)
    for name, threat, content, control, ends, says in BROKEN
]  # fmt: skip

ATTACKS = [
    *SHAPES,
    Attack("newer-schema", "unknown schema version", newer_schema, stopped, family="breaking",
           exact=True, plain=BESIDE),
    Attack("half-character", "text that no file can hold", surrogate, left_out, family="breaking",
           exact=True, plain=BESIDE),
    Attack("odd-cells", "cells that are none", sent("odd-cells", odd_cells), left_out, 0,
           family="breaking", plain=BESIDE),
    Attack("huge", "huge notebooks", sent("huge", lambda t: t.sheet().add(
        "x" * 25 * MIB, kind="markdown").text().encode()), bulk, family="breaking",
           ends=REFUSED, says="at most"),
    Attack("many-cells", "huge notebooks: ten thousand cells", sent("many-cells", many_cells),
           took(15), family="breaking", ends=EITHER, says="cells", plain=Plain(limit_s=20)),
    Attack("wrong-name", "wrong notebook name", sent("wrong-name", whole, "answer.ipynb"), left_out,
           family="breaking", ends=REFUSED, says="0-3-target.ipynb", plain=BESIDE),
    Attack("no-notebook", "missing notebook", sent("no-notebook", whole, "answer.txt"), left_out,
           family="breaking", ends=frozenset({"absent", "refused"}), plain=BESIDE),
    Attack("pipe-sent", "a FIFO in the submission",
           lambda t: t.sheet().files("pipe-sent") | {"pipe-sent/data.csv": Fifo()}, left_out,
           family="breaking", exact=True, plain=BESIDE),
    Attack("pipe-as-notebook", "a FIFO as the notebook",
           pipe, took(7), family="breaking",
           ends=frozenset({"absent", "refused"}), plain=Plain(beside=True, limit_s=8)),
    Attack("zip-bomb", "zip bombs", bomb, opened, family="breaking", ends=REFUSED, alone=True),
    Attack("zip-of-many", "zip bombs: many files", many_files, files_opened, family="breaking",
           ends=REFUSED, alone=True, plain=Plain(limit_s=12)),
    Attack("zip-traversal", "path traversal", traversal, not_collected, family="breaking",
           alone=True, ends=frozenset({"graded", "refused"})),
]  # fmt: skip
