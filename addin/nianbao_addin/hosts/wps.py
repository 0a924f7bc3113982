"""WPS 表格 on Windows by late-bound COM, for ``nianbao attach``. Written from the published object
model, which is Excel's; **not tried on a WPS**.

Late-bound: no type library is read, so constants are numbers.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

from nianbao.errors import CannotWrite, UnusableInput
from nianbao.formats.a1 import letters_of
from nianbao_addin import notice
from nianbao_addin.hosts.excel import entry, pick_folder, show_rows
from nianbao_addin.hosts.host import (
    MAX_COLUMNS,
    MAX_ROWS,
    Block,
    Formula,
    Place,
    Value,
    place_of,
)
from nianbao_addin.hosts.protection import unlock_windows

PROGRAMS = ("Ket.Application", "et.Application")  # newer versions, older ones
_HIDDEN, _PDF, _AUTOMATIC = 0, 0, -4105  # xlSheetHidden, xlTypePDF, xlCalculationAutomatic


def running() -> Wps | None:
    """The workbook in front of a running WPS; None without one. Raises UnusableInput."""
    if sys.platform != "win32":
        return None
    try:
        client = import_module("win32com.client")
    except ImportError as error:
        raise UnusableInput("操作 WPS 需要 pywin32：pip install pywin32。") from error
    for program in PROGRAMS:
        try:
            app = client.GetActiveObject(program)
        except Exception:  # noqa: S112  pywintypes.com_error: this one is not running
            continue
        if app.ActiveWorkbook is not None:
            return Wps(app)
    return None


class Wps:
    """A workbook that is open in WPS 表格; see `hosts.host.Host`."""

    program = "WPS 表格"

    def __init__(self, app: Any) -> None:
        self.app = app
        self.book = app.ActiveWorkbook

    @property
    def name(self) -> str:
        return str(self.book.Name)

    @property
    def path(self) -> Path | None:
        path = Path(self.book.FullName)
        return path if path.is_absolute() and path.exists() else None

    # cells

    def sheets(self) -> tuple[str, ...]:
        return tuple(sheet.Name for sheet in self.book.Worksheets)

    def read(self, sheet: str, rows: int = MAX_ROWS) -> Block:
        used = self._used(sheet, rows)
        return Block(used.Row, used.Column, _rows(used.Value))

    def read_formulas(self, place: Place | str) -> Block:
        cells = self._used(place) if isinstance(place, str) else self._range(place)
        return Block(cells.Row, cells.Column, _rows(cells.Formula))

    def write(
        self, sheet: str, row: int, column: int, rows: Sequence[Sequence[Value | Formula]]
    ) -> None:
        if not rows:
            return
        place = Place(sheet, row, column, len(rows), len(rows[0]))
        try:
            self._range(place).Value = tuple(tuple(entry(v) for v in line) for line in rows)
        except Exception as error:
            where = f"{letters_of(column)}{row}"
            raise CannotWrite(
                f"工作表“{sheet}”从 {where} 起写不进去，可能受保护，或工作簿是只读的。"
            ) from error

    def let_calculate(self, place: Place) -> None:
        cell = self._range(place)
        if cell.NumberFormat != "@":
            return
        try:
            cell.NumberFormat = "General"
        except Exception as error:
            raise CannotWrite(
                f"工作表“{place.sheet}”受保护，不能把 {letters_of(place.column)}{place.row} "
                "的格式由文本改为常规。"
            ) from error

    def names(self) -> Mapping[str, Place | None]:
        return {name.Name: place_of(name.RefersTo) for name in self.book.Names}

    def target(self, name: str) -> Place | None:
        try:
            return place_of(self.book.Names(name).RefersTo)
        except Exception:  # there is no such name
            return None

    def calculate(self) -> None:
        if self.app.Calculation != _AUTOMATIC:
            self.app.Calculate()

    # sheets

    def add_sheet(self, name: str, *, hidden: bool = False, widths: Sequence[float] = ()) -> None:
        in_front = self.book.ActiveSheet
        sheets = self.book.Worksheets
        try:
            sheet = sheets.Add(None, sheets(sheets.Count))
        except Exception as error:
            raise CannotWrite(
                f"不能增加工作表“{name}”，工作簿的结构可能受保护，请先在“审阅”中撤销。"
            ) from error
        sheet.Name = name
        for column, width in enumerate(widths, 1):
            sheet.Columns(column).ColumnWidth = width
            sheet.Columns(column).WrapText = True
        in_front.Activate()
        if hidden:
            sheet.Visible = _HIDDEN

    def remove_sheet(self, name: str) -> None:
        shown, self.app.DisplayAlerts = self.app.DisplayAlerts, False
        try:
            self.book.Worksheets(name).Delete()
        finally:
            self.app.DisplayAlerts = shown

    @contextmanager
    def unlocked(self, sheet: str) -> Iterator[None]:
        lock = unlock_windows(self.book.Worksheets(sheet), sheet)
        try:
            yield
        finally:
            lock()

    # what the person sees

    def select(self, place: Place) -> None:
        sheet = self.book.Worksheets(place.sheet)
        sheet.Activate()
        self._range(place).Select()

    def show_rows(self, table: Place, column: int, text: str | None) -> None:
        field = column - table.column + 1
        try:
            show_rows(self.book.Worksheets(table.sheet), self._range(table), field, text)
        except Exception as error:
            raise CannotWrite(
                f"“{table.sheet}”不能筛选，请在 {letters_of(column)} 列自行筛选。"
            ) from error

    def current(self) -> Place | None:
        cell = self.app.ActiveCell
        return None if cell is None else Place(self.book.ActiveSheet.Name, cell.Row, cell.Column)

    def status(self, text: str | None) -> None:
        self.app.StatusBar = text or False

    def tell(self, text: str) -> None:
        notice.show(text)

    def ask(self, question: str) -> bool:
        return notice.ask(question)

    def choose_file(self, title: str, patterns: Sequence[str]) -> Path | None:
        wanted = ";".join(patterns)
        found = self.app.GetOpenFilename(f"{title},{wanted}", 1, title)
        return Path(found) if isinstance(found, str) and found else None

    def choose_folder(self, title: str) -> Path | None:
        found = pick_folder(self.app, title)
        return Path(found) if found else None

    def to_pdf(self, sheet: str, path: Path) -> None:
        try:
            self.book.Worksheets(sheet).ExportAsFixedFormat(_PDF, str(path))
        except Exception as error:
            raise CannotWrite(f"{self.program} 没有生成 PDF“{path.name}”。") from error

    def _range(self, place: Place) -> Any:
        sheet = self.book.Worksheets(place.sheet)
        first = sheet.Cells(place.row, place.column)
        last = sheet.Cells(place.row + place.rows - 1, place.column + place.columns - 1)
        return sheet.Range(first, last)

    def _used(self, sheet: str, most: int = MAX_ROWS) -> Any:
        used = self.book.Worksheets(sheet).UsedRange
        rows, columns = min(used.Rows.Count, most), min(used.Columns.Count, MAX_COLUMNS)
        return self._range(Place(sheet, used.Row, used.Column, rows, columns))


def _rows(value: Any) -> tuple[tuple[Value, ...], ...]:
    """A block; one cell comes as itself, money as Decimal, a moment with a time zone."""
    rows = value if isinstance(value, tuple) else ((value,),)
    return tuple(tuple(_plain(cell) for cell in row) for row in rows)


def _plain(value: Any) -> Value:
    if isinstance(value, dt.datetime):
        return dt.datetime(*value.timetuple()[:6])
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _ERRORS.get(value, float(value))
    plain: Value = value
    return plain


_ERRORS = {  # SCODEs of errors in cells; numbers are always floats
    -2146826288: "#NULL!",
    -2146826281: "#DIV/0!",
    -2146826273: "#VALUE!",
    -2146826265: "#REF!",
    -2146826259: "#NAME?",
    -2146826252: "#NUM!",
    -2146826246: "#N/A",
}
