"""Latent traits: what a customer is like, fixed for life and never in a learner's table."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from statistics import NormalDist

import numpy as np

from telcosim.streams import FloatArray, IntArray, Streams

ALIKE = 0.4
"""Correlation of a trait between members of a household (assumption)."""


@dataclass(frozen=True)
class Traits:
    """Standard normal traits of a block's customers, each of shape (customers,).

    Attributes
    ----------
    inertia
        Reluctance to change anything.
    price_sensitivity, quality_sensitivity
        How much prices and service faults move the customer.
    digital_affinity
        Preference for digital channels.
    data_need
        Need for mobile data.
    spend_level
        Inclination to spend on mobile service.
    credit_risk
        Risk of not paying.
    loyalty
        Attachment to the operator, whatever it does.
    """

    inertia: FloatArray
    price_sensitivity: FloatArray
    quality_sensitivity: FloatArray
    digital_affinity: FloatArray
    data_need: FloatArray
    spend_level: FloatArray
    credit_risk: FloatArray
    loyalty: FloatArray

    def take(self, rows: IntArray) -> "Traits":
        """Return the traits of some customers, in that order, with repeats where asked."""
        return Traits(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def mixed(noise: FloatArray, *parts: tuple[float, FloatArray]) -> FloatArray:
    """Combine standard normals with weights, topped up by noise to unit variance."""
    explained = sum(weight**2 for weight, _ in parts)
    known = np.sum([weight * trait for weight, trait in parts], axis=0)
    return np.asarray(known + np.sqrt(1.0 - explained) * noise)


def upper_quantile(share: float) -> float:
    """Return what a standard normal exceeds with this probability."""
    if share <= 0 or share >= 1:
        return np.inf if share <= 0 else -np.inf
    return NormalDist().inv_cdf(1.0 - share)


def draw_traits(streams: Streams, head: IntArray) -> Traits:
    """Draw the traits of a block, correlated as stated here (all weights are assumptions).

    `head` is the slot of each customer's head of household: fellows are alike.
    """
    noise = _alike(streams, head)
    inertia = noise("inertia")
    price_sensitivity = mixed(noise("price_sensitivity"), (-0.3, inertia))
    data_need = noise("data_need")
    return Traits(
        inertia=inertia,
        price_sensitivity=price_sensitivity,
        quality_sensitivity=noise("quality_sensitivity"),
        digital_affinity=mixed(noise("digital_affinity"), (-0.3, inertia)),
        data_need=data_need,
        spend_level=mixed(noise("spend_level"), (-0.15, price_sensitivity), (0.25, data_need)),
        credit_risk=mixed(noise("credit_risk"), (0.2, price_sensitivity)),
        loyalty=noise("loyalty"),
    )


def _alike(streams: Streams, head: IntArray) -> Callable[[str], FloatArray]:
    """Return a source of standard normals that members of a household have in part together."""

    def noise(name: str) -> FloatArray:
        own = streams.normal(f"truth_traits.{name}")
        shared = streams.normal(f"truth_traits.{name}.household")[head]
        return np.asarray(np.sqrt(1.0 - ALIKE) * own + np.sqrt(ALIKE) * shared)

    return noise


def persona(traits: Traits) -> IntArray:
    """Return the strongest of five sides of the traits, in the order of the vocabulary."""
    sides = (
        traits.price_sensitivity,
        traits.data_need,
        (traits.loyalty + traits.inertia) / np.sqrt(2.0),
        traits.quality_sensitivity,
        traits.digital_affinity,
    )
    return np.asarray(np.argmax(np.stack(sides), axis=0), dtype=np.int64)
