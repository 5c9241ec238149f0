"""Ways of answering exercise 2-2: the misconceptions that it must price, and another right way."""

from case import Case

PREPAID_DROPPED = """def customer_value(invoices, usage_monthly, unit_costs, months):
    cost = unit_costs.set_index("item")["cost_microeur"] / 1e6
    billed = invoices[invoices["month"].isin(months)]
    rows = billed.merge(usage_monthly, on=["customer_id", "month"])
    rows["revenue_eur"] = rows["total_cents"] / 100
    rows["data_eur"] = rows["data_mb"] * cost["data_mb"]
    rows["network_eur"] = (
        rows["data_eur"]
        + rows["roaming_mb"] * cost["roaming_mb"]
        + rows["voice_seconds"] * cost["voice_second"]
        + rows["sms_count"] * cost["sms"]
        + cost["active_sim"]
    )
    rows["value_eur"] = rows["revenue_eur"] - rows["network_eur"]
    columns = ["revenue_eur", "data_eur", "network_eur", "value_eur"]
    return rows.groupby("customer_id")[columns].sum()


"""
ALL_CUSTOMERS = """def customer_value(invoices, usage_monthly, unit_costs, months):
    cost = unit_costs.set_index("item")["cost_microeur"] / 1e6
    key = ["customer_id", "month"]
    rows = usage_monthly[usage_monthly["month"].isin(months)]
    rows = rows.merge(invoices[[*key, "total_cents"]], on=key, how="left").set_index("customer_id")
    out = pd.DataFrame()
    out["revenue_eur"] = (rows["total_cents"].fillna(0) + rows["charged_cents"]) / 100
    out["data_eur"] = rows["data_mb"] * cost["data_mb"]
    out["network_eur"] = (
        out["data_eur"]
        + rows["roaming_mb"] * cost["roaming_mb"]
        + rows["voice_seconds"] * cost["voice_second"]
        + rows["sms_count"] * cost["sms"]
        + cost["active_sim"]
    )
    out["value_eur"] = out["revenue_eur"] - out["network_eur"]
    out = out.groupby(level=0).sum()
    return out


"""
REASON = """def loss_reason(value):
    below = value[value["value_eur"] < 0]
    without_data = below["revenue_eur"] - (below["network_eur"] - below["data_eur"])
    return pd.Series(np.where(without_data >= 0, "data", "revenue"), index=below.index)
"""
DEARER_THAN_REVENUE = """def loss_reason(value):
    below = value[value["value_eur"] < 0]
    dearer = below["data_eur"] > below["revenue_eur"]
    return dearer.map({True: "data", False: "revenue"})
"""
SIM_ONCE = ALL_CUSTOMERS.replace('        + cost["active_sim"]\n', "").replace(
    "    out = out.groupby(level=0).sum()\n",
    """    out = out.groupby(level=0).sum()
    out["network_eur"] += cost["active_sim"]
    out["value_eur"] -= cost["active_sim"]
""",
)
HEAVY_USERS = """def loss_reason(value):
    return pd.Series("data", index=value.index[value["value_eur"] < 0])
"""
LORENZ = """def lorenz(values):
    running = np.cumsum(np.sort(np.array(values, dtype=float)))
    return np.insert(running / running[-1], 0, 0)


"""
BY_RANKS = """def gini(values):
    v = np.sort(np.array(values, dtype=float))
    if v.sum() <= 0:
        return np.nan
    n = len(v)
    return 2 * (np.arange(1, n + 1) * v).sum() / (n * v.sum()) - (n + 1) / n
"""
UNSORTED = """def lorenz(values):
    running = np.cumsum(np.array(values, dtype=float))
    return np.insert(running / running[-1], 0, 0)


def gini(values):
    curve = lorenz(values)
    if not np.sum(values) > 0:
        return float("nan")
    return float(1 - (curve[1:] + curve[:-1]).sum() / len(values))
"""
ON_DECILES = """def gini(values):
    v = np.sort(np.array(values, dtype=float))
    if v.sum() <= 0:
        return float("nan")
    tenths = [part.sum() for part in np.array_split(v, min(10, len(v)))]
    curve = np.insert(np.cumsum(tenths) / v.sum(), 0, 0)
    return float(1 - (curve[1:] + curve[:-1]).sum() / len(tenths))
"""
LOSSES_AT_ZERO = """def gini(values):
    v = np.sort(np.clip(np.array(values, dtype=float), 0, None))
    n = len(v)
    return float(2 * (np.arange(1, n + 1) * v).sum() / (n * v.sum()) - (n + 1) / n)
"""
BY_QUANTILE = """def top_share(values, share):
    v = np.array(values, dtype=float)
    return float(v[v > np.quantile(v, 1 - share)].sum() / v.sum())
"""
BY_COUNTING = """def top_share(values, share):
    v = sorted(values, reverse=True)
    whole, part = divmod(share * len(v), 1)
    top = sum(v[: int(whole)]) + (part * v[int(whole)] if int(whole) < len(v) else 0)
    return float(top / sum(v))
"""
BY_DATA = """def let_go(history, places):
    today = history["month"].max()
    quarter = history[history["month"] > today - 3].groupby("customer_id")["data_gb"].sum()
    here = history.loc[history["month"] == today, "customer_id"]
    return list(quarter[here].nlargest(places).index)
"""
BY_REVENUE = """def let_go(history, places):
    today = history["month"].max()
    quarter = history[history["month"] > today - 3].groupby("customer_id")["revenue_eur"].sum()
    here = history.loc[history["month"] == today, "customer_id"]
    return list(quarter[here].nsmallest(places).index)
"""
ONE_BAD_MONTH = """def let_go(history, places):
    month = history[history["month"] == history["month"].max()].set_index("customer_id")
    in_loss = month.loc[month["value_eur"] < 0, "value_eur"]
    return list(in_loss.nsmallest(places).index)
"""
SMALLEST_LOSSES = """def let_go(history, places):
    today = history["month"].max()
    year = history[history["month"] > today - 12].groupby("customer_id")["value_eur"].sum()
    here = set(history.loc[history["month"] == today, "customer_id"])
    in_loss = year[year < 0].sort_values(ascending=False)
    return [customer for customer in in_loss.index if customer in here][:places]
"""
IN_ANY_ORDER = """def let_go(history, places):
    today = history["month"].max()
    quarter = history[history["month"] > today - 3].groupby("customer_id")["value_eur"].sum()
    here = set(history.loc[history["month"] == today, "customer_id"])
    in_loss = [int(customer) for customer in quarter.index[quarter < 0] if customer in here]
    return in_loss[:places]
"""
HEAVIEST_OF_THE_LOSERS = """def let_go(history, places):
    today = history["month"].max()
    year = history[history["month"] > today - 12].groupby("customer_id")
    year = year[["value_eur", "data_gb"]].sum()
    year = year.loc[history.loc[history["month"] == today, "customer_id"]]
    return year[year["value_eur"] < 0].nlargest(places, "data_gb").index.tolist()
"""
A_YEAR = """def let_go(history, places):
    today = int(history["month"].max())
    by_month = history.pivot_table("value_eur", index="customer_id", columns="month")
    by_month = by_month[by_month[today].notna()]
    year = by_month[[month for month in by_month if month > today - 12]].sum(axis=1)
    return [int(customer) for customer in year.sort_values().index[:places] if year[customer] < 0]
"""
HALF_A_YEAR = A_YEAR.replace("today - 12", "today - 6")
BOOKS_SAY = 'answer = {"unprofitable": 34, "top_tenth": 26, "won": 1400, "group": "A"}'
AS_TEXT = 'answer = {"unprofitable": 8.0, "top_tenth": 26, "won": 850.0, "group": " a"}'

