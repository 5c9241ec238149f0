"""The only place that states what tables and columns there are.

Arrow schemas, checks, digests and the data dictionary all come from here.
"""

from telcosim.errors import TelcosimError
from telcosim.schema.learner import LEARNER_TABLES
from telcosim.schema.model import NULL, Column, Table
from telcosim.schema.truth import TRUTH_TABLES

TABLES: dict[str, Table] = {t.name: t for t in (*LEARNER_TABLES, *TRUTH_TABLES)}

__all__ = ["LEARNER_TABLES", "NULL", "TABLES", "TRUTH_TABLES", "Column", "Table", "table"]


def table(name: str) -> Table:
    """Return a table's schema, or say which tables there are."""
    if name not in TABLES:
        raise TelcosimError(f"There is no table {name!r}. Tables: {', '.join(TABLES)}.")
    return TABLES[name]
