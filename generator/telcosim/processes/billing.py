"""Postpaid bills, and the shock when one is much higher than usual."""

from dataclasses import dataclass

import numpy as np

from telcosim.calendar import DAY_S, last_day_s
from telcosim.context import Context
from telcosim.processes import addons
from telcosim.processes.usage import Used
from telcosim.state import State
from telcosim.streams import BoolArray, IntArray

BILL_HOUR_S = 6 * 3600
DAYS_TO_PAY = 14
MEMORY = 0.7
"""Weight of the past in what a customer takes for the usual bill (assumption)."""


@dataclass(frozen=True)
class Bill:
    """The month's bill in cents, shape (customers,); 0 and False for prepaid."""

    total_cents: IntArray
    shock: BoolArray


def bill(ctx: Context, state: State, month: int, used: Used) -> Bill:
    """Add up the bill, write the invoice, and say whom it shocks."""
    config = ctx.config.billing
    billed = state.active & ~ctx.people.prepaid
    fee = np.where(billed, state.fee_cents, 0)
    overage = np.where(billed, used.packs * round(100 * config.overage_pack_eur), 0)
    roaming = np.where(billed, used.roaming_days * round(100 * config.roaming_day_pass_eur), 0)
    addon = np.where(billed, addons.fee_cents(ctx, state, month), 0)
    total = fee + overage + roaming + addon
    issued = int(last_day_s(month))
    ctx.rows.add(
        "invoices",
        billed,
        invoice_id=invoice_id(ctx, month),
        customer_id=ctx.people.customer_id,
        account_id=ctx.people.payer,
        month=month,
        event_ts=issued + BILL_HOUR_S,
        loaded_ts=issued + DAY_S,
        due_on=issued // DAY_S + DAYS_TO_PAY,
        fee_cents=fee,
        overage_cents=overage,
        roaming_cents=roaming,
        addon_cents=addon,
        total_cents=total,
    )
    usual = state.bill_mean
    shock = billed & (usual > 0) & (total > config.shock_ratio * usual)
    shock &= total > usual + 100 * config.shock_floor_eur
    blended = np.where(usual > 0, MEMORY * usual + (1.0 - MEMORY) * total, total)
    state.bill_mean = np.where(billed, blended, usual)
    return Bill(total, shock)


def invoice_id(ctx: Context, month: IntArray | int) -> IntArray:
    """Return the id of each customer's invoice of a month."""
    return np.asarray(ctx.people.customer_id * 1000 + month)
