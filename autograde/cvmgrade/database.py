"""Where a cohort's gradebook lies: a file in its folder, or the database of a server by URL.

The URL may hold a password. It stands in a file that only its owner can read, and the environment
can name another; no message and no other file shows it.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import UsageError

if TYPE_CHECKING:
    from .cohort import Cohort

FILE, VARIABLE = "database", "CVM_DATABASE"
OWN = "gradebook.db"
DRIVER = "postgresql+psycopg"
NO_URL = "This is no database's address: write it as postgresql://USER:PASSWORD@HOST/NAME."


def url(folder: Path) -> str:
    """Return the address of a cohort's gradebook.

    The environment counts only where the cohort was made for another database than its own
    file: so it does not reach the cohorts that ``cvm start`` and ``cvm check`` make.
    """
    path = folder / FILE
    if not path.is_file():
        return f"sqlite:///{folder / OWN}"
    return normal(os.environ.get(VARIABLE, "").strip() or path.read_text().strip(), folder)


def normal(said: str, folder: Path) -> str:
    """Return an address with the driver that is used here, and a file's with its whole path."""
    scheme, there, rest = said.strip().partition("://")
    if not there or not rest.strip("/"):
        raise UsageError(NO_URL)
    if scheme in ("postgres", "postgresql"):
        return f"{DRIVER}://{rest}"
    if scheme.startswith("sqlite"):
        path = rest.removeprefix("/")
        return f"{scheme}:///{folder / path}"  # an absolute path stays as it is
    return said.strip()


def chosen(given: str | None) -> str | None:
    """Return the address that a new cohort writes down, once it is known to be usable.

    Parameters
    ----------
    given
        The address on the command line; None takes the environment's, without its password.
    """
    said = given or os.environ.get(VARIABLE)
    if not said:
        return None
    from . import gradebook  # noqa: PLC0415 - needs nbgrader, and is mostly not wanted

    whole = gradebook.address(normal(said, Path.cwd()))
    gradebook.free(whole)
    kept = whole if given else whole._replace(password=None)
    return kept.render_as_string(hide_password=False)


def claim(cohort: "Cohort") -> None:
    """Make the gradebook of a new cohort at once, so that no other takes its database."""
    from . import gradebook  # noqa: PLC0415 - as above

    with gradebook.opened(cohort):
        pass


def write(folder: Path, address: str) -> None:
    """Write an address where only its owner can read it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(folder / FILE, flags, 0o600), "w") as file:
        file.write(address + "\n")
