"""What a database says when it cannot be opened, in one line and without its password."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from .errors import CohortError

POSTGRES = "postgresql"
KNOWN = {
    "password authentication failed": "The server of {place} refuses the user or the password.",
    "no password supplied": "The server of {place} wants a password, and none is given.",
    'role ".*" does not exist': "The server of {place} knows no user '{user}'.",
    'database ".*" does not exist': "There is no database {place}. Make it with 'createdb'.",
    "permission denied": "The user '{user}' may not make tables in the database {place}.",
    "terminating connection|server closed|connection is (closed|lost)": (
        "The server of {place} went away. What was recorded before is safe: start again."
    ),
    "refused|time[d ]*out|could not translate|not known|resol|No such file|unreachable": (
        "The server of {place} does not answer. Is it running, and is this its address?"
    ),
    "not a database|malformed": "The gradebook {place} is damaged. Put back a copy of it.",
    "locked": "The gradebook {place} is in use by another program. Try again.",
}
"""What servers and SQLite say in English, and what to tell a person."""


def place(url: URL) -> str:
    """Return where a database is, for people: no user, no password."""
    if url.drivername.startswith("sqlite"):
        return url.database or ""
    port = f":{url.port}" if url.port else ""
    host = url.host or url.query.get("host") or "this machine"
    return f"'{url.database}' on {host}{port}"


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn the failure to open a database into one clear line."""
    try:
        yield
    except (ModuleNotFoundError, NoSuchModuleError):
        ours = url.drivername.startswith(POSTGRES)
        do = "Install cvm-lab[postgres]" if ours else "Install it, or use postgresql"
        raise CohortError(f"The driver of {url.drivername}:// is not installed. {do}.") from None
    except DBAPIError as error:
        raise CohortError(reason(url, str(error.orig))) from None


def reason(url: URL, said: str) -> str:
    """Return why a database cannot be opened.

    Parameters
    ----------
    said
        The driver's own message; whatever of the address it repeats is left out.
    """
    told = {"place": place(url), "user": url.username or ""}
    for pattern, message in KNOWN.items():
        if re.search(pattern, said):
            return message.format(**told)
    return f"The gradebook {told['place']} cannot be used: {_without_secrets(url, said)}"


def _without_secrets(url: URL, said: str) -> str:
    line = " ".join(said.split())[:300]
    secrets = [url.password, *(str(value) for key, value in url.query.items() if "pass" in key)]
    for secret in filter(None, secrets):
        line = line.replace(str(secret), "***")
    return line
