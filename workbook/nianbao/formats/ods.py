"""ods, read straight from content.xml: repeats and spans unrolled, but never beyond the limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from nianbao.formats.a1 import split_calc
from nianbao.formats.book import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    TOO_MANY_CELLS,
    Formula,
    Raw,
    Sheet,
    SheetArea,
    area,
    number,
)
from nianbao.formats.zip import DAMAGED, ENCRYPTED, Package, Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

_ODF = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT = f"{_ODF}office:1.0}}", f"{_ODF}table:1.0}}", f"{_ODF}text:1.0}}"
_STYLE, _META = f"{_ODF}style:1.0}}", f"{_ODF}meta:1.0}}"
_ROW, _CELL, _COVERED = f"{_TABLE}table-row", f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
_ROW_GROUPS = {f"{_TABLE}{n}" for n in ("table-row-group", "table-header-rows", "table-rows")}
_P = f"{_TEXT}p"
_MAX_SPACES = 100


class OdsBook:
    """An ods file; see `nianbao.formats.book.Book`."""

    kind = "ods"

    def __init__(self, package: Package) -> None:
        """Raises Unreadable if the file is encrypted, damaged or too large."""
        self._package = package
        manifest = "META-INF/manifest.xml"
        if manifest in self._package and b"encryption-data" in self._package.read(manifest):
            raise Unreadable(ENCRYPTED)
        self._root = self._package.xml("content.xml")
        body = self._root.find(f"{_OFFICE}body/{_OFFICE}spreadsheet")
        if body is None:
            raise Unreadable(DAMAGED)
        self._body = body
        self._tables = body.findall(f"{_TABLE}table")
        self._read: dict[int, tuple[dict[tuple[int, int], Raw], tuple[SheetArea, ...]]] = {}

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        hidden = {
            style.get(f"{_STYLE}name")
            for style in self._root.iterfind(f"{_OFFICE}automatic-styles/{_STYLE}style")
            for properties in style.iterfind(f"{_STYLE}table-properties")
            if properties.get(f"{_TABLE}display") == "false"
        }
        return tuple(
            Sheet(t.get(f"{_TABLE}name", ""), t.get(f"{_TABLE}style-name", "") in hidden)
            for t in self._tables
        )

    @cached_property
    def names(self) -> Mapping[str, SheetArea | None]:
        """Names of the whole workbook; those of one sheet only where there is none of these."""
        index = {sheet.name: i for i, sheet in enumerate(self.sheets)}
        names: dict[str, SheetArea | None] = {}
        for holder in (*self._tables, self._body):
            for defined in holder.iterfind(f"{_TABLE}named-expressions/*"):
                key = defined.get(f"{_TABLE}name", "").lower()
                found = _area(defined.get(f"{_TABLE}cell-range-address", ""), index)
                if found is not None or names.get(key) is None:
                    names[key] = found
        return names

    @property
    def keywords(self) -> str:
        if "meta.xml" not in self._package:
            return ""
        found = self._package.xml("meta.xml").iter(f"{_META}keyword")
        return "; ".join(k.text or "" for k in found)

    def cells(self, sheet: int) -> Mapping[tuple[int, int], Raw]:
        return self._sheet(sheet)[0]

    def merges(self, sheet: int) -> tuple[SheetArea, ...]:
        return self._sheet(sheet)[1]

    def _sheet(self, sheet: int) -> tuple[dict[tuple[int, int], Raw], tuple[SheetArea, ...]]:
        if sheet not in self._read:
            self._read[sheet] = _read(self._tables[sheet], sheet)
        return self._read[sheet]


def _read(table: _Element, sheet: int) -> tuple[dict[tuple[int, int], Raw], tuple[SheetArea, ...]]:
    cells: dict[tuple[int, int], Raw] = {}
    merges: list[SheetArea] = []
    y = 0
    for row in _rows(table):
        again = _count(row, "number-rows-repeated")
        x = 0
        for cell in row.iterchildren(_CELL, _COVERED):
            wide = _count(cell, "number-columns-repeated")
            if cell.tag == _CELL:
                _span(cell, sheet, y, x, merges)
            raw = _value(cell) if len(cell) or cell.attrib else None
            if raw is not None and raw != "":
                rows, columns = min(again, MAX_ROWS - y), min(wide, MAX_COLUMNS - x)
                if len(cells) + rows * columns > MAX_CELLS:
                    raise Unreadable(TOO_MANY_CELLS)
                cells.update(((y + i, x + j), raw) for i in range(rows) for j in range(columns))
            x += wide
        y += again
        if y >= MAX_ROWS:
            break
    return cells, tuple(merges)


def _rows(parent: _Element) -> Iterator[_Element]:
    for child in parent:
        if child.tag == _ROW:
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child)


def _count(element: _Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    if not text.isdecimal() or len(text) > 9:
        raise Unreadable(DAMAGED)
    return max(int(text), 1)


def _span(cell: _Element, sheet: int, y: int, x: int, merges: list[SheetArea]) -> None:
    high, wide = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
    if high > 1 or wide > 1:
        bottom, right = min(y + high, MAX_ROWS) - 1, min(x + wide, MAX_COLUMNS) - 1
        merges.append(SheetArea(sheet, y, x, bottom, right))


def _value(cell: _Element) -> Raw | None:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in ("float", "currency", "percentage"):
        return number(cell.get(f"{_OFFICE}value", ""))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "")[:10]
    # The shown text is what a string, an error (#DIV/0!) and a formula's "" have in common.
    text = "\n".join(_text(p) for p in cell.iterchildren(_P))
    formula = cell.get(f"{_TABLE}formula")
    if formula is not None and kind is None and not text:
        return Formula("=" + formula.partition("=")[2])
    return text or cell.get(f"{_OFFICE}string-value")


def _text(p: _Element) -> str:
    """The text of a paragraph with its counted spaces, tabs and line breaks."""
    out = [p.text or ""]
    for child in p:
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            out.append(" " * min(int(count) if count.isdecimal() else 1, _MAX_SPACES))
        elif child.tag == f"{_TEXT}tab":
            out.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            out.append("\n")
        elif str(child.tag).startswith(_TEXT) and child.tag != f"{_TEXT}note":
            out.append(_text(child))
        out.append(child.tail or "")
    return "".join(out)


def _area(text: str, sheets: Mapping[str, int]) -> SheetArea | None:
    name, cells = split_calc(text)
    return area(sheets[name], cells) if name in sheets else None
