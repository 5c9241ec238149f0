"""When a submission came in: nbgrader's ``timestamp.txt``, which its late policy reads."""

from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from .errors import UsageError

NAME = "timestamp.txt"


def parse(text: str) -> datetime:
    """Return a time given as ISO 8601; without an offset it is UTC."""
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"'{text}' is no time. Write it as 2026-03-01T18:00+01:00 (without an offset: UTC)."
        ) from None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def stamp(folder: Path, at: datetime, *, keep_earlier: bool) -> datetime:
    """Write when a submission came in, and return it.

    Parameters
    ----------
    keep_earlier
        Whether it is the submission that lies there already: collected again, it is not later.
    """
    path = folder / NAME
    earlier = read(path) if keep_earlier else None
    if earlier and earlier <= at:
        return earlier
    path.write_text(f"{at:%Y-%m-%d %H:%M:%S.%f} UTC\n")
    return at


def read(path: Path) -> datetime | None:
    """Return the time in such a file, None where there is none that can be read."""
    try:
        time: datetime = parse_utc(path.read_text().strip())
    except (OSError, ValueError, OverflowError):
        return None
    return time.replace(tzinfo=UTC)
