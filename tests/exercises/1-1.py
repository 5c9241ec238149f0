"""Ways of answering exercise 1-1: the misconceptions that it must price, and another right way."""

from case import Case

HEAD = "def margin_cents(customer_id, month, tables):\n"
BODY = """    def rows(name):
        table = tables[name]
        return table[(table["customer_id"] == customer_id) & (table["month"] == month)]

    cost = tables["unit_costs"].set_index("item")["cost_microeur"] / 10_000
    used = rows("usage_monthly").iloc[0]
    bills, paid = rows("invoices"), rows("payments").query("status == 'paid'")
    lost = rows("payments").query("status == 'written_off'")
    topped_up = rows("topups")["amount_cents"].sum()
    revenue = used["charged_cents"] + bills["total_cents"].sum()
    sent = rows("contacts").query("arm == 'treatment'")["channel"]
    lines = [
        used["data_mb"] * cost["data_mb"],
        used["roaming_mb"] * cost["roaming_mb"],
        used["voice_seconds"] * cost["voice_second"],
        used["sms_count"] * cost["sms"],
        cost["active_sim"],
        len(bills) * cost["invoice"],
        len(paid) * cost["payment"],
        topped_up / 100 * cost["topup_eur"],
        rows("care_contacts")["handling_seconds"].sum() * cost["care_second"],
        sum(cost["campaign_" + channel] for channel in sent),
        rows("benefits")["cost_cents"].sum(),
        lost["amount_cents"].sum(),
    ]
    return revenue - sum(lines)
"""
MARGIN = HEAD + BODY


def margin(old: str, new: str) -> dict[str, str]:
    """Return the margin function with one line written as a colleague would get it wrong."""
    assert MARGIN.count(old) == 1, old
    return {"q1-solution": MARGIN.replace(old, new)}


BY_REVENUE = """def choose_members(months, seats, perk_cents, saved):
    year = months.groupby("customer_id")["revenue_cents"].sum()
    return list(year.nlargest(seats).index)
"""
EVERY_SEAT = """def choose_members(months, seats, perk_cents, saved):
    year = months.groupby("customer_id")["margin_cents"].sum()
    return list(year.nlargest(seats).index)
"""
EVERY_MONTH = """def choose_members(months, seats, perk_cents, saved):
    year = months.groupby("customer_id")["margin_cents"].mean() * 12
    return list(year[saved * year > perk_cents].nlargest(seats).index)
"""
PRICE = """def price(months, theirs, yours, perk_cents, saved):
    year = months.groupby("customer_id")["revenue_cents"].sum() * saved - perk_cents
    return year[list(yours)].sum() - year[list(theirs)].sum()
"""
MEAN_PAYBACK = """import math


def payback_month(margins_cents, sac_cents):
    mean = sum(margins_cents) / len(margins_cents)
    return math.ceil(sac_cents / mean) if mean > 0 else None
"""
SUMS = """import numpy as np


def payback_month(margins_cents, sac_cents):
    covered = np.cumsum(np.asarray(margins_cents, dtype=float)) >= sac_cents
    return int(covered.argmax()) + 1 if covered.any() else None
"""
SORTED = """def choose_members(months, seats, perk_cents, saved):
    year = months.groupby("customer_id", as_index=False)["margin_cents"].sum()
    year["gain"] = year["margin_cents"] * saved - perk_cents
    year = year.sort_values("gain", ascending=False).head(seats)
    return year.loc[year["gain"] >= 0, "customer_id"].to_numpy()
"""

CASES: dict[str, Case] = {
    "reference": Case({}, 10, ""),
    "another-way": Case(
        {
            "q1-solution": MARGIN.replace(
                "revenue - sum(lines)", "int(round(revenue - sum(lines)))"
            ),
            "q2-solution": SUMS,
            "q3-solution": 'answer = {"perk": "b", "payback": " D "}',
            "q4-solution": SORTED,
        },
        10,
        "",
    ),
    "bad-debt-forgotten": Case(
        margin('        lost["amount_cents"].sum(),\n', ""), 9, "leaves out bad debt"
    ),
    "data-priced-per-gigabyte": Case(
        margin('used["data_mb"] *', 'used["data_mb"] / 1_000 *'), 7, "did you price gigabytes"
    ),
    "topups-for-revenue": Case(
        margin('used["charged_cents"]', "topped_up"), 7, "You took top-ups for revenue"
    ),
    "commission-forgotten": Case(
        margin('        topped_up / 100 * cost["topup_eur"],\n', ""),
        7,
        "commission on top-ups is missing",
    ),
    "offers-forgotten": Case(
        margin('        rows("benefits")["cost_cents"].sum(),\n', ""),
        8,
        "Accepted offers are missing",
    ),
    "every-contact-a-text": Case(
        margin(
            'cost["campaign_" + channel] for channel in sent', 'cost["campaign_sms"] for _ in sent'
        ),
        8,
        "you priced each as a text",
    ),
    "rounds-each-line": Case(
        margin("sum(lines)", "sum(round(line) for line in lines)"), 8, "round once, at the end"
    ),
    "sac-spread-over-the-months": Case(
        margin(
            "    return revenue - sum(lines)",
            '    kind = "postpaid" if len(bills) else "prepaid"\n'
            '    lines.append(cost[f"sac_{kind}"] / 24)\n'
            "    return revenue - sum(lines)",
        ),
        7,
        "Is the SAC in it?",
    ),
    "average-gross-margin": Case(
        {"q1-solution": MARGIN.replace("revenue - sum(lines)", "0.6 * revenue")},
        7,
        "A fixed share is the average of the base",
    ),
    "payback-of-the-mean": Case(
        {"q2-solution": MEAN_PAYBACK}, 8, "nobody receives the mean margin"
    ),
    "value-is-revenue": Case(
        {"q3-solution": 'answer = {"perk": "A", "payback": "B"}', "q4-solution": BY_REVENUE},
        6,
        "revenue is not what a saved customer leaves",
    ),
    "fee-on-every-payment": Case(
        margin("len(paid) *", 'len(rows("payments")) *'), 9, "Only payments that arrived"
    ),
    "strictly-more-than-the-cost": Case(
        {"q2-solution": SUMS.replace(">=", ">")}, 8, "'Covers' includes equal"
    ),
    "means-of-the-months": Case({"q4-solution": EVERY_MONTH}, 8, "do not annualise"),
    "price-in-revenue": Case({"q4-price-solution": PRICE}, 9, "You priced by revenue"),
    "fills-every-seat": Case({"q4-solution": EVERY_SEAT}, 9, "a seat may stay empty"),
    "reads-top-ups-as-income": Case(
        {"q3-solution": 'answer = {"perk": "B", "payback": "C"}'}, 9, "leaves 0.65 EUR a month"
    ),
}
