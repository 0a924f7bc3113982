"""Sheets of any length: a few rows are drawn with openpyxl, the rest is written in their likeness.

openpyxl keeps every cell in memory and takes a second for a few thousand rows. Here it draws a
sheet's head and, below it, one row for each look that its rows can have; ``lengthened`` replaces
these by as many rows as there are, one after the other, straight into the compressed sheet.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from nianbao.formats.xlsx.slots import MAX_TEXT, CellValue, escape, number
from nianbao.formats.zip import DEFLATED, Member

_LONGEST_LITERAL = 255  # characters of a text within a formula
_ROW = re.compile(rb'<row r="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', re.DOTALL)
_CELL = re.compile(rb'<c r="([A-Z]+)\d+"(?: s="(\d+)")?')
_DIMENSION = re.compile(rb'<dimension ref="[^"]*" ?/>')
_STEP = 1 << 18  # bytes compressed at a time


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a file, by its path from the workbook; or with ``#`` to a cell of it."""

    text: str
    target: str


Content = CellValue | Link


@dataclass(frozen=True, slots=True)
class Row:
    """The contents of a row from column A on. ``look``: which of the drawn rows it resembles, from
    0. ``height`` in points, None for the usual one."""

    cells: Sequence[Content]
    look: int = 0
    height: float | None = None


def lengthened(drawn: Member, first: int, rows: Iterable[Row]) -> Member:
    """The sheet with ``rows`` from row ``first`` on in place of the ones drawn there."""
    content = drawn.content()
    looks: list[tuple[tuple[bytes, bytes], ...]] = []
    start = end = content.index(b"</sheetData>")
    for match in _ROW.finditer(content):
        if int(match[1]) >= first:
            start = min(start, match.start())
            looks.append(tuple((c[1], c[2] or b"0") for c in _CELL.finditer(match[2] or b"")))
    head = _DIMENSION.sub(b"", content[:start])
    return _packed(drawn.name, _parts(head, first, looks, rows, content[end:]))


def _parts(
    head: bytes,
    first: int,
    looks: Sequence[tuple[tuple[bytes, bytes], ...]],
    rows: Iterable[Row],
    tail: bytes,
) -> Iterator[bytes]:
    yield head
    for n, row in enumerate(rows, first):
        tall = f' ht="{row.height:g}" customHeight="1"'.encode() if row.height else b""
        cells = b"".join(
            _cell(column + b"%d" % n, style, value)
            for (column, style), value in zip(looks[row.look], row.cells, strict=True)
        )
        yield b'<row r="%d"%b>%b</row>' % (n, tall, cells)
    yield tail


def _cell(place: bytes, style: bytes, value: Content) -> bytes:
    if value is None:
        return b'<c r="%b" s="%b"/>' % (place, style)
    if isinstance(value, int | Decimal):
        return b'<c r="%b" s="%b"><v>%b</v></c>' % (place, style, number(value))
    if isinstance(value, Link):
        if formula := _hyperlink(value):
            shown = escape(value.text)
            return b'<c r="%b" s="%b" t="str"><f>%b</f><v>%b</v></c>' % (
                *(place, style, escape(formula), shown),
            )
        value = value.text
    text = b'<is><t xml:space="preserve">%b</t></is>' % escape(value[: MAX_TEXT // 2])
    return b'<c r="%b" s="%b" t="inlineStr">%b</c>' % (place, style, text)


def _hyperlink(link: Link) -> str | None:
    """The formula; None where no program would find the way."""
    target, text = link.target.replace('"', '""'), link.text.replace('"', '""')
    odd = "#" in link.target[1:] or not link.target.isprintable()
    if odd or max(len(target), len(text)) > _LONGEST_LITERAL:
        return None
    return f'HYPERLINK("{target}","{text}")'


def _packed(name: str, parts: Iterable[bytes]) -> Member:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    out: list[bytes] = []
    crc = size = 0
    waiting: list[bytes] = []
    held = 0
    for part in parts:
        waiting.append(part)
        held += len(part)
        if held >= _STEP:
            data = b"".join(waiting)
            crc, size = zlib.crc32(data, crc), size + held
            out.append(packer.compress(data))
            waiting, held = [], 0
    data = b"".join(waiting)
    crc, size = zlib.crc32(data, crc), size + held
    out += (packer.compress(data), packer.flush())
    return Member(name, b"".join(out), DEFLATED, crc, size)
