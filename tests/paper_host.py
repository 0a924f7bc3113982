"""A program that calculates nothing: a workbook in memory, for commands that need no more."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl

from nianbao_addin.hosts.host import MAX_COLUMNS, MAX_ROWS, CellBlock, FormulaText, Place, place_of


class PaperHost:
    """See `hosts.host.Host`. ``shown``: the last filter; ``reads``: what was read."""

    program, name = "纸上", "年报.xlsx"
    path: Path | None = None

    def __init__(self, data: bytes) -> None:
        self.formulas = openpyxl.load_workbook(io.BytesIO(data))
        self.values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        self.here: Place | None = None
        self.shown: list[tuple[Place, int, str | None]] = []
        self.reads: list[Place | str] = []

    def sheets(self) -> tuple[str, ...]:
        return tuple(self.formulas.sheetnames)

    def read(self, sheet: str, rows: int = MAX_ROWS) -> CellBlock:
        self.reads.append(sheet)
        ws = self.values[sheet]
        last = min(ws.max_row, rows), min(ws.max_column, MAX_COLUMNS)
        cells = ws.iter_rows(1, last[0], 1, last[1], values_only=True)
        return CellBlock(1, 1, tuple(tuple(map(_plain, row)) for row in cells))

    def read_formulas(self, place: Place | str) -> CellBlock:
        self.reads.append(place)
        if isinstance(place, str):
            ws = self.formulas[place]
            place = Place(place, 1, 1, ws.max_row, min(ws.max_column, MAX_COLUMNS))
        last = place.row + place.rows - 1, place.column + place.columns - 1
        cells = self.formulas[place.sheet].iter_rows(
            place.row, last[0], place.column, last[1], values_only=True
        )
        rows = tuple(tuple("" if c is None else str(c) for c in row) for row in cells)
        return CellBlock(place.row, place.column, rows)

    def write(self, sheet: str, row: int, column: int, rows: Sequence[Sequence[Any]]) -> None:
        for y, line in enumerate(rows, row):
            for x, value in enumerate(line, column):
                self.formulas[sheet].cell(y, x).value = value
                shown = None if isinstance(value, FormulaText) else value
                self.values[sheet].cell(y, x).value = shown

    def let_calculate(self, place: Place) -> None:
        assert place.sheet in self.sheets()

    def names(self) -> Mapping[str, Place | None]:
        return {n: place_of(str(d.attr_text)) for n, d in self.formulas.defined_names.items()}

    def target(self, name: str) -> Place | None:
        return self.names().get(name)

    def calculate(self) -> None:
        return None

    def add_sheet(self, name: str, *, hidden: bool = False, widths: Sequence[float] = ()) -> None:
        for book in (self.formulas, self.values):
            book.create_sheet(name)

    def remove_sheet(self, name: str) -> None:
        for book in (self.formulas, self.values):
            del book[name]

    @contextmanager
    def unlocked(self, sheet: str) -> Iterator[None]:
        yield

    def show_rows(self, table: Place, column: int, text: str | None) -> None:
        self.shown.append((table, column, text))

    def select(self, place: Place) -> None:
        self.here = place

    def current(self) -> Place | None:
        return self.here

    def status(self, text: str | None) -> None:
        return None

    def tell(self, text: str) -> None:
        raise AssertionError(text)

    def ask(self, question: str) -> bool:
        raise AssertionError(question)

    def choose_file(self, title: str, patterns: Sequence[str]) -> Path | None:
        return None

    def to_pdf(self, sheet: str, path: Path) -> None:
        raise AssertionError(path)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
