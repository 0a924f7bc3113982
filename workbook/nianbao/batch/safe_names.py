"""File names from the names of agencies, fit for Windows and Linux, each one only once."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

MAX_CHARACTERS = 240
MAX_BYTES = 255  # of UTF-8, what Linux file systems hold

# Characters that Windows forbids, that show nothing, or that turn the direction of what follows.
_FORBIDDEN = re.compile(
    r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff'
    r"\ufdd0-\ufdef\ufffe\uffff]"
)
_WHITE = re.compile(r"\s+")
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)
_EDGES = " ."  # Windows drops them at the end; at the beginning a dot hides the file
_NAMELESS = "未命名"


def safe_name(name: str, suffix: str) -> str:
    """A file name that says ``name``. ``suffix`` (``2025年年报.xlsx``) is ours and stays whole."""
    return _with(_stem(name), suffix)


def safe_names(names: Iterable[tuple[str, str | None]], suffix: str) -> list[str]:
    """A file name for each (name, code), all different even where case does not count.

    Those that would have the same name get their codes in brackets, whatever their order, so that
    a file never comes to be another agency's; where that is not enough, numbers.
    """
    stems = [(_stem(name), code) for name, code in names]
    alike = Counter(folded(_with(stem, suffix)) for stem, _ in stems)
    taken: set[str] = set()
    out = []
    for stem, code in stems:
        n, found = 1, _with(stem, suffix)
        if code and alike[folded(found)] > 1:
            found = _with(stem, f"（{_stem(code)[:60]}）{suffix}")
        while folded(found) in taken:
            n += 1
            found = _with(stem, f"（{n}）{suffix}")
        taken.add(folded(found))
        out.append(found)
    return out


def folded(name: str) -> str:
    """Two file names that are one on some file system are equal when folded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold().upper())


def _stem(name: str) -> str:
    text = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", _WHITE.sub(" ", name)))
    text = unicodedata.normalize("NFC", text).strip(_EDGES) or _NAMELESS
    # CON.txt is the console too: what counts is what stands before the first dot.
    if _RESERVED.fullmatch(text.partition(".")[0].rstrip()) or text.startswith("~$"):
        text = "_" + text
    return text


def _with(stem: str, suffix: str) -> str:
    """Stem and suffix within the limits, no character cut in two."""
    room = MAX_BYTES - len(suffix.encode())
    stem = stem[: MAX_CHARACTERS - len(suffix)].encode()[:room].decode(errors="ignore")
    return unicodedata.normalize("NFC", stem.rstrip(_EDGES) + suffix)
