"""What a box may leak to: listeners on this machine, and the keys of a login session."""

import ctypes
import platform
import secrets
import socket
import threading
from pathlib import Path

KEY_CALLS = {"x86_64": (248, 250), "aarch64": (217, 219)}
"""Numbers of the system calls add_key and keyctl."""
JOIN_SESSION = 1


def own_keyring() -> None:
    """Give this process a session keyring, as every login has one."""
    call = KEY_CALLS[platform.machine()][1]
    ctypes.CDLL(None).syscall(call, JOIN_SESSION, None)


class Ears:
    """Listeners on this machine: TCP and UDP on 127.0.0.1, a socket file, an abstract name."""

    def __init__(self, folder: Path) -> None:
        self.heard: list[str] = []
        self.abstract = f"ears-{secrets.token_hex(6)}"
        self.unix = str(folder / "ears")
        self._sockets = [socket.socket(socket.AF_INET), socket.socket(type=socket.SOCK_DGRAM),
                         socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)]  # fmt: skip
        tcp, udp, named, unnamed = self._sockets
        tcp.bind(("127.0.0.1", 0))
        udp.bind(("127.0.0.1", 0))
        named.bind(self.unix)
        Path(self.unix).chmod(0o777)
        unnamed.bind(f"\0{self.abstract}")
        self.tcp, self.udp = tcp.getsockname()[1], udp.getsockname()[1]
        for each in (tcp, named, unnamed):
            each.listen(50)
            threading.Thread(target=self._accept, args=(each,), daemon=True).start()
        threading.Thread(target=self._datagrams, args=(udp,), daemon=True).start()

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                caller.settimeout(2)
                self.heard.append(caller.recv(200).decode("utf-8", "replace"))

    def _datagrams(self, server: socket.socket) -> None:
        while True:
            try:
                self.heard.append(server.recv(200).decode("utf-8", "replace"))
            except OSError:
                return

    def close(self) -> None:
        """Stop listening."""
        for each in self._sockets:
            each.close()
