"""Does each rule about silence see what it should, and no more?"""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvmkit import kpi

UNTIL = pd.Timestamp("2024-01-01")


def events_of(*rows: tuple[int, str]) -> pd.DataFrame:
    events = pd.DataFrame(rows, columns=["customer_id", "event_ts"])
    return events.assign(event_ts=pd.to_datetime(events["event_ts"]))


def test_a_silence_ends_the_stay_on_the_day_the_rule_is_over() -> None:
    events = events_of((1, "2023-01-10"), (1, "2023-02-09"), (1, "2023-05-20"), (2, "2023-12-15"))
    spells = kpi.inactivity_spells(events, 30, UNTIL)
    assert spells[["customer_id", "first_month"]].to_numpy().tolist() == [[1, 0], [1, 4], [2, 11]]
    assert spells["last_month"].tolist()[:2] == [2, 5]  # 9 February and 30 days are 11 March
    assert spells["last_month"].isna().tolist() == [False, False, True]
    assert spells["began_as"].tolist() == ["gross_add", "reactivation", "gross_add"]
    walk = kpi.base_walk(spells, range(12))
    assert walk["churn"].sum() == 2
    assert walk["reactivations"].sum() == 1
    assert kpi.returned_share(spells, range(12)) == 1 / 2


def test_a_longer_rule_forgives_the_same_silence() -> None:
    events = events_of((1, "2023-01-10"), (1, "2023-05-20"), (1, "2023-12-30"))
    gone = [
        int(kpi.inactivity_spells(events, days, UNTIL)["last_month"].notna().sum())
        for days in (90, 150, 250)
    ]
    assert gone == [2, 1, 0]


MINUTES = st.integers(0, 364 * 1440)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 3), MINUTES), min_size=1, max_size=25),
    st.sampled_from([30, 60, 90]),
)
def test_the_rules_walk_reconciles_and_silence_agrees_with_it(
    rows: list[tuple[int, int]], days: int
) -> None:
    events = pd.DataFrame(rows, columns=["customer_id", "minute"])
    start = pd.Timestamp("2023-01-01")
    events["event_ts"] = start + pd.to_timedelta(events["minute"], unit="min")
    spells = kpi.inactivity_spells(kpi.activity(events), days, UNTIL)
    walk = kpi.base_walk(spells, range(13))
    everyone = pd.Series(events["customer_id"].unique())
    silent = kpi.silent_share(everyone, events, UNTIL, days)
    still_in = spells["last_month"].isna().sum()
    assert still_in == pytest.approx((1 - silent) * len(everyone))
    assert walk["gross_adds"].sum() == len(everyone)
    longer = kpi.inactivity_spells(events, 2 * days, UNTIL)
    assert longer["last_month"].count() <= spells["last_month"].count()


def test_activity_joins_the_tables_that_keep_a_sim_alive() -> None:
    topups = events_of((2, "2023-03-01"), (1, "2023-02-01")).assign(amount_cents=500)
    calls = events_of((1, "2023-01-15"))
    joined = kpi.activity(topups, calls)
    assert list(joined.columns) == ["customer_id", "event_ts"]
    assert joined["customer_id"].tolist() == [1, 1, 2]
    assert joined["event_ts"].is_monotonic_increasing
