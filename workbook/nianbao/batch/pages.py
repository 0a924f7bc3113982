"""Sheets of the results of a batch: a title, a line that sums up, headings, and many rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.batch.review.review import Review
from nianbao.formats.a1 import letters_of
from nianbao.formats.xlsx.drawn import part_of_sheet, saved
from nianbao.formats.xlsx.long_sheet import Content, Link, Row, lengthened
from nianbao.formats.zip import Member, pack
from nianbao.report import owner
from nianbao.template import styles
from nianbao.template.styles import Look, Wardrobe

HEAD, FIRST = 3, 4
"""The row of headings, and the first one below it."""

_SIZE = 10.0
_TITLE = Look(styles.HEI, 16, across="left", wrap=False, color=styles.BLUE)
_NOTE = Look(styles.SONG, 10.5, across="left", color=styles.GREY)
_HEADING = Look(styles.HEI, 10.5, border="thin", fill=styles.HEAD)
_MOST_LINES = 12  # of a row


@dataclass(frozen=True, slots=True)
class ListColumn:
    """``pixels`` 0: hidden. ``format`` is a number format."""

    title: str
    pixels: int
    across: Literal["left", "center", "right"] = "center"
    format: str = styles.GENERAL
    link: bool = False


ABOUT_UNIT = (
    ListColumn("序号", 40),
    ListColumn("单位", 190, "left"),
    ListColumn("代码", 90, "left", styles.TEXT),
    ListColumn("上级", 120, "left"),
    ListColumn("状态", 84),
)
"""What a list of units begins with."""


@dataclass(frozen=True, slots=True)
class Tint:
    """How a kind of rows differs: the colour of its ink in ``columns`` (all where empty)."""

    ink: str = styles.INK
    fill: str | None = None
    bold: bool = False
    columns: tuple[int, ...] = ()


PLAIN = Tint()


@dataclass(frozen=True)
class ListSheet:
    """A sheet. ``rows`` are written when the workbook is saved; ``count`` says how many."""

    title: str
    heading: str
    note: str
    columns: Sequence[ListColumn]
    rows: Callable[[], Iterable[Row]]
    count: int
    tints: Sequence[Tint] = (PLAIN,)
    frozen: int = 2  # columns
    tab: str = styles.BLUE
    upright: bool = False
    finish: Callable[[Worksheet], None] | None = None
    sums: bool = False  # the last row is one of sums, outside of the filter


def draw(book: Workbook, page: ListSheet) -> None:
    """The sheet with its head, and one row for each kind of rows."""
    ws = styles.new_sheet(book, page.title)
    wardrobe = Wardrobe()
    last = letters_of(len(page.columns))
    styles.set_columns(ws, [c.pixels or 20 for c in page.columns])
    for x, column in enumerate(page.columns, 1):
        if not column.pixels:
            ws.column_dimensions[letters_of(x)].hidden = True
    for row, text, look in ((1, page.heading, _TITLE), (2, page.note, _NOTE)):
        cell = styles.cell_at(ws, row, 1)
        cell.value = text
        wardrobe.dress(cell, look)
    shown = _first_page(page.columns)
    styles.merge(ws, 2, 1, 2, shown)
    ws.row_dimensions[1].height = 30
    width = sum(c.pixels for c in page.columns[:shown])
    ws.row_dimensions[2].height = max(20, styles.height(page.note, width, 10.5))
    for x, column in enumerate(page.columns, 1):
        head = styles.cell_at(ws, HEAD, x)
        head.value = column.title
        wardrobe.dress(head, _HEADING)
    high = max(styles.height(c.title, c.pixels, 10.5) for c in page.columns if c.pixels)
    ws.row_dimensions[HEAD].height = max(26, high)
    for y, tint in enumerate(page.tints, FIRST):
        for x, column in enumerate(page.columns, 1):
            wardrobe.dress(ws.cell(y, x), _look(column, tint, x - 1))
    end = HEAD + max(1, page.count)
    ws.freeze_panes = styles.cell_at(ws, FIRST, page.frozen + 1)
    ws.auto_filter.ref = f"A{HEAD}:{last}{end - page.sums}"
    ws.print_title_rows = f"{HEAD}:{HEAD}"
    styles.paper(ws, f"A1:{last}{end}")
    if not page.upright:
        ws.page_setup.orientation = "landscape"
    ws.page_margins.left = ws.page_margins.right = 0.4
    ws.page_margins.top = ws.page_margins.bottom = 0.55
    ws.sheet_properties.tabColor = page.tab
    if page.finish:
        page.finish(ws)


def unfinished(review: Review) -> str:
    """What stands before the note of a sheet when a run was stopped; nothing else."""
    if not review.left:
        return ""
    return f"没有查完，还剩 {review.left} 个文件，下面的内容不完整；再运行一次接着做。"


def _first_page(columns: Sequence[ListColumn]) -> int:
    """How many columns a note may be as wide as."""
    width = count = 0
    for column in columns:
        width += column.pixels
        if width > 1100:
            break
        count += 1
    return max(1, count)


def _look(column: ListColumn, tint: Tint, x: int) -> Look:
    tinted = not tint.columns or x in tint.columns
    ink = tint.ink if tinted else styles.INK
    return Look(
        styles.SONG,
        _SIZE,
        bold=tint.bold and tinted,
        color=styles.BLUE if column.link and ink == styles.INK else ink,
        fill=tint.fill if tinted else None,
        border="hair",
        across=column.across,
        format=column.format,
    )


def height(columns: Sequence[ListColumn], cells: Sequence[object]) -> float:
    """Points in which the texts of a row are seen, up to a dozen lines."""
    most = 1
    for column, value in zip(columns, cells, strict=True):
        if isinstance(value, str) and column.pixels and len(value) * 8 > column.pixels:
            most = max(most, styles.lines(value, column.pixels, _SIZE))
    return round(min(most, _MOST_LINES) * _SIZE * 1.45 + 5, 1)


def height_with_links(columns: Sequence[ListColumn], cells: Sequence[Content]) -> float:
    """The same, for a row in which links may stand."""
    return height(columns, [c.text if isinstance(c, Link) else c for c in cells])


def lengthen(drawn: Sequence[Member], book: Workbook, pages: Sequence[ListSheet]) -> list[Member]:
    """The members of a saved workbook in which the pages have been drawn, their rows written."""
    number = {name: n for n, name in enumerate(book.sheetnames, 1)}
    wanted = {part_of_sheet(number[p.title]): p for p in pages}
    return [lengthened(m, FIRST, page.rows()) if (page := wanted.get(m.name)) else m for m in drawn]


def workbook(title: str, pages: Sequence[ListSheet], kind: str) -> bytes:
    """A workbook of such sheets and nothing else, marked as a result of that kind; the same bytes
    at every run."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for page in pages:
        draw(book, page)
    return pack(lengthen(saved(book, title, owner.result(kind)), book, pages))
