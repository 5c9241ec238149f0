"""What is hardly true though nothing forbids it: very late rows, amounts in another unit."""

from collections.abc import Iterator

from telcosim.calendar import DAY_S
from telcosim.laws.law import Law, Tables

LATE_DAYS = 3
"""More than so long after the usual delay of its table, a row is called late."""

FAR_ABOVE = 300
"""Times the SIM's median month: no month of the course world's seeds 1 to 5 reaches it."""

SMALLEST_TOPUP_CENTS = 100


def late_rows(tables: Tables) -> Iterator[str]:
    """Find rows that the warehouse knew of much later than of the others of their table."""
    for name, data in tables.items():
        # Silent prepaid SIMs are closed after months: those departures are known late by rule.
        if name == "churn_events" or not {"event_ts", "loaded_ts"} <= set(data):
            continue
        delay_s = (data["loaded_ts"] - data["event_ts"]).dt.total_seconds()
        if late := int((delay_s > delay_s.median() + LATE_DAYS * DAY_S).sum()):
            yield f"{name}: {late} rows were loaded more than {LATE_DAYS} days later than usual."


def data_in_another_unit(tables: Tables) -> Iterator[str]:
    """Find months of data use that cannot be in MB."""
    use = tables["usage_monthly"]
    used = use.loc[use["data_mb"] > 0, ["subscription_id", "data_mb"]]
    usual = used.groupby("subscription_id")["data_mb"].transform("median")
    if far := int((used["data_mb"] > FAR_ABOVE * usual).sum()):
        yield f"usage_monthly: {far} rows have over {FAR_ABOVE} times the usual data_mb of the SIM."


def topups_in_another_unit(tables: Tables) -> Iterator[str]:
    """Find top-ups that are too small to be in cents."""
    small = int((tables["topups"]["amount_cents"] < SMALLEST_TOPUP_CENTS).sum())
    if small:
        yield f"topups: {small} amounts are below {SMALLEST_TOPUP_CENTS} cents."


LAWS = (
    Law(
        "rows come in time",
        f"No row is loaded more than {LATE_DAYS} days later than is usual for its table.",
        (),
        late_rows,
    ),
    Law(
        "data is in MB",
        f"No month of data use is over {FAR_ABOVE} times the usual one of its SIM.",
        ("usage_monthly",),
        data_in_another_unit,
    ),
    Law(
        "top-ups are in cents",
        f"No top-up is below {SMALLEST_TOPUP_CENTS} cents.",
        ("topups",),
        topups_in_another_unit,
    ),
)
