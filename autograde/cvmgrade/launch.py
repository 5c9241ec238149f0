"""The two small steps inside the box: give up root, and set the limits.

Runs as a file under a bare interpreter (``python -I -S launch.py``), so it imports nothing of
ours and nothing outside the standard library.
"""

import json
import os
import sys


def drop(uid: int) -> None:
    """Become an ordinary user without groups; the kernel clears all capabilities with that."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.umask(0o022)


def limit(limits: dict[str, int]) -> None:
    """Set each limit hard and soft, so that nothing inside can raise it again."""
    import resource  # noqa: PLC0415 - this module must import on systems without it

    for name, value in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def main(argv: list[str]) -> None:
    """``drop UID COMMAND…`` or ``limit JSON COMMAND…``."""
    step, argument, *command = argv
    if step == "drop":
        drop(int(argument))
    else:
        limit(json.loads(argument))
    os.execv(command[0], command)  # noqa: S606 - the command is the provisioner's own


if __name__ == "__main__":
    main(sys.argv[1:])
