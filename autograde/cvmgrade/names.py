"""A learner's name as it is kept: one spelling, safe as a folder on every system and in a page."""

import re
import unicodedata
from hashlib import sha256

LONGEST, MOST_BYTES = 80, 200  # a file system takes 255 bytes
MARKS_IN_A_ROW = 4
RESERVED = re.compile(r"(con|prn|aux|nul|conin|conout|(?:com|lpt)\d)(?=\.|$)")  # on Windows
LOOK_ALIKE = {"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE"}  # alphabets that share shapes


def learner_name(raw: str) -> str:
    """Return a learner's name as it is kept; "" where there is no name in it.

    Unicode is composed and folded, invisible characters go, and whatever is not a letter with
    its marks, digit, dot, dash or underscore becomes a dash. A very long name ends in a digest,
    so that two of them stay two.
    """
    text = "".join(char for char in raw if unicodedata.category(char) not in ("Cf", "Cs"))
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKC", text)  # folding decomposes some letters
    name = re.sub(" +", "-", _letters(text)).strip("-.")
    return RESERVED.sub(r"\1_", _short(name), count=1) if RESERVED.match(name) else _short(name)


def mixed_alphabets(raw: str) -> bool:
    """Tell whether a word mixes alphabets with look-alike letters: "аnn" need not be "ann"."""
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", raw))
    return any(
        len({unicodedata.name(char, "?").split()[0] for char in word} & LOOK_ALIKE) > 1
        for word in words
    )


def _letters(text: str) -> str:
    """Replace by a space what no name needs; a mark stays on its letter, within reason."""
    kept, marks = "", 0
    for char in text:
        is_mark = unicodedata.category(char) in ("Mn", "Mc")
        marks = marks + 1 if is_mark else 0
        if is_mark:
            kept += char if kept and kept[-1] not in " _.-" and marks <= MARKS_IN_A_ROW else ""
        else:
            kept += char if char.isalnum() or char in "_.-" else " "
    return kept


def _short(name: str) -> str:
    if len(name) <= LONGEST and len(name.encode()) <= MOST_BYTES:
        return name
    ending = f"-{sha256(name.encode()).hexdigest()[:8]}"
    cut = name.encode()[: MOST_BYTES - len(ending)].decode(errors="ignore")
    return cut[: LONGEST - len(ending)].rstrip("-.") + ending
