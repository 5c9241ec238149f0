"""Laws that hold in every table, by its schema."""

from collections.abc import Iterator

from telcosim.laws.law import Law, Tables
from telcosim.schema import TABLES


def _keys_are_unique(tables: Tables) -> Iterator[str]:
    for name, data in tables.items():
        key = list(TABLES[name].key)
        if double := int(data.duplicated(key).sum()):
            yield f"{name}: {double} rows repeat the key ({', '.join(key)})."


def _references_are_complete(tables: Tables) -> Iterator[str]:
    for name, data in tables.items():
        for column, (other, key) in TABLES[name].references:
            if other in tables and (lost := int((~data[column].isin(tables[other][key])).sum())):
                yield f"{name}: {lost} rows point to a {column} that is not in {other}."


def _nothing_is_missing(tables: Tables) -> Iterator[str]:
    for name, data in tables.items():
        required = [column.name for column in TABLES[name].columns if not column.nullable]
        for incomplete in data[required].columns[data[required].isna().any()]:
            yield f"{name}: {incomplete} has missing values."


def _known_after_it_happened(tables: Tables) -> Iterator[str]:
    for name, data in tables.items():
        dated = {"event_ts", "loaded_ts"} <= set(data)
        if dated and (unknown := int((data["loaded_ts"] < data["event_ts"]).sum())):
            yield f"{name}: {unknown} rows were loaded before they happened."


LAWS = (
    Law("keys are unique", "No two rows of a table have the same key.", (), _keys_are_unique),
    Law(
        "references are complete", "Whatever a row points to exists.", (), _references_are_complete
    ),
    Law(
        "nothing is missing",
        "A column has missing values only where the schema allows them.",
        (),
        _nothing_is_missing,
    ),
    Law(
        "known after it happened",
        "No row was loaded before its event happened.",
        (),
        _known_after_it_happened,
    ),
)
