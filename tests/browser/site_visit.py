"""Serve the built book on this machine, and write down what a browser meets on each page."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext
    from playwright.sync_api import Page as BrowserPage

WIDTHS = (1366, 390)  # a laptop and a phone
SETTLED = "() => !window.MathJax || !window.MathJax.startup || window.MathJax.startup.promise"
COUNT_MATHS = "() => document.querySelectorAll('article .math').length"
COUNT_RENDERED = "() => document.querySelectorAll('article .math mjx-container').length"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
COUNT_QUIZ = "() => document.querySelectorAll('article .Quiz').length"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that does not write to the terminal."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@dataclass
class Visit:
    """What a browser of one width met on one page."""

    name: str
    width: int
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    overflow: int = 0
    maths: tuple[int, int] = (0, 0)
    quiz_questions: int = 0
    violations: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve `folder` on a free port; give its address."""
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's chromium; playwright would look for one of its own."""
    with sync_playwright() as player:
        yield player.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )


def listen(page: BrowserPage, visit: Visit, home: str) -> None:
    """Record requests to other hosts, failed requests and errors in the console."""
    own = (home, "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else visit.foreign.append(r.url))
    page.on("response", lambda r: visit.errors.append(f"{r.status}: {r.url}") if not r.ok else None)
    page.on("requestfailed", lambda r: visit.errors.append(f"failed: {r.url}"))
    page.on("pageerror", lambda problem: visit.errors.append(str(problem)))
    page.on("console", lambda m: visit.errors.append(m.text) if m.type == "error" else None)


def look(context: BrowserContext, home: str, name: str, width: int) -> Visit:
    """Open one page and take its measure."""
    visit = Visit(name, width)
    page = context.new_page()
    listen(page, visit, home)
    page.goto(f"{home}{name}.html")
    page.evaluate(SETTLED)
    if page.evaluate(COUNT_QUIZ):
        page.wait_for_timeout(700)  # a quiz looks for MathJax half a second after it was drawn
    visit.overflow = page.evaluate(OVERFLOW)
    visit.maths = (page.evaluate(COUNT_MATHS), page.evaluate(COUNT_RENDERED))
    visit.quiz_questions = page.evaluate(COUNT_QUIZ)
    if width == max(WIDTHS):
        visit.violations = accessibility(page)
    page.close()
    return visit


def accessibility(page: BrowserPage) -> list[dict[str, Any]]:
    """Return axe-core's serious and critical findings on the page as it stands."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [finding for finding in found if finding["impact"] in {"serious", "critical"}]
