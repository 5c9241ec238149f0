"""The rows of a block that state what does not change: who customers are and how they came."""

import numpy as np

from telcosim import graph, households
from telcosim.calendar import DAY_S, month_start_s
from telcosim.context import Context
from telcosim.maths import to_int
from telcosim.people import account_table, identity_table
from telcosim.schema import vocabulary as words
from telcosim.schema.truth import TRAITS
from telcosim.streams import IntArray
from telcosim.traits import persona

REFERRAL = words.ACQUISITION_CHANNELS.index("referral")


def record(ctx: Context, last: int) -> None:
    """Write all of it for those who have joined by the month `last`."""
    known = ctx.people.activation_month <= last
    ids = ctx.people.customer_id
    tables = {
        "customers": identity_table(ctx.streams, ctx.people, ctx.traits),
        "accounts": account_table(ctx.streams, ctx.people, ctx.traits),
        "household_links": households.link_table(ids, ctx.people.home),
        "truth_traits": {
            "customer_id": ids,
            **{name: to_int(1000 * getattr(ctx.traits, name)) for name in TRAITS},
            "persona": persona(ctx.traits),
        },
    }
    for name, columns in tables.items():
        ctx.rows.add(name, known, **columns)
    for who, columns in households.product_tables(ctx.config, ids, ctx.people.home, last):
        ctx.rows.add("products", who & known, **columns)
    _record_ties(ctx, last)
    _record_arrivals(ctx, last)


def _record_ties(ctx: Context, last: int) -> None:
    if ctx.graph is None:
        return
    edges = graph.edge_table(ctx.config, ctx.streams, ctx.people, ctx.graph, last)
    ctx.rows.add("call_edges", None, **edges)
    named = graph.referral_table(ctx.people, ctx.graph, REFERRAL)
    who = named["who"]
    month = ctx.people.activation_month[who]
    ctx.rows.add(
        "referrals",
        month <= last,
        customer_id=ctx.people.customer_id[who],
        referred_by=named["referred_by"],
        month=month,
        **_signed(month),
    )


def _record_arrivals(ctx: Context, last: int) -> None:
    """Write who brought a number along, of those who joined in the history."""
    month = ctx.people.activation_month
    donor = np.floor(ctx.streams.uniform("port_ins.donor") * len(words.RIVALS)).astype(np.int64)
    ctx.rows.add(
        "port_ins",
        ctx.people.ported_in & (month >= 0) & (month <= last),
        customer_id=ctx.people.customer_id,
        month=month,
        **_signed(month),
        donor=donor,
    )


def _signed(month: IntArray) -> dict[str, IntArray]:
    """Return the times of something that is known when a customer joins."""
    event = month_start_s(month)
    return {"event_ts": event, "loaded_ts": event + DAY_S}
