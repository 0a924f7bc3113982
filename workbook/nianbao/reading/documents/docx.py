"""Word documents, read straight from their XML: transitional and strict, nothing executed.

python-docx would take 80 ms to import, and leaves out what stands in content controls and what
Word numbers by itself.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from nianbao.formats import opc
from nianbao.formats.open import Opened
from nianbao.formats.zip import Package, Unreadable
from nianbao.reading.document import Paragraph, TableCell, TextDocument, TextTable
from nianbao.reading.documents.docx_numbers import Numbering, attribute, numbering, whole
from nianbao.reading.personal import is_ledger
from nianbao.report import owner

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_COLUMNS = 1_000
_MAX_BASED_ON = 50  # styles, each based on the next; Word allows eleven
_HEADING_STYLE = re.compile(r"heading \d|标题 ?\d?|title|subtitle", re.IGNORECASE)
# What wraps content that belongs to the text as it now stands; deleted and moved text does not.
_WRAPPERS = {
    "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent", "Choice"
}  # fmt: skip
_INLINE = {*_WRAPPERS, "r", "hyperlink", "fldSimple", "bdo", "dir", "ruby", "rubyBase"}
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_OFF = ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class _Style:
    based_on: str | None
    heading: bool | None  # None: as the style it is based on
    number: tuple[str | None, int | None]  # numbering and level


def read(file: Opened, source: str) -> TextDocument:
    """Paragraphs and tables of a .docx in order. Raises Unreadable."""
    package = file.package or Package(file.data)
    main = opc.main_part(package, "word/document.xml")
    folder = posixpath.dirname(main)
    reader = _DocxReader(
        _styles(_part(package, f"{folder}/styles.xml")),
        numbering(_part(package, f"{folder}/numbering.xml"), _name),
    )
    root = package.xml(main)
    body = next((child for child in root if _name(child) == "body"), None)
    if body is None:
        raise Unreadable("里没有正文，请用 Word 或 WPS 打开后另存一次再试。")
    blocks = tuple(reader.blocks(body))
    agency = owner.agency_in(opc.keywords(package))
    return TextDocument(source, "docx", blocks, agency.name or None, agency.code)


def _part(package: Package, name: str) -> _Element | None:
    return package.xml(name) if name in package else None


def _name(element: _Element) -> str:
    """The element's name without its namespace, which differs between editions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(element: _Element | None, name: str) -> _Element | None:
    if element is None:
        return None
    return next((child for child in element if _name(child) == name), None)


def _value(element: _Element | None, name: str) -> str | None:
    """The ``w:val`` of a child, None if there is no such child."""
    child = _child(element, name)
    return None if child is None else attribute(child, "val")


def _switched_on(element: _Element | None, name: str) -> bool:
    child = _child(element, name)
    return child is not None and attribute(child, "val") not in _OFF


def _styles(root: _Element | None) -> dict[str, _Style]:
    styles: dict[str, _Style] = {}
    for element in root if root is not None else ():
        if _name(element) != "style":
            continue
        properties = _child(element, "pPr")
        name = _value(element, "name") or ""
        heading = True if _HEADING_STYLE.fullmatch(name) else None
        if (level := _value(properties, "outlineLvl")) is not None:
            heading = whole(level, 9) < 9
        styles[attribute(element, "styleId") or ""] = _Style(
            _value(element, "basedOn"), heading, _number_of(properties)
        )
    return styles


def _number_of(properties: _Element | None) -> tuple[str | None, int | None]:
    number = _child(properties, "numPr")
    level = _value(number, "ilvl")
    return _value(number, "numId"), None if level is None else whole(level, 0)


