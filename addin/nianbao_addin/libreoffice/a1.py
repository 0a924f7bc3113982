"""Addresses: where a block of cells lies, and how Excel and Calc write that down."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from xlwings import utils

from nianbao_addin.libreoffice.bridge import struct

column_name: Callable[[int], str] = utils.col_name  # AA of 27
_column_number: Callable[[str], int] = utils.column_to_number  # 27 of AA

ROWS, COLUMNS = 1_048_576, 16_384  # of a sheet, in Excel as in LibreOffice from 7.4 on

_CELL = r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})"
_A1 = re.compile(rf"{_CELL}(?::{_CELL})?\Z")
_WHOLE_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})\Z")
_WHOLE_ROWS = re.compile(r"\$?([1-9][0-9]{0,6}):\$?([1-9][0-9]{0,6})\Z")

# What a defined name holds when it stands for cells: $'表 三'.$A$1 or $表二.$A$1:$B$2 in Calc, the
# end perhaps with the sheet again. Quotes inside a quoted name are doubled.
_SHEET = r"(?:'((?:[^']|'')+)'|([^'.!:;,()\"&<>=+*/^%{}\[\]\s-]+))"
_CALC_CELLS = re.compile(
    rf"\$?{_SHEET}\.(\$?[A-Z]{{1,3}}\$?[0-9]+)(?::(?:\$?{_SHEET}\.)?(\$?[A-Z]{{1,3}}\$?[0-9]+))?\Z"
)
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
    if match := _A1.match(address):
        column, row, column2, row2 = match.groups()
        first = Rectangle(int(row), _column_number(column.upper()), 1, 1)
        last = Rectangle(int(row2), _column_number(column2.upper()), 1, 1) if row2 else first
        area = around(first, last)
    elif match := _WHOLE_COLUMNS.match(address):
        columns = sorted(_column_number(name.upper()) for name in match.groups())
        area = Rectangle(1, columns[0], ROWS, columns[1] - columns[0] + 1)
    elif match := _WHOLE_ROWS.match(address):
        rows = sorted(int(row) for row in match.groups())
        area = Rectangle(rows[0], 1, rows[1] - rows[0] + 1, COLUMNS)
    else:
        return None
    return area if area.last_row <= ROWS and area.last_column <= COLUMNS else None


def write(area: Rectangle, row_absolute: bool = True, column_absolute: bool = True) -> str:
    """``$B$2:$C$5``, whole rows and columns as ``$3:$5`` and ``$B:$D``, as Excel writes it."""
    r, c = "$" * row_absolute, "$" * column_absolute
    if area.is_rows:
        return f"{r}{area.row}:{r}{area.last_row}"
    if area.is_columns:
        return f"{c}{column_name(area.column)}:{c}{column_name(area.last_column)}"
    first = f"{c}{column_name(area.column)}{r}{area.row}"
    if area.is_cell:
        return first
    return f"{first}:{c}{column_name(area.last_column)}{r}{area.last_row}"


def quoted(sheet: str) -> str:
    """The sheet's name as it stands before ``!``: quoted unless it is a plain word."""
    if _BARE_SHEET.match(sheet) and not parse(sheet):
        return sheet
    return "'" + sheet.replace("'", "''") + "'"


def cells_of_calc(content: str) -> tuple[str, Rectangle] | None:
    """Sheet and area of what a defined name holds in Calc; None for constants and formulas."""
    match = _CALC_CELLS.match(content)
    if not match:
        return None
    quoted_name, plain, first, _, _, last = match.groups()
    area = parse(f"{first}:{last}" if last else first)
    return (_unquoted(quoted_name, plain), area) if area else None


def _unquoted(name: str | None, plain: str) -> str:
    return plain if name is None else name.replace("''", "'")
