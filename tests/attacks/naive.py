"""Receivers without bounds, for attacks on a wire that plain nbgrader does not have.

Each runs in a process of its own, with at most 3 GB and a few seconds: ``python naive.py WAY``
with the attacker's code on standard input. It prints what became of it.
"""

import copy
import json
import pickle
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_S = 5
MOST = 3 * 1024**3
PRELUDE = "import ctypes, glob, json, os, socket, struct, sys, time, numpy\n"


def run(way: str, code: str) -> str:
    """Return what a receiver did with an attack."""
    try:
        done = subprocess.run(
            [sys.executable, __file__, way], input=code, capture_output=True, text=True,
            timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "no end"
    if done.returncode < 0:
        return f"the receiver died of signal {-done.returncode}"
    if done.returncode:
        return f"the receiver stopped: {done.stderr.strip().splitlines()[-1].split(':')[0]}"
    return "it ran the learner's code" if "OWNED" in done.stdout else done.stdout.strip()


def received(code: str) -> Any:
    """Read one frame as its sender says, and build what it asks for."""
    ours, theirs = socket.socketpair()
    names: dict[str, Any] = {"theirs": theirs}
    start = f"import os\nos.environ['CVM_CHANNEL'] = '{theirs.fileno()}'\n"
    exec(PRELUDE + start + code, names)  # noqa: S102 - that is what is tried here
    threading.Thread(target=names["hostile"], daemon=True).start()
    size = int.from_bytes(_exactly(ours, 8), "little")
    body = _exactly(ours, size)
    length, count = (int.from_bytes(body[k : k + 4], "little") for k in (0, 4))
    sizes = [int.from_bytes(body[8 + 8 * k : 16 + 8 * k], "little") for k in range(count)]
    start_at = 8 + 8 * count
    tree, buffers = json.loads(body[start_at : start_at + length]), []
    start_at += length
    for each in sizes:
        buffers.append(body[start_at : start_at + each])
        start_at += each
    namespace = {"checks": "ours", "isinstance": isinstance} | tree.get("values", {})
    if namespace["checks"] != "ours":
        return "the learner's names replaced the checks'"
    return [_built(node, buffers, []) for node in tree["results"]]


def _exactly(line: socket.socket, size: int) -> bytes:
    held = bytearray()
    while len(held) < size:
        held += line.recv(size - len(held))
    return bytes(held)


def _built(node: Any, buffers: list[bytes], tables: list[Any]) -> Any:
    import numpy as np  # noqa: PLC0415 - only some receivers need them
    import pyarrow as pa  # noqa: PLC0415 - the same

    if isinstance(node, list) and node[0] == "l":
        return [_built(part, buffers, tables) for part in node[1]]
    if isinstance(node, list) and node[:2] == ["T", "array"]:
        array = np.zeros(node[3], dtype=node[2])
        tables.append(np.ones_like(array) if array.dtype.kind == "u" else array)
        return tables[-1]
    if isinstance(node, list) and node[0] == "r":
        return tables[node[1]].copy()
    if isinstance(node, list) and node[:2] == ["T", "series"]:
        return pa.ipc.open_stream(buffers[node[2][1]]).read_all().to_pandas()["0"].tolist()
    return node


def answered(code: str) -> Any:
    """Return the learner's answer."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(PRELUDE + code, names)  # noqa: S102 - that is what is tried here
    sys.modules["__main__"].__dict__.update(names)
    return names["answer"]


def walked(answer: Any) -> Any:
    """Copy a structure member by member."""
    return copy.deepcopy(json.loads(json.dumps(answer, default=str)))


def shared(answer: Any) -> str:
    """Take an error at its word."""
    try:
        raise answer  # noqa: TRY301 - as a learner's function would
    except Exception as error:  # noqa: BLE001 - whatever the learner raises
        return f"{100 * getattr(error, 'share', 0):.0f} % of the points for an error"


def raised(answer: Any) -> str:
    """Serve until the other side has gone, as if only the line could say so."""
    try:
        raise answer
    except EOFError:
        threading.Event().wait()
    return ""


def copied(answer: Any) -> str:
    """Take a value in as text."""
    sys.set_int_max_str_digits(0)
    text = str(answer)
    return f"{len(text):,} characters taken in" if len(text) > 10**6 else ""


def on_page(name: str) -> str:
    """Write a learner's name into a page as it is."""
    return f"<h1>Feedback for {name}</h1>"


WAYS: dict[str, Callable[[Any], Any]] = {
    "walk": walked, "list": list, "copy": copied, "share": shared, "raise": raised, "page": on_page,
    "pickle": lambda answer: pickle.loads(pickle.dumps(answer)),  # noqa: S301 - is tried here
}  # fmt: skip


def main() -> None:
    """Receive what comes on standard input in one of the ways."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    way, code = sys.argv[1], sys.stdin.read()
    found = received(code) if way == "frame" else WAYS[way](answered(code))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    said = found if isinstance(found, str) else ""
    if not said and peak > 1000:
        said = f"{peak} MB for one answer"
    sys.stdout.write(said or f"took {found!r:.60}")


if __name__ == "__main__":
    here = str(Path(__file__).parent)
    sys.path = [folder for folder in sys.path if folder != here]  # our own "wire" is not theirs
    main()
