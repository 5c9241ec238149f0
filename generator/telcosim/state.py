"""What changes about a block's customers from month to month."""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from telcosim.streams import BoolArray, FloatArray, IntArray

OPEN_BILLS = 3
"""At most so many unpaid bills are carried; then the line is disconnected."""

NEVER_LOST = -(10**6)
"""In place of a month, for those who have not left."""

MEMORY_MONTHS = 12
RECENT = (
    "revenue_cents",
    "margin_cents",
    "data_mb",
    "overage",
    "page_views",
    "port_codes",
    "logins",
    "coupons",
    "own_changes",
    "care_contacts",
    "complaints",
    "shocks",
    "contacts",
)
"""What is remembered of each of the last twelve months."""


@dataclass
class State:
    """Arrays of shape (customers,), except the open bills and the recent months.

    Attributes
    ----------
    active
        Whether the SIM is live.
    joined, lost, returned
        Month in which the present lifetime began, that of a departure of one's own will
        (NEVER_LOST: none), whether the customer has been won back.
    second_life
        What coming back added to the log-odds of leaving.
    tariff, term_no, signed_as, term_months, term_start, term_end, fee_cents
        The current contract term; months are months of history, the end is exclusive.
    open_month, open_cents, open_count
        Unpaid bills, oldest first, shape (customers, OPEN_BILLS), and how many there are.
    bill_mean
        Running mean of past bills in cents; 0 before the first.
    balance_cents
        Prepaid balance.
    topped_up
        Whether last month saw a top-up, or needed none.
    satisfaction, exit_intention
        Points, 0 is the average customer's; how far the customer has begun to look elsewhere, in
        standard deviations.
    device_since, changed
        Month in which the handset came into use, month of the last change of own settings.
    with_handset
        Whether a subsidised handset came with the running term.
    app, autopay
        Whether the app is installed, and bills are paid automatically.
    town, moved_until
        Where the customer lives, and the month in which a change of address is no longer felt.
    gold_until
        Month in which gold status ends.
    exposure
        Ties that left lately, fading; stays 0 unless contagion is on.
    consent
        Whether offers may be sent, shape (customers, channels).
    fatigue
        Recent contacts, fading.
    leaving_shift, shift_until
        What retention did to the log-odds of leaving, and the month in which that ends.
    nudge, nudge_until
        The same of contacts of other programmes.
    notice, notice_until
        The same of a price rise.
    benefit_offer, benefit_cents, benefit_until
        The accepted retention offer that is running: its code, what it costs a month, its end.
    addon_until, addon_free_until
        Month in which the data add-on ends, and until which its fee is waived.
    recent
        What happened in each of the last months, each of shape (MEMORY_MONTHS, customers).
    """

    active: BoolArray
    joined: IntArray
    lost: IntArray
    returned: BoolArray
    second_life: FloatArray
    tariff: IntArray
    term_no: IntArray
    signed_as: IntArray
    term_months: IntArray
    term_start: IntArray
    term_end: IntArray
    fee_cents: IntArray
    open_month: IntArray
    open_cents: IntArray
    open_count: IntArray
    bill_mean: FloatArray
    balance_cents: IntArray
    topped_up: BoolArray
    satisfaction: FloatArray
    exit_intention: FloatArray
    device_since: IntArray
    changed: IntArray
    with_handset: BoolArray
    app: BoolArray
    autopay: BoolArray
    town: IntArray
    moved_until: IntArray
    gold_until: IntArray
    exposure: FloatArray
    consent: BoolArray
    fatigue: FloatArray
    leaving_shift: FloatArray
    shift_until: IntArray
    nudge: FloatArray
    nudge_until: IntArray
    notice: FloatArray
    notice_until: IntArray
    benefit_offer: IntArray
    benefit_cents: IntArray
    benefit_until: IntArray
    addon_until: IntArray
    addon_free_until: IntArray
    recent: dict[str, IntArray] = field(default_factory=dict)

    def note(self, month: int, **values: IntArray | BoolArray) -> None:
        """Remember what happened in a month."""
        for name, value in values.items():
            self.recent[name][month % MEMORY_MONTHS] = value

    def last(self, name: str, month: int, months: int) -> IntArray:
        """Add up the months before `month`, shape (customers,)."""
        before = [(month - k) % MEMORY_MONTHS for k in range(1, months + 1)]
        return np.asarray(self.recent[name][before].sum(axis=0))

    def take(self, rows: IntArray) -> "State":
        """Return copies of some customers' states, in that order, with repeats where asked."""
        copies = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "recent"}
        recent = {name: values[:, rows] for name, values in self.recent.items()}
        return State(**{name: values[rows] for name, values in copies.items()}, recent=recent)

    def change(self, who: BoolArray, **values: IntArray | FloatArray | float) -> None:
        """Set some variables of some customers."""
        for name, value in values.items():
            setattr(self, name, np.where(who, value, getattr(self, name)))


def new_state(size: int, channels: int) -> State:
    """Return the state before the first month: nobody is active yet."""
    kinds: dict[Any, type] = {BoolArray: np.bool_, FloatArray: np.float64, IntArray: np.int64}
    plain = {f.name: kinds[f.type] for f in fields(State) if f.name != "recent"}
    start: dict[str, Any] = {name: np.zeros(size, dtype=kind) for name, kind in plain.items()}
    start["consent"] = np.zeros((size, channels), dtype=np.bool_)
    for name in ("open_month", "open_cents"):
        start[name] = np.zeros((size, OPEN_BILLS), dtype=np.int64)
    start["topped_up"] = ~start["topped_up"]
    start["lost"] = np.full(size, NEVER_LOST)
    recent = {name: np.zeros((MEMORY_MONTHS, size), dtype=np.int64) for name in RECENT}
    return State(**start, recent=recent)
