"""Is the shape of usage found again, and is each use counted once?"""

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from cvmkit import kpi

WALK = pd.DataFrame({"opening": [4, 4], "closing": [4, 6]}, index=[0, 1])


def test_the_sigma_of_a_lognormal_is_found_again_whatever_its_top_and_its_zeros() -> None:
    values = np.exp(
        1.68 * np.array([NormalDist().inv_cdf(p) for p in np.linspace(0, 1, 2003)[1:-1]])
    )
    assert kpi.lognormal_sigma(values) == pytest.approx(1.68, abs=0.01)
    spoiled = np.concatenate([np.minimum(values, np.quantile(values, 0.95)), np.zeros(200)])
    assert kpi.lognormal_sigma(spoiled) == pytest.approx(1.68, abs=0.01)
    assert kpi.share_above_mean(values) == pytest.approx(NormalDist().cdf(-0.84), abs=0.01)


@pytest.mark.parametrize(("share", "held"), [(0.10, 65.5), (0.01, 25.9)])
def test_what_the_top_of_a_lognormal_holds(share: float, held: float) -> None:
    assert round(100 * kpi.lognormal_top_share(1.68, share), 1) == held


def test_a_roaming_sim_counts_once_over_the_average_base() -> None:
    usage = pd.DataFrame(
        {
            "subscription_id": [1, 2, 1, 1],
            "month": [0, 0, 1, 1],
            "roaming_mb": [0, 80, 10, 20],
        }
    )
    assert kpi.roaming_share(usage, WALK).tolist() == [1 / 4, 1 / 5]


def test_contacts_and_customers_in_contact_are_two_rates() -> None:
    contacts = pd.DataFrame({"customer_id": [1, 1, 2], "month": [0, 0, 0]})
    assert kpi.events_per_sim(contacts, WALK).tolist() == [3 / 4, 0]
    assert kpi.customers_share(contacts, WALK).tolist() == [2 / 4, 0]
