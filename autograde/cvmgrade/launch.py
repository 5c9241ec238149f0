"""The small steps inside the box: give up root, set the limits, close system calls.

Runs as a file under a bare interpreter (``python -I -S launch.py``), so it imports nothing of
ours and nothing outside the standard library.
"""

import ctypes
import errno
import json
import os
import platform
import struct
import sys

CLOSED = {
    # keys and System V memory outlive a box and lie outside its limits; so does memfd's memory
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190), "msgget": (68, 186),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    # other processes, name spaces, mounts, and what has opened kernels before
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438), "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40),
    "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
}  # fmt: skip
"""System calls that no notebook needs: their numbers on x86-64 and on 64-bit ARM."""
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
FOREIGN = 0x40000000  # from here on numbers are of another calling convention on x86-64
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2


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


def close_calls() -> None:
    """Have the kernel refuse some system calls, to this process and to all that it starts."""
    if platform.machine() not in MACHINES:
        return
    column, machine = MACHINES[platform.machine()]
    tests = [(EQUAL, numbers[column]) for numbers in CLOSED.values()] + [(AT_LEAST, FOREIGN)]
    program = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, machine), (RETURN, 0, 0, REFUSE), (LOAD, 0, 0, 0)]
    program += [(kind, len(tests) - k, 0, number) for k, (kind, number) in enumerate(tests)]
    program += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    held = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    filter_ = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(held)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(SECCOMP, FILTER, filter_):
        raise OSError(ctypes.get_errno(), "the filter of system calls cannot be set")


def main(argv: list[str]) -> None:
    """``drop UID COMMAND…`` or ``limit JSON COMMAND…``."""
    step, argument, *command = argv
    if step == "drop":
        drop(int(argument))
    else:
        limit(json.loads(argument))
        close_calls()
    os.execv(command[0], command)  # noqa: S606 - the command is the provisioner's own


if __name__ == "__main__":
    main(sys.argv[1:])
