"""What a report says, as plain rows; the HTML file and the book's page show the same ones."""

from dataclasses import dataclass, field

DECIMALS = {"%": 1, "% points": 2, "EUR": 2, "s.e.": 1}
"""Decimals of a unit: two for others and for small percentages, none for whole numbers."""


@dataclass(frozen=True)
class Row:
    """One figure or check.

    Attributes
    ----------
    name
        What it is.
    value
        What was found, in `unit`; None where it could not be measured.
    unit
        Unit of value, low and high, or "" for a plain number.
    low, high
        The range that is promised; None on a side without a limit.
    ok
        Whether the promise is kept; None where there is none, or it could not be looked at.
    sentence
        Where the range comes from, what was found, or why nothing could be.
    """

    name: str
    value: float | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    ok: bool | None = None
    sentence: str = ""

    @property
    def shown(self) -> str:
        """The value with its unit, as it is printed."""
        return "" if self.value is None else figure(self.value, self.unit)

    @property
    def promised(self) -> str:
        """The range with its unit, as it is printed."""
        if self.low is not None and self.high is not None:
            low, high = (_number(end, self.unit, short=True) for end in (self.low, self.high))
            return f"{low} to {high} {self.unit}".rstrip()
        if self.high is not None:
            return f"at most {figure(self.high, self.unit, short=True)}"
        return "" if self.low is None else f"at least {figure(self.low, self.unit, short=True)}"

    @property
    def verdict(self) -> str:
        """One word or three: passed, wrong, or not in this world."""
        if self.ok is None:
            return "not in this world" if self.value is None else ""
        return "passed" if self.ok else "wrong"


@dataclass(frozen=True)
class Card:
    """Rows that belong together.

    Attributes
    ----------
    key, title, about
        A short name for code, a heading, and a sentence or two on what the rows are.
    heads
        Headings of the columns: what it is, what was found, what is promised, and the sentence.
    rows
        The rows.
    """

    key: str
    title: str
    about: str
    heads: tuple[str, str, str, str]
    rows: list[Row] = field(default_factory=list)

    @property
    def passed(self) -> int:
        """How many promises are kept."""
        return sum(row.ok is True for row in self.rows)

    @property
    def failed(self) -> list[Row]:
        """The rows whose promise is not kept."""
        return [row for row in self.rows if row.ok is False]

    @property
    def looked_at(self) -> int:
        """How many promises could be looked at."""
        return sum(row.ok is not None for row in self.rows)


def within(name: str, value: float, unit: str, low: float, high: float, sentence: str) -> Row:
    """Return a row whose promise is that the value lies from low to high."""
    return Row(name, value, unit, low, high, bool(low <= value <= high), sentence)


def absent(name: str, unit: str, low: float | None, high: float | None, why: str) -> Row:
    """Return a row that cannot be measured in this world."""
    return Row(name, None, unit, low, high, None, why)


def figure(value: float, unit: str, *, short: bool = False) -> str:
    """Write a figure with its unit; short leaves out needless zeros."""
    return f"{_number(value, unit, short=short)} {unit}".rstrip()


def _number(value: float, unit: str, *, short: bool = False) -> str:
    decimals = 0 if isinstance(value, int) else DECIMALS.get(unit, 2)
    if unit == "%" and abs(value) < 2:
        decimals = 2
    text = f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")
    return text.rstrip("0").rstrip(".") if short and "." in text else text
