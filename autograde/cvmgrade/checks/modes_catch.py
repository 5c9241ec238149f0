"""Grading of a learner's own check (G6): it rejects what is faulty and passes what is clean."""

from collections.abc import Sequence
from typing import Any

from .award import CheckFailed, Outcome
from .calls import Arguments, Cases, each, named
from .kinds import BOOLS, kind

REJECTIONS = (AssertionError, ValueError)
"""What a check raises to reject; any other exception is an error of the check."""


def catches(
    check: Any, faulty: Cases, clean: Cases, *, reason: str, rejects: bool = False
) -> Outcome:
    """G6: a learner's check rejects inputs with a planted fault and passes clean ones.

    A check rejects by raising AssertionError or ValueError, or by returning `rejects`; it passes
    by returning the opposite, or None. The share is what it catches of the faulty plus what it
    passes of the clean, less one: a check that always or never rejects earns nothing.

    Parameters
    ----------
    check
        The learner's function.
    faulty, clean
        Tuples of arguments by the name of the fault, or of what is clean about them.
    reason
        What a check that is fooled overlooks.
    rejects
        What it returns to reject: False for "is it clean?", True for "is there a fault?".
    """
    faults, bad = named(faulty)
    goods, good = named(clean)
    answers = _answers(check, [*bad, *good], rejects=rejects)
    if odd := [answer for answer in answers if type(answer) not in BOOLS and answer is not None]:
        return Outcome(
            0.0, f"Your check should return True or False, and returns a {kind(odd[0])}."
        )
    rejected = [answer is not None and bool(answer) == rejects for answer in answers]
    missed = [faults[k] for k in range(len(bad)) if not rejected[k]]
    alarms = [goods[k] for k in range(len(good)) if rejected[len(bad) + k]]
    if not missed and not alarms:
        return Outcome(1.0, "Every fault is caught, and nothing clean is rejected.")
    lost = len(missed) * len(good) + len(alarms) * len(bad)
    pairs = len(bad) * len(good)
    told = [
        _listed("misses", missed, "a fault"),
        _listed("gives a false alarm on", alarms, "clean data"),
    ]
    said = " and ".join(part for part in told if part)
    return Outcome(max(pairs - lost, 0) / pairs, f"Your check {said}. {reason}")


def _answers(check: Any, calls: Sequence[Arguments], *, rejects: bool) -> list[Any]:
    """Ask all at once; if a call raises, ask one by one, and read a rejection as its answer."""
    try:
        return each(check, calls)
    except CheckFailed:  # the call itself was refused: nothing that the check decided
        raise
    except REJECTIONS:
        return [_one(check, call, rejects=rejects) for call in calls]


def _one(check: Any, call: Arguments, *, rejects: bool) -> Any:
    try:
        return each(check, [call])[0]
    except CheckFailed:
        raise
    except REJECTIONS:
        return rejects


def _listed(what: str, names: Sequence[str], unnamed: str) -> str:
    if not names:
        return ""
    return f"{what} {', '.join(dict.fromkeys(name or unnamed for name in names))}"
