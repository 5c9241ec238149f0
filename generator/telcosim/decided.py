"""Policies that come from outside: a table of decisions, or a plain function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from telcosim.actions import ACTIONS, CHANNEL_OF, NONE
from telcosim.config import Config
from telcosim.errors import PolicyError
from telcosim.policy import DECIDED, RETENTION, Decision, Policy, PolicyFunction, Wave
from telcosim.programme import ByScore, NoContact, Observed, Randomised, TreatAll
from telcosim.streams import IntArray
from telcosim.view import View


@dataclass(frozen=True)
class Decided:
    """A table of decisions: customer_id, month, action (a name or a code)."""

    table: pd.DataFrame
    _by_month: Mapping[int, pd.Series] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the table once."""
        needs = ["customer_id", "month", "action"]
        if missing := [name for name in needs if name not in self.table]:
            raise PolicyError(f"The decisions have no column {missing[0]}; needed: {needs}.")
        data = self.table[needs].assign(action=action_codes(self.table["action"]))
        if double := int(data.duplicated(["customer_id", "month"]).sum()):
            raise PolicyError(
                f"{double} decisions repeat a customer and month; allowed: one action each."
            )
        by_month = {
            int(str(month)): rows.set_index("customer_id")["action"]
            for month, rows in data.groupby("month")
        }
        object.__setattr__(self, "_by_month", by_month)

    def decide(self, view: View) -> Decision | None:
        """Look up the month's decisions; the inactive and those without consent get nothing."""
        chosen = self._by_month.get(view.month)
        if chosen is None:
            return None
        ids = pd.Index(view.ctx.people.customer_id)
        return permitted(view, chosen.reindex(ids, fill_value=NONE).to_numpy(dtype=np.int64))

    def waves(self, config: Config) -> list[Wave]:  # noqa: ARG002, D102 - see Policy
        return [Wave(month, RETENTION, month, DECIDED) for month in sorted(self._by_month)]


@dataclass(frozen=True)
class Function:
    """A plain function of a learner's table and the month, run from `start` on."""

    function: PolicyFunction
    start: int = 0

    def decide(self, view: View) -> Decision | None:
        """Show the function the active customers and take their actions."""
        if view.month < self.start:
            return None
        seen = view.frame()
        shown = seen[seen["active"]].reset_index(drop=True)
        answer = action_codes(self.function(shown.copy(), view.month))
        if len(answer) != len(shown):
            raise PolicyError(
                f"The policy returned {len(answer)} actions for {len(shown)} customers in month "
                f"{view.month}; it must return one per row."
            )
        action = np.zeros(view.size, dtype=np.int64)
        action[view.state.active] = answer
        return permitted(view, action)

    def waves(self, config: Config) -> list[Wave]:  # noqa: D102 - see Policy
        return [Wave(m, RETENTION, m, DECIDED) for m in range(self.start, config.months)]


def permitted(view: View, action: IntArray) -> Decision:
    """Drop what may not be done: contact without consent in the channel, or with the gone."""
    channel = CHANNEL_OF[action]
    consents = np.take_along_axis(view.state.consent, np.maximum(channel, 0)[:, None], axis=1)
    allowed = view.state.active & ((channel < 0) | consents[:, 0])
    kept = np.where(allowed, action, NONE)
    return Decision(kept, kept != NONE)


def action_codes(answer: Any) -> IntArray:
    """Turn names, codes or missing values into action codes, or say which one is unknown."""
    names = {**{a.name: a.code for a in ACTIONS}, "none": NONE, "": NONE}
    known = set(names.values())
    codes = []
    for value in np.asarray(answer, dtype=object).ravel():
        if value is None or (isinstance(value, float) and np.isnan(value)):
            codes.append(NONE)
        elif isinstance(value, str) and value in names:
            codes.append(names[value])
        elif not isinstance(value, str) and int(value) in known:
            codes.append(int(value))
        else:
            raise PolicyError(
                f"{value!r} is not an action; there are none, {ACTIONS[0].name}, "
                f"{ACTIONS[1].name} and so on: see telcosim.actions.ACTIONS."
            )
    return np.array(codes, dtype=np.int64)


def as_policy(policy: Policy | PolicyFunction | None) -> Policy:
    """Return a policy as an object; None stands for the observed history."""
    if policy is None:
        return Observed()
    return policy if hasattr(policy, "decide") else Function(policy)  # type: ignore[return-value]


READY: dict[str, Policy] = {
    "observed": Observed(),
    "no-contact": NoContact(),
    "rct": Randomised(),
    "treat-all": TreatAll(),
    "by-score": ByScore(),
}
"""The policies of --world, beside decisions:FILE."""


def named(world: str) -> Policy:
    """Return the policy that a name of --world stands for.

    Raises
    ------
    PolicyError
        If there is no such policy, or the file of decisions cannot be used.
    """
    kind, _, file = world.partition(":")
    if kind == "decisions" and file:
        return Decided(read_decisions(Path(file)))
    if world not in READY:
        allowed = ", ".join([*READY, "decisions:FILE"])
        raise PolicyError(f"There is no world {world!r}. There are: {allowed}.")
    return READY[world]


def read_decisions(file: Path) -> pd.DataFrame:
    """Read a table of decisions from CSV or Parquet."""
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".csv": pd.read_csv,
        ".parquet": pd.read_parquet,
    }
    read = readers.get(file.suffix)
    if read is None or not file.is_file():
        raise PolicyError(f"{file} is not a CSV or Parquet file of decisions.")
    try:
        return read(file)
    except (ValueError, OSError) as error:
        raise PolicyError(f"{file} cannot be read: {str(error).splitlines()[0]}") from None
