"""Words for what escaping and exhausting attacks did where nothing stops them."""

import re
import stat

from attacks.evidence import MOST, Control, Evidence
from attacks.gauge import MIB

SURVIVOR = "kept-alive-by-nobody"
"""How a process that shall live on calls itself."""


def wrote(place: str, said: str) -> Control:
    """Say that a file in the course was written."""

    def seen_there(seen: Evidence) -> str:
        path = seen.course / place
        return said if path.is_file() and "OWNED" in path.read_text(errors="replace") else ""

    return seen_there


def outside(seen: Evidence) -> str:
    """Say that the folder outside was written."""
    return "wrote outside" if (seen.target.outside / "owned.txt").is_file() else ""


def neighbour_lost(seen: Evidence) -> str:
    """Say that an honest learner, graded later, lost points."""
    score = seen.scores.get("zz-neighbour") or 0.0
    return f"another learner has {score:g} of {MOST:g} points" if score < MOST else ""


def heard(*words: str) -> Control:
    """Say that listeners of ours were reached."""
    return lambda seen: "sent data out" if set(words) <= set(seen.heard) else ""


def greeted(seen: Evidence) -> str:
    """Say that the grader itself called a listener of the attacker's choice."""
    called = any("\x7f" in text for text in seen.heard)  # so begins a kernel's protocol
    return "the grader calls another socket" if called else ""


def victim_died(seen: Evidence) -> str:
    """Say that another process was ended."""
    return "ended another process" if seen.victim_ended else ""


def survived(seen: Evidence) -> str:
    """Say that a process lived on."""
    left = [line for line in seen.survivors if SURVIVOR in line]
    return f"{len(left)} process lives on" if left else ""


def escaped(seen: Evidence) -> str:
    """Say what the attacker found that it was allowed to do."""
    return "had the right to" if "ESCAPED" in seen.outputs() else ""


def on_terminal(seen: Evidence) -> str:
    """Say that it wrote to a terminal."""
    return "wrote to the instructor's terminal" if "OWNED" in seen.terminal else ""


def setuid(seen: Evidence) -> str:
    """Say that a program with its owner's rights lies there."""
    path = seen.target.outside / "owned"
    return "left one" if path.exists() and path.stat().st_mode & stat.S_ISUID else ""


def no_page(seen: Evidence) -> str:
    """Say that the learner got no feedback."""
    return "" if seen.pages() else "no feedback can be written"


def many_files(seen: Evidence) -> str:
    """Say how many files were left where the kernel is connected."""
    count = sum(path.is_socket() for path in (seen.course / "tmp").glob("x*"))
    return f"{count:,} files left" if count > 1_000 else ""


def readable_secret(seen: Evidence) -> str:
    """Say that the secret's file was opened to everyone."""
    mode = (seen.course / "secret").stat().st_mode
    return "opened the secret to everyone" if mode & 0o044 else ""


def blown_up(seen: Evidence) -> str:
    """Say what a file without content has become."""
    files = (seen.course / "feedback").rglob("*.bin")
    size = sum(path.stat().st_blocks * 512 for path in files) // 1024**2
    return f"{size} MB written for nothing" if size > 100 else ""


def took(seconds: float) -> Control:
    """Say how long it held the grader up."""

    def said(seen: Evidence) -> str:
        if seen.ended == "no end":
            return f"still running after {seen.seconds:.0f} s"
        return f"held the run for {seen.seconds:.0f} s" if seen.seconds > seconds else ""

    return said


def held_mb(seen: Evidence) -> str:
    """Say how much memory it held that belongs to no process."""
    found = re.findall(r"HELD (\d+)", seen.outputs())
    return f"{found[-1]} MB held by no process" if found else ""


def kernel_lost(seen: Evidence) -> str:
    """Say that there is neither a grade nor a reason."""
    return "" if seen.graded(seen.attack.name) else "left ungraded, without a reason"


def resident(seen: Evidence) -> str:
    """Say how much memory its processes held at once."""
    return f"{seen.peak.resident_mb} MB at once" if seen.peak.resident_mb > 1500 else ""


def processes(seen: Evidence) -> str:
    """Say how many processes ran at once."""
    return f"{seen.peak.processes} processes at once" if seen.peak.processes > 150 else ""


def threads(seen: Evidence) -> str:
    """Say how many threads ran at once."""
    return f"{seen.peak.threads} threads at once" if seen.peak.threads > 400 else ""


def disk(seen: Evidence) -> str:
    """Say how much lies in the course afterwards."""
    files = (seen.course / "autograded").rglob("*.bin")
    size = sum(path.stat().st_size for path in files) // MIB
    return f"{size} MB left in the course" if size >= 250 else ""


def log_mb(seen: Evidence) -> str:
    """Say how large the grader's own log has become."""
    size = (seen.course / "log").stat().st_size // MIB
    return f"{size} MB in the grader's log" if size >= 250 else ""


def bulk(seen: Evidence) -> str:
    """Say how large the graded notebook or its page is."""
    size = max(len(seen.raw()), len(seen.pages())) // MIB
    return f"a graded notebook of {size} MB" if size >= 5 else ""


def outputs(seen: Evidence) -> str:
    """Say how many outputs were kept."""
    count = seen.raw().count('"output_type"')
    return f"{count:,} outputs kept" if count > 500 else ""
