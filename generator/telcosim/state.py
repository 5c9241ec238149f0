"""What changes about a block's customers from month to month."""

from dataclasses import dataclass

import numpy as np

from telcosim.streams import BoolArray, FloatArray, IntArray

OPEN_BILLS = 3
"""At most so many unpaid bills are carried; then the line is disconnected."""


@dataclass
class State:
    """Arrays of shape (customers,), except the two of open bills.

    Attributes
    ----------
    active
        Whether the SIM is live.
    tariff, term_no, signed_as, term_months, term_start, term_end, fee_cents
        The current contract term; months are months of history, the end is exclusive.
    open_month, open_cents, open_count
        Unpaid bills, oldest first, shape (customers, OPEN_BILLS), and how many there are.
    bill_mean
        Running mean of past bills in cents; 0 before the first.
    balance_cents
        Prepaid balance.
    satisfaction
        Points; 0 is the average customer's.
    shocked, complained
        Whether last month had a bill shock, a complaint.
    topped_up
        Whether last month saw a top-up.
    leaving_shift, shift_until
        What a contact did to the log-odds of leaving, and the month in which that ends.
    """

    active: BoolArray
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
    satisfaction: FloatArray
    shocked: BoolArray
    complained: BoolArray
    topped_up: BoolArray
    leaving_shift: FloatArray
    shift_until: IntArray


def new_state(size: int) -> State:
    """Return the state before the first month: nobody is active yet."""

    def whole() -> IntArray:
        return np.zeros(size, dtype=np.int64)

    def no() -> BoolArray:
        return np.zeros(size, dtype=np.bool_)

    def none() -> FloatArray:
        return np.zeros(size)

    return State(
        active=no(),
        tariff=whole(),
        term_no=whole(),
        signed_as=whole(),
        term_months=whole(),
        term_start=whole(),
        term_end=whole(),
        fee_cents=whole(),
        open_month=np.zeros((size, OPEN_BILLS), dtype=np.int64),
        open_cents=np.zeros((size, OPEN_BILLS), dtype=np.int64),
        open_count=whole(),
        bill_mean=none(),
        balance_cents=whole(),
        satisfaction=none(),
        shocked=no(),
        complained=no(),
        topped_up=~no(),
        leaving_shift=none(),
        shift_until=whole(),
    )
