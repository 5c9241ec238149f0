"""Who calls whom: ties to customers nearby, fellows of a household among them, and a few far."""

from dataclasses import dataclass

import numpy as np

from telcosim.config import Config
from telcosim.maths import to_int
from telcosim.people import People, arrival_months
from telcosim.streams import BLOCK_SIZE, BoolArray, FloatArray, IntArray, Streams

MOST_TIES = 12
TAIL = 1.5
"""The number of ties is a power of an exponential, so that a few have very many (assumption)."""

MEAN_OF_TAIL = 1.32934
"""Mean of an exponential to the power TAIL: the gamma function at 2.5."""

FEW_CALLS, FELLOW_CALLS = 4.0, 25.0
"""Median calls a month of a tie, and of one within a household (assumption)."""


@dataclass(frozen=True)
class Graph:
    """The ties of a block, each stated once, by its later customer; shape (ties,).

    Attributes
    ----------
    later, earlier
        Slots of the two ends; the earlier one is negative where it lies in the block before.
    calls
        Usual calls a month.
    """

    later: IntArray
    earlier: IntArray
    calls: IntArray

    def exposure(self, left: BoolArray) -> FloatArray:
        """Count each customer's ties, by strength, to those of the block who left; (customers,).

        A tie with the median number of calls counts as one; none counts more than three.
        """
        inside = self.earlier >= 0
        a, b = self.later[inside], self.earlier[inside]
        strength = np.minimum(self.calls[inside] / FEW_CALLS, 3.0)
        found = np.bincount(a, strength * left[b], len(left))
        return np.asarray(found + np.bincount(b, strength * left[a], len(left)))


def draw_graph(config: Config, streams: Streams, people: People) -> Graph:
    """Draw the ties of a block's customers to earlier ones."""
    size, social = streams.size, config.social
    number = _tie_counts(config, streams, people)
    how = streams.uniform("call_edges.other_customer_id", per_customer=MOST_TIES)
    far = streams.uniform("call_edges.far", per_customer=MOST_TIES) < social.long_share
    slot = np.arange(size)[:, None]
    near = slot - 1 - np.floor(-social.reach * np.log1p(-how)).astype(np.int64)
    other = np.where(far, np.floor(how * BLOCK_SIZE).astype(np.int64) - BLOCK_SIZE, near)
    exists = (np.arange(MOST_TIES) < number[:, None]) & (far | (near >= 0))
    if streams.block == 0:
        exists &= other >= 0
    calls = np.exp(np.log(FEW_CALLS) + 0.8 * streams.normal("call_edges.calls_per_month"))
    head = people.home.household_id - streams.block * BLOCK_SIZE - 1
    fellow = np.flatnonzero(~people.home.is_head)
    later = np.concatenate([fellow, np.nonzero(exists)[0]])
    earlier = np.concatenate([head[fellow], other[exists]])
    usual = np.full(len(fellow), FELLOW_CALLS)
    strength = np.concatenate([usual, calls[np.nonzero(exists)[0]] * (0.3 + how[exists])])
    _, first = np.unique(later * (2 * BLOCK_SIZE) + earlier + BLOCK_SIZE, return_index=True)
    return Graph(later[first], earlier[first], np.maximum(to_int(strength[first]), 1))


def _tie_counts(config: Config, streams: Streams, people: People) -> IntArray:
    """Return to how many earlier customers each one has a tie; heavy-tailed."""
    mean = np.where(people.prepaid, config.social.degree_prepaid, config.social.degree_postpaid)
    drawn = streams.exponential("call_edges.ties") ** TAIL / MEAN_OF_TAIL
    return np.minimum(to_int(mean * drawn), MOST_TIES)


def edge_table(
    config: Config, streams: Streams, people: People, graph: Graph, last: int
) -> dict[str, IntArray]:
    """Return the table call_edges: the ties of which both ends have been customers by a month."""
    joined = people.activation_month <= last
    before = np.zeros(BLOCK_SIZE, dtype=np.bool_)
    if streams.block > 0:
        opening, arrival = arrival_months(config, Streams(streams.seed, streams.block - 1))
        before = opening | (arrival <= last)
    both = joined[graph.later] & np.concatenate([joined, before])[_place(graph, streams.size)]
    ids = streams.block * BLOCK_SIZE + 1
    return {
        "customer_id": ids + graph.later[both],
        "other_customer_id": ids + graph.earlier[both],
        "calls_per_month": graph.calls[both],
    }


def _place(graph: Graph, size: int) -> IntArray:
    """Index the earlier end among this block's slots, then those of the block before."""
    return np.where(graph.earlier >= 0, graph.earlier, size + graph.earlier + BLOCK_SIZE)


def referral_table(people: People, graph: Graph, channel: int) -> dict[str, IntArray]:
    """Return who recommended the operator to whom: an earlier customer who is a tie."""
    since = people.activation_month
    fits = (graph.earlier >= 0) & (people.acquisition_channel[graph.later] == channel)
    fits &= since[graph.later] >= 0
    later, earlier = graph.later[fits], graph.earlier[fits]
    known = since[earlier] < since[later]
    who, first = np.unique(later[known], return_index=True)
    return {"who": who, "referred_by": people.customer_id[earlier[known][first]]}