CASES = {
    "reference": Case({}, 10),
    "prepaid-dropped": Case(
        {"q3-solution": PREPAID_DROPPED + REASON}, 8, "Customers 2 and 3 have no invoice"
    ),
    "heavy-users-are-the-loss": Case(
        {"q3-solution": ALL_CUSTOMERS + HEAVY_USERS, "q5-solution": BY_DATA},
        7,
        "use that is paid for is no loss",
    ),
    "least-revenue-least-value": Case(
        {"q5-solution": BY_REVENUE}, 8, "little revenue mostly means little cost"
    ),
    "zero-revenue-dropped": Case(
        {
            "q3-solution": ALL_CUSTOMERS.replace("return out", 'return out[out["revenue_eur"] > 0]')
            + REASON
        },
        9,
        "active customers without any revenue are missing",
    ),
    "gini-unsorted": Case({"q1-solution": UNSORTED, "q2-solution": BY_COUNTING}, 8, "Line the"),
    "gini-on-deciles": Case(
        {"q1-solution": LORENZ + ON_DECILES}, 9.5, "Ten deciles cut the corners"
    ),
    "losses-set-to-zero": Case(
        {"q1-solution": LORENZ + LOSSES_AT_ZERO}, 9, "Losses are set to zero in your Gini"
    ),
    "top-share-by-quantile": Case({"q2-solution": BY_QUANTILE}, 9, "count customers"),
    "one-bad-month": Case({"q5-solution": ONE_BAD_MONTH}, 8, "regression to the mean"),
    "smallest-losses-first": Case({"q5-solution": SMALLEST_LOSSES}, 9, "begin with those who lose"),
    "losers-in-any-order": Case({"q5-solution": IN_ANY_ORDER}, 9, "begin with those who lose"),
    "sim-counted-once": Case(
        {"q3-solution": SIM_ONCE + REASON}, 8, "active_sim counts once for each active month"
    ),
    "data-dearer-than-revenue": Case(
        {"q3-solution": ALL_CUSTOMERS + DEARER_THAN_REVENUE}, 9, "and yet it tips the value"
    ),
    "last-quarter-repeats-itself": Case(
        {"q4-solution": BOOKS_SAY, "q5-solution": ONE_BAD_MONTH},
        7,
        "At 34 % the curve is back at zero",
    ),
    "another-way": Case(
        {
            "q1-solution": LORENZ + BY_RANKS,
            "q2-solution": BY_COUNTING,
            "q3-solution": ALL_CUSTOMERS + REASON,
            "q4-solution": AS_TEXT,
            "q5-solution": A_YEAR,
        },
        10,
    ),
    "half-a-year": Case({"q5-solution": HALF_A_YEAR}, 10),
    # Among lasting losers the heaviest users are those who lose most; so sorted, the list is right.
    "heaviest-of-the-losers": Case({"q5-solution": HEAVIEST_OF_THE_LOSERS}, 10),
}
