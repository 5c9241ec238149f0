"""Nothing that belongs to the grader leaves with a pack; checked on every release."""

import json
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from .assignments import Exercise
from .errors import LeakError

BEGIN, END = "BEGIN ", "END "
REGIONS = ("SOLUTION", "HIDDEN TESTS")
MARKERS = tuple(BEGIN + region for region in REGIONS)
TRIVIAL = 16
"""Shorter lines (``return rate``) say nothing by themselves and are met by chance."""


def secret_lines(exercise: Exercise) -> set[str]:
    """Return the lines of solutions and hidden tests that the public part does not hold too."""
    content = json.loads(exercise.notebook.read_text(encoding="utf-8"))
    closed: set[str] = set()
    public: set[str] = set()
    for cell in content["cells"]:
        inside = False
        for raw in "".join(cell["source"]).splitlines():
            line = raw.strip()
            if any(marker in line for marker in MARKERS):
                inside = True
            elif any(END + region in line for region in REGIONS):
                inside = False
            else:
                (closed if inside else public).add(line)
    return {line for line in closed - public if len(line) > TRIVIAL}


def check(pack: bytes, exercise: Exercise, seeds: list[int], secret: bytes) -> None:
    """Raise ``LeakError`` if a pack shows a solution, a hidden check, a seed or the secret.

    Parameters
    ----------
    pack
        The zip archive as it would be written.
    seeds
        Every seed that must stay with the grader.
    """
    lines = secret_lines(exercise)
    numbers = [form for value in seeds for form in (str(value), f"{value:x}")] + [secret.hex()]
    problems: list[str] = []
    with zipfile.ZipFile(BytesIO(pack)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            problems += (
                _foreign(name, content) if name.endswith(".whl") else _shown(name, content, lines)
            )
            problems += [
                f"{name} holds a seed or the secret"
                for number in numbers
                if number.encode() in content
            ]
    if problems:
        raise LeakError(
            f"The pack of {exercise.id} was not written: {problems[0]}"
            + (f" (and {len(problems) - 1} more)." if problems[1:] else ".")
        )


def _shown(name: str, content: bytes, lines: set[str]) -> list[str]:
    text = content.decode("utf-8", errors="replace")
    found = [f"{name} holds '{marker}'" for marker in MARKERS if marker in text]
    if name.endswith(".ipynb"):  # as written in the file, quotes and backslashes are escaped
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return found + [
        f"{name} holds the closed line '{line}'" for line in sorted(lines) if line in text
    ]


def _foreign(name: str, content: bytes) -> list[str]:
    """Return members of a wheel beside our three packages and their metadata."""
    with zipfile.ZipFile(BytesIO(content)) as wheel:
        members = [PurePosixPath(member) for member in wheel.namelist()]
    allowed = {"cvmgrade", "telcosim", "cvmkit"}
    return [
        f"{name} holds {member}"
        for member in members
        if member.suffix == ".ipynb"
        or not (member.parts[0] in allowed or member.parts[0].endswith(".dist-info"))
    ]
