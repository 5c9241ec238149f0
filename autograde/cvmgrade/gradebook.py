"""The gradebook's database: made whole or not at all, and nobody else's.

nbgrader makes its tables first and marks their version last, through another program. A process
that is killed between leaves a gradebook that every later run accepts and none can upgrade. Here
both are made in one transaction, and what nbgrader itself left half-made is completed.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from nbgrader.api import Base, Gradebook
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    NullPool,
    String,
    Table,
    create_engine,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from .cohort import Cohort
from .database import NO_URL, OWN
from .errors import CohortError, UsageError
from .faults import POSTGRES, explained, place, reason
from .tables import COHORT, METADATA

VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))
COURSE = Base.metadata.tables["course"]
"""nbgrader's assignments are of the course "", which it does not make: servers insist on it."""
HOLD_DATA = ("assignment", "student", "submitted_assignment", "cvm_submission")
CONNECT_S = 10
LOCK = 0x63766D  # one maker of tables at a time; any number that others do not use


@contextmanager
def opened(cohort: Cohort) -> Iterator[Any]:
    """Open a cohort's gradebook with nbgrader, and make it first where it is missing."""
    _find_alembic()
    url = address(cohort.gradebook_url)
    with explained(url):
        make(url, cohort)
        book = Gradebook(url.render_as_string(hide_password=False))
    try:
        with book:
            yield book
    except (OperationalError, InterfaceError) as error:
        raise CohortError(reason(url, str(error.orig))) from None


def address(said: str) -> URL:
    """Read a database's address."""
    try:
        url = make_url(said)
    except (ArgumentError, ValueError):
        raise UsageError(NO_URL) from None
    if not url.database:
        raise UsageError(NO_URL)
    return url


def free(url: URL) -> None:
    """Make sure that a database answers and that no course is in it."""
    with explained(url), _connected(url) as database, database.connect() as connection:
        names = set(inspect(connection).get_table_names())
        if _owner(connection, names) or _holds_data(connection, names):
            raise CohortError(_of_others(url))


def make(url: URL, cohort: Cohort) -> None:
    """Make or complete a cohort's gradebook; what is whole already is only looked at.

    Tables, their version and the cohort they belong to are made in one transaction.
    """
    own = url.drivername.startswith("sqlite") and Path(url.database or "") == cohort.folder / OWN
    with _connected(url) as database:
        with database.connect() as connection:
            if _is_whole(connection, cohort.id):
                return
        with database.begin() as connection:
            _alone(connection)
            names = set(inspect(connection).get_table_names())
            owner = _owner(connection, names)
            if owner not in ("", cohort.id):
                raise CohortError(_of_others(url))
            if not (owner or own) and _holds_data(connection, names):
                raise CohortError(_of_others(url))
            _complete(connection, names, url)
            if not owner:
                connection.execute(insert(COHORT).values(id=cohort.id))


@contextmanager
def _connected(url: URL) -> Iterator[Engine]:
    patience = {"connect_timeout": CONNECT_S} if url.drivername.startswith(POSTGRES) else {}
    database = create_engine(url, poolclass=NullPool, connect_args=patience)
    try:
        yield database
    finally:
        database.dispose()


def _alone(connection: Connection) -> None:
    """Begin a transaction that no other maker of tables shares, tables and all."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == POSTGRES:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _is_whole(connection: Connection, cohort: str) -> bool:
    names = set(inspect(connection).get_table_names())
    needed = {*Base.metadata.tables, *METADATA.tables, VERSION.name}
    return (
        needed <= names
        and _version(connection, names) == head()
        and _owner(connection, names) == cohort
    )


def _complete(connection: Connection, names: set[str], url: URL) -> None:
    """Make the tables that are missing, and mark the version of nbgrader's."""
    version = _version(connection, names)
    if version not in ("", head()) or not (version or _fits(connection, names)):
        raise CohortError(
            f"The tables at {place(url)} are another program's, or of another version of "
            f"nbgrader ({version or 'unknown'}; this one has {head()}). Where they are nbgrader's, "
            "'nbgrader db upgrade' in the cohort's folder brings them up to date."
        )
    for metadata in (Base.metadata, METADATA, VERSION.metadata):
        metadata.create_all(connection)
    if not version:
        connection.execute(insert(VERSION).values(version_num=head()))
    if not connection.execute(select(COURSE.c.id).where(COURSE.c.id == "")).all():
        connection.execute(insert(COURSE).values(id=""))


@cache
def head() -> str:
    """Return the version of this nbgrader's tables."""
    return ScriptDirectory(ALEMBIC_DIR).get_current_head() or ""


def _version(connection: Connection, names: set[str]) -> str:
    return _first(connection, VERSION.c.version_num) if VERSION.name in names else ""


def _owner(connection: Connection, names: set[str]) -> str:
    return _first(connection, COHORT.c.id) if COHORT.name in names else ""


def _first(connection: Connection, column: Column[str]) -> str:
    return str(connection.execute(select(column)).scalar() or "")


def _fits(connection: Connection, names: set[str]) -> bool:
    """Tell whether the tables that are there have every column that nbgrader wants."""
    return all(
        set(table.columns.keys())
        <= {each["name"] for each in inspect(connection).get_columns(name)}
        for name, table in Base.metadata.tables.items()
        if name in names
    )


def _holds_data(connection: Connection, names: set[str]) -> bool:
    return any(
        connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first()  # noqa: S608 - our names
        for name in HOLD_DATA
        if name in names
    )


def _of_others(url: URL) -> str:
    return (
        f"The database at {place(url)} holds another course's gradebook. "
        "Name one that is empty, or this cohort's own."
    )


def _find_alembic() -> None:
    """Let nbgrader's own upgrade find the program that it calls."""
    here = str(Path(sys.executable).parent)
    if here not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([here, os.environ.get("PATH", "")])
