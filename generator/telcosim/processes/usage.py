"""Data, voice, messages and roaming of a month."""

from dataclasses import dataclass

import numpy as np

from telcosim.calendar import last_day_s, month_of_year
from telcosim.context import Context
from telcosim.market import ALLOWANCE_MB
from telcosim.maths import poisson_counts, to_int
from telcosim.processes import bonds
from telcosim.processes.contracts import subscription_id
from telcosim.schema import NULL
from telcosim.state import State
from telcosim.streams import FloatArray, IntArray

DATA_SEASON = (0.97, 0.96, 0.99, 0.99, 1.00, 1.02, 1.05, 1.05, 0.99, 0.98, 0.98, 1.04)
"""January to December, data used against the yearly mean (assumption)."""

SUMMER = (7, 8)
MOST_SMS = 60


@dataclass(frozen=True)
class Used:
    """What was used in the month, shape (customers,); `packs` are data packs beyond allowance."""

    data_mb: IntArray
    packs: IntArray
    roaming_mb: IntArray
    roaming_days: IntArray
    voice_seconds: IntArray
    sms_count: IntArray


def use(ctx: Context, state: State, month: int, affordable: FloatArray) -> Used:
    """Draw the month's use; `affordable` is the share that a prepaid balance pays for.

    Who is not there uses nothing: newcomers have no use from before their activation.
    """
    usage, streams, traits = ctx.config.usage, ctx.streams, ctx.traits
    data_mb, packs = _data(ctx, state, month)
    affordable = affordable * state.active
    trip_share = (
        usage.roaming_share_summer if month_of_year(month) in SUMMER else usage.roaming_share
    )
    travels = streams.uniform("usage_monthly.trip", month) < (
        trip_share * np.exp(0.5 * traits.spend_level - 0.125)
    )
    travels &= ~ctx.people.prepaid & state.active
    days = 1 + np.floor(streams.uniform("usage_monthly.trip_days", month) * 8).astype(np.int64)
    abroad = usage.roaming_mean_mb * streams.exponential("usage_monthly.roaming_mb", month)
    talk = np.exp(
        usage.voice_sd
        * (
            np.sqrt(1.0 - usage.voice_month_share**2) * streams.normal("usage_monthly.talkative")
            + usage.voice_month_share * streams.normal("usage_monthly.voice_seconds", month)
        )
        - 0.2 * traits.digital_affinity
    )
    texts = usage.sms_mean * np.exp(-0.3 * traits.digital_affinity)
    sms = poisson_counts(streams.uniform("usage_monthly.sms_count", month), texts, MOST_SMS)
    return Used(
        data_mb=to_int(data_mb * affordable),
        packs=packs * state.active,
        roaming_mb=np.where(travels, to_int(abroad), 0),
        roaming_days=np.where(travels, days, 0),
        voice_seconds=to_int(usage.voice_median_minutes * 60 * talk * affordable),
        sms_count=to_int(sms * affordable),
    )


def _data(ctx: Context, state: State, month: int) -> tuple[FloatArray, IntArray]:
    """Return the data wanted in MB and the packs bought beyond the allowance."""
    usage, prepaid = ctx.config.usage, ctx.people.prepaid
    median_gb = np.where(prepaid, usage.data_median_gb_prepaid, usage.data_median_gb_postpaid)
    log_factor = (
        usage.data_need_sd * ctx.traits.data_need
        + usage.data_habit_sd * ctx.streams.normal("usage_monthly.habit")
        + usage.data_month_sd * ctx.streams.normal("usage_monthly.data_mb", month)
        + usage.exit_intention * state.exit_intention
        + ctx.config.rollout.data * bonds.upgraded(ctx.config, state.town, month)
    )
    trend = (1.0 + usage.data_growth_year) ** (month / 12) * DATA_SEASON[month % 12]
    wanted = np.minimum(median_gb * np.exp(log_factor) * trend, usage.fair_use_gb) * 1000.0
    limited = ALLOWANCE_MB[state.tariff] != NULL
    addon_mb = 1000.0 * ctx.config.addon.data_gb * (state.addon_until > month)
    allowance = ALLOWANCE_MB[state.tariff] + addon_mb
    beyond = np.maximum(wanted - allowance, 0.0) * (1.0 - usage.held_back_share) * limited
    pack_mb = 1000.0 * ctx.config.billing.overage_pack_gb
    packs = np.minimum(np.ceil(beyond / pack_mb), ctx.config.billing.overage_packs_max)
    data = np.where(limited, np.minimum(wanted, allowance + packs * pack_mb), wanted)
    return data, packs.astype(np.int64)


def record(ctx: Context, state: State, month: int, used: Used, charged_cents: IntArray) -> None:
    """Write the rows of usage_monthly."""
    end = int(last_day_s(month))
    ctx.rows.add(
        "usage_monthly",
        state.active,
        subscription_id=subscription_id(ctx),
        customer_id=ctx.people.customer_id,
        month=month,
        data_mb=used.data_mb,
        roaming_mb=used.roaming_mb,
        voice_seconds=used.voice_seconds,
        sms_count=used.sms_count,
        charged_cents=charged_cents,
        event_ts=end,
        loaded_ts=end + 2 * 86_400,
    )
