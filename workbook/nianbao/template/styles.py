"""How cells look: fonts by name (never shipped), borders, fills, paper, and what fits where."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form import Grid
from nianbao.formats.a1 import Area, letters_of

SONG, FANG, HEI, KAI = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312"
BIAO = "方正小标宋简体"

INK, GREY, BLUE, RED, GREEN = "1F2329", "6B7280", "1F5AA6", "B00020", "1B6E3C"
TINT = "EAF2FB"  # where one types: light enough to vanish on paper
TOTAL = "F3F4F6"
HEAD = "DCE6F2"
FAILED, FAILED_INK = "F8CBCB", "8B0000"

SIGNED = "+0;-0;0"
GENERAL = "General"
TEXT = "@"

# A column that is n pixels wide is n/7 digits wide in the default font, Calibri 11.
_PIXELS_PER_DIGIT = 7
_POINTS_PER_PIXEL = 0.75
MAX_ROW = 405.0  # points; Excel's limit is 409
_LEADING = 1.45  # line height of the tallest CJK fonts, times the size


@dataclass(frozen=True, slots=True)
class Look:
    """Everything about a cell but its content."""

    font: str = SONG
    size: float = 10.5
    bold: bool = False
    color: str = INK
    fill: str | None = None
    border: Literal["", "thin", "hair"] = ""
    across: Literal["left", "center", "right"] = "center"
    down: Literal["top", "center"] = "center"
    wrap: bool = True
    shrink: bool = False
    indent: int = 0
    format: str = GENERAL
    unlocked: bool = False

    @property
    def shows_when_covered(self) -> bool:
        """Whether the cells that a merged one covers must have this look too."""
        return bool(self.border or self.fill or self.unlocked)


@cache
def _parts(look: Look) -> tuple[Font, PatternFill, Border, Alignment, Protection]:
    side = Side(style=look.border or None, color="000000" if look.border == "thin" else "9CA3AF")
    return (
        Font(
            name=look.font,
            size=look.size,
            bold=look.bold,
            color=look.color,
        ),
        PatternFill("solid", fgColor=look.fill) if look.fill else PatternFill(),
        Border(left=side, right=side, top=side, bottom=side) if look.border else Border(),
        Alignment(
            horizontal=look.across,
            vertical=look.down,
            wrap_text=look.wrap and not look.shrink,
            shrink_to_fit=look.shrink or None,
            indent=look.indent,
        ),
        Protection(locked=not look.unlocked),
    )


def cell_at(ws: Worksheet, row: int, col: int) -> Cell:
    """A cell to write into: the first one of a merged block, never one that it covers."""
    return cast(Cell, ws.cell(row, col))


def new_sheet(book: Workbook, title: str) -> Worksheet:
    """An empty sheet without grid lines."""
    ws: Worksheet = book.create_sheet(title)
    ws.sheet_view.showGridLines = False
    # A list instead of openpyxl's set: the same order, so the same bytes, in every process.
    ws.merged_cells.__dict__["ranges"] = []
    return ws


def merge(ws: Worksheet, row: int, col: int, last_row: int, last_col: int) -> None:
    """Merge cells that are styled already; openpyxl's own way takes a hundred times longer."""
    from openpyxl.worksheet.cell_range import CellRange

    if (row, col) != (last_row, last_col):
        cells = CellRange(min_row=row, min_col=col, max_row=last_row, max_col=last_col)
        cast(list[CellRange], ws.merged_cells.ranges).append(cells)


class Wardrobe:
    """The looks of one workbook: each is made once and then shared, which is ten times faster."""

    def __init__(self) -> None:
        self._made: dict[Look, Cell | MergedCell] = {}

    def dress(self, cell: Cell | MergedCell, look: Look) -> None:
        first = self._made.get(look)
        if first is not None:
            cell._style = copy(first._style)  # type: ignore[union-attr]
            return
        cell.font, cell.fill, cell.border, cell.alignment, cell.protection = _parts(look)
        cell.number_format = look.format
        self._made[look] = cell


def set_columns(ws: Worksheet, pixels: Sequence[int]) -> None:
    """Widths of the columns from A on."""
    for i, width in enumerate(pixels, 1):
        ws.column_dimensions[letters_of(i)].width = round(width / _PIXELS_PER_DIGIT, 4)


