"""Values put into the XML of a worksheet, cell by cell; every other byte stays.

A sheet is compiled once: cut into what stays and into slots, one for each cell that takes a value.
Cells and rows that are missing are put in at their place. A formula in a slot stays, its cached
result is written; a formula outside the slots loses its cached result, which may be stale, and is
calculated when the file is opened.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NoReturn
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from nianbao.errors import UnusableInput
from nianbao.formats import a1
from nianbao.formats.a1 import Position, reference
from nianbao.formats.xlsx.slots import CutSheet, Height, Slot, escape

# Elements are found with the bytes at which they begin and end, so that a part can be edited and
# not rewritten: what is not cut out or put in stays as it was.
_TAG = re.compile(rb"""<([^\s/>]+)(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([\w.\-]+)["']""")
_ATTRIBUTE = rb"""\s%s\s*=\s*("[^"]*"|'[^']*')"""
_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(slots=True)
class Element:
    """``data[start:end]`` is the element, ``data[inner:close]`` its content; ``text`` its own text.

    ``name`` is the local name, ``space`` its namespace; attributes in a namespace are
    ``"<namespace> <name>"``.
    """

    name: str
    space: str
    attrs: Mapping[str, str]
    parent: Element | None
    start: int
    inner: int = 0
    close: int = 0
    end: int = 0
    text: str = ""

    @property
    def is_empty_tag(self) -> bool:
        return self.close == self.end


def utf8(data: bytes) -> bytes:
    """The same part in UTF-8: Office writes nothing else, but XML allows it."""
    encoding = next((e for bom, e in _BOMS.items() if data.startswith(bom)), None)
    if encoding is None:
        match = _ENCODING.match(data.removeprefix(codecs.BOM_UTF8))
        encoding = match[1].decode("ascii") if match else "utf-8"
        if encoding.lower() in ("utf-8", "utf8", "us-ascii", "ascii"):
            return data
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        raise UnusableInput(f"目标工作簿用了无法识别的编码“{encoding}”，没有改动它。") from error
    return re.sub(r"^\ufeff?<\?xml[^>]*\?>", "", text).encode()


def scan(data: bytes) -> list[Element]:
    """All elements in document order. Raises UnusableInput for bad XML, or XML with a DTD."""
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[Element] = []
    stack: list[Element] = []

    def start(name: str, attrs: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        at = parser.CurrentByteIndex
        tag = _TAG.match(data, at)
        if tag is None:
            damaged()
        element = Element(local, space, attrs, stack[-1] if stack else None, at, tag.end())
        found.append(element)
        stack.append(element)

    def end(_name: str) -> None:
        element = stack.pop()
        if data[element.inner - 2 : element.inner] == b"/>":
            element.close = element.end = element.inner
        else:
            element.close = parser.CurrentByteIndex
            element.end = data.index(b">", element.close) + 1

    def text(content: str) -> None:
        stack[-1].text += content

    def refuse(*_args: Any) -> NoReturn:
        raise UnusableInput("目标工作簿含有不安全的内容（DTD），没有改动它。")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        damaged()
    return found


def damaged() -> NoReturn:
    """Raises UnusableInput for XML that is not as it has to be."""
    raise UnusableInput("目标工作簿已损坏或不完整，没有改动它；请换一个完好的文件。")


def whole(text: str) -> int | None:
    """A row, an index as a workbook writes it, never more than ten digits; None for all else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def edit(data: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    """``data`` with each ``data[start:end]`` replaced. Edits do not overlap."""
    out: list[bytes] = []
    at = 0
    for start, end, new in sorted(edits, key=lambda e: e[:2]):
        out += (data[at:start], new)
        at = end
    return b"".join((*out, data[at:]))


def with_attribute(data: bytes, element: Element, name: str, value: str) -> tuple[int, int, bytes]:
    """The edit that gives a start tag an attribute, new or changed."""
    tag = data[element.start : element.inner]
    found = re.search(_ATTRIBUTE % re.escape(name.encode()), tag)
    if found:
        at = element.start + found.start(1)
        return at, element.start + found.end(1), b'"%s"' % value.encode()
    at = element.start + 1 + len(qualified(data, element))
    return at, at, b' %s="%s"' % (name.encode(), value.encode())


def has_formulas(data: bytes) -> bool:
    """Whether a worksheet may hold any formula; quick, and never wrong when it says no."""
    return b"<f" in data or b":f" in data


def qualified(data: bytes, element: Element) -> bytes:
    """The tag name as written, with its prefix."""
    match = _TAG.match(data, element.start)
    if match is None:
        damaged()
    return match[1]


MAIN = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)

_HT = re.compile(rb"""\sht\s*=\s*("[^"]*"|'[^']*')""")
_DROPPED = ("t", "cm", "vm")  # type and metadata belong to the old value


_Part = bytes | Slot | Height
_Edit = tuple[int, int, tuple[_Part, ...]]


def compile_sheet(
    data: bytes,
    wanted: Mapping[Position, str],
    *,
    heights: Mapping[int, str] = MappingProxyType({}),
    replaced: frozenset[str] = frozenset(),
) -> CutSheet:
    """Cut a worksheet at the cells that take values. ``replaced``: keys whose formula will go.

    A key that begins with ``=`` marks a formula that shows the value of that key. ``heights``: keys
    of the heights of rows, where no person has set one.
    Raises UnusableInput where the XML is damaged.
    """
    grid = SheetXml(data)
    if wanted and grid.sheet_data is None:
        damaged()
    data = grid.data
    edits = [*grid.slots(wanted, replaced), *grid.missing(wanted), *grid.heights(heights)]
    edits.sort(key=lambda e: e[:2])
    parts: list[_Part] = []
    at = 0
    for start, end, new in edits:
        parts += (data[at:start], *new)
        at = end
    parts.append(data[at:])
    return _joined(parts)


def _joined(parts: list[_Part]) -> CutSheet:
    pieces: list[bytes] = [b""]
    slots: list[Slot | Height] = []
    for part in parts:
        if isinstance(part, bytes):
            pieces[-1] += part
        else:
            slots.append(part)
            pieces.append(b"")
    return CutSheet(tuple(pieces), tuple(slots))


class SheetXml:
    """The rows and cells of a worksheet and where they stand in its bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data = utf8(data)
        self.rows: dict[int, Element] = {}
        self.cells: dict[Position, Element] = {}
        self.children: dict[int, list[Element]] = {}  # start of a cell → its children
        self.strings: dict[int, str] = {}  # start of a cell → its inline string
        self.sheet_data: Element | None = None
        self.prefix = b""
        number = col = 0
        for e in scan(data):
            if e.space not in MAIN or e.parent is None:
                continue
            if e.name == "sheetData":
                self.sheet_data = e
                self.prefix = qualified(data, e).removesuffix(b"sheetData")
            elif e.name == "row" and e.parent is self.sheet_data:
                row = whole(e.attrs["r"]) if "r" in e.attrs else number + 1
                number, col = row or damaged(), 0
                self.rows[number] = e
            elif e.name == "c" and e.parent.name == "row":
                place = a1.parse(e.attrs.get("r", ""))
                col = place.left if place else col + 1
                self.cells[number, col] = e
                self.children[e.start] = []
            elif e.parent.name == "c" and e.parent.start in self.children:
                self.children[e.parent.start].append(e)
            elif e.name == "t":
                owner = e.parent.parent if e.parent.name == "r" else e.parent
                if owner and owner.name == "is" and owner.parent:
                    at = owner.parent.start
                    self.strings[at] = self.strings.get(at, "") + e.text

    def text(self, position: Position, shared: Sequence[str]) -> str:
        """What a cell holds, as text; ``shared`` are the strings of the workbook."""
        cell = self.cells.get(position)
        if cell is None:
            return ""
        if cell.start in self.strings:
            return self.strings[cell.start]
        value = next((e.text for e in self.children[cell.start] if e.name == "v"), "")
        index = whole(value) if cell.attrs.get("t") == "s" else None
        return shared[index] if index is not None and index < len(shared) else value

    def formula(self, cell: Element) -> Element | None:
        return next((e for e in self.children[cell.start] if e.name == "f"), None)

    def formulas(self) -> Iterator[tuple[Position, Element]]:
        for position, cell in self.cells.items():
            formula = self.formula(cell)
            if formula:
                yield position, formula

    def slots(self, wanted: Mapping[Position, str], replaced: frozenset[str]) -> Iterator[_Edit]:
        """Edits of cells that are there: slots, and formulas that lose their cached result."""
        orphans = self._orphans(wanted, replaced)
        for position, cell in self.cells.items():
            formula = self.formula(cell)
            text = self.data[formula.start : formula.end] if formula else b""
            text = orphans.get(position, text)
            if position in wanted:
                yield cell.start, cell.end, (self._slot(cell, wanted[position], text),)
            elif text:
                head, tail = self._head(cell, b"t"), self._tail(cell)
                whole = b"%b>%b%b</%bc>" % (head, text, tail, self.prefix)
                yield cell.start, cell.end, (whole,)

    def _slot(self, cell: Element, key: str, formula: bytes) -> Slot:
        dropped = _DROPPED if not formula else ("t", "vm")
        head = self._head(cell, *(d.encode() for d in dropped))
        return Slot(
            *(key.removeprefix("="), head, self.prefix, formula, self._tail(cell)),
            shows=key.startswith("="),
        )

    def _head(self, cell: Element, *without: bytes) -> bytes:
        """``<c r="B5" s="7"``: the start tag without its end and without some attributes."""
        attrs = (
            f" {name}={quoteattr(value)}".encode()
            for name, value in cell.attrs.items()
            if name.encode() not in without and " " not in name
        )
        return b"<%bc%b" % (self.prefix, b"".join(attrs))

    def _tail(self, cell: Element) -> bytes:
        kept = (e for e in self.children[cell.start] if e.name == "extLst")
        return b"".join(self.data[e.start : e.end] for e in kept)

    def _orphans(
        self, wanted: Mapping[Position, str], replaced: frozenset[str]
    ) -> dict[Position, bytes]:
        """Formulas of their own for cells that share one with a cell whose formula goes."""
        gone: dict[str, tuple[Position, Element]] = {}
        for position, key in wanted.items():
            cell = self.cells.get(position)
            formula = self.formula(cell) if cell and key in replaced else None
            if formula and formula.attrs.get("t") == "shared" and formula.text:
                gone[formula.attrs.get("si", "")] = position, formula
        if not gone:
            return {}
        from openpyxl.formula.tokenizer import TokenizerError
        from openpyxl.formula.translate import Translator

        out: dict[Position, bytes] = {}
        for position, cell in self.cells.items():
            formula = self.formula(cell)
            if formula is None or formula.attrs.get("t") != "shared" or formula.text:
                continue
            if master := gone.get(formula.attrs.get("si", "")):
                try:
                    origin = Translator("=" + master[1].text, reference(*master[0]))
                    moved = str(origin.translate_formula(reference(*position)))[1:]
                except TokenizerError:
                    damaged()
                p = self.prefix
                out[position] = b"<%bf>%b</%bf>" % (p, escape(moved), p)
        return out

    def missing(self, wanted: Mapping[Position, str]) -> Iterator[_Edit]:
        """Edits that put in cells, and rows, that are not there, in their order."""
        by_row: dict[int, list[Position]] = {}
        for position in sorted(wanted.keys() - self.cells.keys()):
            by_row.setdefault(position[0], []).append(position)
        new_rows: dict[int, list[_Part]] = {}
        for row, positions in by_row.items():
            slots = {p: self._new(p, wanted[p]) for p in positions}
            element = self.rows.get(row)
            if element is None:
                head = b'<%brow r="%d">' % (self.prefix, row)
                parts: list[_Part] = [head, *slots.values(), b"</%brow>" % self.prefix]
                new_rows.setdefault(self._row_after(row), []).extend(parts)
            elif element.is_empty_tag:
                yield self._opened(element, tuple(slots.values()))
            else:
                yield from self._between(row, element, slots)
        if self.sheet_data and self.sheet_data.is_empty_tag and new_rows:
            yield self._opened(self.sheet_data, tuple(p for r in new_rows.values() for p in r))
        else:
            yield from ((at, at, tuple(parts)) for at, parts in new_rows.items())

    def _new(self, position: Position, key: str) -> Slot:
        return Slot(key, b'<%bc r="%b"' % (self.prefix, reference(*position).encode()), self.prefix)

    def _row_after(self, row: int) -> int:
        """Where in the bytes a new row goes: before the next one, or at the end."""
        later = [e.start for number, e in self.rows.items() if number > row]
        return min(later) if later else self.sheet_data.close if self.sheet_data else 0

    def _between(
        self, row: int, element: Element, slots: Mapping[Position, Slot]
    ) -> Iterator[_Edit]:
        there = sorted((c, e.start) for (r, c), e in self.cells.items() if r == row)
        bounds = [(0, 0), *there, (2**20, element.close)]
        for (left, _), (right, at) in pairwise(bounds):
            new = tuple(s for (_, c), s in slots.items() if left < c < right)
            if new:
                yield at, at, new

    def heights(self, keys: Mapping[int, str]) -> Iterator[_Edit]:
        """Edits of the heights of rows that fit themselves to their content."""
        for row, key in keys.items():
            element = self.rows.get(row)
            if element is None or element.is_empty_tag:
                continue
            if element.attrs.get("customHeight", "0") in ("1", "true"):
                continue
            tag = self.data[element.start : element.inner]
            old = _HT.search(tag)
            at = element.start + (old.start() if old else len(qualified(self.data, element)) + 1)
            yield at, at + (len(old[0]) if old else 0), (Height(key),)

    def _opened(self, element: Element, content: tuple[_Part, ...]) -> _Edit:
        """``<row …/>`` made ``<row …>content</row>``."""
        tag = self.data[element.start : element.inner].removesuffix(b"/>").rstrip() + b">"
        name = qualified(self.data, element)
        return element.start, element.end, (tag, *content, b"</%b>" % name)
