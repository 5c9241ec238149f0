"""Make the built book complete in itself: a front door, and no request to another host.

Two guests would call other hosts. jupyterquiz carries a fall-back that loads MathJax from elsewhere
where a page has none: it is pointed at the copy that the book brings. sphinx-thebe, which the book
tool always loads, puts its live-code script on every page (twice, which is an error in the
browser's console): it is taken off again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util.osutil import relative_uri

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

QUIZ_FALLBACK = "https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-svg.js"
THEBE = ("THEBE_JS_URL", "sphinx-thebe")
OWN_MATHJAX = "_static/mathjax/tex-chtml.js"

FRONT_DOOR = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={target}">
</head>
<body><main><h1>{title}</h1><p><a href="{target}">Open the book</a></p></main></body>
</html>
"""


def keep_quizzes_home(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Let a quiz's fall-back load the book's own MathJax."""
    body = context.get("body")
    if isinstance(body, str) and QUIZ_FALLBACK in body:
        page = app.builder.get_target_uri(pagename)
        context["body"] = body.replace(QUIZ_FALLBACK, relative_uri(page, OWN_MATHJAX))


def is_thebe(asset: object) -> bool:
    """Tell whether a script or style sheet of a page belongs to sphinx-thebe."""
    name = str(getattr(asset, "filename", "") or asset)
    body = str(getattr(asset, "attributes", {}).get("body", ""))
    return any(mark in name or mark in body for mark in THEBE)


def leave_thebe_out(
    _app: Sphinx,
    _page: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Take sphinx-thebe's scripts and style sheets off the page."""
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context.get(kind, []) if not is_thebe(asset)]


def open_front_door(app: Sphinx, error: Exception | None) -> None:
    """Write `index.html`, which leads to the home page in its folder."""
    if error is not None or app.builder.name != "html":
        return
    target = app.builder.get_target_uri(app.config.root_doc)
    page = FRONT_DOOR.format(title=app.config.project, target=target)
    Path(app.outdir, "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", keep_quizzes_home)
    app.connect("html-page-context", leave_thebe_out, priority=900)
    app.connect("build-finished", open_front_door)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
