"""The table of the faults that the mess layer plants."""

from telcosim import faults
from telcosim.schema.learner import CUSTOMER, OF_CUSTOMER
from telcosim.schema.model import Column, Table

TRUTH_MESS = Table(
    "truth_mess",
    "one row per fault that the mess layer planted in a learner table",
    ("table", "key_1", "key_2", "column", "kind"),
    (
        Column("table", "category", "The table.", categories=faults.TOUCHED),
        CUSTOMER,
        Column("key_1", "int64", "The row: first column of the table's key."),
        Column(
            "key_2", "int64", "Second column of the key; missing where one is enough.", "", True
        ),
        Column("column", "category", "The column.", categories=faults.COLUMNS),
        Column(
            "kind",
            "category",
            "A second copy of the row, loaded later; the row loaded late; another unit; a value "
            "lost.",
            categories=faults.KINDS,
        ),
        Column(
            "original",
            "int64",
            "What it was, as a whole number: codes of texts from 0, days or seconds since 1970.",
        ),
        Column("planted", "int64", "What it became; missing for a value lost.", "", True),
    ),
    OF_CUSTOMER,
    truth=True,
    on_request="--mess SHARE",
)
