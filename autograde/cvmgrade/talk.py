"""The grader's end of the connection to a learner's kernel: bounded in time, trusted in nothing."""

import contextlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from . import wire
from .line import Line

GRACE_S = 5
"""Seconds that an interrupted kernel has to answer before it is killed."""


@dataclass
class Talk:
    """The connection to one learner's kernel while one test cell is judged.

    Attributes
    ----------
    seconds
        What is left of the time that the learner's code may take in this cell.
    timed_out, gone
        Whether it took longer, and whether it stopped answering.
    """

    line: Line
    seconds: float
    stop: Callable[..., object]  # called with kill=False, then with kill=True
    timed_out: bool = False
    gone: bool = False
    ended: bool = False
    _deadline: float = 0.0
    _channel: socket.socket = field(init=False)

    def exchange(self, message: bytes) -> bytes:
        """Send a message and return the answer, which is empty if none comes.

        Code that takes too long is interrupted, and then killed.
        """
        began = time.monotonic()
        self._deadline = began + self.seconds
        try:
            self._channel = self.line.socket()
            self._channel.settimeout(max(self.seconds, 0.1))
            wire.send(self._channel.sendall, message)
            return wire.receive(self._read)
        except TimeoutError:
            self.stop(kill=True)
        except (OSError, wire.ClosedError, wire.WireError):
            self.over()
        finally:
            self.seconds -= time.monotonic() - began
        self.gone = True
        return b""

    def _read(self, size: int) -> bytes:
        """Read what is there; the cell's time runs on, whatever trickles in."""
        try:
            return self._before_deadline(size)
        except TimeoutError:
            if self.timed_out:
                raise
            self.timed_out = True
            self._deadline = time.monotonic() + GRACE_S
            self.stop(kill=False)
            return self._before_deadline(size)

    def _before_deadline(self, size: int) -> bytes:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)
        return self._channel.recv(size)

    def end(self) -> None:
        """Let the kernel go on to the next cell."""
        self.ended = True
        with contextlib.suppress(OSError):
            channel = self.line.socket()
            channel.settimeout(1)
            wire.send(channel.sendall, wire.pack({"do": "end"}, []))

    def over(self) -> None:
        """Close the line, unless all was said: the kernel has left it, or speaks nonsense."""
        if not self.ended:
            with contextlib.suppress(OSError):
                self.line.socket().shutdown(socket.SHUT_RDWR)
