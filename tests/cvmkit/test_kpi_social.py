"""Does each tie count at both of its ends, and each customer in the denominator?"""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmkit import kpi

SPELLS = pd.DataFrame(
    {
        "customer_id": [1, 2, 3, 4, 2],
        "payment_type": ["postpaid", "postpaid", "prepaid", "prepaid", "postpaid"],
        "first_month": [-3, -3, -3, 2, 4],
        "last_month": [None, 1, None, None, None],  # customer 2 is away in months 2 and 3
    }
)
EDGES = pd.DataFrame(
    {"customer_id": [2, 3, 4], "other_customer_id": [1, 1, 1], "calls_per_month": [9, 1, 4]}
)


def test_contacts_per_sim_by_hand() -> None:
    # Customer 1 has three ties, each of the others one; who came back is still one SIM.
    found = kpi.contacts_per_sim(EDGES, SPELLS)
    assert found.to_dict() == {"postpaid": (3 + 1) / 2, "prepaid": (1 + 1) / 2}


@pytest.mark.parametrize(
    ("month", "postpaid", "prepaid"),
    [
        (1, (2 + 1) / 2, 1 / 1),  # 4 is not yet here; 2 is here until the end of the month
        (2, 2 / 1, 2 / 2),  # 2 has left, and 1 has one tie less
        (4, 4 / 2, 2 / 2),  # 2 is back
    ],
)
def test_in_a_month_a_tie_needs_both_its_ends_in_service(
    month: int, postpaid: float, prepaid: float
) -> None:
    found = kpi.contacts_per_sim(EDGES, SPELLS, month)
    assert found.to_dict() == {"postpaid": postpaid, "prepaid": prepaid}


def test_who_has_no_tie_counts_in_the_denominator() -> None:
    alone = pd.DataFrame({"customer_id": [5, 6], "payment_type": ["prepaid", "postpaid"]})
    found = kpi.contacts_per_sim(EDGES, pd.concat([SPELLS, alone]))
    assert found.to_dict() == {"postpaid": 4 / 3, "prepaid": 2 / 3}


@settings(deadline=None, max_examples=50)
@given(st.sets(st.frozensets(st.integers(1, 8), min_size=2, max_size=2)), st.booleans())
def test_all_degrees_together_are_twice_the_ties_whichever_end_comes_first(
    pairs: set[frozenset[int]], turned: bool
) -> None:
    ties = [sorted(pair, reverse=turned) for pair in pairs]
    edges = pd.DataFrame(ties, columns=["customer_id", "other_customer_id"], dtype="int64")
    kinds = pd.Series(["postpaid"] * 3 + ["prepaid"] * 5, dtype="category")
    spells = pd.DataFrame({"customer_id": range(1, 9), "payment_type": kinds})
    found = kpi.contacts_per_sim(edges, spells)
    assert 3 * found["postpaid"] + 5 * found["prepaid"] == pytest.approx(2 * len(pairs))


def test_a_convergent_sim_is_postpaid_in_a_household_whose_line_runs_on() -> None:
    links = pd.DataFrame({"customer_id": [1, 2, 3, 4], "household_id": [1, 1, 3, 4]})
    products = pd.DataFrame(
        {
            "household_id": [1, 3, 4],
            "kind": ["fixed_line", "fixed_line", "tv"],
            "started_on": pd.to_datetime(["2023-02-01", "2022-05-01", "2022-05-01"]),
            "ended_on": pd.to_datetime([None, "2023-03-31", None]),
        }
    )
    spells = pd.DataFrame(
        {
            "customer_id": [1, 2, 3, 4],
            "payment_type": ["postpaid", "prepaid", "postpaid", "postpaid"],
            "first_month": 0,
            "last_month": [None, None, None, 3],
        }
    )
    by_month = [kpi.convergence_share(links, products, spells, month) for month in range(4)]
    # Household 3 has its line to the end of month 2, household 1 from month 1 on; customer 4,
    # who has television only, is out of the closing base of month 3.
    assert by_month == pytest.approx([1 / 3, 2 / 3, 1 / 3, 1 / 2])
