"""All attacks, in the two batches in which they are tried; each takes about as long."""

from attacks import (
    breaking,
    escaping,
    exhausting,
    forging,
    leaking,
    lying,
    patching,
    reader,
    wire,
)

WORDS = [*forging.ATTACKS, *patching.ATTACKS, *lying.ATTACKS, *leaking.ATTACKS,
         *wire.ATTACKS]  # fmt: skip
"""Attacks on points, on secrets, and on the wire to the checks."""
DEEDS = [*escaping.ATTACKS, *exhausting.ATTACKS, *breaking.ATTACKS, *reader.ATTACKS]
"""Attacks on the machine, on the batch and on readers."""
ATTACKS = [*WORDS, *DEEDS]
