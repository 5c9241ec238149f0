"""Keyed random streams: each column of each table draws from a stream of its own.

A draw is a pure function of (seed, stream name, block, month). Every draw covers the whole block
in a fixed shape, so that no state of the world can shift another customer's numbers, and a new
column never disturbs an old one.
"""

from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

BLOCK_SIZE = 16_384
"""Customers per block, the unit in which worlds are made."""

BEFORE_HISTORY = -1
"""The month under which traits and other facts from before the first month are drawn."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Streams:
    """The random streams of one block.

    Parameters
    ----------
    seed
        The world's seed, 0 up to 2**128 - 1.
    block
        The block's number; block b holds the slots b * 16,384 and up.
    size
        How many customers of the block exist; draws are made for all 16,384 and then cut,
        which is why a smaller base is an exact prefix of a larger one.
    branch
        None in the world itself; else which of many possible continuations this is.
    """

    seed: int
    block: int
    size: int = BLOCK_SIZE
    branch: "Branch | None" = None
    _keys: dict[str, NDArray[np.uint64]] = field(default_factory=dict, repr=False, compare=False)
    _fixed: dict[tuple[str, str], FloatArray] = field(
        default_factory=dict, repr=False, compare=False
    )

    def branched(self, branch: "Branch") -> "Streams":
        """Return the streams of one continuation of this block from a month on."""
        return Streams(self.seed, self.block, len(branch.rows), branch)

    def generator(self, name: str, month: int = BEFORE_HISTORY) -> np.random.Generator:
        """Return the bit stream of one column in one month, from its start."""
        if self.branch and month >= self.branch.since:
            name = f"{name}#{self.branch.number}"
        key = self._keys.get(name)
        if key is None:
            secret = self.seed.to_bytes(16, "little")
            digest = blake2b(name.encode(), key=secret, digest_size=16).digest()
            key = self._keys[name] = np.frombuffer(digest, dtype="<u8")
        counter = np.array([0, 0, self.block, month - BEFORE_HISTORY], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=key, counter=counter))

    def uniform(self, name: str, month: int = BEFORE_HISTORY, per_customer: int = 1) -> FloatArray:
        """Draw from [0, 1): shape (size,), or (size, per_customer) for attributes of events."""
        return self._drawn("random", name, month, per_customer)

    def normal(self, name: str, month: int = BEFORE_HISTORY, per_customer: int = 1) -> FloatArray:
        """Draw from N(0, 1), in the same shapes."""
        return self._drawn("standard_normal", name, month, per_customer)

    def exponential(self, name: str, month: int = BEFORE_HISTORY) -> FloatArray:
        """Draw from the exponential distribution with mean 1, shape (size,)."""
        return self._drawn("standard_exponential", name, month, 1)

    def _drawn(self, law: str, name: str, month: int, per_customer: int) -> FloatArray:
        """Draw for the whole block and cut; facts from before the history are kept."""
        if month == BEFORE_HISTORY and (law, name) in self._fixed:
            return self._fixed[law, name]
        shape = BLOCK_SIZE if per_customer == 1 else (BLOCK_SIZE, per_customer)
        drawn: FloatArray = getattr(self.generator(name, month), law)(shape)
        if self.branch and month < self.branch.since:
            cut = drawn[self.branch.rows]
        else:
            cut = drawn[: self.size]
        if month == BEFORE_HISTORY:
            self._fixed[law, name] = cut
        return cut


@dataclass(frozen=True)
class Branch:
    """One of many possible continuations of a block, for copies of its customers.

    Attributes
    ----------
    rows
        Which customer of the block each row is a copy of; at most 16,384.
    since
        First month of which the draws are new; up to it, a copy has its customer's own.
    number
        Which continuation, from 1: another number, other draws.
    """

    rows: IntArray
    since: int
    number: int
