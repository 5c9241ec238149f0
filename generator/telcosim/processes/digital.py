"""What customers do in the app and on the site, their handsets, and how intentions drift."""

from dataclasses import dataclass

import numpy as np

from telcosim.calendar import moment_s
from telcosim.context import Context
from telcosim.maths import poisson_counts, sigmoid
from telcosim.processes import handsets
from telcosim.schema import vocabulary as words
from telcosim.state import State
from telcosim.streams import IntArray

MOST = {"login": 10, "tariff_page_view": 6, "own_change": 4}
PLACE = {"login": 0, "tariff_page_view": 20, "port_code_request": 30, "coupon_used": 31}
PLACE |= {"own_change": 40, "app_install": 50, "autopay_on": 51}
"""Where each kind of event starts to count within a customer's month, for its id."""


@dataclass(frozen=True)
class Online:
    """How often each thing happened in the month, shape (customers,)."""

    login: IntArray
    tariff_page_view: IntArray
    port_code_request: IntArray
    coupon_used: IntArray
    own_change: IntArray


def go_online(ctx: Context, state: State, month: int) -> Online:
    """Draw the month's events and write them."""
    config, traits, leaving = ctx.config.digital, ctx.traits, state.exit_intention
    log_rate = {
        "login": config.logins + config.logins_digital * traits.digital_affinity,
        "tariff_page_view": config.page_views
        + config.page_views_price * traits.price_sensitivity
        + config.page_views_exit * leaving,
        "own_change": config.own_changes + config.own_changes_inertia * traits.inertia,
    }
    log_odds = {
        "port_code_request": config.port_code + config.port_code_exit * leaving,
        "coupon_used": config.coupons + config.coupons_price * traits.price_sensitivity,
    }
    counts = {}
    for event, rate in log_rate.items():
        drawn = ctx.streams.uniform(f"digital_events.{event}", month)
        counts[event] = poisson_counts(drawn, np.exp(rate), MOST[event]) * state.active
    for event, odds in log_odds.items():
        drawn = ctx.streams.uniform(f"digital_events.{event}", month)
        counts[event] = ((drawn < sigmoid(odds)) & state.active).astype(np.int64)
    for event, count in counts.items():
        record(ctx, month, event, count)
    state.change(counts["own_change"] > 0, changed=month)
    return Online(**counts)


def record(ctx: Context, month: int, event: str, count: IntArray) -> None:
    """Write the events of one kind; `count` says how many each customer had in the month."""
    if not ctx.rows.kept:
        return
    most = MOST.get(event, 1)
    drawn = ctx.streams.uniform(f"digital_events.{event}_ts", month, most)
    when = np.sort(drawn.reshape(len(count), most), axis=1)
    who, k = np.nonzero(np.arange(most) < count[:, None])
    at = moment_s(month, when[who, k])
    ids = ctx.people.customer_id[who]
    ctx.rows.add(
        "digital_events",
        digital_event_id=(ids * 1000 + month) * 100 + PLACE[event] + k,
        customer_id=ids,
        month=month,
        event_ts=at,
        loaded_ts=at + 3600,
        event=words.DIGITAL_EVENTS.index(event),
    )


def replace_devices(ctx: Context, state: State, month: int) -> None:
    """Let customers buy a new handset: the older theirs is, the sooner."""
    config = ctx.config.digital
    age = month - state.device_since
    chance = sigmoid(config.device_hazard + config.device_age * age)
    buys = state.active & (age > 0) & (ctx.streams.uniform("devices.replaced", month) < chance)
    state.change(buys, device_since=month)
    handsets.record(ctx, state, buys, month + 1, handsets.OWN)


def drift(ctx: Context, state: State, month: int) -> None:
    """Move the intention to leave on by a month: an autoregression with unit variance."""
    memory = ctx.config.digital.exit_memory
    fresh = ctx.streams.normal("truth_month.exit_intention", month)
    state.exit_intention = memory * state.exit_intention + np.sqrt(1.0 - memory**2) * fresh
