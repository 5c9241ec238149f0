"""Are draws a pure function of (seed, name, block, month), and nothing else?"""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from telcosim.maths import choose, poisson_counts
from telcosim.streams import BLOCK_SIZE, Streams

SEEDS = st.integers(0, 2**128 - 1)


def test_golden_digest_of_the_bit_generator() -> None:
    """A change of numpy's Philox, or of our keys, would change every world."""
    drawn = Streams(7, 0).generator("table.column", 3).integers(0, 2**63, 4)
    assert drawn.tolist() == GOLDEN


GOLDEN = [3786075816587767864, 1113060235426199561, 7087226447134217675, 2226787954647790475]


@given(SEEDS, st.integers(0, 2**20), st.integers(-1, 240), st.integers(1, 500))
@settings(max_examples=25, deadline=None)
def test_a_small_block_is_a_prefix_of_a_whole_one(
    seed: int, block: int, month: int, size: int
) -> None:
    small, whole = Streams(seed, block, size), Streams(seed, block)
    for kind in ("uniform", "normal"):
        a, b = (getattr(s, kind)("t.c", month, 3) for s in (small, whole))
        assert np.array_equal(a, b[:size])
    assert np.array_equal(small.exponential("t.c", month), whole.exponential("t.c", month)[:size])


@given(SEEDS, st.integers(0, 1000), st.integers(-1, 240))
@settings(max_examples=25, deadline=None)
def test_another_seed_name_block_or_month_gives_other_draws(
    seed: int, block: int, month: int
) -> None:
    drawn = [
        Streams(s, b, 8).uniform(name, m).tolist()
        for s, name, b, m in (
            (seed, "t.a", block, month),
            (seed ^ 1, "t.a", block, month),
            (seed, "t.b", block, month),
            (seed, "t.a", block + 1, month),
            (seed, "t.a", block, month + 1),
        )
    ]
    assert len({tuple(d) for d in drawn}) == len(drawn)


def test_counts_follow_the_poisson_law() -> None:
    uniform = Streams(11, 0).uniform("t.poisson")
    counts = poisson_counts(uniform, np.full(BLOCK_SIZE, 0.7), at_most=12)
    assert abs(counts.mean() - 0.7) < 4 * np.sqrt(0.7 / BLOCK_SIZE)
    assert abs((counts == 0).mean() - np.exp(-0.7)) < 4 * 0.5 / np.sqrt(BLOCK_SIZE)


def test_choices_follow_their_weights_and_never_pick_weight_zero() -> None:
    uniform = Streams(12, 0).uniform("t.choice")
    picked = choose(uniform, [2.0, 0.0, np.full(BLOCK_SIZE, 6.0)])
    assert set(picked.tolist()) == {0, 2}
    assert abs((picked == 2).mean() - 0.75) < 4 * np.sqrt(0.75 * 0.25 / BLOCK_SIZE)
