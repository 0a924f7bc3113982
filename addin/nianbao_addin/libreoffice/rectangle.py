"""Addresses: where a block of cells lies, and how Excel and Calc write that down."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from nianbao.formats import a1
from nianbao.formats.a1 import COLUMNS, ROWS, letters_of
from nianbao_addin.libreoffice.bridge import struct

_BARE_SHEET = re.compile(r"[^\W\d]\w*\Z")


class Rectangle(NamedTuple):
    """A rectangle of cells; ``row`` and ``column`` count from 1. No rows or no columns: nothing."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def last_row(self) -> int:
        return self.row + self.rows - 1

    @property
    def last_column(self) -> int:
        return self.column + self.columns - 1

    @property
    def is_cell(self) -> bool:
        return self.rows == 1 and self.columns == 1

    @property
    def is_rows(self) -> bool:
        """Whether it is made of whole rows."""
        return self.columns == COLUMNS

    @property
    def is_columns(self) -> bool:
        """Whether it is made of whole columns."""
        return self.rows == ROWS

    def contains(self, other: Rectangle) -> bool:
        return self.shared(other) == other

    def shared(self, other: Rectangle) -> Rectangle | None:
        """The cells that both have."""
        return between(
            max(self.row, other.row),
            max(self.column, other.column),
            min(self.last_row, other.last_row),
            min(self.last_column, other.last_column),
        )

    def calc(self, sheet: int) -> Any:
        """As UNO's ``CellRangeAddress`` on the sheet with this index (from 0)."""
        return struct(
            "table.CellRangeAddress",
            Sheet=sheet,
            StartColumn=self.column - 1,
            StartRow=self.row - 1,
            EndColumn=self.last_column - 1,
            EndRow=self.last_row - 1,
        )


def between(row: int, column: int, last_row: int, last_column: int) -> Rectangle | None:
    """The area from one corner to the other, or None where they have crossed."""
    if last_row < row or last_column < column:
        return None
    return Rectangle(row, column, last_row - row + 1, last_column - column + 1)


def from_calc(address: Any) -> Rectangle:
    """The area of UNO's ``CellRangeAddress``."""
    return Rectangle(
        address.StartRow + 1,
        address.StartColumn + 1,
        address.EndRow - address.StartRow + 1,
        address.EndColumn - address.StartColumn + 1,
    )


def around(first: Rectangle, second: Rectangle) -> Rectangle:
    """The smallest area that holds both, as ``Range(cell1, cell2)`` means it."""
    row, column = min(first.row, second.row), min(first.column, second.column)
    last_row = max(first.last_row, second.last_row)
    last_column = max(first.last_column, second.last_column)
    return Rectangle(row, column, last_row - row + 1, last_column - column + 1)


def parse(address: str) -> Rectangle | None:
    """The area of ``B2``, ``$B$2:C5``, ``B:D`` or ``3:5``; None when it is no such address."""
    area = a1.parse_typed(address)
    return area and between(*area)


def write(area: Rectangle, row_absolute: bool = True, column_absolute: bool = True) -> str:
    """``$B$2:$C$5``, whole rows and columns as ``$3:$5`` and ``$B:$D``, as Excel writes it."""
    r, c = "$" * row_absolute, "$" * column_absolute
    if area.is_rows:
        return f"{r}{area.row}:{r}{area.last_row}"
    if area.is_columns:
        return f"{c}{letters_of(area.column)}:{c}{letters_of(area.last_column)}"
    return a1.Area(area.row, area.column, area.last_row, area.last_column).written(c, r)


def quoted(sheet: str) -> str:
    """The sheet's name as it stands before ``!``: quoted unless it is a plain word."""
    return sheet if _BARE_SHEET.match(sheet) and not parse(sheet) else a1.quoted(sheet)


def cells_of_calc(content: str) -> tuple[str, Rectangle] | None:
    """Sheet and area of what a defined name holds in Calc; None for constants and formulas."""
    sheet, cells = a1.split_calc(content)
    area = parse(cells)
    return (sheet, area) if area else None
