"""What the mess layer may plant, where, and which fault of real data warehouses each stands for.

A table or column that is not listed stays clean: the tables that others are joined to
(customers, accounts, churn_events) are never loaded twice, and keys, months and event_ts are
never touched, so that every fault can be found, told from the others and undone.
"""

from dataclasses import astuple, dataclass

from telcosim.params import param

KINDS = ("duplicates", "late", "units", "missing")
"""A row loaded twice, a row loaded late, an amount in another unit, a value lost."""


@dataclass(frozen=True)
class Mess:
    """Faults of the data warehouse: which share of the rows of each table each kind hits."""

    duplicates: float = param(0.0, "of rows", 0, 1)
    late: float = param(0.0, "of rows", 0, 1)
    units: float = param(0.0, "of rows and columns with an amount", 0, 1)
    missing: float = param(0.0, "of rows and columns", 0, 1)

    @property
    def on(self) -> bool:
        """Whether anything is planted at all."""
        return any(astuple(self))


def all_kinds(share: float) -> dict[str, float]:
    """Return the overrides that give every kind the same share."""
    return {f"mess.{kind}": share for kind in KINDS}


LOADED_TWICE = (
    "usage_monthly",  # a month's rating file is sent again
    "topups",  # a voucher system repeats what was not acknowledged
    "invoices",  # a bill run is restarted
    "payments",  # a bank's file is read twice
    "care_contacts",  # two front ends write the same call
    "digital_events",  # the app sends again after a lost connection
    "contacts",  # the campaign tool's export is loaded twice
)
"""Tables with rows that come twice; the second copy is loaded `TWICE_DAYS` later."""

LOADED_LATE = (
    "usage_monthly",  # partners abroad report late
    "topups",  # a shop settles at the end of the month
    "payments",  # transfers without a reference wait for somebody
    "care_contacts",  # notes are typed in afterwards
    "complaints",  # letters are scanned in batches
    "digital_events",  # a phone was offline
    "responses",  # the dealer's list comes later
)
"""Tables with rows that become known `LATE_DAYS` later than usual; event_ts stays."""

TWICE_DAYS = (1, 3)
LATE_DAYS = (4, 28)

OTHER_UNIT = {
    ("usage_monthly", "data_mb"): (1000, 1),  # KB: one of the network's counters
    ("usage_monthly", "voice_seconds"): (1, 60),  # whole minutes: an older switch
    ("topups", "amount_cents"): (1, 100),  # EUR: the voucher system's own unit
    ("invoices", "total_cents"): (1, 100),  # EUR: a column read from the printed bill
    ("payments", "amount_cents"): (1, 100),  # EUR: a bank that sends no cents
}
"""Amounts that come in another unit: multiplied, then divided and cut to whole numbers."""

VALUE_LOST = (
    ("customers", "birth_year"),  # not asked in every shop
    ("accounts", "credit_class"),  # the credit agency did not answer
    ("subscriptions", "signed_as"),  # the order form left it open
    ("usage_monthly", "sms_count"),  # a counter was not delivered
    ("topups", "channel"),  # a reseller does not say
    ("invoices", "due_on"),  # lost between two versions of the bill
    ("care_contacts", "reason"),  # nobody filled it in
    ("complaints", "reason"),  # a letter that nobody sorted
    ("devices", "kind"),  # a handset that the list does not know
    ("churn_events", "reason"),  # left without a word
)
"""Columns with values that go missing. None has another fault, so that faults do not overlap."""

CELLS = (*OTHER_UNIT, *VALUE_LOST)
TOUCHED = tuple(dict.fromkeys((*LOADED_TWICE, *LOADED_LATE, *(table for table, _ in CELLS))))
COLUMNS = tuple(dict.fromkeys(("loaded_ts", *(column for _, column in CELLS))))
