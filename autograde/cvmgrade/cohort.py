"""A cohort: one folder with its identity, its secret, its gradebook and its submissions."""

import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types

from . import database
from .errors import CohortError, UsageError

SECRET_BYTES = 16
CONFIG = "cohort.json"
NBGRADER = "nbgrader_config.py"
SETTINGS = '''"""nbgrader's settings in this cohort, for its formgrader and its commands.

Start them in this folder. Add your own settings at the end: 'cvm grade' follows them as well.
Give learners the pages of 'cvm cohort feedback': nbgrader's own show them the hidden tests.
"""

from pathlib import Path

from cvmgrade import nbsettings

c = get_config()  # noqa: F821 - nbgrader brings it
nbsettings.apply(c, Path(__file__).parent)

# A late policy, for instance. The formgrader takes the due date, and 'cvm cohort collect' writes
# down when each file came in.
# c.LateSubmissionPlugin.penalty_method = "zero"
# c.AssignLatePenalties.plugin_class = "my_policy.HalfAfterADay"
'''


@dataclass(frozen=True)
class Cohort:
    """A cohort's folder and what is written in its ``cohort.json``.

    Attributes
    ----------
    id
        Public name, written into every pack; says nothing about the secret.
    round
        Hidden worlds are renewed with each round.
    """

    folder: Path
    id: str
    name: str
    assignments: str
    round: int = 1

    @property
    def gradebook_url(self) -> str:
        """Database address of the gradebook; it may hold a password."""
        return database.url(self.folder)

    def secret(self) -> bytes:
        """Return the cohort's secret, from CVM_SECRET or the folder's closed file."""
        path = self.folder / "secret"
        text = os.environ.get("CVM_SECRET") or (path.read_text() if path.is_file() else "")
        try:
            secret = bytes.fromhex(text.strip())
        except ValueError:
            secret = b""
        if len(secret) < SECRET_BYTES:
            raise CohortError(
                f"The secret of this cohort is missing or damaged: expected "
                f"{2 * SECRET_BYTES} hex digits in {path} or CVM_SECRET."
            )
        return secret

    def cache(self, *parts: str) -> Path:
        """Return a folder for what can be made again."""
        path = self.folder.joinpath("cache", *parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the cohort for one writer; another live process that holds it is an error."""
        lock = self.folder / "writer.pid"
        if _held(lock):
            raise CohortError(
                f"Another process ({lock.read_text()}) works on this cohort. "
                "Wait until it has finished."
            )
        lock.write_text(_identity(os.getpid()))
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def init(
    folder: Path, assignments: Path, name: str | None = None, gradebook: str | None = None
) -> Cohort:
    """Make a cohort in a new or empty folder, with a secret only its owner can read.

    Parameters
    ----------
    gradebook
        The address of a database; None keeps the gradebook in the folder.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty. Name a new folder for the cohort.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_secret(folder / "secret")
        if gradebook:
            database.write(folder, gradebook)
        (folder / NBGRADER).write_text(SETTINGS, encoding="utf-8")
    except OSError as error:
        raise CohortError(f"{folder} cannot be written: {error.strerror}.") from None
    name = name or folder.resolve().name
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "cohort"
    cohort = Cohort(folder.resolve(), f"{slug}-{secrets.token_hex(4)}", name, str(assignments))
    content = {key: value for key, value in asdict(cohort).items() if key != "folder"}
    (folder / CONFIG).write_text(json.dumps(content, indent=1) + "\n")
    return cohort


def load(folder: Path) -> Cohort:
    """Open an existing cohort."""
    path = folder / CONFIG
    if not path.is_file():
        raise UsageError(f"{folder} is not a cohort: make one with 'cvm cohort init {folder}'.")
    try:
        content = json.loads(path.read_text())
        return Cohort(folder.resolve(), **content)
    except (ValueError, TypeError):
        raise CohortError(f"{path} is damaged. It should hold id, name, assignments.") from None


def write_secret(path: Path) -> None:
    """Create a file with a fresh secret; never replace one, and never leave it readable."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "w") as file:
        file.write(secrets.token_hex(SECRET_BYTES) + "\n")


def _identity(pid: int) -> str:
    """Name a process so that a later one with the same number is told apart."""
    try:
        return f"process {pid} of {psutil.Process(pid).create_time():.0f}"
    except psutil.NoSuchProcess:
        return ""


def _held(lock: Path) -> bool:
    try:
        said = lock.read_text()
        pid = int(said.split()[1])
    except (OSError, ValueError, IndexError):
        return False
    return pid != os.getpid() and _identity(pid) == said
