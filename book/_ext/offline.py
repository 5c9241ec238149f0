"""Make the built book complete in itself: a front door, and no request to another host.

jupyterquiz carries a fall-back that loads MathJax from another host where a page has none. Here it
loads the copy that the book brings.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util.osutil import relative_uri

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

QUIZ_FALLBACK = "https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-svg.js"
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
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Let a quiz's fall-back load the book's own MathJax."""
    body = context.get("body")
    if isinstance(body, str) and QUIZ_FALLBACK in body:
        page = app.builder.get_target_uri(pagename)
        context["body"] = body.replace(QUIZ_FALLBACK, relative_uri(page, OWN_MATHJAX))


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
    app.connect("build-finished", open_front_door)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
