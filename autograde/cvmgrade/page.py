"""Pages that show learners' content: escaped by default, sanitised, and closed by a policy."""

import base64
import hashlib
import re
from datetime import datetime
from functools import cache

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

TAGS = {
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "caption",
    "p",
    "br",
    "b",
    "i",
    "em",
    "strong",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "div",
    "span",
    "sub",
    "sup",
}
ATTRIBUTES = {"th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters and direction overrides, which make a text read as another."""


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("cvmgrade"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    made.filters |= {"points": points, "worth": worth, "day": day}
    return made


def render(template: str, **values: object) -> str:
    """Return a self-contained page; its policy allows our style sheet and data images only."""
    environment = _environment()
    loader = environment.loader
    assert loader is not None  # noqa: S101 - set four lines above
    style = loader.get_source(environment, "style.css")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(template).render(
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=f"sha256-{digest}",
        **values,
    )


def clean_html(text: str) -> str:
    """Return a learner's HTML with tables and plain text left in it, and nothing that acts."""
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=set())


def clean_text(text: str, longest: int = 4_000) -> str:
    """Return text without control characters, cut to a length a page can show."""
    text = CONTROL.sub("", text)
    return text if len(text) <= longest else text[:longest] + "\n… (cut)"


def points(value: float | None) -> str:
    """Return points without needless decimals."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def worth(value: float) -> str:
    """Return points with their unit."""
    return f"{points(value)} {'point' if value == 1 else 'points'}"


def day(stamp: str) -> str:
    """Return a timestamp as a person writes it."""
    return f"{datetime.fromisoformat(stamp):%d %B %Y, %H:%M} UTC" if stamp else ""
