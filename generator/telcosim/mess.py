"""The mess layer: plants a warehouse's faults in finished learner tables, and records each.

It is off by default, and never touches truth. Whether a row is hit is a pure function of the
world's seed and the row's own key, never of its position: a customer who lives the same life in
two worlds has the same faults in both, and a smaller base has those of the larger one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from telcosim import faults
from telcosim.calendar import DAY_S
from telcosim.errors import WorldError
from telcosim.faults import Mess
from telcosim.keyed import keyed_uniform
from telcosim.schema import NULL, TABLES, Table
from telcosim.streams import BoolArray, IntArray

Columns = dict[str, IntArray]
"""Column name to whole numbers, as a block's tables are made."""

RECORD = "truth_mess"
TABLE_CODE = {name: code for code, name in enumerate(faults.TOUCHED)}
COLUMN_CODE = {name: code for code, name in enumerate(faults.COLUMNS)}
TWICE, LATE, UNITS, MISSING = range(len(faults.KINDS))
WIDEST = 2**31 - 1
"""Amounts are 32 bits wide in the files."""


def messed(mess: Mess, seed: int, tables: Mapping[str, Columns]) -> dict[str, Columns]:
    """Return a block's tables with faults, and the record of them as truth_mess.

    Parameters
    ----------
    mess
        The share of rows that each kind of fault hits.
    seed
        The world's seed.
    tables
        The finished tables of a block; they are not changed.

    Returns
    -------
    dict
        All the tables, and truth_mess: one row per planted fault, sorted by customer.
    """
    dirty, noted = dict(tables), []
    for name in faults.TOUCHED:
        dirty[name], record = _plant(mess, seed, name, tables[name])
        noted += record
    names = [column.name for column in TABLES[RECORD].columns]
    whole = {c: np.concatenate([part[c] for part in noted]) for c in names}
    order = np.argsort(whole["customer_id"], kind="stable")
    return dirty | {RECORD: {c: values[order] for c, values in whole.items()}}


def cleaned(name: str, data: Mapping[str, IntArray], record: Mapping[str, IntArray]) -> Columns:
    """Undo the faults of a table, exactly.

    Parameters
    ----------
    name
        The table.
    data
        Its columns as whole numbers, as `telcosim.parquet.from_arrow` gives them: of a block, or
        of a whole world.
    record
        The columns of truth_mess for the same customers; other tables' rows are passed over.

    Returns
    -------
    dict
        The columns of the same table without mess, in the same order of rows.

    Raises
    ------
    WorldError
        If the record speaks of rows that are not there, or second copies are left: it belongs
        to another world.
    """
    mine = record["table"] == TABLE_CODE.get(name, NULL)
    if not mine.any():
        return dict(data)
    record = {c: values[mine] for c, values in record.items()}
    twice = record["kind"] == TWICE
    data = _without_copies(name, data, {c: v[twice] for c, v in record.items()})
    there, wanted = _index(_keys(name, data)), _index((record["key_1"], record["key_2"]))
    if not there.is_unique or not wanted.isin(there).all():
        raise WorldError(f"truth_mess and {name} do not agree on its rows: not its record.")
    rows = there.get_indexer(wanted)
    for column, code in COLUMN_CODE.items():
        changed = (record["column"] == code) & ~twice
        if changed.any():
            data[column] = data[column].copy()
            data[column][rows[changed]] = record["original"][changed]
    return data


def nullable(table: Table) -> Table:
    """Return the schema that a table has in a messy world: columns may have lost values."""
    lost = [column for name, column in faults.VALUE_LOST if name == table.name]
    columns = [replace(c, nullable=True) if c.name in lost else c for c in table.columns]
    return replace(table, columns=tuple(columns))