class _DocxReader:
    def __init__(self, styles: dict[str, _Style], numbers: Numbering) -> None:
        self.styles, self.numbers = styles, numbers
        self.paragraphs = 0
        self.tables = 0

    def blocks(self, element: _Element) -> Iterator[Paragraph | TextTable]:
        """Paragraphs and tables below an element, through whatever wraps them."""
        for child in element:
            name = _name(child)
            if name == "p":
                yield from self.paragraph(child)
            elif name == "tbl":
                yield from self.table(child)
            elif name in _WRAPPERS:
                yield from self.blocks(child)

    def paragraph(self, element: _Element) -> Iterator[Paragraph]:
        self.paragraphs += 1
        heading, number = self.style(_child(element, "pPr"))
        asides: list[str] = []
        text = "".join(_text(element, asides))
        if text.strip():
            yield Paragraph(number + text, f"第 {self.paragraphs} 段", heading)
        for aside in asides:
            yield Paragraph(aside, f"第 {self.paragraphs} 段旁", aside=True)

    def style(self, properties: _Element | None) -> tuple[bool | None, str]:
        """Whether a paragraph is marked as a heading, and the number that Word gives it."""
        level = _value(properties, "outlineLvl")
        heading = None if level is None else whole(level, 9) < 9
        number, ilvl = _number_of(properties)
        id, seen = _value(properties, "pStyle"), set[str]()
        while id in self.styles and id not in seen and len(seen) < _MAX_BASED_ON:
            seen.add(id)
            style = self.styles[id]
            heading = style.heading if heading is None else heading
            number = style.number[0] if number is None else number
            ilvl = style.number[1] if ilvl is None else ilvl
            id = style.based_on
        text = self.numbers.next(number, ilvl or 0) if number else ""
        return heading or None, f"{text} " if text[-1:].isalnum() else text

    def table(self, element: _Element) -> Iterator[Paragraph | TextTable]:
        rows = [list(_cells_of(row)) for row in _inside(element, "tr")]
        own = sum(map(len, rows))
        if sum(1 for _ in islice(element.iter("{*}tc"), 2 * own + 1)) > 2 * own:
            # It only places other tables on the page.
            for row in rows:
                for _, cell in row:
                    yield from self.blocks(cell)
            return
        self.tables += 1
        table = f"第 {self.tables} 个表格"
        asides: list[Paragraph] = []
        if cells := self.cells(rows, table, asides):
            yield TextTable(tuple(cells), table)
        yield from asides

    def cells(
        self, rows: list[list[tuple[int, _Element]]], table: str, asides: list[Paragraph]
    ) -> list[TableCell]:
        out: list[TableCell] = []
        above: dict[int, int] = {}  # by column: the cell that may go on below, by index
        for y, row in enumerate(rows):
            merged: dict[int, int] = {}
            for n, (x, element) in enumerate(row, 1):
                properties = _child(element, "tcPr")
                merge = _child(properties, "vMerge")
                goes_on = merge is not None and attribute(merge, "val") != "restart"
                if goes_on and x in above:
                    first = merged[x] = above[x]
                    out[first] = replace(out[first], rowspan=y - out[first].row + 1)
                    continue
                if merge is not None:
                    merged[x] = len(out)
                text = "\n".join(self.cell_texts(element, asides))
                place = f"{table}第 {y + 1} 行第 {n} 格"
                out.append(TableCell(y, x, text, 1, _span(properties), place=place))
            above = merged
        return out

    def cell_texts(self, element: _Element, asides: list[Paragraph]) -> Iterator[str]:
        for block in self.blocks(element):
            if isinstance(block, TextTable):
                if not is_ledger(block):
                    yield from (cell.text for cell in block.cells)
            elif block.aside:
                asides.append(block)
            else:
                yield block.text


def _inside(element: _Element, name: str) -> Iterator[_Element]:
    """The rows of a table, or the cells of a row, that are not deleted."""
    for child in element:
        found = _name(child)
        if found == name:
            if _child(_child(child, "trPr"), "del") is None:
                yield child
        elif found in _WRAPPERS:
            yield from _inside(child, name)


def _cells_of(row: _Element) -> Iterator[tuple[int, _Element]]:
    """The cells of a row with the grid column that each begins in."""
    x = min(max(whole(_value(_child(row, "trPr"), "gridBefore"), 0), 0), _MAX_COLUMNS)
    for cell in _inside(row, "tc"):
        yield x, cell
        x += _span(_child(cell, "tcPr"))


def _span(properties: _Element | None) -> int:
    return min(max(whole(_value(properties, "gridSpan"), 1), 1), _MAX_COLUMNS)


def _text(element: _Element, asides: list[str]) -> Iterator[str]:
    """The text of a paragraph as it stands; what boxes beside it say goes to ``asides``."""
    for child in element:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name == "br":
            yield "\n" if attribute(child, "type") in (None, "textWrapping") else ""
        elif name in ("drawing", "pict", "object"):
            asides += _boxed(child)
        elif name in _INLINE and not _switched_on(_child(child, "rPr"), "vanish"):
            yield from _text(child, asides)


def _boxed(drawing: _Element) -> Iterator[str]:
    """What the text boxes of a drawing say; a box within a box comes after it."""
    for box in _nearest(drawing, "txbxContent"):
        inner: list[str] = []
        lines = ["".join(_text(p, inner)) for p in _nearest(box, "p")]
        if text := "\n".join(line for line in lines if line.strip()):
            yield text
        yield from inner


def _nearest(element: _Element, name: str) -> Iterator[_Element]:
    """Descendants of a name, but none inside another."""
    for child in element:
        if _name(child) == name:
            yield child
        else:
            yield from _nearest(child, name)
