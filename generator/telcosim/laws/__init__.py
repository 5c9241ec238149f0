"""The laws of a world: what must hold inside and between its tables, whatever the seed.

Each law has a name and a sentence, so that `telcosim verify` can say which one is broken and the
validity report can list them one by one.
"""

from telcosim.laws import campaigns, contracts, every_table, lives, money, plausible
from telcosim.laws.law import Law, Tables

LAWS = (
    *every_table.LAWS,
    *lives.LAWS,
    *contracts.LAWS,
    *money.LAWS,
    *campaigns.LAWS,
    *plausible.LAWS,
)
"""In the order in which the report lists them."""

__all__ = ["LAWS", "Law", "Tables"]
