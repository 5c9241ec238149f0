"""Ways of answering the small exercises under mode_assignments, one exercise per mode of grading.

"blank-like" runs, and says nothing; "half-…" are partly right.
"""

from case import Case

MARGIN = """def margin(invoices, usage_monthly, unit_costs, month):
    unit_eur = unit_costs.set_index("item")["cost_microeur"] / 1e6
    used = usage_monthly[usage_monthly["month"] == month].set_index("customer_id")
    billed = invoices[invoices["month"] == month].set_index("customer_id")["total_cents"]
    revenue_cents = {revenue}
    return revenue_cents / 100 - used["data_mb"] * unit_eur["data_mb"]{sim}
"""
BILLED = "billed.reindex(used.index, fill_value=0)"
BOTH = f'used["charged_cents"] + {BILLED}'
SIM = ' - unit_eur["active_sim"]'
BY_MERGE = """def margin(invoices, usage_monthly, unit_costs, month):
    cost = dict(zip(unit_costs["item"], unit_costs["cost_microeur"], strict=True))
    rows = usage_monthly[usage_monthly["month"] == month]
    rows = rows.merge(invoices, how="left", on=["customer_id", "month"])
    rows = rows.sample(frac=1, random_state=1).set_index("customer_id")
    eur = (rows["total_cents"].fillna(0) + rows["charged_cents"]) / 100
    return eur - (rows["data_mb"] * cost["data_mb"] + cost["active_sim"]) / 1e6
"""

SHARES = """def revenue_shares(invoices):
    by_month = invoices.groupby("month")["total_cents"].{measure}()
    return {result}
"""
EQUAL_SHARES = """def revenue_shares(invoices):
    months = sorted(invoices["month"].unique())
    return pd.Series([0.75, 0.25] if len(months) == 2 else 1 / len(months), index=months)
"""
BY_WEIGHT = """def revenue_shares(invoices):
    weight = invoices["total_cents"] / invoices["total_cents"].sum()
    return weight.groupby(invoices["month"]).sum()
"""

EFFECT = """def effect(log):
    treated = log.loc[log["arm"] == "treatment", "margin_eur"]
    control = log.loc[log["arm"] == "control", "margin_eur"]
    difference = {difference}
    se = {se}
    return {{"estimate": difference, "low": difference - 1.96 * se, "high": difference + 1.96 * se}}
"""
TREATED_LESS_CONTROL = "treated.mean() - control.mean()"
SE = "np.sqrt(treated.var() / len(treated) + control.var() / len(control))"
ENDLESS = """def effect(log):
    means = log.groupby("arm")["margin_eur"].mean()
    difference = float(means["treatment"] - means["control"])
    return {"estimate": difference, "low": -float("inf"), "high": float("inf")}
"""

RANKED = """def whom(base, places):
    ranked = base.assign(profit=base["kept_eur"] - base["cost_eur"]).sort_values({by})
    return list(ranked[{kept}]["customer_id"].tail({places}))
"""
AS_ARRAY = """def whom(base, places):
    import numpy as np

    profit = (base["kept_eur"] - base["cost_eur"]).to_numpy()
    best = np.argsort(-profit)[:places]
    return base["customer_id"].to_numpy()[best[profit[best] > 0]]
"""

KNOWN = """def known_at(rows, moment):
    return {answer}
"""
AT_ONCE = """def known_at(rows, moment):
    assert (rows["loaded_ts"] <= moment).all(), "a row arrives later"
    return True
"""

