"""Web pages: the report in them, without what the site puts around it.

Nothing is fetched and no script is run. The report is looked for in the smallest element that holds
all official tables and headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, TypeAlias

from lxml import etree
from lxml import html as lxml_html

from nianbao.form import FORMATS
from nianbao.formats.detect import decode
from nianbao.formats.open import Opened
from nianbao.formats.zip import Unreadable
from nianbao.reading.document import Paragraph, TableCell, TextDocument, TextTable
from nianbao.reading.personal import is_ledger
from nianbao.reading.vocabulary import headings, titles
from nianbao.reading.vocabulary.headings import Line
from nianbao.reading.vocabulary.labels import lexicon
from nianbao.report import owner

_Element: TypeAlias = etree._Element

_DROPPED = {
    "script", "style", "noscript", "template", "head", "select", "textarea", "button", "input",
    "iframe", "object", "embed", "applet", "svg", "math", "canvas", "audio", "video", "map", "rp",
    "rt", "nav", "footer", "dialog",
}  # fmt: skip
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "ruby", "rb", "s", "samp",
    "small", "span", "st1:chsdate", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    "wbr", "img",
}  # fmt: skip
_BOLD = {"b", "strong"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_KEEPS_SPACE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_IS_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]+encoding\s*=\s*[\"']([\w-]+)", re.IGNORECASE)
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")
# A line end in the source is a space, and none at all between Chinese characters; other spaces are
# left alone: where they count (white-space: pre-wrap) none may be lost, elsewhere they do no harm.
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
_LINE_END = re.compile(
    rf"(?P<wide>(?<={_WIDE}))?(?<![ \t\f])[ \t\f]*[\r\n][ \t\r\n\f]*(?P<wider>(?={_WIDE}))?"
)
_HEAD_BYTES = 4096
_ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "gb18030"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs"), "big5hkscs"),
}
_MAX_SPAN = 1_000
_MAX_CELLS = 200_000
_OFFICIAL = 3  # labels that make a table an official one


def _line_end(match: re.Match[str]) -> str:
    between_wide = match["wide"] is not None and match["wider"] is not None
    return "" if between_wide else " "


class _Placed(NamedTuple):
    """A block with the element that it comes from."""

    element: _Element
    block: Paragraph | TextTable


def read(file: Opened, source: str) -> TextDocument:
    """Paragraphs and tables of a page. Raises Unreadable if there is no table in it."""
    text = _decoded(file.data)
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(_XML_HEAD.sub("", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("是空的或已损坏的网页，请重新保存网页后再试。") from error
    walk = _Walk()
    walk.walk(root, root)
    items = walk.items
    if not any(isinstance(i.block, TextTable) for i in items):
        raise Unreadable("里没有表格，请用浏览器把含有三张表的年报网页完整保存后再试。")
    code, name = _meta(root, owner.CODE), _meta(root, owner.NAME)
    return TextDocument(source, "html", tuple(_report_in(items, root)), name, code)


def _decoded(data: bytes) -> str:
    """By byte order mark, by what the page declares, else by its content."""
    head = data[:_HEAD_BYTES]
    declared = _CHARSET.search(head) or _DECLARED.match(head)
    name = _ENCODINGS.get(declared[1].decode("ascii").lower()) if declared else None
    if name and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        with suppress(UnicodeDecodeError):  # pages do lie about it
            return data.decode(name)
    text = decode(data)
    if text is None:
        raise Unreadable("不是网页，或者已经损坏，请重新保存网页后再试。")
    return text


def _meta(root: _Element, name: str) -> str | None:
    for element in root.iter("meta"):
        if str(element.get("name", "")).lower() == name:
            return str(element.get("content", "")).strip() or None
    return None


def _report_in(items: Sequence[_Placed], root: _Element) -> Iterator[Paragraph | TextTable]:
    """The blocks of the report, led by its title where this stands outside the rest."""
    lines = [
        (i, Line(text, None, item.block.heading))
        for i, item in enumerate(items)
        if isinstance(item.block, Paragraph)
        for text in item.block.text.splitlines()
    ]
    found = headings.find([line for _, line in lines])
    parts = [lines[f.line][0] for f in found]
    parts += [i for i, item in enumerate(items) if _official(item.block)]
    if not found or len(parts) == len(found):
        yield from (item.block for item in items)
        return
    inside = _common([items[i].element for i in parts])
    within = [i for i, item in enumerate(items) if inside in _path(item.element)]
    above = [line for i, line in lines if i < within[0]]
    head = [line for i, line in lines if within[0] <= i <= min(parts)]
    if titles.find(head, len(head)) is None:
        yield from _title_above(above, root)
    yield from (items[i].block for i in within)


def _path(element: _Element) -> list[_Element]:
    """The element and those it stands in, innermost first."""
    return [element, *element.iterancestors()]


def _common(elements: Sequence[_Element]) -> _Element:
    """The smallest element that holds them all."""
    common = _path(elements[0])
    for element in elements[1:]:
        path = set(_path(element))
        common = [e for e in common if e in path]
    return common[0]


def _title_above(lines: Sequence[Line], root: _Element) -> Iterator[Paragraph]:
    """The title that a page shows above the report's own element, else that of its window."""
    title = titles.find(lines, len(lines))
    if title:
        yield from (Paragraph(text, heading=True) for text in title.lines)
        return
    window = str(root.findtext(".//title") or "")
    for text in re.split(r"[_|\n]|\s[-—]+\s|--+", window):
        if titles.find([Line(text)], 1):
            yield Paragraph(text.strip(), heading=True)
            return


