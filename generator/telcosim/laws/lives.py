"""Laws of when customers come, are there, and go."""

from collections.abc import Iterator

from telcosim.laws.law import Law, Tables
from telcosim.laws.stays import EVENTS, outside


def _nothing_before_activation(tables: Tables) -> Iterator[str]:
    for name, early, _ in outside(tables):
        if early:
            yield f"{name}: {early} rows lie before the activation of their customer."


def _nothing_after_leaving(tables: Tables) -> Iterator[str]:
    for name, _, late in outside(tables):
        if late:
            yield f"{name}: {late} rows lie after their customer has left."


def _base_walk_reconciles(tables: Tables) -> Iterator[str]:
    # Only who verifies needs the key figures; importing telcosim stays as light as it was.
    from telcosim.report.walk import gaps  # noqa: PLC0415

    yield from gaps(tables)


LAWS = (
    Law(
        "nothing before activation",
        "No customer has an event before the service started.",
        ("customers", "churn_events"),
        _nothing_before_activation,
        EVENTS,
    ),
    Law(
        "nothing after leaving",
        "No customer who has left, and is not back, has an event.",
        ("customers", "churn_events"),
        _nothing_after_leaving,
        EVENTS,
    ),
    Law(
        "the base walk reconciles",
        "In every month the SIMs with use are the opening base and who "
        "joined, and the walk's churn is that of the departures on record.",
        ("customers", "accounts", "churn_events", "usage_monthly"),
        _base_walk_reconciles,
    ),
)