def _plant(mess: Mess, seed: int, name: str, data: Columns) -> tuple[Columns, list[Columns]]:
    """Return a table with its faults, and their records; cells first, then copies of rows."""
    keys, data = _keys(name, data), dict(data)
    record = []
    for column, kind, hit, planted in _changes(mess, seed, name, data, keys):
        record.append(_noted(name, data, column, kind, hit, planted))
        data[column] = np.where(hit, planted, data[column])
    if name in faults.LOADED_TWICE:
        hit = keyed_uniform(seed, f"mess.duplicates.{name}", keys) < mess.duplicates
        again = data["loaded_ts"] + DAY_S * _days(seed, f"mess.duplicates.{name}", keys, TWICE)
        record.append(_noted(name, data, "loaded_ts", TWICE, hit, again))
        data = _with_copies(data, hit, again)
    return data, record


def _changes(
    mess: Mess, seed: int, name: str, data: Columns, keys: tuple[IntArray, IntArray]
) -> Iterator[tuple[str, int, BoolArray, IntArray]]:
    """Yield column, kind, which rows are hit, and what they are hit with."""
    if name in faults.LOADED_LATE:
        hit = keyed_uniform(seed, f"mess.late.{name}", keys) < mess.late
        delay = DAY_S * _days(seed, f"mess.late.{name}", keys, LATE)
        yield "loaded_ts", LATE, hit, data["loaded_ts"] + delay
    for (table, column), (times, per) in faults.OTHER_UNIT.items():
        if table == name:
            hit = keyed_uniform(seed, f"mess.units.{name}.{column}", keys) < mess.units
            wrong = data[column] * times // per
            # Nothing is nothing in any unit.
            yield column, UNITS, hit & (wrong != data[column]) & (wrong <= WIDEST), wrong
    for table, column in faults.VALUE_LOST:
        if table == name:
            hit = keyed_uniform(seed, f"mess.missing.{name}.{column}", keys) < mess.missing
            yield column, MISSING, hit, np.full_like(keys[0], NULL)


def _noted(
    name: str, data: Columns, column: str, kind: int, hit: BoolArray, planted: IntArray
) -> Columns:
    """Return the record of one kind of fault in one column, for the rows that are hit."""
    key_1, key_2 = _keys(name, data)
    count = int(hit.sum())
    return {
        "table": np.full(count, TABLE_CODE[name]),
        "customer_id": data["customer_id"][hit],
        "key_1": key_1[hit],
        "key_2": key_2[hit],
        "column": np.full(count, COLUMN_CODE[column]),
        "kind": np.full(count, kind),
        "original": data[column][hit],
        "planted": planted[hit],
    }


def _with_copies(data: Columns, hit: BoolArray, loaded_ts: IntArray) -> Columns:
    """Put a second copy behind each row that is hit, loaded later."""
    rows = np.repeat(np.arange(len(hit)), 1 + hit)
    copies = np.append(np.zeros(1, dtype=np.bool_), rows[1:] == rows[:-1])[: len(rows)]
    whole = {c: values[rows] for c, values in data.items()}
    whole["loaded_ts"] = np.where(copies, loaded_ts[rows], whole["loaded_ts"])
    return whole


def _without_copies(name: str, data: Mapping[str, IntArray], record: Columns) -> Columns:
    if name not in faults.LOADED_TWICE:
        return dict(data)
    planted = _index((record["key_1"], record["key_2"], record["planted"]))
    copies = _index((*_keys(name, data), data["loaded_ts"])).isin(planted)
    return {c: values[~copies] for c, values in data.items()}


def _keys(name: str, data: Mapping[str, IntArray]) -> tuple[IntArray, IntArray]:
    """Return the key of each row as two whole numbers; the second is NULL where one is enough."""
    first, *second = (data[column] for column in TABLES[name].key)
    return first, second[0] if second else np.full_like(first, NULL)


def _index(columns: tuple[IntArray, ...]) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays(list(columns))


def _days(seed: int, stream: str, keys: tuple[IntArray, IntArray], kind: int) -> IntArray:
    low, high = faults.TWICE_DAYS if kind == TWICE else faults.LATE_DAYS
    lots = keyed_uniform(seed, f"{stream}.days", keys)
    return low + np.floor(lots * (high - low + 1)).astype(np.int64)
