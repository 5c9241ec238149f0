"""The only place that states what tables and columns there are.

Arrow schemas, checks, digests and the data dictionary all come from here.
"""

from difflib import get_close_matches

from telcosim.errors import TelcosimError
from telcosim.schema.company import COMPANY_TABLES
from telcosim.schema.learner import CORE_TABLES
from telcosim.schema.model import NULL, Column, Table
from telcosim.schema.relations import RELATION_TABLES
from telcosim.schema.truth import TRUTH_TABLES

LEARNER_TABLES = (*CORE_TABLES, *RELATION_TABLES, *COMPANY_TABLES)

TABLES: dict[str, Table] = {t.name: t for t in (*LEARNER_TABLES, *TRUTH_TABLES)}

__all__ = ["LEARNER_TABLES", "NULL", "TABLES", "TRUTH_TABLES", "Column", "Table", "table"]


def table(name: str) -> Table:
    """Return a table's schema, or say that there is none of that name."""
    if name not in TABLES:
        near = get_close_matches(name, TABLES, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise TelcosimError(f"There is no table {name!r}.{hint} All tables: telcosim schema")
    return TABLES[name]
