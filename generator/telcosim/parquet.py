"""Between whole numbers and Parquet files, by the schema alone."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from telcosim.schema import NULL, Column, Table
from telcosim.streams import IntArray


def to_arrow(table: Table, columns: Mapping[str, IntArray]) -> pa.Table:
    """Return a block of a table in its Arrow schema."""
    arrays = [_encode(column, columns[column.name]) for column in table.columns]
    return pa.Table.from_arrays(arrays, schema=table.arrow)


def from_arrow(table: Table, data: pa.Table) -> dict[str, IntArray]:
    """Return the whole numbers that `to_arrow` was given."""
    return {column.name: _decode(column, data[column.name]) for column in table.columns}


def write_blocks(table: Table, blocks: Iterable[pa.Table], path: Path) -> None:
    """Write blocks as row groups of one file, to a temporary name first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".tmp")
    encodings = {c.name: c.encoding for c in table.columns if c.encoding}
    plain = [c.name for c in table.columns if not c.encoding]
    with pq.ParquetWriter(
        unfinished,
        table.arrow,
        compression="zstd",
        compression_level=1,
        use_dictionary=plain,
        column_encoding=encodings,
    ) as writer:
        for block in blocks:
            writer.write_table(block, row_group_size=max(block.num_rows, 1))
    unfinished.replace(path)


def _encode(column: Column, values: IntArray) -> pa.Array:
    missing = values == NULL if column.nullable else None
    if column.kind == "category":
        return pa.DictionaryArray.from_arrays(
            pa.array(values.astype(np.int16), mask=missing),
            pa.array(column.categories, pa.string()),
        )
    if column.kind == "bool":
        return pa.array(values.astype(np.bool_), mask=missing)
    if column.kind in {"date", "timestamp"}:
        unit = "datetime64[D]" if column.kind == "date" else "datetime64[s]"
        return pa.array(values.astype(unit), column.arrow.type, mask=missing)
    return pa.array(values, mask=missing).cast(column.arrow.type)


def _decode(column: Column, values: pa.ChunkedArray) -> IntArray:
    whole = values.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # an empty table has no chunk to combine
        return np.zeros(0, dtype=np.int64)
    if column.kind == "category":
        code = {text: k for k, text in enumerate(column.categories)}
        found = np.array([code[t] for t in whole.dictionary.to_pylist()], dtype=np.int64)
        codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return np.where(codes < 0, NULL, np.append(found, NULL)[codes])
    if column.kind == "date":
        whole = whole.cast(pa.int32())
    if column.kind == "timestamp":  # Parquet has no seconds: they come back as milliseconds
        whole = whole.cast(column.arrow.type).cast(pa.int64())
    return np.asarray(whole.cast(pa.int64()).fill_null(NULL).to_numpy(), dtype=np.int64)
