"""Lots that hang on a row's key alone: the same in every world and block where the key occurs."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from telcosim.streams import FloatArray, IntArray

Bits = NDArray[np.uint64]


def keyed_uniform(seed: int, stream: str, keys: tuple[IntArray, IntArray]) -> FloatArray:
    """Draw from [0, 1) for each key: its bits, mixed under a secret of the seed and the stream.

    Parameters
    ----------
    seed
        The world's seed, 0 up to 2**128 - 1.
    stream
        What is drawn; another name gives independent lots.
    keys
        Two whole numbers per row, each of shape (rows,).

    Returns
    -------
    numpy.ndarray
        Shape (rows,). Rows with equal keys have equal lots.
    """
    secret = seed.to_bytes(16, "little")
    digest = blake2b(stream.encode(), key=secret, digest_size=16).digest()
    state: Bits = np.zeros(len(keys[0]), dtype=np.uint64)
    for key, word in zip(keys, np.frombuffer(digest, dtype="<u8"), strict=True):
        state = _splitmix64(state ^ key.astype(np.uint64) ^ word)
    return np.asarray((state >> np.uint64(11)) * 2.0**-53)


def _splitmix64(bits: Bits) -> Bits:
    """Mix 64 bits (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators)."""
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
