"""Check that a world is whole, is what its manifest says, and obeys its own laws."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from telcosim.digest import content_digest
from telcosim.generate import truth_folder
from telcosim.manifest import FILE, Manifest, TableEntry, read_manifest
from telcosim.parquet import from_arrow
from telcosim.schema import TABLES, Table
from telcosim.world import load

Tables = dict[str, pd.DataFrame]


def verify(folder: str | Path) -> list[str]:
    """Return what is wrong with a world, one sentence per problem; nothing if it is sound.

    Checks files and content digests, keys, foreign keys and the laws of the tables that are
    there. Where the truth lies beside the world, its files and digests are checked too.

    Raises
    ------
    WorldError
        If the folder is not a world at all.
    """
    world = Path(folder)
    problems = list(_check_files(world, read_manifest(world)))
    if (truth_folder(world) / FILE).is_file():
        truth = truth_folder(world)
        problems += _check_files(truth, read_manifest(truth))
    if problems:
        return problems
    tables = {name: load(name, world) for name in read_manifest(world).tables}
    problems += _check_keys(tables)
    for needs, law in LAWS:
        if all(name in tables for name in needs):
            problems += law(tables)
    return problems


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


def _check_keys(tables: Tables) -> Iterator[str]:
    for name, data in tables.items():
        table = TABLES[name]
        if double := int(data.duplicated(list(table.key)).sum()):
            yield f"{name}: {double} rows repeat the key ({', '.join(table.key)})."
        for column, (other, key) in table.references:
            if other in tables and (lost := int((~data[column].isin(tables[other][key])).sum())):
                yield f"{name}: {lost} rows point to a {column} that is not in {other}."
        required = [column.name for column in table.columns if not column.nullable]
        for incomplete in data[required].columns[data[required].isna().any()]:
            yield f"{name}: {incomplete} has missing values."


def _invoices_add_up(tables: Tables) -> Iterator[str]:
    bills = tables["invoices"]
    parts = bills[["fee_cents", "overage_cents", "roaming_cents", "addon_cents"]].sum(axis=1)
    if wrong := int((parts != bills["total_cents"]).sum()):
        yield f"invoices: {wrong} totals are not the sum of fee, overage, roaming and add-on."


def _payments_match(tables: Tables) -> Iterator[str]:
    bills = tables["invoices"].set_index("invoice_id")["total_cents"]
    paid = tables["payments"]
    if wrong := int((paid["amount_cents"] != paid["invoice_id"].map(bills)).sum()):
        yield f"payments: {wrong} amounts differ from their invoice."
    if double := int(paid["invoice_id"].duplicated().sum()):
        yield f"payments: {double} invoices are settled twice."


EVENTS = (
    "usage_monthly",
    "topups",
    "invoices",
    "payments",
    "dunning_steps",
    "care_contacts",
    "complaints",
    "digital_events",
    "consents",
    "contacts",
    "responses",
    "benefits",
)


def _inside_life(tables: Tables) -> Iterator[str]:
    start = tables["customers"].set_index("customer_id")["acquired_on"]
    end = tables["churn_events"].set_index("customer_id")["event_ts"]
    for name in EVENTS:
        if name not in tables:
            continue
        data = tables[name]
        if early := int((data["event_ts"] < data["customer_id"].map(start)).sum()):
            yield f"{name}: {early} rows lie before the activation of their customer."
        if late := int((data["event_ts"] > data["customer_id"].map(end)).sum()):
            yield f"{name}: {late} rows lie after their customer has left."
        if unknown := int((data["loaded_ts"] < data["event_ts"]).sum()):
            yield f"{name}: {unknown} rows were loaded before they happened."


def _terms_follow(tables: Tables) -> Iterator[str]:
    terms = tables["subscriptions"].sort_values(["subscription_id", "term_no"])
    following = terms.groupby("subscription_id")["term_start"].shift(-1)
    gap = following.notna() & (following != terms["closed_on"])
    if wrong := int(gap.sum()):
        yield f"subscriptions: {wrong} terms do not end where the next one starts."
    if wrong := int((terms["closed_on"] < terms["term_start"]).sum()):
        yield f"subscriptions: {wrong} terms are closed before they start."


def _balance_is_never_overdrawn(tables: Tables) -> Iterator[str]:
    both = tables["topups"].set_index("customer_id")[["amount_cents", "bonus_cents"]]
    added = both.sum(axis=1).groupby(level=0).sum()
    spent = tables["usage_monthly"].groupby("customer_id")["charged_cents"].sum()
    if wrong := int((spent > added.reindex(spent.index, fill_value=0)).sum()):
        yield f"topups: {wrong} customers spent more than they ever topped up."


def _responses_follow_contact(tables: Tables) -> Iterator[str]:
    key = ["campaign_id", "customer_id", "offer_id"]
    contacts, said_yes = tables["contacts"], tables["responses"][key]
    reached = contacts.loc[contacts["reached"], key]
    without = int(said_yes.merge(reached, how="left", indicator=True)["_merge"].ne("both").sum())
    if without:
        yield f"responses: {without} acceptances of an offer that did not reach the customer."
    control = contacts["arm"] == "control"
    if wrong := int((control != contacts["offer_id"].isna()).sum()):
        yield f"contacts: {wrong} control customers have an offer, or treated ones have none."


LAWS: tuple[tuple[tuple[str, ...], Callable[[Tables], Iterator[str]]], ...] = (
    (("invoices",), _invoices_add_up),
    (("invoices", "payments"), _payments_match),
    (("customers", "churn_events"), _inside_life),
    (("subscriptions",), _terms_follow),
    (("topups", "usage_monthly"), _balance_is_never_overdrawn),
    (("contacts", "responses"), _responses_follow_contact),
)
