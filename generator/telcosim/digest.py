"""Content digests: the identity of a table, whatever wrote its file."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

import numpy as np

from telcosim.streams import IntArray

DIGEST_BYTES = 16


def content_digest(columns: Mapping[str, IntArray]) -> str:
    """Digest the whole numbers of a block of a table, column names and order included."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    for name, values in columns.items():
        digest.update(f"{name}:{len(values)};".encode())
        digest.update(np.ascontiguousarray(values, dtype="<i8").tobytes())
    return digest.hexdigest()


def combined_digest(digests: Iterable[str]) -> str:
    """Digest the digests of a table's blocks, in the order of the blocks."""
    return blake2b("".join(digests).encode(), digest_size=DIGEST_BYTES).hexdigest()