def _official(block: Paragraph | TextTable) -> bool:
    if isinstance(block, Paragraph):
        return False
    texts = {c.text for c in block.cells}
    return any(sum(bool(lexicon(f).look_up(t)) for t in texts if t) >= _OFFICIAL for f in FORMATS)


@dataclass
class _Walk:
    """Goes through a page once; what is between block elements or tables is one paragraph."""

    items: list[_Placed] = field(default_factory=list)
    tables: int = 0
    _pieces: list[str] = field(default_factory=list)
    _plain: bool = False  # some text of the paragraph is not bold

    def walk(
        self, element: _Element, block: _Element, *, bold: bool = False, keep: bool = False
    ) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        style = element.get("style") or ""
        if tag in _DROPPED or not tag or "hidden" in element.attrib or _HIDDEN.search(style):
            return
        if tag == "br":
            self._pieces.append("\n")
            return
        if tag == "table":
            self.end(block)
            self.table(element)
            return
        is_block = tag not in _INLINE
        if is_block:
            self.end(block)
            block = element
        bold = bold or tag in _BOLD or tag in _HEADINGS or bool(_IS_BOLD.search(style))
        keep = keep or tag == "pre" or bool(_KEEPS_SPACE.search(style))
        self.add(element.text, bold, keep)
        for child in element:
            self.walk(child, block, bold=bold, keep=keep)
            self.add(child.tail, bold, keep)
        if is_block:
            self.end(block)

    def add(self, text: str | None, bold: bool, keep: bool) -> None:
        if not text:
            return
        if not keep:
            text = _LINE_END.sub(_line_end, text)
        self._plain = self._plain or (not bold and bool(text.strip()))
        self._pieces.append(text)

    def end(self, block: _Element) -> None:
        """End the paragraph, if one has begun, that stands directly in ``block``."""
        text = "".join(self._pieces)
        if text.strip():
            text = "\n".join(line.strip() for line in text.split("\n") if line.strip())
            heading = None if self._plain else True
            self.items.append(_Placed(block, Paragraph(text, None, heading)))
        self._pieces.clear()
        self._plain = False

    def table(self, table: _Element) -> None:
        for child in table:
            if child.tag == "caption":
                self.walk(child, child)
        rows = [[c for c in row if c.tag in ("td", "th")] for row in _rows(table)]
        own = sum(map(len, rows))
        if sum(1 for _ in islice(table.iter("td", "th"), 2 * own + 1)) > 2 * own:
            # It only places other tables on the page.
            for row in rows:
                for cell in row:
                    self.walk(cell, cell)
            return
        self.tables += 1
        place = f"第 {self.tables} 个表格"
        if cells := tuple(_cells(rows, place)):
            self.items.append(_Placed(table, TextTable(cells, place)))


def _rows(table: _Element) -> Iterator[_Element]:
    for child in table:
        if child.tag == "tr" and not _HIDDEN.search(child.get("style") or ""):
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _cells(rows: Sequence[Sequence[_Element]], place: str) -> Iterator[TableCell]:
    """Cells with their place in the grid, as a browser lays them out."""
    down: dict[int, int] = {}  # rows that a column is still taken by a cell from above
    budget = _MAX_CELLS
    for y, row in enumerate(rows):
        taken = {x: n - 1 for x, n in down.items() if n > 1}
        x = 0
        for n, element in enumerate(row, 1):
            while x in down:
                x += 1
            wide = _span(element, "colspan")
            high = _span(element, "rowspan") or len(rows) - y
            budget -= wide
            if budget < 0:
                raise Unreadable("里的表格过大，不像年度报告，没有读取；请确认文件无误。")
            text = _cell_text(element)
            yield TableCell(y, x, text, high, wide, place=f"{place}第 {y + 1} 行第 {n} 格")
            if high > 1:
                taken |= dict.fromkeys(range(x, x + wide), high - 1)
            x += wide
        down = taken


def _span(element: _Element, name: str) -> int:
    text = str(element.get(name) or "1").strip()
    if not re.fullmatch(r"[0-9]{1,6}", text):
        return 1
    return min(int(text), _MAX_SPAN) or (1 if name == "colspan" else 0)


def _cell_text(element: _Element) -> str:
    walk = _Walk()
    walk.walk(element, element)
    texts: list[str] = []
    for item in walk.items:
        block = item.block
        if isinstance(block, Paragraph):
            texts.append(block.text)
        elif not is_ledger(block):
            texts += [c.text for c in block.cells]
    return "\n".join(texts)
