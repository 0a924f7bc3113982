"""The final report as a Word document, set as official documents are (GB/T 9704).

Page, styles and footer stand in ``report.docx.xml``, a flat package that Word itself can open; this
module adds title, headings, paragraphs and tables. Fonts are referenced by name, never shipped.
"""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from nianbao.exports.content import (
    HeadingPart,
    ParagraphPart,
    TablePart,
    TitlePart,
    cell_text,
    column_shares,
    has_long_labels,
    header_rows,
    is_wide,
    parts,
    split_lead,
)
from nianbao.form import GridCell
from nianbao.formats.opc import from_flat
from nianbao.formats.zip import Package, deflated, pack
from nianbao.report import Report, owner

if TYPE_CHECKING:
    from docx.document import Document as Docx

FONTS = {  # what the styles of report.docx.xml name, as a PDF spells it
    "方正小标宋简体": ("FZXBSJW", "FZXiaoBiaoSong", "方正小标宋"),
    "黑体": ("SimHei", "黑体"),
    "仿宋_GB2312": ("FangSong_GB2312", "仿宋_GB2312"),
    "楷体_GB2312": ("KaiTi_GB2312", "楷体_GB2312"),
    "宋体": ("SimSun", "NSimSun", "宋体"),
}
_TEXT_WIDTH = 11906 - 1588 - 1474  # twips between the margins of report.docx.xml
_TITLE_LINE = 19  # full-width characters of the title that fit on one line, with some air
_CELL_MARGIN = 30  # twips left and right
_SMALLEST_COMMON, _SMALLEST = 13, 8  # half points: of all figures of a table, of a single one


def write(report: Report) -> bytes:
    """The report as .docx: A4, real headings, real merged tables. Same report, same bytes."""
    document = Document(BytesIO(empty()))
    for part in parts(report):
        match part:
            case TitlePart():
                _title(document, report)
            case HeadingPart(text):
                document.add_paragraph(text, style="heading 1")
            case ParagraphPart(text):
                _paragraph(document, text)
            case TablePart():
                document.element.body.insert_element_before(
                    _Table(report, part).element(), "w:sectPr"
                )
    document.core_properties.title = report.title[:255]
    document.core_properties.keywords = owner.keywords(report.agency)
    raw = BytesIO()
    document.save(raw)
    return dateless(raw)


def _title(document: Docx, report: Report) -> None:
    """Broken after the agency's name where one line cannot hold it, as official titles are."""
    name, title = report.agency.name, report.title
    paragraph = document.add_paragraph(style="Title")
    if _width(title) <= _TITLE_LINE:
        paragraph.add_run(title)
        return
    paragraph.add_run(name).add_break()
    paragraph.add_run(title.removeprefix(name))


def _paragraph(document: Docx, text: str) -> None:
    lead, rest = split_lead(text)
    paragraph = document.add_paragraph(style="Body Text")
    if lead:
        paragraph.add_run(lead, style="小标题")
    if rest:
        paragraph.add_run(rest)
    paragraph.paragraph_format.keep_with_next = True if lead and not rest else None


def _width(text: str) -> float:
    """In full-width characters."""
    return sum(0.5 if character.isascii() else 1 for character in text)