CASES = {
    "0-3": {
        "reference": Case({}, 4),
        "blank-like": Case({"margin": "margin = None"}, 0, "yours is a NoneType"),
        "half-without-prepaid": Case(
            {"margin": MARGIN.format(revenue=BILLED, sim=SIM)}, 1, "you leave that revenue out"
        ),
        "sim-for-nothing": Case(
            {"margin": MARGIN.format(revenue=BOTH, sim="")}, 0, "An active SIM"
        ),
        "in-cents": Case(
            {"margin": MARGIN.format(revenue=f"100 * ({BOTH})", sim=SIM)},
            0,
            "does not follow from revenue and costs",
        ),
        "half-nan-where-no-invoice": Case(
            {"margin": MARGIN.format(revenue='billed + used["charged_cents"]', sim=SIM)},
            1,
            "not for: a mixed base, a base all prepaid",
        ),
        "another-way": Case({"margin": BY_MERGE}, 4),
    },
    "0-4": {
        "reference": Case({}, 5),
        "blank-like": Case(
            {"shares": "def revenue_shares(invoices):\n    return None"}, 0, "add up"
        ),
        "half-counts-invoices": Case(
            {"shares": SHARES.format(measure="mean", result="by_month / by_month.sum()")},
            3,
            "count money, not invoices",
        ),
        "half-as-an-index": Case(
            {"shares": SHARES.format(measure="sum", result="by_month / by_month.mean()")},
            3,
            "add up to 1",
        ),
        "equal-shares": Case({"shares": EQUAL_SHARES}, 4, "twice as much has a larger share"),
        "another-way": Case({"shares": BY_WEIGHT}, 5),
    },
    "0-5": {
        "reference": Case({}, 5),
        "blank-like": Case({"effect": "def effect(log):\n    return {}"}, 0, "not a number"),
        "half-with-standard-deviation": Case(
            {
                "effect": EFFECT.format(
                    difference=TREATED_LESS_CONTROL, se='log["margin_eur"].std()'
                )
            },
            3,
            "times as wide as is reasonable",
        ),
        "half-without-end": Case({"effect": ENDLESS}, 3, "are none: low and high, finite"),
        "control-less-treated": Case(
            {"effect": EFFECT.format(difference="control.mean() - treated.mean()", se=SE)},
            0,
            "wrong sign",
        ),
        "another-way": Case(
            {
                "effect": EFFECT.format(
                    difference=TREATED_LESS_CONTROL,
                    se='np.sqrt(4 * log["margin_eur"].var() / len(log))',
                )
            },
            5,
        ),
    },
    "0-6": {
        "reference": Case({}, 5),
        "blank-like": Case({"whom": "def whom(base, places):\n    return []"}, 0, "earns 0 %"),
        "half-the-places": Case(
            {
                "whom": RANKED.format(
                    by='"profit"', kept='ranked["profit"] > 0', places="max(places // 2, 1)"
                )
            },
            3,
            "100 % from 97 %",
        ),
        "by-churn-risk": Case(
            {
                "whom": RANKED.format(
                    by='"p_churn"', kept='ranked["kept_eur"] > -9999', places="places"
                )
            },
            0,
            "It is nearly a list by churn risk",
        ),
        "by-value": Case(
            {
                "whom": RANKED.format(
                    by='"value_eur"', kept='ranked["kept_eur"] > -9999', places="places"
                )
            },
            0,
            "It is nearly a list by value",
        ),
        "everybody": Case(
            {"whom": 'def whom(base, places):\n    return base["customer_id"]'},
            0,
            "a rule is broken",
        ),
        "another-way": Case({"whom": AS_ARRAY}, 5),
    },
    "0-7": {
        "reference": Case({}, 5),
        "blank-like": Case({"answer": 'answer, ranking = "nobody", None'}, 0, "yours is a str"),
        "half-one-for-all": Case(
            {
                "answer": 'answer = {"offer": "Deep_Discount", "channel": "E-Mail"}\n'
                'ranking = ["data bonus", "discount", "deep discount"]'
            },
            4,
            "offer: Your answer gives up",
        ),
        "half-by-phone": Case(
            {
                "answer": 'answer = {"offer": "nobody", "channel": "call"}\n'
                'ranking = ["deep discount", "discount", "data bonus"]'
            },
            2,
            "A call costs more than the bonus keeps",
        ),
        "most-generous-first": Case(
            {
                "answer": 'answer = {"offer": "nobody", "channel": "email"}\n'
                'ranking = ["deep discount", "discount", "data bonus"]'
            },
            3,
            "taken by those who stay anyway",
        ),
        "another-way": Case(
            {
                "answer": 'answer = {"offer": " Nobody ", "channel": "PUSH"}\n'
                'ranking = ("Data_Bonus", "discount ", "deep-discount")'
            },
            5,
        ),
    },
    "0-8": {
        "reference": Case({}, 5),
        "blank-like": Case({"known_at": KNOWN.format(answer="None")}, 0, "misses"),
        "always-alarm": Case({"known_at": KNOWN.format(answer="False")}, 1, "a false alarm"),
        "half-by-event": Case(
            {"known_at": KNOWN.format(answer='bool((rows["event_ts"] <= moment).all())')},
            2,
            "misses a row that was loaded late (world 1)",
        ),
        "half-strictly-before": Case(
            {"known_at": KNOWN.format(answer='bool((rows["loaded_ts"] < moment).all())')},
            3,
            "a false alarm on a row that was loaded at that very moment",
        ),
        "says-how-many": Case(
            {"known_at": KNOWN.format(answer='int((rows["loaded_ts"] <= moment).all())')},
            0,
            "True or False",
        ),
        "another-way": Case(
            {"known_at": KNOWN.format(answer='len(rows[rows["loaded_ts"] > moment]) == 0')}, 5
        ),
    },
}
