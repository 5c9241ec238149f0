"""Grading of functions: they give what the reference gives (G1), or they keep laws (G2)."""

import contextlib
import copy
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .award import Outcome
from .calls import Arguments, Cases, each, named
from .kinds import BOOLS, shown, whole
from .same import OTHER, same, unlike


@dataclass(frozen=True)
class Seen:
    """A case that was put to a function.

    Attributes
    ----------
    given
        The arguments.
    found
        What the function gave.
    more
        What it gave in further calls, by their names.
    """

    given: Arguments
    found: Any
    more: Mapping[str, Any] = field(default_factory=dict)


Law = Callable[[Seen], object]
"""True where the law holds."""


def matches(
    function: Any,
    cases: Cases,
    reference: Any,
    *,
    reason: str,
    mistakes: Mapping[str, Any] | None = None,
    rel: float = 1e-6,
    abs: float = 0.0,  # noqa: A002
    key: str | Sequence[str] = (),
    partial: bool = True,
) -> Outcome:
    """G1: a function gives what the reference gives, on every case.

    Parameters
    ----------
    function
        The learner's function.
    cases
        Tuples of arguments, at least one; or such tuples by the name of the case.
    reference
        The author's function, see ``checks.reference``; or the answer expected of every case.
    reason
        What a wrong answer means, if it is no known mistake.
    mistakes
        Reason to what this mistake gives: a function, or its answer to every case. Where a wrong
        answer equals a mistake's, that reason is said.
    rel, abs, key
        How answers are compared, see ``same.unlike``.
    partial
        Whether the share is that of the cases that are right; else it is all or nothing.
    """
    names, calls = named(cases)
    expected = _answers(reference, calls)
    found = each(function, calls)
    whys = [unlike(f, e, rel=rel, abs=abs, key=key) for f, e in zip(found, expected, strict=True)]
    wrong = [k for k, why in enumerate(whys) if why]
    if not wrong:
        return Outcome(1.0, f"Right in all {len(calls)} cases.")
    alike: dict[str, set[int]] = {}
    for mistake, given in (mistakes or {}).items():
        tried = _tried(given, calls, wrong)
        alike[mistake] = {k for k, a in tried if same(found[k], a, rel=rel, abs=abs, key=key)}
    said = [_diagnosed(k, alike) or _told(whys[k], reason) for k in wrong]
    share = (len(calls) - len(wrong)) / len(calls) if partial else 0.0
    return Outcome(share, _sentences(names, wrong, said))


def holds(
    function: Any,
    cases: Cases,
    laws: Mapping[str, Law],
    *,
    then: Callable[[Seen], Mapping[str, Arguments]] | None = None,
    gaps: bool = False,
    partial: bool = True,
) -> Outcome:
    """G2: laws hold for a function's results on every case.

    A constant keeps many laws: add one that it breaks, or ask for ``matches`` as well.

    Parameters
    ----------
    function
        The learner's function.
    cases
        As in ``matches``.
    laws
        Reason to law: a predicate of what was seen. It holds where it returns True; if it cannot
        even be asked of what was returned, it does not hold.
    then
        Further calls for a case, by name: the same rows in another order, twice as much of
        everything, the result put in once more.
    gaps
        Whether results may have missing values. Else no law holds for a result that has some, or
        that is nothing at all: nothing equals nothing, in any order.
    partial
        Whether the share is that of the laws that hold; else it is all or nothing.
    """
    names, calls = named(cases)
    seen = _seen(function, calls, then)
    broken: dict[str, int] = {}
    for why, law in laws.items():
        failed = next((k for k, case in enumerate(seen) if not _kept(law, case, gaps=gaps)), None)
        if failed is not None:
            broken[why] = failed
    if not broken:
        return Outcome(1.0, "Everything that must hold does.")
    first = next(iter(broken.values()))
    said = " ".join([*broken, _counterexample(names[first], seen[first])])
    return Outcome((len(laws) - len(broken)) / len(laws) if partial else 0.0, said)


def _seen(
    function: Any,
    calls: list[Arguments],
    then: Callable[[Seen], Mapping[str, Arguments]] | None,
) -> list[Seen]:
    """Return what a function gives for each case and its further calls, asked in two batches."""
    first = [Seen(given, found) for given, found in zip(calls, each(function, calls), strict=True)]
    more: list[Mapping[str, Arguments]] = [{} for _ in first]
    for k, case in enumerate(first):
        with contextlib.suppress(Exception):  # a result may be anything; then no law holds for it
            more[k] = then(copy.deepcopy(case)) if then else {}
    further = iter(each(function, [call for group in more for call in group.values()]))
    return [
        replace(case, more={name: next(further) for name in group})
        for case, group in zip(first, more, strict=True)
    ]


def _answers(given: Any, calls: list[Arguments]) -> list[Any]:
    return each(given, calls) if callable(given) else [given] * len(calls)


def _tried(given: Any, calls: list[Arguments], wrong: list[int]) -> Iterable[tuple[int, Any]]:
    """Yield what a mistake gives on the cases that are wrong, where it gives anything."""
    for k in wrong:
        with contextlib.suppress(Exception):  # a mistake may fail on an edge case
            yield k, _answers(given, [calls[k]])[0]


def _diagnosed(k: int, alike: Mapping[str, set[int]]) -> str:
    """Return the mistake that a case shows; of several, the one that explains most cases."""
    return max(
        (why for why in alike if k in alike[why]), key=lambda why: len(alike[why]), default=""
    )


def _told(why: str, reason: str) -> str:
    return reason if why == OTHER else f"Your answer {why} {reason}"


def _sentences(names: list[str], wrong: list[int], said: list[str]) -> str:
    """Say how many cases are right, which named ones are not, and why, the commonest first."""
    right = len(names) - len(wrong)
    whys = [why for why, _ in Counter(said).most_common()]
    places = ", ".join(dict.fromkeys(names[k] for k in wrong if names[k]))
    count = f"Right in {right} of {len(names)} cases" if right else ""
    if places:
        count = f"{count}, not for: {places}" if right else f"Wrong for: {places}"
    return " ".join([f"{count}."] * bool(count) + whys)


def _kept(law: Law, case: Seen, *, gaps: bool) -> bool:
    """Ask a law; what is not a plain True does not hold."""
    if not (gaps or all(whole(each) for each in (case.found, *case.more.values()))):
        return False
    try:
        answer = law(case)
    except Exception:  # noqa: BLE001 - a result may be anything, and the law is about numbers
        return False
    return type(answer) in BOOLS and bool(answer)


def _counterexample(name: str, case: Seen) -> str:
    given = name or f"({', '.join(shown(each) for each in case.given)})"
    return f"Not so for {given}: your answer is {shown(case.found)}."
