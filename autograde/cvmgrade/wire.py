"""What may cross between a learner's process and the checker: plain data, bounded, in frames.

A message is one JSON tree plus buffers. Numbers, texts and containers are nodes of the tree;
arrays and columns travel as buffers, texts in columns as Arrow. Nothing is ever unpickled, and
whatever has no plain form arrives as an ``Opaque`` that knows only the name of its type.
Both sides read and write with this module; only the checker relies on its refusals.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MAX_BYTES = 64 * 1024**2
MAX_TREE = 16 * 1024**2
MAX_BUFFERS = 2_000
MAX_ITEMS = 1_000_000
MAX_DEPTH = 40
READY, LEARNER, CONTROL, DEAD = b"R", b"L", b"C", b"D"
"""What a frame between grader and checker is: its first byte."""
HEAD = struct.Struct("<II")
SIZE = struct.Struct("<Q")

Buffers = list[bytes]


class WireError(Exception):
    """A message is not plain data within its bounds; the text says what was wrong with it."""


class ClosedError(Exception):
    """The other side of a line is gone."""


@dataclass(frozen=True, eq=False)
class Opaque:
    """Something of the learner's that has no plain form; it equals nothing but itself."""

    type_name: str


@dataclass
class Budget:
    """What one message may hold, counted while it is built or read."""

    items: int = MAX_ITEMS
    buffers: Buffers = field(default_factory=list)
    tables: list[Any] = field(default_factory=list)
    """Arrays and tables of this message; one that comes again is sent as its number here."""
    numbers: dict[int, int] = field(default_factory=dict)
    copied: int = 0

    def spend(self, depth: int, items: int = 1) -> None:
        """Take items at a depth, or refuse the message."""
        self.items -= items
        if self.items < 0:
            raise WireError(f"it holds more than {MAX_ITEMS:,} items")
        if depth > MAX_DEPTH:
            raise WireError(f"it is nested deeper than {MAX_DEPTH} levels")

    def keep(self, content: bytes) -> int:
        """Keep a buffer and return its number."""
        self.buffers.append(content)
        if len(self.buffers) > MAX_BUFFERS or sum(map(len, self.buffers)) > MAX_BYTES:
            raise WireError(f"it is larger than {MAX_BYTES // 1024**2} MB")
        return len(self.buffers) - 1

    def buffer(self, number: object) -> bytes:
        """Return a buffer by its number."""
        if type(number) is not int or not 0 <= number < len(self.buffers):
            raise WireError("it names a buffer that is not there")
        return self.buffers[number]


def pack(tree: object, buffers: Buffers) -> bytes:
    """Return a message as bytes."""
    try:
        text = json.dumps(tree, separators=(",", ":")).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, RecursionError) as error:
        raise WireError(f"it cannot be written: {error}") from None
    if len(text) > MAX_TREE:
        raise WireError(f"it has more than {MAX_TREE // 1024**2} MB of text and numbers")
    sizes = b"".join(SIZE.pack(len(content)) for content in buffers)
    return b"".join((HEAD.pack(len(text), len(buffers)), sizes, text, *buffers))


def unpack(message: bytes) -> tuple[Any, Buffers]:
    """Return a message's tree and buffers; every length is checked against what is there."""
    try:
        length, count = HEAD.unpack_from(message)
        if length > MAX_TREE or count > MAX_BUFFERS:
            raise WireError("it is larger than a message may be")
        sizes = [SIZE.unpack_from(message, HEAD.size + SIZE.size * k)[0] for k in range(count)]
    except struct.error:
        raise WireError("it is cut off") from None
    start = HEAD.size + SIZE.size * count
    if start + length + sum(sizes) != len(message):
        raise WireError("its parts do not add up")
    try:
        tree = json.loads(message[start : start + length].decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise WireError("it is not valid JSON, or nested too deeply") from None
    buffers, place = [], start + length
    for size in sizes:
        buffers.append(message[place : place + size])
        place += size
    return tree, buffers


def send(write: Callable[[bytes], object], message: bytes) -> None:
    """Write one frame: the message behind its length."""
    write(SIZE.pack(len(message)) + message)


def receive(read: Callable[[int], bytes]) -> bytes:
    """Read one frame; ``read`` returns at most so many bytes, and nothing at the end.

    Raises
    ------
    ClosedError
        If the other side is gone.
    WireError
        If the frame is longer than any message may be.
    """
    (size,) = SIZE.unpack(_exactly(read, SIZE.size))
    if size > MAX_BYTES + MAX_TREE:
        raise WireError(f"it is larger than {(MAX_BYTES + MAX_TREE) // 1024**2} MB")
    return _exactly(read, size)


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    parts, missing = [], size
    while missing:
        part = read(min(missing, 1024**2))
        if not part:
            raise ClosedError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
