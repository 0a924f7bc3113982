"""What is looked at: the selection, frozen panes, the printed area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao_addin.libreoffice import a1
from nianbao_addin.libreoffice.bridge import guarded

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.book import Book
    from nianbao_addin.libreoffice.range import Range
    from nianbao_addin.libreoffice.sheet import Sheet


def selected(book: Book) -> Range | None:
    """The selected cells, the first area of several; None when something else is selected."""
    selection = book.xl.CurrentSelection
    if selection is None or not hasattr(selection, "RangeAddress"):
        if not hasattr(selection, "RangeAddresses") or not selection.RangeAddresses:
            return None
        address = selection.RangeAddresses[0]
    else:
        address = selection.RangeAddress
    return book.sheets(int(address.Sheet) + 1).at(a1.from_calc(address))


@guarded
class FreezePanes:
    """Rows above and columns left of a cell stay in sight."""

    def __init__(self, sheet: Sheet) -> None:
        self.app, self.book, self.sheet = sheet.app, sheet.book, sheet

    def freeze_at(self, frozen_range: str) -> None:
        """Keep this range, which begins at A1, in sight; makes its sheet the active one."""
        area = self.sheet.range(frozen_range).area
        columns = 0 if area.is_rows else area.last_column
        rows = 0 if area.is_columns else area.last_row
        self._freeze(columns, rows)

    def unfreeze(self) -> None:
        self._freeze(0, 0)

    def _freeze(self, columns: int, rows: int) -> None:
        self.sheet.activate()
        self.app.meter.write("freeze panes")
        self.book.xl.CurrentController.freezeAtPosition(columns, rows)


@guarded
class PageSetup:
    """What xlwings knows of it: the printed area."""

    def __init__(self, sheet: Sheet) -> None:
        self.app, self.book, self.sheet = sheet.app, sheet.book, sheet

    @property
    def api(self) -> Any:
        """UNO's page style of the sheet: paper, margins, scale."""
        styles = self.book.xl.StyleFamilies.getByName("PageStyles")
        return styles.getByName(self.sheet.xl.PageStyle)

    @property
    def print_area(self) -> str | None:
        areas = [a1.write(a1.from_calc(address)) for address in self.sheet.xl.getPrintAreas()]
        return ",".join(areas) or None

    @print_area.setter
    def print_area(self, value: str | None) -> None:
        self.book.check_writable()
        self.app.meter.write("print area")
        index = self.sheet.index - 1
        areas = [self.sheet.range(part).area for part in (value or "").split(",") if part]
        self.sheet.xl.setPrintAreas(tuple(area.calc(index) for area in areas))
