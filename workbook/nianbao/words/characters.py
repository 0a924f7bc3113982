"""Words as a report keeps them: what XML, HTML and a spreadsheet can all hold, and no more."""

from __future__ import annotations

import re

_BREAKS = dict.fromkeys(map(ord, "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), " ")
NO_XML = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
"""What no XML file can hold, as a class of a regular expression."""

_FORBIDDEN = re.compile(f"[{NO_XML}\x7f-\x9f\ufdd0-\ufdef]")


def printable(text: str) -> str:
    """A text as one line; control characters and whatever else XML forbids are dropped."""
    return _FORBIDDEN.sub("", text.translate(_BREAKS))


def dropped(text: str | None) -> int:
    """How many characters of a text are dropped, because no file could hold them."""
    return len(_FORBIDDEN.findall(text.translate(_BREAKS))) if text else 0


def tidy(text: str) -> str:
    """Paragraphs of a text, each printable and without white space around, empty ones dropped."""
    lines = (printable(line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def one_line(text: str | None) -> str | None:
    """A name or label as a report keeps it: printable, no white space around, None if empty."""
    return printable(text).strip() or None if text else None
