"""A range of cells: where it lies, whether it may be changed, what it holds, how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao.formats.a1 import COLUMNS, ROWS, quoted
from nianbao_addin.libreoffice import blocks, rectangle
from nianbao_addin.libreoffice.bridge import NotPossible, SheetProtected, guarded
from nianbao_addin.libreoffice.rectangle import Rectangle
from nianbao_addin.libreoffice.values import Rows

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.app import CalcApp
    from nianbao_addin.libreoffice.book import CalcBook
    from nianbao_addin.libreoffice.sheet import CalcSheet

_PIXEL = 2540 / 96  # in hundredths of a millimetre, in which UNO measures
_DIGIT, _PADDING = 7, 5  # pixels of a digit in Excel's standard font; around a column's content


@guarded
class CalcRange(base_classes.Range):
    """The cells of an area of a sheet. UNO's range is made when it is first needed.

    It stays where it is when rows are inserted above (Excel's would move along): take a new one
    from a name after that.
    """

    unguarded = ("api", "empty", "row", "column", "shape", "coords", "at", "uniform")

    def __init__(self, sheet: CalcSheet, area: Rectangle) -> None:
        self.app: CalcApp = sheet.app
        self.book: CalcBook = sheet.book
        self.sheet = sheet
        self.area = area
        self.options: dict[str, Any] = {}
        self._xl: Any = None
        self._shifts = 0

    @property
    def empty(self) -> bool:
        """Whether it has no cells, as slices can have."""
        return self.area.rows < 1 or self.area.columns < 1

    @property
    def xl(self) -> Any:
        """UNO's cell range."""
        sheet = self.sheet.xl  # raises when the sheet has gone
        if self._xl is None or self._shifts != self.sheet.shifts:  # UNO's would have moved along
            self._shifts = self.sheet.shifts
            area = self.area
            self._xl = sheet.getCellRangeByPosition(
                area.column - 1, area.row - 1, area.last_column - 1, area.last_row - 1
            )
        return self._xl

    @property
    def api(self) -> Any:
        """UNO's cell range; None when it has no cells."""
        return None if self.empty else self.xl

    def at(self, area: Rectangle) -> CalcRange:
        """Another area of the same sheet."""
        return type(self)(self.sheet, area)

    def cell(self, row: int, column: int) -> Any:
        """UNO's cell, counted from 0 within the range."""
        return self.xl.getCellByPosition(column, row)

    def uniform(self, name: str) -> bool:
        """Whether all cells have the same setting of this UNO property."""
        return self.area.is_cell or self.xl.getPropertyState(name).value != "AMBIGUOUS_VALUE"

    # What was asked and what may be done

    def reading(self, what: str) -> None:
        """Count a read."""
        self.app.observer.read(f"{what} {self.address}")

    def writing(self, what: str) -> None:
        """Count an entry; raises when the workbook or the cells are protected."""
        self.book.check_writable()
        if self.sheet.protected:
            mixed = not self.uniform("CellProtection")
            if mixed or self.xl.CellProtection.IsLocked:
                raise SheetProtected(self.sheet.name, self.address)
        self.app.observer.write(f"{what} {self.address}")

    def formatting(self, what: str) -> None:
        """Count a change other than an entry, which a protected sheet refuses everywhere."""
        self.book.check_writable()
        if self.sheet.protected:
            raise SheetProtected(self.sheet.name, self.address)
        self.app.observer.write(f"{what} {self.address}")

    # Where it is

    def __len__(self) -> int:
        return self.area.rows * self.area.columns

    @property
    def row(self) -> int:
        return self.area.row

    @property
    def column(self) -> int:
        return self.area.column

    @property
    def shape(self) -> tuple[int, int]:
        return self.area.rows, self.area.columns

    @property
    def coords(self) -> tuple[Any, int, int, int, int]:
        return (self.sheet, *self.area)

    @property
    def arg1_input(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        return rectangle.write(self.area)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        address = rectangle.write(self.area, row_absolute, col_absolute)
        if not external:
            return address
        whole = f"[{self.book.name}]{self.sheet.name}"
        plain = rectangle.quoted(self.sheet.name) == self.sheet.name and " " not in self.book.name
        return f"{whole if plain else quoted(whole)}!{address}"

    def __call__(self, *args: Any) -> CalcRange:
        """A cell by (row, column), counted from 1 and allowed to lie outside; or by its number."""
        if len(args) == 1:
            row, column = divmod(args[0] - 1, self.area.columns)
        else:
            row, column = args[0] - 1, args[1] - 1
        area = Rectangle(self.area.row + row, self.area.column + column, 1, 1)
        if area.row < 1 or area.column < 1 or area.row > ROWS or area.column > COLUMNS:
            raise IndexError("beyond the edge of the sheet")
        return self.at(area)

    # What it holds

    @property
    def raw_value(self) -> Any:
        """A value, or rows of values as tuples: what Excel gives over COM."""
        if self.empty:
            return None
        self.reading("value")
        rows = blocks.read(self, bool(self.options.get("err_to_str")))
        return rows[0][0] if self.area.is_cell else tuple(map(tuple, rows))

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        if not self.empty:
            self._put("value", data)

    @property
    def formula(self) -> Any:
        if self.empty:
            return None
        self.reading("formula")
        rows = blocks.read_formulas(self)
        return rows[0][0] if self.area.is_cell else tuple(map(tuple, rows))

    @formula.setter
    def formula(self, value: Any) -> None:
        if not self.empty:
            self._put("formula", value)

    formula2 = formula

    def _put(self, what: str, data: Any) -> None:
        self.writing(what)
        if isinstance(data, str) and data[:1] == "=" and not self.area.is_cell:
            blocks.fill_formula(self, data)
        else:
            blocks.write(self, self._shaped(data))

    def _shaped(self, data: Any) -> Rows:
        """Rows of the range's shape; one value goes everywhere. Raises `ValueError`."""
        rows, columns = self.shape
        if not isinstance(data, Sequence) or isinstance(data, str):
            return [[data] * columns for _ in range(rows)]
        block = [
            row if isinstance(row, Sequence) and not isinstance(row, str) else None for row in data
        ]
        nested: list[Sequence[Any]] = [data] if None in block else list(data)
        if len(nested) != rows or any(len(row) != columns for row in nested):
            raise ValueError(f"{len(nested)} rows for the {rows} by {columns} cells {self.address}")
        return [list(row) for row in nested]

    # What is seen of it. Mixed settings read as None, as in Excel.

    def to_pdf(self, path: str, quality: str = "standard") -> None:
        self.book.export_pdf(path, quality, Selection=self.xl)

    def select(self) -> None:
        """Raises `NotPossible` when the sheet is not the active one, as Excel does."""
        controller = self.book.xl.CurrentController
        if controller.ActiveSheet.Name != self.sheet.name:
            raise NotPossible(f"要先切换到工作表“{self.sheet.name}”才能选中它的单元格。")
        controller.select(self.xl)

    def _get(self, name: str) -> Any:
        self.reading(name)
        return getattr(self.xl, name) if self.uniform(name) else None

    def _set(self, name: str, value: Any) -> None:
        self.formatting(name)
        setattr(self.xl, name, value)

    @property
    def number_format(self) -> str | None:
        key = self._get("NumberFormat")
        return None if key is None else str(self.book.formats.code(key))

    @number_format.setter
    def number_format(self, value: str) -> None:
        self._set("NumberFormat", self.book.formats.key(value))

    @property
    def wrap_text(self) -> bool | None:
        wrapped: bool | None = self._get("IsTextWrapped")
        return wrapped

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self._set("IsTextWrapped", bool(value))

    @property
    def column_width(self) -> float | None:
        """In digits of the standard font."""
        self.reading("column width")
        width = self._same(self.xl.Columns, "Width")
        return None if width is None else round((width / _PIXEL - _PADDING) / _DIGIT, 2)

    @column_width.setter
    def column_width(self, value: float) -> None:
        self.formatting("column width")
        self.xl.Columns.Width = round((value * _DIGIT + _PADDING) * _PIXEL)

    @staticmethod
    def _same(lines: Any, name: str) -> Any:
        """The common setting of all rows or columns, of which each is asked."""
        values = {getattr(lines.getByIndex(index), name) for index in range(lines.Count)}
        return values.pop() if len(values) == 1 else None
