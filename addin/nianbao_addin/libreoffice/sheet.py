"""One sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao_addin.libreoffice import a1
from nianbao_addin.libreoffice.bridge import enum, exception, guarded, struct
from nianbao_addin.libreoffice.errors import BookClosed, NotPossible, SheetGone, SheetProtected
from nianbao_addin.libreoffice.names import Names
from nianbao_addin.libreoffice.notes import Note, all_notes
from nianbao_addin.libreoffice.range import Range
from nianbao_addin.libreoffice.views import FreezePanes, PageSetup

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.book import Book

_ALL = a1.Area(1, 1, a1.ROWS, a1.COLUMNS)


@guarded
class Sheet(base_classes.Sheet):
    """One sheet."""

    unguarded = ("at", "book", "xl", "cells", "annotations", "shifted", "is_whole")

    def __init__(self, book: Book, xl: Any) -> None:
        self.app, self._book, self._xl = book.app, book, xl
        self.gone = False
        self.shifts = 0
        self._annotations: Any = None
        self._names: Names | None = None

    @property
    def book(self) -> Book:
        return self._book

    @property
    def xl(self) -> Any:
        """UNO's sheet; raises `SheetGone`."""
        if self.gone:
            raise SheetGone
        return self._xl

    def shifted(self) -> None:
        """Cells were inserted, deleted or moved: proxies may now mean other cells.

        Even the sheet's own: LibreOffice cuts it when cells are deleted at its corner.
        """
        self.shifts += 1
        self._xl = self.book.sheets.xl.getByName(self.name)
        self._annotations = None

    @property
    def is_whole(self) -> bool:
        """Whether the proxy still means the whole sheet (see `shifted`)."""
        return a1.from_calc(self.xl.RangeAddress) == _ALL

    @property
    def annotations(self) -> Any:
        """UNO's Annotations."""
        if self._annotations is None:
            self._annotations = self.xl.Annotations
        return self._annotations

    @property
    def api(self) -> Any:
        """UNO's Spreadsheet."""
        return self.xl

    @property
    def name(self) -> str:
        name = str(self.xl.Name)
        if not name:
            self.book.check()
            raise BookClosed
        return name

    @name.setter
    def name(self, value: str) -> None:
        self.book.check_structure()
        self.app.meter.write("sheet name")
        self.xl.Name = value
        if self.xl.Name != value:
            raise NotPossible(f"“{value}”不能用作工作表名。")

    @property
    def names(self) -> Names:
        if self._names is None:
            self._names = Names(self.book, self.xl.NamedRanges, self)
        return self._names

    @property
    def index(self) -> int:
        return int(self.xl.RangeAddress.Sheet) + 1

    @property
    def freeze_panes(self) -> FreezePanes:
        return FreezePanes(self)

    @property
    def page_setup(self) -> PageSetup:
        return PageSetup(self)

    @property
    def notes(self) -> list[Note]:
        return all_notes(self)

    @property
    def comments(self) -> list[Any]:
        """Threaded comments: LibreOffice has none."""
        return []

    def at(self, area: a1.Area) -> Range:
        """The range of an area."""
        return Range(self, area)

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """As ``Sheet.range`` takes it: ``"A1:B2"``, a name, (row, column), ranges, two of these."""
        if isinstance(arg1, int) and isinstance(arg2, int):
            arg1, arg2 = (arg1, arg2), None
        first = self._area(arg1)
        return Range(self, first if arg2 is None else a1.around(first, self._area(arg2)))

    def _area(self, argument: Any) -> a1.Area:
        if isinstance(argument, Range):
            return argument.area
        if isinstance(argument, tuple):
            row, column, *size = argument
            if row < 1 or column < 1:
                raise IndexError("rows and columns count from 1")
            return a1.Area(row, column, *(size or (1, 1)))
        area = a1.parse(argument)
        if area is not None:
            return area
        for names in (self.names, self.book.names):
            if names.contains(argument):
                found = names(argument).refers_to_range
                if found.sheet is self:
                    return found.area
        raise ValueError(f"no cells of this sheet: {argument!r}")

    @property
    def cells(self) -> Range:
        return Range(self, _ALL)

    @property
    def used_range(self) -> Range:
        cursor = self.xl.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return Range(self, a1.from_calc(cursor.RangeAddress))

    def activate(self) -> None:
        """Raises `NotPossible` for a hidden sheet, as Excel does."""
        if not self.xl.IsVisible:
            raise NotPossible(f"工作表“{self.name}”是隐藏的，不能切换过去。")
        self.book.xl.CurrentController.setActiveSheet(self.xl)

    select = activate

    @property
    def visible(self) -> bool:
        return bool(self.xl.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.book.check_structure()
        self.app.meter.write("sheet visible")
        self.xl.IsVisible = bool(value)
        if self.xl.IsVisible != bool(value):
            raise NotPossible("工作簿至少要有一张可见的工作表。")

    @property
    def protected(self) -> bool:
        """Whether the sheet is protected. Beyond xlwings' API."""
        return bool(self.xl.isProtected())

    def protect(self, password: str = "") -> None:
        """Protect the sheet. Beyond xlwings' API."""
        self.book.check_writable()
        self.xl.protect(password)

    def unprotect(self, password: str = "") -> None:
        """Lift the protection; raises `SheetProtected` when the password is wrong."""
        try:
            self.xl.unprotect(password)
        except exception("lang.IllegalArgumentException") as error:
            raise SheetProtected(self.name, "它（密码不对）") from error

    def show_rows(self, table: Range, field: int, text: str | None) -> None:
        """Filter a table by the text in its n-th column; None shows all rows. Not in xlwings."""
        descriptor = table.xl.createFilterDescriptor(True)
        descriptor.ContainsHeader = True
        if text is not None:
            equal = enum("sheet.FilterOperator", "EQUAL")
            wanted = struct("sheet.TableFilterField", Field=field - 1, Operator=equal)
            wanted.StringValue = text
            descriptor.setFilterFields((wanted,))
        table.xl.filter(descriptor)

    def clear(self) -> None:
        self.cells.clear()

    def clear_contents(self) -> None:
        self.cells.clear_contents()

    def clear_formats(self) -> None:
        self.cells.clear_formats()

    def autofit(self, axis: str | None = None) -> None:
        self.used_range.autofit(axis)

    def delete(self) -> None:
        self.book.sheets.remove(self)

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        """Copy within the book, or into the other book that the anchor is in."""
        anchor, position = place_of(before, after)
        target = anchor.book.sheets
        anchor.book.check_structure()
        self.app.meter.write("sheet")
        if target is self.book.sheets:
            name, number = self.name, 2
            while f"{name} ({number})" in target:
                number += 1
            target.xl.copyByName(name, f"{name} ({number})", position)
        else:
            target.xl.importSheet(self.book.xl, self.name, position)

    def move(self, before: Sheet | None, after: Sheet | None) -> None:
        self.book.check_structure()
        self.app.meter.write("sheet")
        self.book.sheets.xl.moveByName(self.name, place_of(before, after)[1])


def place_of(before: Sheet | None, after: Sheet | None) -> tuple[Sheet, int]:
    """The sheet that the place is told by, and the index (from 0) that something gets there."""
    anchor = before or after
    if anchor is None:
        raise ValueError("before or after which sheet?")
    return anchor, anchor.index - 1 + (before is None)
