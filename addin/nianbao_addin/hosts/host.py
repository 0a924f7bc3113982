"""What a command may ask of the program that has the workbook open, and nothing else.

A command gets a `Host` and keeps none of it: no host, sheet or cell outlives a click. Cells are
read and written in blocks, since each call into the program costs as much as a thousand cells. Rows
and columns count from 1. What the program refuses is a `NianbaoError`, one sentence for the person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, Protocol

from nianbao.formats import a1
from nianbao.formats.book import Cells, Raw

MAX_ROWS, MAX_COLUMNS = 3000, 120

Value = str | int | float | bool | Decimal | dt.datetime | None
"""What a cell gives: an error is its text (``#DIV/0!``), a number a float, a blank cell None."""


class FormulaText(str):
    """A formula to be written, as Excel has it: ``=SUM('表 三'!D5:D9)``. Any other text that is
    written stays the text it is, whatever it starts with."""

    __slots__ = ()


class Place(NamedTuple):
    """A rectangle of cells on a sheet, named as it is now."""

    sheet: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class CellBlock:
    """Cells that were read at once; ``row`` and ``column`` are those of the first one."""

    row: int
    column: int
    rows: tuple[tuple[Value, ...], ...]

    def at(self, row: int, column: int) -> Value:
        """What stands in a cell of the sheet; None outside of the block."""
        r, c = row - self.row, column - self.column
        inside = 0 <= r < len(self.rows) and 0 <= c < len(self.rows[r])
        return self.rows[r][c] if inside else None


class Host(Protocol):
    """A program and the workbook in it that the button was pressed for."""

    @property
    def program(self) -> str:
        """What the person calls it: ``Excel``, ``LibreOffice``, ``WPS 表格``."""

    @property
    def name(self) -> str:
        """The workbook's name with its ending."""

    @property
    def path(self) -> Path | None:
        """The workbook's file; None when it was never saved, or not to a folder of this machine."""

    # cells

    def sheets(self) -> tuple[str, ...]:
        """Names of the worksheets in their order, hidden ones too."""

    def read(self, sheet: str, rows: int = MAX_ROWS) -> CellBlock:
        """Values of everything that is used on a sheet, in one call; at most so many rows and
        `MAX_COLUMNS` columns of it, for some sheets are formatted to the very end."""

    def read_formulas(self, place: Place | str) -> CellBlock:
        """The same as formulas (texts; constants as one would type them in), of a place or of all
        that is used on a sheet."""

    def write(
        self, sheet: str, row: int, column: int, rows: Sequence[Sequence[Value | FormulaText]]
    ) -> None:
        """Put a block of values there, in one call; None empties a cell. Formats stay.

        Raises CannotWrite where the sheet is protected and a cell of the block is locked, or the
        workbook is read-only; then nothing was written.
        """

    def let_calculate(self, place: Place) -> None:
        """Take the format Text from a cell that has it: a formula written there would stay a text.

        Raises CannotWrite as `write`.
        """

    def names(self) -> Mapping[str, Place | None]:
        """All defined names of the workbook; None: they mean no cells (any more). Slow in Excel,
        two calls a name: only for what is found nowhere else."""

    def target(self, name: str) -> Place | None:
        """The cells of one defined name; None when there is no such name, or no such cells."""

    def calculate(self) -> None:
        """Bring formulas up to date where the person has switched automatic calculation off."""

    # sheets

    def add_sheet(self, name: str, *, hidden: bool = False, widths: Sequence[float] = ()) -> None:
        """A new worksheet behind all others; the one in front stays in front.

        ``widths`` of its first columns in characters, 0 hides one; long texts in them wrap.
        Raises CannotWrite where the structure of the workbook is protected.
        """

    def remove_sheet(self, name: str) -> None:
        """Delete a worksheet, without asking."""

    def unlocked(self, sheet: str) -> AbstractContextManager[None]:
        """While it lasts the sheet has no protection; after it the same as before.

        Raises CannotWrite when the protection has a password. Only for what locked cells need.
        """

    # what the person sees

    def select(self, place: Place) -> None:
        """Show these cells and select them. Raises UnusableInput when their sheet is hidden."""

    def show_rows(self, table: Place, column: int, text: str | None) -> None:
        """Of the rows of a table, whose first one holds its headings, show only those that have
        this text in a column of the sheet, by a filter that the person can lift; None shows all.

        Raises CannotWrite where the program does not filter.
        """

    def current(self) -> Place | None:
        """What is selected; None for a picture and the like."""

    def status(self, text: str | None) -> None:
        """A text in the status bar; None gives the bar back to the program."""

    def tell(self, text: str) -> None:
        """One message, to be confirmed."""

    def ask(self, question: str) -> bool:
        """Whether the answer is yes."""

    def choose_file(self, title: str, patterns: Sequence[str]) -> Path | None:
        """An existing file that the person picks (patterns as ``*.xlsx``); None for none."""

    def choose_folder(self, title: str) -> Path | None:
        """An existing folder that the person picks; None for none."""

    def to_pdf(self, sheet: str, path: Path) -> None:
        """Print one sheet into a PDF file. Raises CannotWrite."""


def place_of(reference: str) -> Place | None:
    """The cells of ``='表 三'!$D$5:$E$9``; None for anything else, also for ``#REF!``."""
    sheet, cells = a1.split(reference)
    area = a1.parse(cells)
    if area is None or not sheet:
        return None
    rows, columns = area.bottom - area.top + 1, area.right - area.left + 1
    return Place(sheet, *area.first, rows, columns)


def cells_of(block: CellBlock) -> Cells:
    """All that is not blank, by row and column from 0."""
    return {
        (block.row - 1 + r, block.column - 1 + c): raw
        for r, row in enumerate(block.rows)
        for c, value in enumerate(row)
        if (raw := raw_of(value)) is not None
    }


def raw_of(value: Value) -> Raw | None:
    """As the readers of files give it: dates as text, nothing for blanks."""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == dt.time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        return float(value)
    return None if value == "" else value
