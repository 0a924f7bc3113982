"""A1: how programs write cells, blocks of cells and the names of the sheets before them.

Rows and columns count from 1 here, as they do in A1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

Position = tuple[int, int]  # row, column

ROWS, COLUMNS = 1_048_576, 16_384  # of a sheet, in Excel as in LibreOffice from 7.4 on

_COLUMN, _ROW = r"\$?([A-Za-z]{1,3})", r"\$?([1-9][0-9]{0,6})"
_AREA = re.compile(rf"{_COLUMN}{_ROW}(?::{_COLUMN}{_ROW})?")
_WHOLE_COLUMNS = re.compile(f"{_COLUMN}:{_COLUMN}")
_WHOLE_ROWS = re.compile(f"{_ROW}:{_ROW}")
_QUOTED = r"'(?:[^']|'')+'"
_REFERENCE = re.compile(rf"=?(?:\$?({_QUOTED}|[^'!]+)!)?([^'!]+)")
# Calc separates the sheet by a point, and may name it again before the last cell.
_CALC_SHEET = rf"\$?({_QUOTED}|[^'.!:;,()\"&<>=+*/^%{{}}\[\]\s-]+)"
_CALC = re.compile(rf"{_CALC_SHEET}\.([^.:]+)(?::(?:{_CALC_SHEET}?\.)?([^.:]+))?")


class Area(NamedTuple):
    """A block of cells; its last row and column belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def first(self) -> Position:
        return self.top, self.left

    @property
    def is_cell(self) -> bool:
        return self.first == (self.bottom, self.right)

    def cells(self) -> Iterator[Position]:
        for row in range(self.top, self.bottom + 1):
            yield from ((row, column) for column in range(self.left, self.right + 1))

    def __str__(self) -> str:
        """``D5`` or ``D5:E9``."""
        return self.written()

    def written(self, column: str = "", row: str = "") -> str:
        """The same with what stands before each column and row: ``$`` where it is absolute."""
        first = f"{column}{letters_of(self.left)}{row}{self.top}"
        last = f"{column}{letters_of(self.right)}{row}{self.bottom}"
        return first if self.is_cell else f"{first}:{last}"


@lru_cache(maxsize=1024)
def column_of(letters: str) -> int:
    """``A`` → 1, ``AA`` → 27; capital Latin letters only."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


@lru_cache(maxsize=1024)
def letters_of(column: int) -> str:
    """1 → ``A``, 27 → ``AA``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def reference(row: int, column: int) -> str:
    """``(5, 2)`` → ``B5``."""
    return f"{letters_of(column)}{row}"


@lru_cache(maxsize=4096)
def parse(text: str) -> Area | None:
    """``B5``, ``$B$5:$C$9``; None for anything else, and where the corners have crossed."""
    area = _as_written(text)
    return area if area and area.top <= area.bottom and area.left <= area.right else None


def parse_typed(text: str) -> Area | None:
    """The same as a person may type it: corners in any order, whole columns and rows."""
    if area := _as_written(text):
        top, left, bottom, right = area
    elif match := _WHOLE_COLUMNS.fullmatch(text):
        left, right = (column_of(letters.upper()) for letters in match.groups())
        top, bottom = 1, ROWS
    elif match := _WHOLE_ROWS.fullmatch(text):
        top, bottom = map(int, match.groups())
        left, right = 1, COLUMNS
    else:
        return None
    if max(top, bottom) > ROWS or max(left, right) > COLUMNS:
        return None
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def _as_written(text: str) -> Area | None:
    match = _AREA.fullmatch(text)
    if match is None:
        return None
    letters, row, last_letters, last_row = match.groups()
    top, left = int(row), column_of(letters.upper())
    bottom, right = (int(last_row), column_of(last_letters.upper())) if last_row else (top, left)
    fits = max(top, bottom) <= ROWS and max(left, right) <= COLUMNS
    return Area(top, left, bottom, right) if fits else None


def quoted(sheet: str) -> str:
    """A sheet's name as it stands before ``!`` in a formula; always quoted, never wrong."""
    return "'" + sheet.replace("'", "''") + "'"


def unquoted(sheet: str) -> str:
    """The way back; a name without quotes is taken as it is."""
    return sheet[1:-1].replace("''", "'") if re.fullmatch(_QUOTED, sheet) else sheet


def split(text: str) -> tuple[str, str]:
    """The sheet's name, '' if none is given, and the cells of ``='表 三'!$D$5:$E$9``.

    What is no such reference has no cells: for them there is ''.
    """
    match = _REFERENCE.fullmatch(text)
    return (unquoted(match[1] or ""), match[2]) if match else ("", "")


def split_calc(text: str) -> tuple[str, str]:
    """The same for ``$'表 三'.$D$5:.$E$9``, as Calc writes it; the cells as ``$D$5:$E$9``."""
    match = _CALC.fullmatch(text)
    if match is None:
        return "", ""
    sheet, first, _, last = match.groups()
    return unquoted(sheet), f"{first}:{last}" if last else first
