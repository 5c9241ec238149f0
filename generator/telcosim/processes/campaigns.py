"""The randomised wave: who is eligible, who is contacted, what that does."""

from dataclasses import dataclass

import numpy as np

from telcosim.calendar import DAY_S, moment_s
from telcosim.context import Context
from telcosim.market import cost_microeur
from telcosim.maths import ppm, sigmoid, to_int
from telcosim.processes.churn import Pressure
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import BoolArray, FloatArray, IntArray

TREATMENT, CONTROL = range(len(words.ARMS))


@dataclass(frozen=True)
class Wave:
    """The wave of a month, shape (customers,).

    Attributes
    ----------
    eligible, treated
        Who is in the experiment; who of them is in the treatment arm.
    reached, accepts
        Whether a contact would reach the customer; whether a reached one would accept.
    mere_contact, accepted
        Shift of the log-odds of leaving after contact without, with acceptance.
    accept_share, reach_share
        The probabilities behind `accepts` and `reached`.
    """

    eligible: BoolArray
    treated: BoolArray
    reached: BoolArray
    accepts: BoolArray
    mere_contact: FloatArray
    accepted: FloatArray
    accept_share: FloatArray
    reach_share: float

    @property
    def shift_if_treated(self) -> FloatArray:
        """What contact does to the log-odds, given whether it reaches and is accepted."""
        reached = np.where(self.accepts, self.accepted, self.mere_contact)
        return np.where(self.reached, reached, 0.0)

    @property
    def takers(self) -> BoolArray:
        """Who accepted the offer in fact."""
        return np.asarray(self.treated & self.reached & self.accepts)


def no_wave(size: int) -> Wave:
    """Return the wave of a month without campaigns."""
    nobody, zero = np.zeros(size, dtype=np.bool_), np.zeros(size)
    return Wave(nobody, nobody, nobody, nobody, zero, zero, zero, 0.0)


def run_wave(ctx: Context, state: State, month: int, forces: Pressure) -> Wave:
    """Assign, contact and collect acceptances, and note what that does to leaving."""
    config, streams = ctx.config.campaign, ctx.streams
    if month != config.month:
        return no_wave(streams.size)
    tenure = month - ctx.people.activation_month
    eligible = state.active & ctx.people.marketing_consent & (tenure >= config.min_tenure_months)
    treated = eligible & (streams.uniform("contacts.arm") >= config.control_share)
    accept_share = sigmoid(config.accept_log_odds + config.accept_data_need * ctx.traits.data_need)
    reach_share = float(sigmoid(config.reach_log_odds))
    mere_contact, accepted = _effects(ctx, forces)
    wave = Wave(
        eligible,
        treated,
        streams.uniform("contacts.reached") < reach_share,
        streams.uniform("responses.accepted") < accept_share,
        mere_contact,
        accepted,
        accept_share,
        reach_share,
    )
    state.leaving_shift = np.where(treated, wave.shift_if_treated, state.leaving_shift)
    state.shift_until = np.where(treated, month + config.effect_months, state.shift_until)
    _record(ctx, month, wave)
    return wave


def _effects(ctx: Context, forces: Pressure) -> tuple[FloatArray, FloatArray]:
    """Return the shifts of mere contact and of acceptance: help, harm and lost causes."""
    config, traits, prepaid = ctx.config.campaign, ctx.traits, ctx.people.prepaid
    looking = np.maximum(traits.exit_intention - 0.3, 0.0)
    mere_contact = (
        config.contact_base
        + config.contact_past_term * forces.past_term
        + config.contact_inertia * traits.inertia * ~prepaid
        + config.contact_exit_intention * looking
    )
    lost = sigmoid(config.lost_log_odds + config.lost_exit_intention * traits.exit_intention)
    help_ = np.maximum(config.accept_effect + config.accept_effect_data_need * traits.data_need, 0)
    return mere_contact, -help_ * (1.0 - lost) * np.where(prepaid, config.prepaid_factor, 1.0)


def record_truth(ctx: Context, month: int, wave: Wave, forces: Pressure, margin: IntArray) -> None:
    """Write truth_uplift; `margin` is the month's margin in microeuro before campaign costs."""
    config, streams = ctx.config, ctx.streams
    if month != config.campaign.month:
        return
    costs = cost_microeur(config)
    without = sigmoid(forces.log_odds)
    reached = (1.0 - wave.accept_share) * sigmoid(forces.log_odds + wave.mere_contact)
    reached += wave.accept_share * sigmoid(forces.log_odds + wave.accepted)
    treated = (1.0 - wave.reach_share) * without + wave.reach_share * reached
    drawn = streams.uniform("churn_events.voluntary", month)
    would_take = wave.reached & wave.accepts
    contacted = margin - costs["campaign_sms"] - costs["data_bonus"] * would_take
    ctx.rows.add(
        "truth_uplift",
        wave.eligible,
        campaign_id=0,
        customer_id=ctx.people.customer_id,
        propensity_ppm=ppm(np.array(1.0 - config.campaign.control_share)),
        p0_ppm=ppm(without),
        p1_ppm=ppm(treated),
        y0=drawn < without,
        y1=drawn < sigmoid(forces.log_odds + wave.shift_if_treated),
        margin0_cents=to_int(margin / 1e4),
        margin1_cents=to_int(contacted / 1e4),
    )


def _record(ctx: Context, month: int, wave: Wave) -> None:
    event = moment_s(month, ctx.streams.uniform("contacts.event_ts", month))
    ids = ctx.people.customer_id
    common: dict[str, IntArray | int] = {"campaign_id": 0, "customer_id": ids, "month": month}
    ctx.rows.add(
        "contacts",
        where=wave.eligible,
        **common,
        arm=np.where(wave.treated, TREATMENT, CONTROL),
        reached=wave.treated & wave.reached,
        event_ts=event,
        loaded_ts=event + DAY_S,
    )
    reply = event + 1800
    ctx.rows.add(
        "responses",
        where=wave.takers,
        **common,
        offer_id=0,
        event_ts=reply,
        loaded_ts=reply + DAY_S,
    )
