"""The cells of a worksheet as Excel, WPS, LibreOffice and we write them, without parsing its XML.

Several times faster than a parser, and strict: every byte of the rows must be one that is known,
else nothing is given and the parser has its turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MAIN = rb"http://(?:schemas\.openxmlformats\.org/spreadsheetml/2006|purl\.oclc\.org/ooxml/spreadsheetml)/main"
_HEAD = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?'
    rb'(?: standalone="(?:yes|no)")?\?>\s*)?<worksheet xmlns="' + _MAIN + rb'"[ >]'
)
_ROWS, _ROWS_END = b"<sheetData>", b"</sheetData>"

# No tag, nothing that XML forbids, no return, which a parser would change. All repeats give
# nothing back once they have matched, so that no file makes this slow.
_PLAIN = r"[^<&\x00-\x08\x0b-\x1f\ufffe\uffff]*+"
_ENTITIES = r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});"
_TEXT = rf"{_PLAIN}(?:{_ENTITIES}{_PLAIN})*+"
_VALUE = r'="[^"<>&\x00-\x1f\ufffe\uffff]*+"'
_NAME = r" (?:x14ac:dyDescent|(?!xmlns|r=)[A-Za-z][A-Za-z0-9]*+)"
_ATTRIBUTES = rf"(?:{_NAME}{_VALUE})*+"
_PLACE = r"[A-Z]{1,3}[1-9][0-9]{0,6}"
_SPACE = r'(?: xml:space="preserve")?'
_ROW = rf'<row(?: r="[1-9][0-9]{{0,4}}"|{_NAME}{_VALUE})*+'
_WHITE = r"[ \n\t]*+"
_TO_NEXT = rf"{_WHITE}(?:{_ROW}/>{_WHITE})*+"  # to the next row with cells
_EMPTY = rf'<c r="{_PLACE}"(?: s="[0-9]{{1,6}}")?(?: t="[A-Za-z]++")?(?:/>|></c>)'
_FIRST = re.compile(rf"{_TO_NEXT}(?:{_ROW}>|(\Z))")
_CELL = re.compile(
    rf"(?:{_EMPTY}|[ \n\t]|</row>{_TO_NEXT}{_ROW}>)*+(?:"
    rf'<c r="({_PLACE})"(?: s="([0-9]{{1,6}})")?(?: t="([A-Za-z]++)")?>'
    rf"(?:(?:<f{_ATTRIBUTES}(/>|>{_TEXT}</f>))?+(?:<v{_SPACE}(/>|>{_TEXT}</v>))?+"
    rf"|<is><t{_SPACE}(/>|>{_TEXT}</t>)</is>)</c>"
    rf"|</row>{_TO_NEXT}(\Z))"
)
_NO_RESULT = (None, "/>", "></v>")
_ENTITY = re.compile(r"&(?:#(\d+)|#x([0-9A-Fa-f]+)|([a-z]+));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


Found = tuple[str, str | None, str, str | None, str | None, str | None]
"""A cell that is not empty: place, style, type, formula, result and inline text as they are
written, None for what it does not have. The formula is '' where there is a result."""


class _Unknown(Exception):
    """Something is written otherwise than it is known here."""


def quick_cells(data: bytes) -> list[Found] | None:
    """The cells of a worksheet that are not empty; None where a parser must read it.

    What stands behind the rows is not looked at: the parser does not do so either.
    """
    start = data.find(_ROWS)
    end = data.find(_ROWS_END, start)
    if start < 0 or end < 0 or b"<!" in data or data.find(b"<sheetData", start + 1) >= 0:
        return None
    head = data[:start]
    if b"<sheetData" in head:
        return None
    # The rows might stand in something else of the same name, or in a processing instruction.
    if not _HEAD.match(head) or head.count(b'xmlns="') != 1 or head.find(b"<?", 5) >= 0:
        return None
    try:
        rows = data[start + len(_ROWS) : end].decode()
        if "]]>" in rows or (" x14ac:" in rows and b' xmlns:x14ac="' not in head):
            return None
        return list(_found(rows))
    except (_Unknown, UnicodeDecodeError):
        return None


def _found(rows: str) -> Iterator[Found]:
    first = _FIRST.match(rows)
    if first is None:
        raise _Unknown
    if first[1] is not None:
        return
    at = first.end()
    while match := _CELL.match(rows, at):
        at = match.end()
        place, style, kind, formula, value, inline, end = match.groups()
        if end is not None:
            return
        if formula:
            formula = _text(formula) if value in _NO_RESULT else ""
        yield (
            place,
            style,
            kind or "n",
            formula,
            value and _text(value),
            inline and _text(inline),
        )
    raise _Unknown


def _text(raw: str) -> str:
    """``>text</v>`` → text, its entities resolved; ``/>`` → an empty one."""
    text = raw[1:-4]
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if not (code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE):
        raise _Unknown
    return chr(code)
