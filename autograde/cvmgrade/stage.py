"""The learner's side of the wire: answer what the checker asks, between two cells.

Runs in the learner's own process, so nothing here is relied upon: whatever it sends is read by
``plain.decode`` on the other side.
"""

import os
import socket
from typing import Any

from . import plain, wire

CHANNEL = "CVM_CHANNEL"
LONGEST = 2_000

_channel: socket.socket | None = None


def serve(namespace: dict[str, Any]) -> None:
    """Answer requests about the names of a notebook until the checker has no more."""
    channel = _open()
    while True:
        tree, buffers = wire.unpack(wire.receive(channel.recv))
        if tree["do"] == "end":
            return
        wire.send(channel.sendall, _answer(tree, buffers, namespace))


def _open() -> socket.socket:
    """Return the connection to the grader: an inherited socket, or a local port on Windows."""
    global _channel  # noqa: PLW0603 - one per process
    if _channel is None:
        address = os.environ[CHANNEL]
        if ":" in address:
            port, token = address.split(":")
            _channel = socket.create_connection(("127.0.0.1", int(port)))
            _channel.sendall(token.encode())
        else:
            _channel = socket.socket(fileno=int(address))
    return _channel


def _answer(tree: dict[str, Any], buffers: wire.Buffers, namespace: dict[str, Any]) -> bytes:
    if tree["do"] == "read":
        return _read(tree["names"], namespace)
    return _call(tree, buffers, namespace)


def _read(names: list[str], namespace: dict[str, Any]) -> bytes:
    budget, values, refused = wire.Budget(), {}, {}
    for name in names:
        if name not in namespace:
            continue
        try:
            values[name] = plain.encode(namespace[name], budget)
        except BaseException as error:  # noqa: BLE001 - a learner's object may do anything
            refused[name] = _text(error)
    return wire.pack({"values": values, "refused": refused}, budget.buffers)


def _call(tree: dict[str, Any], buffers: wire.Buffers, namespace: dict[str, Any]) -> bytes:
    """Call one function for each set of arguments, until one of the calls raises."""
    given = wire.Budget(buffers=buffers)
    calls = [plain.decode(call, given) for call in tree["calls"]]
    budget = wire.Budget()
    reply: dict[str, Any] = {"results": []}
    for arguments, options in calls:
        held = len(budget.buffers)
        try:
            result = namespace[tree["name"]](*arguments, **options)
            reply["results"].append(plain.encode(result, budget))
        except wire.WireError as error:
            if reply["results"]:  # this message is full: the checker asks again for the rest
                del budget.buffers[held:]
            else:
                reply["refused"] = _text(error)
            break
        except BaseException as error:  # noqa: BLE001 - reported to the checker, which decides
            reply["raised"] = [type(error).__name__[:100], _text(error)]
            break
    try:
        return wire.pack(reply, budget.buffers)
    except wire.WireError as error:
        return wire.pack({"results": [], "refused": _text(error)}, [])


def _text(error: BaseException) -> str:
    try:
        return str(error)[:LONGEST]
    except BaseException:  # noqa: BLE001 - a learner's exception may do anything
        return ""
