"""The operator's own policies: waves by lot, waves picked by a score, and the plain ones."""

from dataclasses import dataclass

import numpy as np

from telcosim.actions import BY_NAME, NONE, TOPUP_BONUSES, catalogue
from telcosim.config import Config
from telcosim.maths import sigmoid
from telcosim.policy import (
    BY_SCORE,
    DECIDED,
    RANDOMISED,
    RETENTION,
    TOPUP_BONUS,
    UPSELL,
    Decision,
    Wave,
)
from telcosim.streams import FloatArray
from telcosim.view import View


def retention_waves(config: Config, design: int | None = None) -> list[Wave]:
    """Return the retention programme's waves."""
    plan = config.campaigns
    if design is None:
        design = BY_SCORE if plan.score_share > 0 else RANDOMISED
    months = [plan.first_wave + k * plan.wave_every for k in range(plan.waves)]
    return [Wave(month, RETENTION, month, design) for month in months]


def upsell_waves(config: Config) -> list[Wave]:
    """Return the waves that offer the data add-on; retention waves come first."""
    plan, how = config.campaigns, config.organisation
    retention = {wave.month for wave in retention_waves(config)}
    months = {plan.upsell_first + k * plan.upsell_every for k in range(plan.upsell_waves)}
    if how.quarterly_targets:  # a push at the end of every quarter
        months |= set(range(min(months, default=2) // 3 * 3 + 2, config.months, 3))
    if how.uncoordinated_teams:  # another team writes right after retention has
        months |= {month + 1 for month in retention}
    return [Wave(month, UPSELL, month, BY_SCORE) for month in sorted(months - retention)]


def topup_waves(config: Config) -> list[Wave]:
    """Return the waves of top-up bonuses; the other programmes come first."""
    plan = config.campaigns
    taken = {wave.month for wave in (*retention_waves(config), *upsell_waves(config))}
    months = [plan.topup_first + k * plan.topup_every for k in range(plan.topup_waves)]
    return [Wave(month, TOPUP_BONUS, month, RANDOMISED) for month in months if month not in taken]


def score(view: View) -> FloatArray:
    """Return the operator's rule of thumb for the risk of leaving, in points (assumption)."""
    seen = view.columns
    return np.asarray(
        0.8 * seen["in_window"]
        + 0.4 * seen["past_term"]
        + 0.9 * seen["complaint_3m"]
        + 0.6 * seen["bill_shock_3m"]
        + 0.7 * seen["late_topup"]
        + 0.5 * np.log1p(seen["page_views_3m"])
        - 0.5 * seen["usage_trend"] / 1000
    )


@dataclass(frozen=True)
class NoContact:
    """Nobody is ever contacted."""

    def decide(self, view: View) -> Decision | None:  # noqa: ARG002, D102 - see Policy
        return None

    def waves(self, config: Config) -> list[Wave]:  # noqa: ARG002, D102 - see Policy
        return []


@dataclass(frozen=True)
class Randomised:
    """The retention programme's waves by lot, with a holdout; mixed with its score if asked."""

    def decide(self, view: View) -> Decision | None:
        """Draw arms and actions for the eligible in the months of a wave."""
        plan = view.ctx.config.campaigns
        wave = {w.month: w for w in self.waves(view.ctx.config)}.get(view.month)
        if wave is None:
            return None
        by_score = sigmoid(plan.score_slope * (score(view) - plan.score_middle))
        share = (1.0 - plan.score_share) * (1.0 - plan.control_share) + plan.score_share * by_score
        if view.ctx.config.organisation.quarterly_targets:
            share = 0.5 * share  # offers cost now and keep margin later
        actions = len(catalogue("retention"))
        drawn = 1 + np.floor(view.lottery("action") * actions).astype(np.int64)
        if plan.only_action != NONE:
            drawn = np.full_like(drawn, plan.only_action)
        treated = view.eligible & (view.lottery("arm") < share)
        action = np.where(treated, drawn, NONE)
        return Decision(action, view.eligible, RETENTION, wave.design, share, drawn)

    def waves(self, config: Config) -> list[Wave]:  # noqa: D102 - see Policy
        return retention_waves(config)


@dataclass(frozen=True)
class Observed(Randomised):
    """The history as it was: retention and top-up bonus by lot, upsell picked by a score."""

    def decide(self, view: View) -> Decision | None:
        """Run the month's wave, if there is one."""
        config = view.ctx.config
        if view.month in {wave.month for wave in upsell_waves(config)}:
            return _upsell(view)
        if view.month in {wave.month for wave in topup_waves(config)}:
            return _topup_bonus(view)
        return super().decide(view)

    def waves(self, config: Config) -> list[Wave]:  # noqa: D102 - see Policy
        every = [*retention_waves(config), *upsell_waves(config), *topup_waves(config)]
        return sorted(every, key=lambda wave: wave.month)


def _upsell(view: View) -> Decision:
    """Offer the add-on to those who use much data; whom retention may choose is left to it."""
    config = view.ctx.config
    how, gb = config.organisation, view.columns["data_mb"] / 1000
    middle = config.campaigns.upsell_middle_gb * (0.5 if how.quarterly_targets else 1.0)
    chosen = view.may_be_contacted & ~view.ctx.people.prepaid
    chosen &= ~view.eligible | bool(how.uncoordinated_teams)
    chosen &= view.lottery("arm") < sigmoid((gb - middle) / 4.0)
    action = np.where(chosen, BY_NAME["upsell:addon:sms"].code, NONE)
    return Decision(action, chosen, UPSELL, BY_SCORE)


def _topup_bonus(view: View) -> Decision:
    """Offer a bonus to half of a share of prepaid customers, by lot; the others are control."""
    plan = view.ctx.config.campaigns
    wave = view.may_be_contacted & view.ctx.people.prepaid & ~view.eligible
    wave &= view.lottery("wave") < plan.topup_share
    small, large = (BY_NAME[f"topup_bonus:{name}:sms"].code for name in TOPUP_BONUSES)
    lot = view.lottery("arm")
    action = np.where(wave & (lot < 0.5), np.where(lot < 0.25, small, large), NONE)
    return Decision(action, wave, TOPUP_BONUS, RANDOMISED)


@dataclass(frozen=True)
class TreatAll:
    """In every month of a retention wave, all the eligible get the same action."""

    action: str = "retention:discount:sms"

    def decide(self, view: View) -> Decision | None:
        """Contact all the eligible."""
        if view.month not in {wave.month for wave in self.waves(view.ctx.config)}:
            return None
        action = np.where(view.eligible, BY_NAME[self.action].code, NONE)
        return Decision(action, view.eligible)

    def waves(self, config: Config) -> list[Wave]:  # noqa: D102 - see Policy
        return retention_waves(config, DECIDED)


@dataclass(frozen=True)
class ByScore(TreatAll):
    """In every month of a retention wave, those above the score's middle get the same action."""

    def decide(self, view: View) -> Decision | None:
        """Contact the eligible with a high score."""
        everybody = super().decide(view)
        if everybody is None:
            return None
        high = score(view) > view.ctx.config.campaigns.score_middle
        action = np.where(high, everybody.action, NONE)
        return Decision(action, everybody.in_wave & high, RETENTION, BY_SCORE)

    def waves(self, config: Config) -> list[Wave]:  # noqa: D102 - see Policy
        return retention_waves(config, BY_SCORE)
