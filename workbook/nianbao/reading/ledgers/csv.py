"""A ledger saved as CSV, as a workbook of one sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from nianbao.formats.book import MAX_CELLS, TOO_MANY_CELLS, Cells, Sheet, SheetArea
from nianbao.formats.detect import decode
from nianbao.formats.open import Opened
from nianbao.formats.zip import Unreadable


@dataclass(slots=True)
class CsvBook:
    """See `nianbao.formats.book.Book`; every cell is a text."""

    rows: Cells
    kind: str = "csv"
    keywords: str = ""

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return (Sheet("CSV", hidden=False),)

    @property
    def names(self) -> Mapping[str, SheetArea | None]:
        return {}

    def cells(self, sheet: int) -> Cells:
        return self.rows

    def merges(self, sheet: int) -> tuple[SheetArea, ...]:
        return ()


def csv_book(file: Opened) -> CsvBook | None:
    """UTF-8, UTF-16 or GB18030, parted by commas, tabs or semicolons; None for what is no text.

    Raises Unreadable for a row that is not whole, and for too many cells.
    """
    text = decode(file.data) if file.kind == "txt" else None
    if not text:
        return None
    delimiter = max(",\t;", key=text.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells: dict[tuple[int, int], str] = {}
    try:
        for y, line in enumerate(reader):
            cells.update({(y, x): said for x, said in enumerate(line) if said.strip()})
            if len(cells) > MAX_CELLS:
                raise Unreadable(TOO_MANY_CELLS)
    except csv.Error as error:
        raise Unreadable(f"第 {reader.line_num} 行不是完整的 CSV 行。") from error
    return CsvBook(cells)