_NARROW = 52  # hundredths of a character of full width
# Of these the narrow ones take one byte in UTF-8 and the wide ones three.
_USUAL = re.compile(
    "[\x00-\x7f\u2018\u2019\u201c\u201d\u2026\u3000-\u303e\u3041-\u3096\u4e00-\u9fff\uff01-\uff60]*"
)


def ems(text: str) -> float:
    """Width of a line in characters of full width."""
    if not _USUAL.fullmatch(text):
        return sum(map(_width, text)) / 100
    wide = (len(text.encode()) - len(text)) // 2
    return (100 * wide + _NARROW * (len(text) - wide)) / 100


@cache
def _width(character: str) -> int:
    return 100 if unicodedata.east_asian_width(character) in "WFA" else _NARROW


def lines(text: str, pixels: float, size: float) -> int:
    """How many lines a text takes in a cell of that width."""
    room = max(1, int((pixels * _POINTS_PER_PIXEL - 4) / size))
    return sum(max(1, math.ceil(ems(line) / room)) for line in text.split("\n"))


def height(text: str, pixels: float, size: float) -> float:
    """Points that a text needs."""
    return round(lines(text, pixels, size) * size * _LEADING + 4, 1)


def row_heights(grid: Grid, pixels: Sequence[float], size: float, least: float) -> list[float]:
    """Points for each row of a table such that every label is seen whole."""
    heights = [least] * grid.rows
    for cell in sorted(grid.cells, key=lambda c: c.rowspan):
        if not cell.text:
            continue
        width = sum(pixels[cell.col : cell.col + cell.colspan])
        rows = range(cell.row, cell.row + cell.rowspan)
        lacking = height(cell.text, width, size) - sum(heights[r] for r in rows)
        if lacking > 0:
            for r in rows:
                heights[r] += round(lacking / cell.rowspan, 1)
    return heights


def paper(ws: Worksheet, area: str, *, fit: Literal["page", "width"] = "width") -> None:
    """A4 upright with the margins of a document, centred, made to fit a page or its width.

    ``fitToHeight=0`` leaves the page breaks that are set in force.
    """
    ws.page_setup.paperSize = 9
    ws.page_setup.orientation = "portrait"
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    ws.page_setup.fitToWidth = 1
    ws.page_setup.fitToHeight = 1 if fit == "page" else 0
    margins = ws.page_margins
    margins.left = margins.right = 0.79
    margins.top = margins.bottom = 0.85
    margins.header = margins.footer = 0.4
    ws.print_options.horizontalCentered = True
    if fit != "page":
        footer: Any = ws.oddFooter
        footer.center.text = "— &P —"
        footer.center.size = 10
        # Printed with the sheets before it, 报告 still begins with page 1.
        ws.page_setup.firstPageNumber = 1
        ws.page_setup.useFirstPageNumber = True
    ws.print_area = area


def protect(ws: Worksheet) -> None:
    """Locked without password: what one may do is type, look, and change widths and heights."""
    ws.protection.sheet = True
    ws.protection.formatColumns = False
    ws.protection.formatRows = False


def highlight(ws: Worksheet, where: str, formula: str, *, ink: str, fill: str | None) -> None:
    """A conditional format: bold, so that it also shows in black and white."""
    from openpyxl.formatting.rule import FormulaRule

    rule = FormulaRule(  # type: ignore[no-untyped-call]
        formula=[formula],
        font=Font(bold=True, color=ink),
        fill=PatternFill(bgColor=fill) if fill else None,
    )
    ws.conditional_formatting.add(where, rule)


def areas(cells: Iterable[tuple[int, int]]) -> list[str]:
    """Positions (row, column) put together into as few rectangles as is easy: ``["D5:D24"]``."""
    runs: list[tuple[int, int, int]] = []  # column, top, bottom
    for row, col in sorted(set(cells), key=lambda p: (p[1], p[0])):
        if runs and runs[-1][0] == col and runs[-1][2] == row - 1:
            runs[-1] = (col, runs[-1][1], row)
        else:
            runs.append((col, row, row))
    found: list[Area] = []
    for col, top, bottom in sorted(runs, key=lambda r: (r[1], r[2], r[0])):
        before = found[-1] if found else None
        if before and (before.top, before.bottom, before.right) == (top, bottom, col - 1):
            found[-1] = before._replace(right=col)
        else:
            found.append(Area(top, col, bottom, col))
    return [str(area) for area in sorted(found, key=lambda area: area.first)]
