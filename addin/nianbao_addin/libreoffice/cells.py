"""Where a range lies, whether it may be changed, and the count of what is asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from nianbao_addin.libreoffice import a1
from nianbao_addin.libreoffice.a1 import Area
from nianbao_addin.libreoffice.bridge import guarded
from nianbao_addin.libreoffice.errors import SheetProtected

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.app import App
    from nianbao_addin.libreoffice.book import Book
    from nianbao_addin.libreoffice.sheet import Sheet


@guarded
class Cells:
    """The cells of an area of a sheet. UNO's range is made when it is first needed."""

    unguarded = ("api", "empty", "row", "column", "shape", "coords", "at", "uniform")

    def __init__(self, sheet: Sheet, area: Area) -> None:
        self.app: App = sheet.app
        self.book: Book = sheet.book
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

    def at(self, area: Area) -> Self:
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
        self.app.meter.read(f"{what} {self.address}")

    def writing(self, what: str) -> None:
        """Count an entry; raises when the workbook or the cells are protected."""
        self.book.check_writable()
        if self.sheet.protected:
            mixed = not self.uniform("CellProtection")
            if mixed or self.xl.CellProtection.IsLocked:
                raise SheetProtected(self.sheet.name, self.address)
        self.app.meter.write(f"{what} {self.address}")

    def formatting(self, what: str) -> None:
        """Count a change other than an entry, which a protected sheet refuses everywhere."""
        self.book.check_writable()
        if self.sheet.protected:
            raise SheetProtected(self.sheet.name, self.address)
        self.app.meter.write(f"{what} {self.address}")

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
        return a1.write(self.area)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        address = a1.write(self.area, row_absolute, col_absolute)
        if not external:
            return address
        whole = f"[{self.book.name}]{self.sheet.name}"
        quoted = a1.quoted(self.sheet.name).startswith("'") or " " in self.book.name
        whole = "'" + whole.replace("'", "''") + "'" if quoted else whole
        return f"{whole}!{address}"

    def __call__(self, *args: Any) -> Self:
        """A cell by (row, column), counted from 1 and allowed to lie outside; or by its number."""
        if len(args) == 1:
            row, column = divmod(args[0] - 1, self.area.columns)
        else:
            row, column = args[0] - 1, args[1] - 1
        area = Area(self.area.row + row, self.area.column + column, 1, 1)
        if area.row < 1 or area.column < 1 or area.row > a1.ROWS or area.column > a1.COLUMNS:
            raise IndexError("beyond the edge of the sheet")
        return self.at(area)
