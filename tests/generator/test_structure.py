"""Is what the lessons need in the data: causes, truth and the calibrated orders of size?"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import telcosim
from telcosim.streams import Streams


@pytest.fixture(scope="module")
def months(world: Path) -> pd.DataFrame:
    """Truth per customer-month, with what a model of churn would use."""
    data = telcosim.truth("truth_month", world)
    accounts = telcosim.load("accounts", world).set_index("customer_id")
    data["payment_type"] = data["customer_id"].map(accounts["payment_type"])
    ends = telcosim.load("churn_events", world)[["customer_id", "month", "churn_type"]]
    data = data.merge(ends, "left", ["customer_id", "month"])
    data["left"] = data["churn_type"] == "voluntary"
    data["cut"] = data["churn_type"] == "involuntary"
    return data


def test_the_stated_hazards_are_those_that_strike(months: pd.DataFrame) -> None:
    """By decile of the true hazard, as many leave as it says, within four standard errors."""
    at_risk = months[~months["cut"]]
    hazard = at_risk["voluntary_ppm"] / 1e6
    deciles = at_risk.groupby(pd.qcut(hazard, 10, labels=False))
    variance = (hazard * (1 - hazard)).groupby(pd.qcut(hazard, 10, labels=False)).sum()
    expected = hazard.groupby(pd.qcut(hazard, 10, labels=False)).sum()
    assert ((deciles["left"].sum() - expected).abs() < 4 * np.sqrt(variance)).all()


def test_the_stated_risk_of_disconnection_is_the_one_that_strikes(months: pd.DataFrame) -> None:
    risk = months["involuntary_ppm"] / 1e6
    assert abs(months["cut"].sum() - risk.sum()) < 4 * np.sqrt((risk * (1 - risk)).sum())


@pytest.mark.parametrize(
    ("payment_type", "low", "high"), [("postpaid", 0.008, 0.022), ("prepaid", 0.025, 0.07)]
)
def test_churn_lies_in_the_calibrated_range(
    months: pd.DataFrame, payment_type: str, low: float, high: float
) -> None:
    group = months[months["payment_type"] == payment_type]
    assert low < (group["left"] | group["cut"]).mean() < high


@pytest.mark.parametrize(
    ("payment_type", "low", "high"), [("postpaid", 12, 28), ("prepaid", 4, 10)]
)
def test_arpu_lies_in_the_calibrated_range(
    months: pd.DataFrame, payment_type: str, low: float, high: float
) -> None:
    group = months[months["payment_type"] == payment_type]
    assert low < group["revenue_cents"].mean() / 100 < high


def test_churn_follows_tenure_contract_price_and_last_months_events(world: Path) -> None:
    """Each cause moves the mean true hazard of postpaid customers the way it should."""
    data = telcosim.truth("truth_month", world)
    terms = telcosim.load("subscriptions", world)
    terms = terms[terms["term_months"] > 1].assign(
        start=lambda t: _month(t["term_start"]), end=lambda t: _month(t["term_end"])
    )
    data = data.merge(terms, on="customer_id")
    closed = _month(data["closed_on"]).where(data["closed_on"].notna(), 10**6)
    data = data[(data["start"] <= data["month"]) & (data["month"] < closed)]
    to_end = data["end"] - data["month"]
    hazard = data["voluntary_ppm"]
    locked = hazard[to_end > 2].mean()
    assert hazard[to_end.between(-1, 2)].mean() > 2 * locked
    assert hazard[to_end < -1].mean() > 1.3 * locked
    tenure = data["month"] - data["start"]
    signed_here = data["signed_as"] == "activation"
    assert hazard[signed_here & (tenure < 6) & (to_end > 2)].mean() > 1.3 * locked
    care = telcosim.load("care_contacts", world)
    unhappy = care.loc[care["is_complaint"], ["customer_id", "month"]].drop_duplicates()
    unhappy["month"] += 1
    after = data.merge(unhappy, on=["customer_id", "month"])["voluntary_ppm"]
    assert after.mean() > 1.5 * hazard.mean()
    overpaying = data["monthly_fee_cents"].groupby(data["tariff_id"]).rank(pct=True)
    same_window = to_end > 2
    assert (
        hazard[same_window & (overpaying > 0.8)].mean()
        > 1.1 * hazard[same_window & (overpaying < 0.2)].mean()
    )


def _month(day: pd.Series) -> pd.Series:
    return (day.dt.year - 2023) * 12 + day.dt.month - 1


def test_every_randomised_wave_is_randomised(world: Path) -> None:
    """Wave by wave, arms have the promised size, and no trait tells them apart."""
    campaigns = telcosim.load("campaigns", world)
    contacts = telcosim.load("contacts", world)
    traits = telcosim.truth("truth_traits", world).set_index("customer_id").drop(columns="persona")
    waves = campaigns.loc[campaigns["design"] == "randomised", "campaign_id"]
    assert len(waves) > 1
    for wave in waves:
        contacted = contacts[contacts["campaign_id"] == wave]
        treated = (contacted["arm"] == "treatment").to_numpy()
        n = len(contacted)
        assert abs(treated.mean() - 0.5) < 4 * 0.5 / np.sqrt(n)
        of_contacts = traits.loc[contacted["customer_id"]].to_numpy()
        gap = of_contacts[treated].mean(axis=0) - of_contacts[~treated].mean(axis=0)
        assert (np.abs(gap) < 4 * of_contacts.std(axis=0) * 2 / np.sqrt(n)).all()


def test_potential_outcomes_agree_with_their_probabilities_and_with_what_happened(
    world: Path,
) -> None:
    truth = telcosim.truth("truth_uplift", world)
    for outcome, probability in (("y0", "p0_ppm"), ("y1", "p1_ppm")):
        p = truth[probability] / 1e6
        assert abs(truth[outcome].sum() - p.sum()) < 4 * np.sqrt((p * (1 - p)).sum())
    merged = truth.merge(telcosim.load("contacts", world), on=["campaign_id", "customer_id"])
    happened = merged["y1"].where(merged["arm"] == "treatment", merged["y0"])
    churn = telcosim.load("churn_events", world)[["customer_id", "month", "churn_type"]]
    merged = merged.merge(churn, "left", ["customer_id", "month"])
    left = merged["churn_type"] == "voluntary"
    cut = merged["churn_type"] == "involuntary"
    assert (left == happened.astype(bool).to_numpy())[~cut].all()


def test_the_untreated_outcome_is_the_draw_against_its_probability(world: Path) -> None:
    """Customer by customer, up to the rounding; but for those whom the save desk talks round.

    p0 is the chance to want to leave, times that of not being kept.
    """
    truth = telcosim.truth("truth_uplift", world)
    month = telcosim.load("campaigns", world).set_index("campaign_id")["month"]
    checked = talked_round = wanted = 0
    config = telcosim.load_config("course")
    prepaid = telcosim.load("accounts", world).set_index("customer_id")["payment_type"] == "prepaid"
    desk, calls = config.desk, config.save_desk
    saved = (desk.saved_talk + desk.saved_small + desk.saved_large) / 3
    kept = saved * prepaid.map({True: calls.announce_prepaid, False: calls.announce_postpaid})
    for wave, rows in truth.groupby("campaign_id"):
        drawn_ppm = 1e6 * Streams(5, 0).uniform("churn_events.voluntary", int(month[wave]))
        wish = rows["p0_ppm"] / (1.0 - rows["customer_id"].map(kept))
        distance = wish - drawn_ppm[rows["customer_id"] - 1]
        clear = distance.abs() > 2
        assert not ((distance < 0) & (rows["y0"] == 1))[clear].any()
        talked_round += ((distance > 0) & (rows["y0"] == 0))[clear].sum()
        wanted += (distance > 0)[clear].sum()
        checked += clear.sum()
    assert checked > 1000
    assert 0 < talked_round < 0.3 * wanted


def test_the_margin_can_be_rebuilt_from_the_learner_tables(world: Path) -> None:
    """Every cost line of the ledger has its rows: the sum agrees with the truth to the cent."""
    cost = telcosim.load("unit_costs", world).set_index("item")["cost_microeur"] / 1e6
    usage = telcosim.load("usage_monthly", world).set_index(["customer_id", "month"])

    def monthly(table: str, column: str, where: str | None = None) -> pd.Series:
        rows = telcosim.load(table, world)
        rows = rows.query(where) if where else rows
        values = rows[column] if column else pd.Series(1, rows.index)
        total = values.groupby([rows["customer_id"], rows["month"]]).sum()
        return total.reindex(usage.index, fill_value=0)

    margin = (
        (usage["charged_cents"] + monthly("invoices", "total_cents")) / 100
        - usage["data_mb"] * cost["data_mb"]
        - usage["roaming_mb"] * cost["roaming_mb"]
        - usage["voice_seconds"] * cost["voice_second"]
        - usage["sms_count"] * cost["sms"]
        - cost["active_sim"]
        - monthly("invoices", "") * cost["invoice"]
        - monthly("payments", "", "status == 'paid'") * cost["payment"]
        - monthly("payments", "amount_cents", "status == 'written_off'") / 100
        - monthly("topups", "amount_cents") / 100 * cost["topup_eur"]
        - monthly("care_contacts", "handling_seconds") * cost["care_second"]
        - monthly("dunning_steps", "", "step == 'plan'") * cost["payment_plan"]
        - monthly("benefits", "cost_cents") / 100
    )
    for channel in ("sms", "push", "email", "call"):
        sent = f"arm == 'treatment' and channel == '{channel}'"
        margin -= monthly("contacts", "", sent) * cost[f"campaign_{channel}"]
    truth = telcosim.truth("truth_month", world).set_index(["customer_id", "month"])
    assert (margin - truth["margin_cents"].reindex(margin.index) / 100).abs().max() < 0.005001
