"""Laws of bills, payments and balances."""

from collections.abc import Iterator

from telcosim.laws.law import Law, Tables


def _invoices_add_up(tables: Tables) -> Iterator[str]:
    bills = tables["invoices"]
    parts = bills[["fee_cents", "overage_cents", "roaming_cents", "addon_cents"]].sum(axis=1)
    if wrong := int((parts != bills["total_cents"]).sum()):
        yield f"invoices: {wrong} totals are not the sum of fee, overage, roaming and add-on."


def _payments_settle(tables: Tables) -> Iterator[str]:
    bills = tables["invoices"].drop_duplicates("invoice_id").set_index("invoice_id")["total_cents"]
    paid = tables["payments"]
    if wrong := int((paid["amount_cents"] != paid["invoice_id"].map(bills)).sum()):
        yield f"payments: {wrong} amounts differ from their invoice."
    if double := int(paid["invoice_id"].duplicated().sum()):
        yield f"payments: {double} invoices are settled twice."


def _balance_is_never_overdrawn(tables: Tables) -> Iterator[str]:
    both = tables["topups"].set_index("customer_id")[["amount_cents", "bonus_cents"]]
    added = both.sum(axis=1).groupby(level=0).sum()
    spent = tables["usage_monthly"].groupby("customer_id")["charged_cents"].sum()
    if wrong := int((spent > added.reindex(spent.index, fill_value=0)).sum()):
        yield f"topups: {wrong} customers spent more than they ever topped up."


LAWS = (
    Law(
        "invoices add up",
        "The total is the sum of fee, overage, roaming and add-on.",
        ("invoices",),
        _invoices_add_up,
    ),
    Law(
        "payments settle invoices",
        "An invoice is paid or written off once, in full.",
        ("invoices", "payments"),
        _payments_settle,
    ),
    Law(
        "no balance is overdrawn",
        "Prepaid customers spend no more than they ever topped up.",
        ("topups", "usage_monthly"),
        _balance_is_never_overdrawn,
    ),
)
