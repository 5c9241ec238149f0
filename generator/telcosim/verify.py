"""Check that a world is whole, is what its manifest says, and obeys its own laws."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from telcosim.digest import content_digest
from telcosim.generate import truth_folder
from telcosim.laws import LAWS
from telcosim.manifest import FILE, Manifest, TableEntry, read_manifest
from telcosim.parquet import from_arrow
from telcosim.schema import TABLES, Table
from telcosim.world import load

FILES = (
    "files agree with the manifest",
    "Every file is there, and rows and content digests are those of the manifest.",
)
"""Name and statement of the check that comes before the laws."""


MESSY = (
    "This world was made with a mess layer, as its manifest says: faults of these kinds were "
    "planted, and truth_mess lists every one."
)


@dataclass(frozen=True)
class Finding:
    """What came of one check.

    Attributes
    ----------
    name, statement
        What was checked.
    rows
        How many rows were looked at; None where the check could not be made.
    problems
        What is wrong, a sentence each.
    """

    name: str
    statement: str
    rows: int | None
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool | None:
        """Whether it passed; None where it could not be made."""
        return not self.problems if self.problems or self.rows is not None else None


def verify(folder: str | Path) -> list[str]:
    """Return what is wrong with a world, one sentence per problem; nothing if it is sound.

    Checks files and content digests, keys, foreign keys and the laws of the tables that are
    there (`telcosim.laws`); each sentence ends with the name of what is broken. Where the truth
    lies beside the world, its files and digests are checked too. A world with a mess layer is
    never sound: its faults are found, and one more line says where they come from.

    Raises
    ------
    WorldError
        If the folder is not a world at all.
    """
    found = [f"{said} [{f.name}]" for f in examine(folder) for said in f.problems]
    return [*found, MESSY] if read_manifest(Path(folder)).mess else found


def examine(folder: str | Path) -> list[Finding]:
    """Return what came of every check, files first; the laws need files that are whole.

    Raises
    ------
    WorldError
        If the folder is not a world at all.
    """
    world = Path(folder)
    roots = [world]
    if (truth_folder(world) / FILE).is_file():
        roots.append(truth_folder(world))
    manifests = {root: read_manifest(root) for root in roots}
    problems = tuple(said for root in roots for said in _check_files(root, manifests[root]))
    rows = sum(e.rows for manifest in manifests.values() for e in manifest.tables.values())
    stored = Finding(*FILES, rows, problems)
    if problems:
        return [stored, *(Finding(law.name, law.statement, None) for law in LAWS)]
    tables = {name: load(name, world) for name in manifests[world].tables}
    found = [stored]
    for law in LAWS:
        seen = law.rows(tables)
        wrong = () if seen is None else tuple(law.breaches(tables))
        found.append(Finding(law.name, law.statement, seen, wrong))
    return found


def _check_files(folder: Path, manifest: Manifest) -> Iterator[str]:
    files = {file: size for entry in manifest.tables.values() for file, size in entry.files.items()}
    missing = [file for file in files if not (folder / file).is_file()]
    if missing:
        yield (
            f"{len(missing)} of {len(files)} files are missing in {folder}, first {missing[0]}: "
            "delete the folder and make the world again."
        )
        return
    for name, entry in manifest.tables.items():
        yield from _check_digests(folder, TABLES[name], entry)


def _check_digests(folder: Path, table: Table, entry: TableEntry) -> Iterator[str]:
    found: list[str] = []
    rows = 0
    for file in sorted(entry.files):
        try:
            with pq.ParquetFile(folder / file) as parquet:
                groups = [parquet.read_row_group(k) for k in range(parquet.num_row_groups)]
        except (OSError, ValueError) as error:
            yield f"{file} cannot be read: {str(error).splitlines()[0]}"
            return
        found += [content_digest(from_arrow(table, group)) for group in groups]
        rows += sum(group.num_rows for group in groups)
    # A block without rows leaves no row group behind, but its digest is known.
    empty = content_digest(dict.fromkeys((c.name for c in table.columns), _NO_VALUES))
    if [d for d in entry.blocks if d != empty] != [d for d in found if d != empty]:
        yield f"{table.name}: the content is not what the manifest says (digests differ)."
    if rows != entry.rows:
        yield f"{table.name}: {rows} rows where the manifest says {entry.rows}."


_NO_VALUES = np.zeros(0, dtype=np.int64)
