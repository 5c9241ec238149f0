"""The report as one HTML file that needs nothing from anywhere else."""

import base64
import hashlib
import os
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from telcosim.errors import TelcosimError
from telcosim.report.validity import Validity

WIDE = {"calibration"}
"""Figures that stand alone instead of in pairs."""


def html(validity: Validity) -> str:
    """Return the page; its policy allows its own style sheet and embedded pictures only."""
    environment = Environment(
        loader=PackageLoader("telcosim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = environment.get_template("style.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("report.html.j2").render(
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=f"sha256-{digest}",
        world=validity,
        manifest=validity.manifest,
        wide=WIDE,
    )


def check_place(out: Path) -> None:
    """Refuse a place where the report could not be written, before any work is done.

    Raises
    ------
    TelcosimError
        If it is a folder, or lies in none.
    """
    if out.is_dir():
        raise TelcosimError(f"{out} is a folder.\nChoose a file, such as --out {out}/report.html")
    if not out.parent.is_dir():
        raise TelcosimError(
            f"{out.parent} is not a folder.\nMake it first, or choose another --out."
        )


def write(validity: Validity, out: Path) -> None:
    """Write the page to a temporary name and rename it, so that it is there whole or not at all."""
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_text(html(validity), encoding="utf-8")
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
