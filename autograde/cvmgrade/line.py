"""The connection between the grader and a learner's kernel, over which checks ask."""

import secrets
import socket
from typing import Protocol

CONNECT_S = 10


class Line(Protocol):
    """A connection whose other end the kernel finds under an address in its environment."""

    address: str
    inherited: tuple[int, ...]

    def socket(self) -> socket.socket:
        """Return our end."""

    def started(self) -> None:
        """Take note that the kernel has its end, so that its death is seen at ours."""

    def close(self) -> None:
        """Close both ends."""


class Inherited:
    """Into a box: a pair of sockets, one of which the kernel inherits. It has no name to find."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self.address = str(self._theirs.fileno())
        self.inherited: tuple[int, ...] = (self._theirs.fileno(),)

    def socket(self) -> socket.socket:
        """Return our end."""
        return self._ours

    def started(self) -> None:
        """Give up our hold on the kernel's end."""
        self._theirs.close()

    def close(self) -> None:
        """Close both ends."""
        self._ours.close()
        self._theirs.close()


class Local:
    """Without a box, on every system: a port of this computer, and a word that opens it."""

    def __init__(self) -> None:
        self._port = socket.create_server(("127.0.0.1", 0))
        self._word = secrets.token_hex(16)
        self._ours: socket.socket | None = None
        self.address = f"{self._port.getsockname()[1]}:{self._word}"
        self.inherited: tuple[int, ...] = ()

    def socket(self) -> socket.socket:
        """Return our end, once the kernel has come and said the word.

        Raises
        ------
        OSError
            If nobody comes in time.
        """
        while self._ours is None:
            self._port.settimeout(CONNECT_S)
            guest, _ = self._port.accept()
            guest.settimeout(CONNECT_S)
            said = guest.recv(len(self._word), socket.MSG_WAITALL)
            if secrets.compare_digest(said, self._word.encode()):
                self._ours = guest
            else:
                guest.close()
        return self._ours

    def started(self) -> None:
        """Wait: the kernel comes by itself."""

    def close(self) -> None:
        """Close both ends."""
        self._port.close()
        if self._ours:
            self._ours.close()
