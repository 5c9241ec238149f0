"""Read worlds: which one is meant, and its tables as pandas DataFrames."""

import os
import shutil
import sys
from hashlib import blake2b
from pathlib import Path

import pandas as pd
import platformdirs
import pyarrow as pa
import pyarrow.parquet as pq

from telcosim.config import load_config, preset_names
from telcosim.errors import NoTruthError, WorldError
from telcosim.generate import generate, truth_folder
from telcosim.manifest import FILE, read_manifest
from telcosim.schema import Table, table

OPEN_SEED = 7
"""The seed of the open worlds that lessons are set in."""

PACK_FOLDER = "world"
"""Inside a learner pack, the world lies in this folder beside the notebook."""


def load(name: str, world: str | Path | None = None) -> pd.DataFrame:
    """Read a learner table.

    Parameters
    ----------
    name
        The table, for example "usage_monthly"; `telcosim schema` lists them.
    world
        A folder made by `telcosim generate`, or the name of a preset. By default the world of
        the pack that the notebook lies in; else the folder or preset in the environment variable
        CVM_WORLD; else the open `course` world, made once on this computer.

    Returns
    -------
    pandas.DataFrame
        Grain, units and meaning as in the data dictionary; money in euro cents, texts as
        strings, whole numbers as int64; where one may be missing its column is float.

    Raises
    ------
    TelcosimError
        If there is no such table, or the world is not whole.
    """
    schema = table(name)
    if schema.truth:
        raise WorldError(f"{name} is a truth table: read it with telcosim.truth({name!r}).")
    return _read(schema, find_world(world))


def truth(name: str, world: str | Path | None = None) -> pd.DataFrame:
    """Read a truth table of an open world; the arguments are those of `load`.

    Raises
    ------
    NoTruthError
        If the world is closed: then only its grader has the truth.
    """
    schema = table(name)
    if not schema.truth:
        raise WorldError(f"{name} is a learner table: read it with telcosim.load({name!r}).")
    folder = truth_folder(find_world(world))
    if not (folder / FILE).is_file():
        raise NoTruthError(
            f"This world is closed: it has no {name}.\n"
            'Open worlds, such as telcosim.truth(..., world="course"), have one.'
        )
    return _read(schema, folder)


def find_world(world: str | Path | None = None) -> Path:
    """Return the folder of the world that is meant, see `load`."""
    pack = Path.cwd() / PACK_FOLDER
    if world is None and (pack / FILE).is_file():
        return pack
    chosen = world or os.environ.get("CVM_WORLD") or "course"
    if str(chosen) in preset_names() and not Path(chosen).is_dir():
        return open_world(str(chosen))
    return Path(chosen)


def open_world(preset: str) -> Path:
    """Return the open world of a preset from the user's cache, made there the first time."""
    config = load_config(preset)
    key = blake2b(repr(config).encode(), digest_size=4).hexdigest()
    cache = os.environ.get("CVM_CACHE") or platformdirs.user_cache_dir("cvm-lab", appauthor=False)
    home = Path(cache) / "worlds" / f"{preset}-{OPEN_SEED}-{key}"
    world = home / PACK_FOLDER
    if not (world / FILE).is_file():
        sys.stderr.write(f"Making the {preset} world, once on this computer ...\n")
        # Made under a name of its own, so that two notebooks may start at the same time.
        mine = home.with_name(f"{home.name}.{os.getpid()}")
        generate(preset, OPEN_SEED, mine / PACK_FOLDER, progress=sys.stderr.isatty())
        try:
            mine.rename(home)
        except OSError:
            shutil.rmtree(mine)
    return world


def _read(schema: Table, folder: Path) -> pd.DataFrame:
    manifest = read_manifest(folder)
    if schema.name not in manifest.tables:
        raise WorldError(
            f"The world in {folder} has no table {schema.name}.\n"
            f"It has: {', '.join(manifest.tables)}."
        )
    files = [folder / file for file in sorted(manifest.tables[schema.name].files)]
    if missing := [file for file in files if not file.is_file()]:
        raise WorldError(
            f"The world in {folder} is not whole: {missing[0].name} of {schema.name} is gone.\n"
            "Delete the folder and make the world again."
        )
    return plain_frame(pa.concat_tables([pq.read_table(f, partitioning=None) for f in files]))


def plain_frame(data: pa.Table) -> pd.DataFrame:
    """Return a table as learners meet it: strings, int64, dates."""
    data = data.cast(pa.schema([_plain(field) for field in data.schema]))
    frame: pd.DataFrame = data.to_pandas(date_as_object=False)
    return frame


def _plain(field: pa.Field) -> pa.Field:
    """Coded categories come as strings, whole numbers wide enough to calculate with."""
    if pa.types.is_dictionary(field.type):
        return field.with_type(pa.string())
    return field.with_type(pa.int64()) if pa.types.is_integer(field.type) else field
