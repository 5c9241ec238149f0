"""What in a page acts, reaches out or deceives: read from the page's tags, not from its text."""

import base64
import binascii
import re
import struct
from html.parser import HTMLParser

TAGS = {"script", "iframe", "object", "embed", "link", "form", "input", "base", "svg", "meta",
        "style", "math", "video", "audio"}  # fmt: skip
REACHING = ("src", "href", "action", "data", "poster", "srcset", "xlink:href", "formaction")


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text inside of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("script", "style"):
            self.tags[-1][1].setdefault("(text)", data)


def active(text: str, word: str = "") -> set[str]:
    """Return what acts in a page; with a word, only what names it in an attribute or a script."""
    found = set()
    for tag, attributes in Reader(text).tags:
        held = f"{tag} {attributes}"
        if word and word not in held:
            continue
        if tag in TAGS:
            found.add(tag)
        for name, value in attributes.items():
            if name.startswith("on") or name == "style":
                found.add(name)
            elif name in REACHING and not value.startswith(("data:image/png;base64,", "#")):
                found.add(f"{tag} {name}")
    if word and re.search(rf"position:fixed[^>]*>{word}", text):
        found.add("style")
    return found


def huge_images(text: str) -> int:
    """Return the most pixels that one PNG in a page unpacks into."""
    most = 0
    for encoded in re.findall(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)", text):
        try:
            head = base64.b64decode(encoded[:64])
            wide, high = struct.unpack(">II", head[16:24])
        except (binascii.Error, struct.error):
            continue
        most = max(most, wide * high)
    return most
