"""What the three spreadsheet formats have in common: sheets of cells, merges, defined names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol

from nianbao.formats import a1

# What a person's workbook can hold and still be a report; what lies beyond is not read.
MAX_ROWS = 100_000
MAX_COLUMNS = a1.COLUMNS
MAX_CELLS = 1_000_000
MAX_SHEETS = 1_000

BAD_ADDRESS = "的单元格地址有误，请用 Excel 或 WPS 打开后另存一次再试。"
TOO_MANY_SHEETS = "工作表过多，不像年度报告，没有读取；请只保留年度报告的工作表再试。"
TOO_MANY_CELLS = "单元格过多，不像年度报告，没有读取；请只保留年度报告的工作表再试。"


class Formula(str):
    """A formula that was saved without a result; the string is the formula itself."""

    __slots__ = ()


# What a cell holds. Errors (#DIV/0!) and dates are the text that a person sees.
Raw = str | int | float | bool
Cells = Mapping[tuple[int, int], Raw]  # cells that are not empty, by row and column from 0


class SheetArea(NamedTuple):
    """An area on the sheet with this index; all count from 0, both ends included."""

    sheet: int
    top: int
    left: int
    bottom: int
    right: int


Names = Mapping[str, SheetArea | None]
"""Defined names in lower case; None where the cells they meant are gone."""


class Sheet(NamedTuple):
    name: str
    hidden: bool


class Book(Protocol):
    """A workbook whose sheets are read when asked for. Every method may raise Unreadable."""

    kind: str

    @property
    def sheets(self) -> tuple[Sheet, ...]: ...

    @property
    def names(self) -> Names: ...

    @property
    def keywords(self) -> str:
        """The keywords in the file's properties, '' if there are none."""

    def cells(self, sheet: int) -> Cells: ...

    def merges(self, sheet: int) -> tuple[SheetArea, ...]: ...


def text_of(raw: Raw | None) -> str:
    """A cell as Excel shows it in the General format: 12.0 is 12, 0.1 is no binary fraction."""
    if raw is None or isinstance(raw, str):
        return raw or ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int):
        return str(raw)
    number = Decimal(f"{raw:.15g}")
    if number == number.to_integral_value():
        number = number.to_integral_value()
    return format(number, "f")


_DIGITS = re.compile(r"[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


@lru_cache(maxsize=4096)
def number(text: str) -> Raw:
    """A number as it stands in a file; as text if it is none that a spreadsheet can hold."""
    if _DIGITS.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text):
        return text
    value = float(text)
    if value in (float("inf"), float("-inf")):
        return text
    return int(value) if value.is_integer() and abs(value) < 10**15 else value


def address(row: int, column: int) -> str:
    """``(4, 3)`` → ``D5``."""
    return a1.reference(row + 1, column + 1)


def area(sheet: int, text: str) -> SheetArea | None:
    """``$D$5:$E$9`` on a sheet; None for anything else."""
    found = a1.parse(text)
    return found and SheetArea(sheet, *(at - 1 for at in found))
