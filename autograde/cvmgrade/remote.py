"""A learner's notebook as the checker sees it: names that are plain data, functions to call."""

import builtins
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from . import plain, wire
from .checks import CheckFailed

Exchange = Callable[[bytes], bytes]
"""Sends one message to the learner's process and returns its answer."""

Call = tuple[Sequence[Any], dict[str, Any]]
"""Arguments by place, and by name."""

LONGEST = 400
MOST_CALLS = 512
ENDINGS = ("StopIteration", "StopAsyncIteration")
"""Exceptions that would end a loop of ours as if it had been gone through."""


class LearnerError(Exception):
    """The learner's code raised something that is no built-in exception; ``kind`` is its name."""

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(said)
        self.kind = kind


class Learner:
    """Asks the learner's process; every answer is decoded within bounds."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def read(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the values of those names that the notebook defines, in one round trip."""
        answer, budget = self._ask({"do": "read", "names": list(names)}, [])
        values = _dict(answer, "values")
        found: dict[str, Any] = {}
        for name in names:
            if name in values:
                found[name] = self._value(name, values[name], budget)
            elif name in _dict(answer, "refused"):
                found[name] = wire.Opaque(f"thing that cannot be read: {_said(answer, name)}")
        return found

    def call(self, name: str, calls: Sequence[Call]) -> list[Any]:
        """Return what a function gives for each set of arguments, in as few round trips as fit."""
        tree, buffers = _written(name, calls[:MOST_CALLS])
        count = len(tree["calls"])
        answer, got = self._ask(tree, buffers)
        if "refused" in answer:
            raise CheckFailed(
                f"What {name} returned is not plain data: {str(answer['refused'])[:LONGEST]}."
            )
        if "raised" in answer:
            raise _exception(answer["raised"])
        results = answer.get("results")
        if not isinstance(results, list) or not 0 < len(results) <= count:
            raise CheckFailed(f"{name} did not answer each of its calls.")
        found = [self._plain(f"What {name} returned", node, got) for node in results]
        rest = calls[len(found) :]
        return found + (self.call(name, rest) if rest else [])

    def _value(self, name: str, node: Any, budget: wire.Budget) -> Any:
        value = self._plain(f"'{name}'", node, budget)
        return Remote(self, name) if isinstance(value, plain.Callee) else value

    def _plain(self, what: str, node: Any, budget: wire.Budget) -> Any:
        try:
            return plain.decode(node, budget)
        except wire.WireError as error:
            raise CheckFailed(f"{what} is not plain data: {error}.") from None

    def _ask(self, tree: dict[str, Any], buffers: wire.Buffers) -> tuple[Any, wire.Budget]:
        try:
            answer, got = wire.unpack(self._exchange(wire.pack(tree, buffers)))
        except wire.WireError as error:
            raise CheckFailed(f"Your notebook's answer is not plain data: {error}.") from None
        if not isinstance(answer, dict):
            raise CheckFailed("Your notebook's answer is not plain data.")
        return answer, wire.Budget(buffers=got)


class Remote:
    """A function of the learner's. Its arguments and results are copies: plain data only."""

    def __init__(self, learner: Learner, name: str) -> None:
        self._learner, self.__name__ = learner, name

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call the function once."""
        return self._learner.call(self.__name__, [(arguments, options)])[0]

    def __cvm_each__(self, calls: Iterable[Sequence[Any]]) -> list[Any]:
        """Call the function for each tuple of arguments; ``checks.each`` looks for this."""
        listed = [(arguments, dict[str, Any]()) for arguments in calls]
        return self._learner.call(self.__name__, listed) if listed else []


class Namespace(dict[str, Any]):
    """The names of the test cells: our own first, then the learner's, each read once per cell."""

    def __init__(self, learner: Learner) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._learner = learner
        self._known: dict[str, Any] = {}

    def begin(self, names: Iterable[str]) -> None:
        """Begin a test cell: forget the learner's values and read those that it will need."""
        wanted = sorted(name for name in names if name not in self)
        self._known = dict.fromkeys(wanted, _MISSING)
        self._known |= self._learner.read(wanted) if wanted else {}

    def __missing__(self, name: str) -> Any:
        if not isinstance(name, str) or hasattr(builtins, name) or name.startswith("__"):
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = self._learner.read([name]).get(name, _MISSING)
        if self._known[name] is _MISSING:
            raise KeyError(name)
        return self._known[name]


_MISSING = object()


def _written(name: str, calls: Sequence[Call]) -> tuple[dict[str, Any], wire.Buffers]:
    """Return a request for as many of the calls as one message holds."""
    budget = wire.Budget()
    try:
        sent = [plain.encode([list(arguments), options], budget) for arguments, options in calls]
    except wire.WireError as error:
        if len(calls) == 1:
            raise ValueError(f"{name} cannot be called with this: {error}") from None
        return _written(name, calls[: len(calls) // 2])
    return {"do": "call", "name": name, "calls": sent}, budget.buffers


def _exception(raised: Any) -> Exception:
    """Return the learner's exception as one of ours: built-in ones as themselves."""
    if not isinstance(raised, list) or len(raised) != 2:
        return LearnerError("Exception", "")
    kind, said = (str(part)[:LONGEST] for part in raised)
    found = getattr(builtins, kind, None)
    if isinstance(found, type) and issubclass(found, Exception) and kind not in ENDINGS:
        try:
            return found(said)
        except TypeError:  # UnicodeDecodeError and its like want more than a text
            pass
    return LearnerError(kind, said)


def _dict(answer: dict[str, Any], name: str) -> dict[str, Any]:
    found = answer.get(name)
    return found if isinstance(found, dict) else {}


def _said(answer: dict[str, Any], name: str) -> str:
    return str(_dict(answer, "refused")[name])[:LONGEST]
