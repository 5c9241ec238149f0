"""The truth checks: what happened agrees with the stated chances, to four standard errors."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from telcosim.report import statistics as stats
from telcosim.report.margin import difference_eur
from telcosim.report.records import NO_TRUTH, Records
from telcosim.report.rows import Card, Row, within
from telcosim.report.tenure import agreement
from telcosim.report.waves import deciles, known, months, waves

FOUR = 4.0
SE = "s.e."

ABOUT = (
    "Does the world do what its truth says? Each check is passed within four "
    "standard errors (s.e.). "
    "Two more need worlds of their own, and are tests of the simulator: that no column, nor all "
    "of them in one model, predicts leaving better than the true chance (tests/generator/"
    "test_leak.py), and that every action's stated chances agree with thousands of runs of the "
    "ordinary month loop (tests/generator/test_truth.py). That a world without effects has a Qini "
    "of about 0 is a test too (tests/generator/test_presets.py)."
)


def card(records: Records) -> Card:
    """Make every check that the world's tables allow; a closed world has none."""
    heads = ("Check", "Off by", "Allowed", "What was compared")
    rows = list(_rows(records)) if records.open else []
    about = ABOUT if rows else NO_TRUTH
    return Card("truth", "Truth checks", about, heads, rows)


def _rows(records: Records) -> Iterator[Row]:
    data = months(records)
    yield from _hazards(data)
    yield agreement(data, records)
    margin = 100 * difference_eur(records).abs().max()
    # Half a cent of rounding, and what adding floating-point numbers leaves.
    yield within(
        "margins can be rebuilt", float(margin), "cents", 0.0, 0.501,
        f"Revenue less every cost line of the learner tables, for {len(data):,} months of "
        "customers, against the stated margin, which is rounded to the cent.",
    )  # fmt: skip
    if records.has("campaign_selections") and len(rows := waves(records)):
        yield from _waves(records, rows)


def _hazards(data: pd.DataFrame) -> Iterator[Row]:
    """Compare leavers with their chances, by tenth of the chance."""
    for kind, group in data[~data["cut"]].groupby("payment_type"):
        off = [
            stats.excess(rows["left"], rows["chance"])
            for _, rows in group.groupby(deciles(group["chance"]))
        ]
        yield _deviation(
            f"{kind} customers leave as their hazards say", off,
            f"{int(group['left'].sum()):,} departures in {len(group):,} months of customers, "
            "in tenths by true hazard.",
        )  # fmt: skip
    yield _deviation(
        "customers are cut off as their risk says",
        [stats.excess(data["cut"], data["cut_chance"])],
        f"{int(data['cut'].sum()):,} disconnections for unpaid bills.",
    )


def _waves(records: Records, rows: pd.DataFrame) -> Iterator[Row]:
    fair = rows[rows["design"] == "randomised"]
    if len(fair):
        off = stats.imbalance(known(records, fair), fair["treated"], fair["propensity"])
        yield _deviation(
            "randomised arms are alike", off,
            f"{len(fair):,} rows in {len(off)} columns known when the waves were drawn; "
            f"the largest deviation is in {off.abs().idxmax()}.",
        )  # fmt: skip
    drawn = [
        stats.excess(group["treated"], group["propensity"])
        for _, group in rows.groupby(["campaign_id", rows["propensity"].rank(pct=True).round(1)])
    ]
    about = f"Treated customers in {len(drawn)} groups by wave and propensity."
    yield _deviation("arms are drawn with the stated propensity", drawn, about)
    yield _weighting(rows[~rows["cut"]])
    yield from _outcomes(rows)


def _weighting(rows: pd.DataFrame) -> Row:
    """Compare the effect by inverse-propensity weighting with the mean true effect."""
    found, error = stats.weighted_effect(rows["left"], rows["treated"], rows["propensity"])
    true = rows["effect"].mean()
    plain = rows.loc[rows["treated"], "left"].mean() - rows.loc[~rows["treated"], "left"].mean()
    return _deviation(
        "weighting by the propensity finds the effect", [(found - true) / error],
        f"On leaving in the month of the wave: {points(found)} % points weighted, "
        f"{points(true)} true, {points(plain)} as a plain difference of the arms.",
    )  # fmt: skip


def points(share: float) -> str:
    """Write a difference of shares in percentage points."""
    return f"{100 * share:+.2f}".replace("-", "\N{MINUS SIGN}")


def _outcomes(rows: pd.DataFrame) -> Iterator[Row]:
    """Compare potential outcomes with their chances, and with what happened."""
    pairs = (("y0", "p0_ppm"), ("y1", "p1_ppm"))
    off = [stats.excess(rows[y], rows[p] / 1e6) for y, p in pairs]
    yield _deviation("potential outcomes agree with their chances", off,
                     f"y0 with p0 and y1 with p1, {len(rows):,} rows each.")  # fmt: skip
    drawn = np.where(rows["treated"], rows["y1"], rows["y0"]).astype(bool)
    wrong = int((drawn != rows["left"])[~rows["cut"]].sum())
    about = "Of those not cut off in the month: y1 of the treated, y0 of the others."
    yield within("what happened is the outcome of the own arm", wrong, "rows", 0, 0, about)


def _deviation(name: str, off: "list[float] | pd.Series", sentence: str) -> Row:
    """Return a row of the largest of several deviations in standard errors."""
    largest = float(np.abs(np.asarray(off, dtype=float)).max())
    return Row(name, largest, SE, None, FOUR, largest < FOUR, sentence)
