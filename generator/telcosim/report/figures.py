"""The figures that the learner tables give."""

import numpy as np
import pandas as pd

from cvmkit import kpi, plot
from telcosim.report.drawing import Drawn, by_month, canvas, from_zero
from telcosim.report.measures import MONTH_0, Measures


def types(measures: Measures) -> list[str]:
    """Return the payment types that the world has."""
    return [kind for kind in ("postpaid", "prepaid") if len(measures.of_type(kind))]


def base(measures: Measures) -> Drawn:
    """Draw SIMs at the end of each month."""
    with canvas("base") as drawing:
        ax = drawing.axes
        ends = {}
        for kind in types(measures):
            closing = kpi.base_walk(measures.of_type(kind), measures.months)["closing"]
            ax.plot(closing.index, closing, label=kind)
            ends[kind] = (int(closing.iloc[0]), int(closing.iloc[-1]))
        from_zero(ax)
        ax.yaxis.set_major_formatter(lambda value, _: plot.number(value))
        ax.set_xlabel("month of history")
        ax.set_ylabel("SIMs at the end of the month")
        by_month(ax, len(measures.months))
        first, last = (sum(pair[i] for pair in ends.values()) for i in (0, 1))
        grows = "grows" if last > first else "shrinks"
        words = [f"{kind} from {a:,} to {b:,}" for kind, (a, b) in ends.items()]
        return drawing.finish(
            f"The base {grows} from {first:,} to {last:,} SIMs", f"Lines: {', '.join(words)}."
        )


def churn(measures: Measures) -> Drawn:
    """Draw monthly churn by payment type."""
    with canvas("churn") as drawing:
        ax = drawing.axes
        means, words = {}, []
        for kind in types(measures):
            walk = kpi.base_walk(measures.of_type(kind), measures.months)
            rate = kpi.monthly_churn(walk)
            ax.plot(rate.index, rate, label=kind)
            means[kind] = plot.percent(kpi.mean_churn(walk), 1)
            low, high = plot.percent(rate.min(), 1), plot.percent(rate.max(), 1)
            words.append(f"{kind} between {low} and {high}")
        from_zero(ax)
        plot.percent_axis(ax.yaxis)
        ax.set_xlabel("month of history")
        ax.set_ylabel("churn per month")
        by_month(ax, len(measures.months))
        return drawing.finish(
            f"Each month {' and '.join(f'{rate} of {kind}' for kind, rate in means.items())} leave",
            f"Lines by month: {'; '.join(words)}.",
        )


def tenure(measures: Measures) -> Drawn:
    """Draw the hazard by month of tenure of those who joined in the history."""
    with canvas("tenure") as drawing:
        ax = drawing.axes
        hazards = {kind: _hazard(measures, kind) for kind in types(measures)}
        for kind, hazard in hazards.items():
            ax.plot(hazard.index, hazard, label=kind)
        from_zero(ax)
        plot.percent_axis(ax.yaxis)
        ax.set_xlabel("month of tenure")
        ax.set_ylabel("share that leaves (3 months pooled)")
        by_month(ax, len(measures.months))
        words = []
        for kind, hazard in hazards.items():
            first, last = (plot.percent(hazard.iloc[i], 1) for i in (0, -1))
            words.append(f"{kind} from {first} to {last} in month {hazard.index[-1]}")
        peaks = [f"month {hazard.idxmax()} ({kind})" for kind, hazard in hazards.items()]
        return drawing.finish(
            f"In a stay, churn is highest in {' and in '.join(peaks)}",
            f"Lines: the hazard of those who joined in the history, {'; '.join(words)}.",
        )


def _hazard(measures: Measures, payment_type: str) -> pd.Series:
    """Return the hazard by month of tenure, of three months pooled, where 50 are at risk."""
    spells = measures.of_type(payment_type).query("began_as == 'gross_add'")
    table = kpi.hazard_by_tenure(spells, measures.months, measures.months[-1])
    counts = table.loc[table["at_risk"] >= 50, ["left", "at_risk"]]
    # A base too small to have fifty shows what it has.
    pooled = (counts if len(counts) else table[["left", "at_risk"]]).rolling(3, 1, True).sum()
    return (pooled["left"] / pooled["at_risk"]).rename("hazard").dropna()


def contract_end(measures: Measures) -> Drawn:
    """Draw voluntary churn of postpaid customers by months to the end of their term."""
    with canvas("contract-end") as drawing:
        ax = drawing.axes
        rate = _by_months_to_end(measures)
        ax.axvline(0, color=plot.GREY, linewidth=0.8)
        ax.plot(-rate.index, rate)
        from_zero(ax)
        plot.percent_axis(ax.yaxis)
        ax.set_xlabel("months since the end of the term (minus: before)")
        ax.set_ylabel("leave of own will, per month")
        locked, at_end = rate[rate.index > 2].mean(), rate[rate.index.isin(range(-2, 3))].mean()
        return drawing.finish(
            f"Around the end of the term {_times(at_end, locked)} as many leave as before",
            f"Line: {plot.percent(locked, 2)} of postpaid SIMs per month up to three months before "
            f"the end, {plot.percent(at_end, 2)} from two months before to two months after it.",
        )


def _times(later: float, before: float) -> str:
    return f"{later / before:.1f} times" if before else "infinitely"


def _by_months_to_end(measures: Measures) -> pd.Series:
    """Return the share that leaves of own will in a month by months to the end of the term."""
    subscriptions = measures.records.table("subscriptions")
    terms = subscriptions[subscriptions["term_months"] > 1]
    ends = measures.records.table("churn_events").query("churn_type == 'voluntary'")
    parts = []
    for month in measures.months:
        day = MONTH_0 + pd.DateOffset(months=month)
        here = kpi.open_terms(terms, day)
        gone = here["customer_id"].isin(ends.loc[ends["month"] == month, "customer_id"])
        to_end = kpi.months_to_end(terms, day)
        parts.append(pd.DataFrame({"to_end": to_end.to_numpy(), "left": gone.to_numpy()}))
    rows = pd.concat(parts)
    rows = rows[rows["to_end"].between(-12, 20)]
    return rows.groupby("to_end")["left"].mean()


def lorenz(measures: Measures) -> Drawn:
    """Draw how unequally data use is spread over SIMs in the last twelve months."""
    use = measures.records.table("usage_monthly")
    late = use[use["month"] > measures.months[-1] - 12]
    used = np.sort(late.groupby("subscription_id")["data_mb"].mean().to_numpy())
    share = np.concatenate([[0.0], np.cumsum(used) / used.sum()])
    sims = np.linspace(0, 1, len(share))
    with canvas("lorenz") as drawing:
        ax = drawing.axes
        ax.plot(sims, share)
        ax.plot([0, 1], [0, 1], color=plot.GREY, linewidth=1)
        for axis in (ax.xaxis, ax.yaxis):
            plot.percent_axis(axis)
        ax.set_xlabel("SIMs, from the lightest to the heaviest user")
        ax.set_ylabel("share of all data")
        ax.annotate("if all were equal", (0.42, 0.47), color=plot.GREY, rotation=33, ha="center")
        top = [1 - float(np.interp(1 - part, sims, share)) for part in (0.1, 0.5)]
        return drawing.finish(
            f"The tenth that uses most takes {plot.percent(top[0])} of all data",
            f"Lorenz curve of the last twelve months; the lighter half of SIMs has "
            f"{plot.percent(1 - top[1])}.",
        )
