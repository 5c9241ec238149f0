"""The manifest of a world: what it was made from, and the digest of every table."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from telcosim.digest import combined_digest
from telcosim.errors import WorldError

FILE = "manifest.json"
FORMAT = 2


@dataclass(frozen=True)
class TableEntry:
    """What a manifest states of one table.

    Attributes
    ----------
    rows
        Number of rows.
    blocks
        Content digest of each block, in order.
    files
        Size in bytes by path, relative to the world's folder.
    """

    rows: int
    blocks: list[str]
    files: dict[str, int]

    @property
    def digest(self) -> str:
        """The table's content digest."""
        return combined_digest(self.blocks)

    def followed_by(self, other: "TableEntry") -> "TableEntry":
        """Return the entry of this part and the next one together."""
        return TableEntry(
            self.rows + other.rows, self.blocks + other.blocks, self.files | other.files
        )


@dataclass(frozen=True)
class Manifest:
    """What is known of a world without opening its tables.

    Attributes
    ----------
    preset, customers, months
        Its size and the preset that it started from.
    seed, overrides, world
        What it was made from, and whose policy made its history; None in a closed world.
    tables
        An entry per table.
    versions
        Versions of the libraries that made it.
    mess
        Whether faults of a data warehouse were planted in the learner tables.
    """

    preset: str
    customers: int
    months: int
    seed: int | None
    overrides: dict[str, Any] | None
    world: str | None
    tables: dict[str, TableEntry]
    versions: dict[str, str] = field(default_factory=dict)
    mess: bool = False

    @property
    def digests(self) -> dict[str, str]:
        """The content digest of each table."""
        return {name: entry.digest for name, entry in self.tables.items()}

    def write(self, folder: Path) -> None:
        """Write manifest.json, whole or not at all."""
        content = {"format": FORMAT, **asdict(self)}
        for name, entry in self.tables.items():
            content["tables"][name]["digest"] = entry.digest
        if not self.mess:
            del content["mess"]
        write_json(folder / FILE, content)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a world.

    Raises
    ------
    WorldError
        If there is none, or it is not one of ours.
    """
    path = folder / FILE
    if not path.is_file():
        raise WorldError(
            f"{folder} is not a world: it has no {FILE}.\n"
            "Make one with: telcosim generate --preset course --seed 7 --out DIR"
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("format") != FORMAT:
            raise WorldError(f"{path} has another format; generate the world again.")
        for entry in content["tables"].values():
            entry.pop("digest")
        tables = {name: TableEntry(**entry) for name, entry in content.pop("tables").items()}
        return Manifest(tables=tables, **content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorldError(f"{path} is damaged ({error}); generate the world again.") from None


def merged(parts: Iterable[dict[str, TableEntry]]) -> dict[str, TableEntry]:
    """Put the entries of parts together, in the order given."""
    tables: dict[str, TableEntry] = {}
    for part in parts:
        for name, entry in part.items():
            tables[name] = tables[name].followed_by(entry) if name in tables else entry
    return tables


def write_json(path: Path, content: object) -> None:
    """Write JSON to a temporary name, then rename it."""
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)
