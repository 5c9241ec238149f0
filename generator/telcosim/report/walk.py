"""When SIMs came and went, by `cvmkit.kpi`, and whether the records agree with that walk."""

from collections.abc import Iterator
from inspect import signature

import pandas as pd

from cvmkit import kpi


def spells_of(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return `cvmkit.kpi.sim_spells`: one row per SIM and stay."""
    arguments = [tables[name] for name in ("customers", "accounts", "churn_events")]
    # Who is won back begins a second stay, which only the terms tell.
    if "subscriptions" in signature(kpi.sim_spells).parameters and "subscriptions" in tables:
        arguments.append(tables["subscriptions"])
    return kpi.sim_spells(*arguments)


def gaps(tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    """Say where the walk of the base and the records of use and departures disagree."""
    use = tables["usage_monthly"]["month"].value_counts()
    months = range(int(use.index.max()) + 1) if len(use) else range(0)
    try:
        walk = kpi.base_walk(spells_of(tables), months)
    except ValueError as error:  # two stays of one SIM at a time, or a stay of no known kind
        yield f"customers: the base cannot be walked. {str(error).splitlines()[0]}"
        return
    served = walk["opening"] + walk["gross_adds"] + walk["reactivations"]
    departed = tables["churn_events"]["month"].value_counts()
    for name, by_walk, on_record in (
        ("usage_monthly", served, use),
        ("churn_events", walk["churn"], departed),
    ):
        off = by_walk - on_record.reindex(walk.index, fill_value=0)
        if wrong := int((off != 0).sum()):
            first = off[off != 0]
            yield (
                f"{name}: {wrong} months disagree with the walk of the base, "
                f"month {first.index[0]} by {abs(int(first.iloc[0]))} SIMs."
            )
