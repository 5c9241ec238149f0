"""The operator's own policies: waves by lot, waves picked by a score, and the plain ones."""

from dataclasses import dataclass

import numpy as np

from telcosim.actions import BY_NAME, NONE, catalogue
from telcosim.config import Config
from telcosim.maths import sigmoid
from telcosim.policy import BY_SCORE, DECIDED, RANDOMISED, RETENTION, UPSELL, Decision, Wave
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
    plan = config.campaigns
    taken = {wave.month for wave in retention_waves(config)}
    months = [plan.upsell_first + k * plan.upsell_every for k in range(plan.upsell_waves)]
    return [Wave(month, UPSELL, month, BY_SCORE) for month in months if month not in taken]


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
    """The history as it was: randomised retention waves, and upsell waves picked by a score."""

    def decide(self, view: View) -> Decision | None:
        """Run the month's wave, if there is one."""
        config = view.ctx.config
        if view.month not in {wave.month for wave in upsell_waves(config)}:
            return super().decide(view)
        gb = view.columns["data_mb"] / 1000
        likes = sigmoid((gb - config.campaigns.upsell_middle_gb) / 4.0)
        postpaid = ~view.ctx.people.prepaid
        chosen = view.may_be_contacted & postpaid & ~view.eligible
        chosen &= view.lottery("arm") < likes
        action = np.where(chosen, BY_NAME["upsell:addon:sms"].code, NONE)
        return Decision(action, chosen, UPSELL, BY_SCORE)

    def waves(self, config: Config) -> list[Wave]:  # noqa: D102 - see Policy
        both = [*retention_waves(config), *upsell_waves(config)]
        return sorted(both, key=lambda wave: wave.month)


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
