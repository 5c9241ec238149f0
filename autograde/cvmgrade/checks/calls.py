"""Ask a learner's function: many calls at once, each with arguments of its own."""

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .award import CheckFailed
from .kinds import kind

Arguments = tuple[Any, ...]
Cases = Mapping[str, Arguments] | Iterable[Arguments]
"""Arguments of each call; as a mapping, under the name by which a reason may call the case."""


def each(function: Any, calls: Iterable[Arguments]) -> list[Any]:
    """Return what a function gives for each tuple of arguments, in their order.

    At the grader the calls cross to the learner's notebook together. Arguments are copies, so
    that a function that changes them changes nothing else.

    Raises
    ------
    CheckFailed
        If it is no function. What the function itself raises is passed on.
    """
    calls = list(calls)
    together: Callable[[list[Arguments]], Iterable[Any]] | None
    together = getattr(function, "__cvm_each__", None)
    if together is not None:
        return list(together(calls))
    if not callable(function):
        raise CheckFailed(f"Here a function is asked for, and yours is a {kind(function)}.")
    return [function(*copy.deepcopy(arguments)) for arguments in calls]


def named(cases: Cases) -> tuple[list[str], list[Arguments]]:
    """Return the cases' names, empty where they have none, and their arguments.

    Raises
    ------
    ValueError
        If there is no case: then every answer would hold.
    TypeError
        If a case is no tuple of arguments.
    """
    pairs = list(cases.items()) if isinstance(cases, Mapping) else [("", each) for each in cases]
    if not pairs:
        raise ValueError("There is no case to check; every answer would hold.")
    if wrong := [case for _, case in pairs if not isinstance(case, tuple)]:
        raise TypeError(
            f"A case is a tuple of arguments, such as (table,), not a {kind(wrong[0])}."
        )
    return [name for name, _ in pairs], [case for _, case in pairs]
