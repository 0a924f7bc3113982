"""The printed report as a sheet: columns so wide that the tables of a form stand on them all.

Used for 报告, where formulas stand, and for the final report, where values stand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form import Form, Grid, GridCell, Table
from nianbao.formats.a1 import reference
from nianbao.formats.xlsx.slots import clean
from nianbao.report import TITLE_WORDS, title_of
from nianbao.template import styles
from nianbao.template.styles import Look, Wardrobe

UNITS = 30
UNIT_PIXELS = 20  # 30 × 20 pixels are 159 mm, the text width of an official document
WIDTH = UNITS * UNIT_PIXELS

_LABEL_UNITS: dict[int, tuple[int, ...]] = {0: (), 1: (9,), 2: (5, 4), 3: (2, 3, 11)}

TITLE = Look(styles.BIAO, 20)
HEADING = Look(styles.HEI, 15, across="left")
BODY = Look(styles.FANG, 14, across="left")
TABLE_SIZE = 10.5
LABEL = Look(styles.SONG, TABLE_SIZE, border="thin")
FIGURE = Look(styles.SONG, TABLE_SIZE, border="thin", shrink=True)
_BLOCK = Look(styles.HEI, TABLE_SIZE, border="thin")

_SHORT_NAME = 8  # characters that still fit on one line with the rest of the title
_PAGE = 680  # points of a table that fits on a page of A4 below its heading

Write = Callable[[GridCell, Cell], Look | None]


def title_text(agency: str, year: int) -> str:
    """The title, a long name on a line of its own."""
    return title_of(f"{agency}\n" if len(agency) > _SHORT_NAME else agency, year)


def title_formula(agency: str, year: str) -> str:
    """The formula that gives ``title_text``; the arguments are cells."""
    between = f'IF(LEN({agency})>{_SHORT_NAME},CHAR(10),"")'
    return f'={agency}&{between}&{year}&"{TITLE_WORDS}"'


def units(table: Table) -> tuple[int, ...]:
    """How many of the 30 units each column of a table takes."""
    labels = _LABEL_UNITS[table.label_columns]
    each = (UNITS - sum(labels)) // table.value_columns
    return (*labels, *(each,) * table.value_columns)


def edges(form: Form) -> tuple[int, ...]:
    """Where the columns of a sheet that takes all tables of a form begin, and 30, in units."""
    return tuple(sorted({0, *(e for t in form.tables.values() for e in accumulate(units(t)))}))


def label_look(cell: GridCell) -> Look:
    """Column labels and block titles in 黑体, row labels in 宋体."""
    return _BLOCK if cell.role in ("block_title", "header") else LABEL


def put(cell: Cell, value: Any) -> None:
    """A value that stays what it is: text that begins with ``=`` is no formula."""
    if isinstance(value, str):
        cell.value = clean(value)
        cell.data_type = "s"
    else:
        cell.value = value


def draw(
    ws: Worksheet,
    wardrobe: Wardrobe,
    grid: Grid,
    top: int,
    starts: Sequence[int],
    write: Write,
) -> None:
    """Draw a table: merges, borders, labels; ``write`` puts in what is not a plain label.

    ``starts``: first sheet column of each grid column, and the end. ``write`` returns a look where
    it differs from that of a label.
    """
    for cell in grid.cells:
        row, col = top + cell.row, starts[cell.col]
        last_row, last_col = row + cell.rowspan - 1, starts[cell.col + cell.colspan] - 1
        target = styles.cell_at(ws, row, col)
        if cell.text:
            put(target, cell.text)
        look = write(cell, target) or label_look(cell)
        for r in range(row, last_row + 1):
            for c in range(col, last_col + 1):
                wardrobe.dress(ws.cell(r, c), look)
        styles.merge(ws, row, col, last_row, last_col)


class PrintedPage:
    """A sheet filled from the top; ``row`` is the next free one.

    ``columns``: how many it has; ``widths``: of each, in pixels.
    """

    def __init__(
        self, ws: Worksheet, wardrobe: Wardrobe, form: Form, unit_pixels: int = UNIT_PIXELS
    ) -> None:
        self.ws = ws
        self.wardrobe = wardrobe
        self.row = 1
        self.unit_pixels = unit_pixels
        self._edges = edges(form)
        self.columns = len(self._edges) - 1
        self.widths = [(b - a) * unit_pixels for a, b in pairwise(self._edges)]
        styles.set_columns(ws, self.widths)

    def column(self, unit: int) -> int:
        """The column that begins so many units from the left, from 1."""
        return self._edges.index(unit) + 1

    def line(self, look: Look, points: float | None) -> Cell:
        """A cell over the whole width. ``points=None``: as high as its row turns out.

        One that is higher than a row can be takes several rows, and stays one cell.
        """
        rows = max(1, math.ceil((points or 0) / styles.MAX_ROW))
        first = self.row
        for r in range(first, first + rows):
            if points is not None:
                self.ws.row_dimensions[r].height = round(points / rows, 1)
            for col in range(1, self.columns + 1 if look.shows_when_covered else 2):
                self.wardrobe.dress(self.ws.cell(r, col), look)
        styles.merge(self.ws, first, 1, first + rows - 1, self.columns)
        self.row += rows
        return styles.cell_at(self.ws, first, 1)

    def gap(self, points: float) -> None:
        self.ws.row_dimensions[self.row].height = points
        self.row += 1

    def table(self, table: Table, grid: Grid, write: Write) -> None:
        """A table over the whole width, its rows as high as one page allows, up to 22 points."""
        widths = units(table)
        starts = [self.column(unit) for unit in accumulate(widths, initial=0)]
        draw(self.ws, self.wardrobe, grid, self.row, starts, write)
        pixels = [w * self.unit_pixels for w in widths]
        tries = (styles.row_heights(grid, pixels, TABLE_SIZE, least) for least in range(22, 14, -1))
        heights = next((h for h in tries if sum(h) <= _PAGE), None)
        heights = heights or styles.row_heights(grid, pixels, TABLE_SIZE, 22)
        for r, points in enumerate(heights, self.row):
            self.ws.row_dimensions[r].height = points
        self.row += grid.rows

    def new_page(self) -> None:
        self.ws.row_breaks.append(Break(id=self.row - 1))

    def finish(self) -> None:
        """Paper and print area, once everything is there."""
        area = f"A1:{reference(max(1, self.row - 1), self.columns)}"
        styles.paper(self.ws, area)
