"""Where do customers stand in their terms on a given day?"""

import pandas as pd
import pytest

from cvmkit import kpi

ON = pd.Timestamp("2024-06-01")
TERMS = pd.DataFrame(
    [
        (1, 24, "2023-05-01", "2025-05-01", None),  # 11 months to go
        (2, 12, "2023-09-01", "2024-09-01", None),  # 3 to go
        (3, 12, "2023-06-01", "2024-06-01", None),  # ends today
        (4, 12, "2023-03-01", "2024-03-01", None),  # over for 3 months
        (5, 1, "2023-01-01", "2023-02-01", None),  # from month to month
        (6, 0, "2023-01-01", None, None),  # prepaid
        (7, 12, "2023-05-01", "2024-05-01", "2024-05-31"),  # left yesterday
        (8, 12, "2023-06-01", "2024-06-01", "2024-06-01"),  # the next term begins today ...
        (8, 24, "2024-06-01", "2026-06-01", None),  # ... which is this one
        (9, 12, "2024-07-01", "2025-07-01", None),  # not yet here
    ],
    columns=["subscription_id", "term_months", "term_start", "term_end", "closed_on"],
).assign(
    **{
        name: lambda table, name=name: pd.to_datetime(table[name])
        for name in ("term_start", "term_end", "closed_on")
    }
)


def test_one_term_runs_per_postpaid_sim() -> None:
    assert kpi.open_terms(TERMS, ON)["subscription_id"].tolist() == [1, 2, 3, 4, 5, 8]


def test_months_to_the_end_are_negative_once_it_is_past() -> None:
    assert kpi.months_to_end(TERMS, ON).to_dict() == {1: 11, 2: 3, 3: 0, 4: -3, 5: -16, 8: 24}


def test_out_of_contract_says_whether_month_to_month_counts() -> None:
    assert kpi.out_of_contract_share(TERMS, ON) == pytest.approx(3 / 6)
    assert kpi.out_of_contract_share(TERMS, ON, month_to_month=False) == pytest.approx(2 / 5)


def test_sim_only_is_a_running_postpaid_term_without_a_handset() -> None:
    # Handsets came with the terms of 1, of 4 (past its minimum) and of 7 (gone), and with the
    # first term of 8, which is over.
    handset = TERMS.index.isin([0, 3, 6, 7])
    assert kpi.sim_only_share(TERMS.assign(with_handset=handset), ON) == pytest.approx(4 / 6)
    assert kpi.sim_only_share(TERMS.assign(with_handset=False), ON) == 1.0


def test_every_postpaid_sim_is_in_exactly_one_state() -> None:
    shares = kpi.contract_shares(TERMS, ON)
    assert (6 * shares).round(9).to_dict() == {
        "locked_in": 2,
        "in_window": 2,
        "past_term": 1,
        "month_to_month": 1,
    }
    assert kpi.contract_shares(TERMS, ON, (-4, 11))["in_window"] == pytest.approx(4 / 6)
