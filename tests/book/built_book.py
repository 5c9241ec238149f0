"""Build the book once per test run, and read what was built."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
OUT = ROOT / "_build" / "book"
GIVEN = "CVM_BOOK_HTML"
COMMAND = ("build", ".", "--toc", "book/_toc.yml", "--all", "-n", "-W", "--keep-going")
VOID = frozenset({"img", "br", "hr", "meta", "link", "input", "source", "wbr", "col", "area"})


@dataclass
class Build:
    """A finished build: where its pages are, how it ended, and what it said."""

    html: Path
    code: int | None  # None where a folder built earlier was given
    log: str


def stamp(base: Path, run: str) -> Path:
    """Name the file that records this run's build, in a folder that all its processes share."""
    shared = base.parent if base.name.startswith("popen-") else base
    return shared / f"book-{run}.log"


def build(record: Path) -> Build:
    """Build the book, or wait until another test process of this run has done so."""
    if os.environ.get(GIVEN):
        return Build(Path(os.environ[GIVEN]), None, "")
    html = OUT / "_build" / "html"
    with (record.parent / "book.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            shutil.rmtree(
                html, ignore_errors=True
            )  # a page of an earlier table of contents is not ours
            tool = Path(sys.executable).with_name("jupyter-book")
            command = [tool, *COMMAND, "--path-output", OUT]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            record.write_text(f"{done.returncode}\n{done.stdout}\n{done.stderr}")
    code, log = record.read_text().split("\n", 1)
    return Build(html, int(code), log)


def toc_files(part: object | None = None) -> Iterator[str]:
    """Yield each page that the table of contents names, without its suffix."""
    if part is None:
        part = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    if isinstance(part, list):
        for item in part:
            yield from toc_files(item)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in {"root", "file"}:
                yield value.removesuffix(".md").removesuffix(".ipynb")
            elif key in {"parts", "chapters", "sections", "subtrees"}:
                yield from toc_files(value)


@dataclass
class Image:
    """A picture on a page, and whether it belongs to the page's own text."""

    source: str
    alt: str | None
    in_article: bool


@dataclass
class Page(HTMLParser):
    """What the tests ask of one HTML page."""

    path: Path
    language: str = ""
    title: str = ""
    headings: int = 0
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Parse the page."""
        super().__init__()
        self._open: list[str] = []
        self.feed(self.path.read_text(encoding="utf-8"))

    @property
    def text(self) -> str:
        """All text of the page, scripts too, without tags and with single spaces."""
        return " ".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of what a tag says."""
        found = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        self.ids |= {found[name] for name in ("id", "name") if found.get(name)}
        if tag == "html":
            self.language = found.get("lang", "")
        if tag == "h1" and "article" in self._open:
            self.headings += 1
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in {"script", "img", "iframe", "source"} and "src" in found:
            self.assets.append(found["src"])
        if tag == "link" and found.get("rel") in {"stylesheet", "preload", "icon", "shortcut icon"}:
            self.assets.append(found.get("href", ""))
        if tag == "img":
            self.images.append(
                Image(found.get("src", ""), found.get("alt"), "article" in self._open)
            )

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost open tag of that name."""
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.words.append(data)
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.title += data


def pages(html: Path) -> list[Page]:
    """Read every page of the book, without the theme's own templates."""
    return [
        Page(path)
        for path in sorted(html.rglob("*.html"))
        if "_static" not in path.relative_to(html).parts
    ]
