"""xlsx and xlsm, read straight from their XML: transitional and strict, nothing executed.

openpyxl would take some forty times as long, and calamine shows an error cell as a blank one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from nianbao.formats import a1, opc
from nianbao.formats.book import (
    BAD_ADDRESS,
    MAX_CELLS,
    MAX_ROWS,
    TOO_MANY_CELLS,
    Formula,
    Raw,
    Sheet,
    SheetArea,
    area,
    number,
)
from nianbao.formats.opc import namespace
from nianbao.formats.xlsx.contents import contents_of, string_of, unescape
from nianbao.formats.xlsx.quick import Found, quick_cells
from nianbao.formats.zip import DAMAGED, Package, Unreadable, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element


# Whole numbers in this range may be dates that Excel made of "1-2"; only then styles are looked at.
_DATES = range(20_000, 80_000)
_BUILTIN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_END = b"</sheetData>"
_MERGES = re.compile(rb"<mergeCells[ >].*?</mergeCells>", re.DOTALL)


class XlsxBook:
    """An xlsx file; see `nianbao.formats.book.Book`."""

    kind = "xlsx"

    def __init__(self, package: Package) -> None:
        self._package = package
        self._contents = contents_of(self._package)
        self._roots: dict[int, _Element] = {}
        self._read_once: dict[int, bytes] = {}
        self._cells: dict[int, dict[tuple[int, int], Raw]] = {}
        self._known: dict[str, str] = {}  # shared strings that were asked for, by their index

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return self._contents.sheets

    @property
    def names(self) -> Mapping[str, SheetArea | None]:
        return self._contents.names

    @property
    def keywords(self) -> str:
        return opc.keywords(self._package)

    def cells(self, sheet: int) -> Mapping[tuple[int, int], Raw]:
        if not self._contents.parts[sheet]:
            return {}
        if sheet not in self._cells:
            found = quick_cells(self._data(sheet))
            read = self._read(self._root(sheet)) if found is None else self._placed(found)
            self._cells[sheet] = dict(read)
        return self._cells[sheet]

    def merges(self, sheet: int) -> tuple[SheetArea, ...]:
        if not self._contents.parts[sheet]:
            return ()
        root = self._root(sheet)
        found = []
        for merged in root.iterfind(f"{namespace(root)}mergeCells/*"):
            where = area(sheet, merged.get("ref", ""))
            if where is not None:
                found.append(where)
        return tuple(found)

    def _root(self, sheet: int) -> _Element:
        if sheet not in self._roots:
            self._roots[sheet] = _rows_and_merges(self._data(sheet))
        return self._roots[sheet]

    def _data(self, sheet: int) -> bytes:
        if sheet not in self._read_once:
            self._read_once[sheet] = self._package.read(self._contents.parts[sheet])
        return self._read_once[sheet]

    def _placed(self, found: Iterable[Found]) -> Iterator[tuple[tuple[int, int], Raw]]:
        """What was found, as ``_read`` gives it."""
        for count, (place, style, kind, formula, value, inline) in enumerate(found):
            position = _position(place)
            if position[0] >= MAX_ROWS:
                return
            if count >= MAX_CELLS:
                raise Unreadable(TOO_MANY_CELLS)
            rich = None if inline is None else unescape(inline)
            raw = self._raw(style, kind, formula, value, rich)
            if raw is not None and raw != "":
                yield position, raw

    def _read(self, root: _Element) -> Iterator[tuple[tuple[int, int], Raw]]:
        """Cells that are not empty. Positions may be left out; then they follow the last one."""
        ns = namespace(root)
        cell_tag, tags = ns + "c", (ns + "v", ns + "f", ns + "is")
        y, count = -1, 0
        for row in root.iterfind(f"{ns}sheetData/{ns}row"):
            at = row.get("r")
            y = y + 1 if at is None else _row(at)
            if y >= MAX_ROWS:
                return
            x, last = -1, None
            for cell in row.iterchildren(cell_tag):
                empty, ref = len(cell) == 0, cell.get("r")
                if empty and ref is not None:
                    last = ref  # most cells are only styled; where they stand matters seldom
                    continue
                if ref is None:
                    x = (x if last is None else _position(last)[1]) + 1
                else:
                    y, x = _position(ref)
                    if y >= MAX_ROWS:
                        return
                last = None
                if empty:
                    continue
                raw = self._value(cell, *tags)
                if raw is None or raw == "":
                    continue
                count += 1
                if count > MAX_CELLS:
                    raise Unreadable(TOO_MANY_CELLS)
                yield (y, x), raw

    def _value(self, cell: _Element, v: str, f: str, inline: str) -> Raw | None:
        value = formula = rich = None
        for child in cell:
            tag = child.tag
            if tag == v:
                value = child.text or ""
            elif tag == f:
                formula = child.text or ""
            elif tag == inline:
                rich = string_of(child)
        return self._raw(cell.get("s"), cell.get("t", "n"), formula, value, rich)

    def _raw(
        self, style: str | None, kind: str, formula: str | None, value: str | None, rich: str | None
    ) -> Raw | None:
        """What a cell holds, from what is written in it."""
        if kind == "s" and formula is None and value is not None:
            return self._shared(value)
        if kind == "inlineStr":
            return rich
        if value is None or (value == "" and kind == "n"):
            return None if formula is None else Formula("=" + formula)
        if kind == "n":
            return self._number(value.strip(), style)
        return self._shared(value) if kind == "s" else _other(kind, value)

    def _number(self, text: str, style: str | None) -> Raw:
        value = number(text)
        if isinstance(value, str) or int(value) not in _DATES:
            return value
        if style is None or style not in self._date_styles:
            return value
        moment = self._contents.epoch + timedelta(days=value)
        return moment.date().isoformat()

    def _shared(self, index: str) -> str:
        found = self._known.get(index)
        if found is None:
            try:
                found = self._known[index] = string_of(self._strings[int(index)])
            except (ValueError, IndexError) as error:
                raise Unreadable(DAMAGED) from error
        return found

    @cached_property
    def _strings(self) -> Sequence[_Element]:
        part = self._contents.others.get("sharedStrings")
        if part is None or part not in self._package:
            return []
        return list(self._package.xml(part))

    @cached_property
    def _date_styles(self) -> set[str]:
        """Style indices, as they stand in ``s``, whose number format shows a date."""
        part = self._contents.others.get("styles")
        if part is None or part not in self._package:
            return set()
        root = self._package.xml(part)
        ns = namespace(root)
        codes = {
            f.get("numFmtId"): f.get("formatCode", "") for f in root.iterfind(f"{ns}numFmts/*")
        }
        return {
            str(i)
            for i, style in enumerate(root.iterfind(f"{ns}cellXfs/*"))
            if _shows_date(style.get("numFmtId", "0"), codes)
        }


def _rows_and_merges(data: bytes) -> _Element:
    """The root of a worksheet. What follows its rows but merges, its rules and formats, is more
    than half of it and left out, if it can be told where that is without parsing it."""
    end = data.find(_END)
    if end >= 0 and b"<!" not in data[end:]:
        merges = _MERGES.search(data, end)
        kept = (data[:end], _END, merges[0] if merges else b"", b"</worksheet>")
        with suppress(Unreadable):
            return parse_xml(b"".join(kept))
    return parse_xml(data)


def _other(kind: str, text: str) -> Raw:
    if kind == "b":
        return text.strip() in ("1", "true")
    return unescape(text) if kind == "str" else text  # e: #DIV/0!, d: 2025-01-02


def _shows_date(id: str, codes: Mapping[str | None, str]) -> bool:
    if id in codes:
        return bool(re.search(r"[ymdhs]", _LITERAL.sub("", codes[id]).lower()))
    return id.isdecimal() and int(id) in _BUILTIN_DATES


@lru_cache(maxsize=4096)
def _position(ref: str) -> tuple[int, int]:
    place = a1.parse(ref)
    if place is None or str(place) != ref:  # Excel takes no other way to write it
        raise Unreadable(BAD_ADDRESS)
    return place.top - 1, place.left - 1


@lru_cache(maxsize=1024)
def _row(text: str) -> int:
    if not text.isdecimal() or len(text) > 7 or int(text) < 1:
        raise Unreadable(BAD_ADDRESS)
    return int(text) - 1