class _Table:
    """One table on its way into Word: its grid, its widths in twips, its size of type."""

    def __init__(self, report: Report, part: TablePart) -> None:
        form = report.form.tables[part.table]
        self.report = report
        self.heading = part.heading
        self.grid = part.grid
        self.widths = [round(share * _TEXT_WIDTH) for share in column_shares(form)]
        self.small = is_wide(form)
        self.style = "SmallTableText" if self.small else "TableText"
        self.character = 180 if self.small else 210  # twips: 小五, 五号
        self.figure_size = self.common_size()
        self.long_labels = has_long_labels(part.grid)

    def element(self) -> Any:
        columns = [_node("gridCol", w=width) for width in self.widths]
        table = _node("tbl", self.properties(), _node("tblGrid", *columns))
        covering = {
            (cell.row + down, cell.col): cell
            for cell in self.grid.cells
            for down in range(cell.rowspan)
        }
        for y in range(self.grid.rows):
            cells = (covering.get((y, x)) for x in range(self.grid.cols))
            table.append(self.row(y, [cell for cell in cells if cell]))
        return table

    def properties(self) -> Any:
        sides = ("top", "left", "bottom", "right")
        margins = (_CELL_MARGIN if side in ("left", "right") else 0 for side in sides)
        # Borders once more beside the style's: some programs read only these.
        borders = (
            _node(side, val="single", sz=4, space=0, color="auto")
            for side in (*sides, "insideH", "insideV")
        )
        return _node(
            "tblPr",
            _node("tblStyle", val="TableGrid"),
            _node("tblW", w=sum(self.widths), type="dxa"),
            _node("jc", val="center"),
            _node("tblBorders", *borders),
            _node("tblLayout", type="fixed"),
            _node(
                "tblCellMar",
                *(_node(s, w=w, type="dxa") for s, w in zip(sides, margins, strict=True)),
            ),
            _node("tblCaption", val=self.heading),
        )

    def row(self, y: int, cells: list[GridCell]) -> Any:
        height = _node("trHeight", val=340 if self.small else 440, hRule="atLeast")
        properties = _node("trPr", _node("cantSplit"), height)
        if y < header_rows(self.grid):
            properties.append(_node("tblHeader"))
        return _node("tr", properties, *(self.cell(cell, y) for cell in cells))

    def cell(self, cell: GridCell, y: int) -> Any:
        width = self.inner_width(cell) + 2 * _CELL_MARGIN
        properties = _node("tcPr", _node("tcW", w=width, type="dxa"))
        if cell.colspan > 1:
            properties.append(_node("gridSpan", val=cell.colspan))
        if cell.rowspan > 1:
            starts = {"val": "restart"} if cell.row == y else {}
            properties.append(_node("vMerge", **starts))
        properties.append(_node("vAlign", val="center"))
        return _node("tc", properties, self.paragraph(cell, y))

    def paragraph(self, cell: GridCell, y: int) -> Any:
        width = self.inner_width(cell)
        text = cell_text(self.report, cell) if cell.row == y else ""
        properties = _node("pPr", _node("pStyle", val=self.style))
        if y < self.grid.rows - 1:
            properties.append(_node("keepNext"))  # a table that fits on one page stays on one
        if cell.scope == "row" and self.long_labels:
            properties.append(_node("ind", left=20))
            properties.append(_node("jc", val="left"))
        elif (cell.role == "header" or cell.scope == "row") and (
            indent := self.balance(text, width)
        ):
            properties.append(_node("ind", left=indent, right=indent))
        paragraph = _node("p", properties)
        if text:
            size = min(self.figure_size, self.fitting(text, width)) if cell.id else None
            paragraph.append(_run(text, None if size == self.character // 10 else size))
        return paragraph

    def balance(self, text: str, width: int) -> int:
        """Indent on both sides that breaks a label evenly and with some air: 社会/公益/组织."""
        if len(text) * self.character <= width:
            return 0
        fit = max((width - 60) // self.character, 1)
        lines = -(-len(text) // fit)
        spare = width - -(-len(text) // lines) * self.character if lines > 1 else 0
        return max(spare - 60, 0) // 2

    def common_size(self) -> int:
        """The size of type of the figures in half points: smaller where one of them is long."""
        sizes = [self.character // 10]
        for cell in self.grid.cells:
            if cell.id is not None:
                sizes.append(self.fitting(cell_text(self.report, cell), self.inner_width(cell)))
        return max(min(sizes), _SMALLEST_COMMON)

    def inner_width(self, cell: GridCell) -> int:
        return sum(self.widths[cell.col : cell.col + cell.colspan]) - 2 * _CELL_MARGIN

    def fitting(self, text: str, width: int) -> int:
        """The largest size, in half points, in which a figure fits on its line; words may wrap."""
        usual = self.character // 10
        if not text.isascii() or not text:
            return usual
        # 0.6 of the size of type is the width of a digit in the widest font it may be shown in.
        return max(min(usual, width // (6 * len(text))), _SMALLEST)


def _run(text: str, size: int | None) -> Any:
    run = _node("r")
    if size is not None:
        run.append(_node("rPr", _node("sz", val=size), _node("szCs", val=size)))
    content = _node("t")
    content.text = text
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(content)
    return run


def _node(tag: str, *children: Any, **attributes: object) -> Any:
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    element.extend(children)
    return element


def empty() -> bytes:
    """The flat package ``report.docx.xml`` as a zip that python-docx opens."""
    return from_flat(files("nianbao").joinpath("exports/report.docx.xml").read_bytes())


def dateless(raw: BytesIO) -> bytes:
    """The same zip without the time of day in it."""
    members = Package(raw.getvalue()).members().values()
    return pack(deflated(m.name, m.content()) for m in members)
