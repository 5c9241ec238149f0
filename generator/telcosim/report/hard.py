"""The hard checks as rows: what `telcosim verify` looks at, one by one."""

from pathlib import Path

from telcosim.report.rows import Card, Row
from telcosim.verify import Finding, examine


def card(folder: Path) -> Card:
    """Run every check of `telcosim verify` and list what came of it."""
    return Card(
        "hard",
        "Hard checks",
        "Is the world whole, and do its tables agree with each other? "
        "The command telcosim verify runs these alone.",
        ("Law", "Rows", "Allowed", "What holds"),
        [_row(found) for found in examine(folder)],
    )


def _row(found: Finding) -> Row:
    if found.rows is None:
        return Row(found.name, None, sentence=f"{found.statement} Could not be looked at.")
    said = " ".join([found.statement, *found.problems])
    return Row(found.name, found.rows, ok=found.ok, sentence=said)
