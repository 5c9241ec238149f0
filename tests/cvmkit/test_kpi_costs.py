"""Is each cost counted once, for whom it was spent, in the month in which it was spent?"""

import math

import pandas as pd
import pytest

from cvmkit import kpi

UNIT_COSTS = pd.DataFrame(
    {
        "item": [
            *("sac_postpaid", "sac_prepaid", "campaign_call", "campaign_sms"),
            *("handset_subsidy", "commission_dealer", "commission_online"),
        ],
        "cost_microeur": [
            *(95_000_000, 6_000_000, 4_000_000, 20_000),
            *(85_000_000, 35_000_000, 8_000_000),
        ],
    }
)


def test_acquisition_costs_by_gross_add_and_payment_type() -> None:
    spells = pd.DataFrame(
        {
            "first_month": [0, 0, 1, 1],
            "began_as": ["gross_add", "gross_add", "gross_add", "reactivation"],
            "payment_type": ["postpaid", "prepaid", "prepaid", "postpaid"],
        }
    )
    cost = kpi.acquisition_cost_eur(spells, UNIT_COSTS)
    assert cost.to_dict() == {0: 101.0, 1: 6.0}
    assert kpi.sac_eur(cost.sum(), 3) == pytest.approx(107 / 3)


def test_retention_costs_its_own_contacts_and_its_offers_and_controls_nothing() -> None:
    contacts = pd.DataFrame(
        {
            "month": [3, 3, 3, 4],
            "programme": ["retention", "retention", "upsell", "retention"],
            "arm": ["treatment", "control", "treatment", "treatment"],
            "channel": ["call", "call", "sms", "sms"],
        }
    )
    benefits = pd.DataFrame({"month": [3, 5], "cost_cents": [300, 250]})
    cost = kpi.retention_cost_eur(benefits, contacts, UNIT_COSTS)
    assert cost.to_dict() == pytest.approx({3: 7.0, 4: 0.02, 5: 2.5})
    assert kpi.src_eur(cost.sum(), 2) == pytest.approx(4.76)
    assert kpi.sac_src_share(10.0, 5.0, 100.0) == pytest.approx(0.15)


def test_payback_is_cost_over_margin_and_never_without_one() -> None:
    assert kpi.payback_months(90.0, 7.5) == 12.0
    assert kpi.payback_months(90.0, 0.0) == math.inf


JOINED = pd.DataFrame(
    {
        "customer_id": [1, 2, 3, 4, 1],
        "first_month": [0, 0, 1, 1, 1],
        "began_as": ["gross_add", "gross_add", "gross_add", "gross_add", "reactivation"],
        "payment_type": ["postpaid", "prepaid", "postpaid", "prepaid", "postpaid"],
    }
)
CHANNELS = pd.DataFrame(
    {"customer_id": [4, 3, 2, 1], "acquisition_channel": ["dealer", "online", "dealer", "dealer"]}
)


def test_commission_is_paid_for_postpaid_gross_adds_and_once_per_customer() -> None:
    without = kpi.acquisition_cost_eur(JOINED, UNIT_COSTS)
    assert without.to_dict() == {0: 101.0, 1: 101.0}
    cost = kpi.acquisition_cost_eur(JOINED, UNIT_COSTS, CHANNELS)
    # A dealer sold customer 1; prepaid customer 2 earned the dealer none, and the return of 1
    # is no second sale. Customer 3 came online.
    assert cost.to_dict() == {0: 101.0 + 35.0, 1: 101.0 + 8.0}


def test_a_channel_without_a_price_is_named_and_not_counted_as_free() -> None:
    shop = CHANNELS.assign(acquisition_channel="own_shop")
    with pytest.raises(ValueError, match="no cost of commission_own_shop"):
        kpi.acquisition_cost_eur(JOINED, UNIT_COSTS, shop)
    with pytest.raises(ValueError, match="no cost of handset_subsidy"):
        kpi.handset_cost_eur(TERMS, UNIT_COSTS[UNIT_COSTS["item"] != "handset_subsidy"])


TERMS = pd.DataFrame(
    [
        ("activation", "2022-12-01", True),  # before the records
        ("activation", "2023-01-01", True),
        ("activation", "2023-01-01", False),  # SIM-only
        ("win_back", "2023-03-01", True),
        ("renewal", "2023-01-01", True),
        ("late_renewal", "2023-03-01", True),
        ("renewal", "2023-03-01", True),
        ("price_change", "2023-03-01", True),  # carries on a handset that was given before
    ],
    columns=["signed_as", "term_start", "with_handset"],
).assign(term_start=lambda table: pd.to_datetime(table["term_start"]))


def test_a_handset_costs_once_when_its_term_starts_and_its_purpose_is_how_the_term_came() -> None:
    cost = kpi.handset_cost_eur(TERMS, UNIT_COSTS)
    assert cost["acquisition"].to_dict() == {0: 85.0, 2: 85.0}
    assert cost["retention"].to_dict() == {0: 85.0, 2: 170.0}
    coded = kpi.handset_cost_eur(TERMS.astype({"signed_as": "category"}), UNIT_COSTS)
    assert coded.equals(cost)


def test_where_nobody_got_a_handset_there_is_no_cost() -> None:
    cost = kpi.handset_cost_eur(TERMS.assign(with_handset=False), UNIT_COSTS)
    assert cost.columns.tolist() == ["acquisition", "retention"]
    assert cost.empty


def test_src_is_the_programme_and_the_handsets_at_renewal_over_renewals() -> None:
    programme = pd.Series({0: 5.0, 1: 10.0})
    handsets = kpi.handset_cost_eur(TERMS, UNIT_COSTS)
    retention = programme.add(handsets["retention"], fill_value=0.0)
    assert retention.to_dict() == {0: 90.0, 1: 10.0, 2: 170.0}
    assert kpi.src_eur(retention.sum(), 3) == pytest.approx(90.0)
