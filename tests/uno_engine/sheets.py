"""Of a sheet: its name, panes, printed area, notes, clearing, copying."""

from __future__ import annotations

from typing import Any

from nianbao_addin.libreoffice.bridge import guarded
from nianbao_addin.libreoffice.sheet import CalcSheet, PageSetup, place_of
from uno_engine.notes import Note, all_notes


@guarded
class SheetParts:
    """For `CalcSheet`."""

    @property
    def freeze_panes(self) -> FreezePanes:
        return FreezePanes(self)

    @property
    def notes(self) -> list[Note]:
        return all_notes(self)

    @property
    def comments(self) -> list[Any]:
        """Threaded comments: LibreOffice has none."""
        return []

    def clear(self) -> None:
        self.cells.clear()

    def clear_contents(self) -> None:
        self.cells.clear_contents()

    def clear_formats(self) -> None:
        self.cells.clear_formats()

    def autofit(self, axis: str | None = None) -> None:
        self.used_range.autofit(axis)

    def copy(self, before: CalcSheet | None, after: CalcSheet | None) -> None:
        """Copy within the book, or into the other book that the anchor is in."""
        anchor, position = place_of(before, after)
        target = anchor.book.sheets
        anchor.book.check_structure()
        self.app.observer.write("sheet")
        if target is self.book.sheets:
            name, number = self.name, 2
            while f"{name} ({number})" in target:
                number += 1
            target.xl.copyByName(name, f"{name} ({number})", position)
        else:
            target.xl.importSheet(self.book.xl, self.name, position)

    def move(self, before: CalcSheet | None, after: CalcSheet | None) -> None:
        self.book.check_structure()
        self.app.observer.write("sheet")
        self.book.sheets.xl.moveByName(self.name, place_of(before, after)[1])


@guarded
class PageSetupParts:
    """For `PageSetup`."""

    @PageSetup.print_area.setter
    def print_area(self, value: str | None) -> None:
        self.book.check_writable()
        self.app.observer.write("print area")
        index = self.sheet.index - 1
        areas = [self.sheet.range(part).area for part in (value or "").split(",") if part]
        self.sheet.xl.setPrintAreas(tuple(area.calc(index) for area in areas))


@guarded
class FreezePanes:
    """Rows above and columns left of a cell stay in sight."""

    def __init__(self, sheet: CalcSheet) -> None:
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
        self.app.observer.write("freeze panes")
        self.book.xl.CurrentController.freezeAtPosition(columns, rows)
