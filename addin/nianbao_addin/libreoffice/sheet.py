"""One sheet, what is looked at of it, and the sheets of a book."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao.formats.a1 import COLUMNS, ROWS
from nianbao_addin.libreoffice import rectangle
from nianbao_addin.libreoffice.bridge import (
    BookClosed,
    NotPossible,
    SheetGone,
    SheetProtected,
    enum,
    exception,
    guarded,
    struct,
)
from nianbao_addin.libreoffice.names import CalcNames
from nianbao_addin.libreoffice.range import CalcRange

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.book import CalcBook

_ALL = rectangle.Rectangle(1, 1, ROWS, COLUMNS)


@guarded
class CalcSheet(base_classes.Sheet):
    """One sheet."""

    unguarded = ("at", "book", "xl", "cells", "annotations", "shifted", "is_whole")

    def __init__(self, book: CalcBook, xl: Any) -> None:
        self.app, self._book, self._xl = book.app, book, xl
        self.gone = False
        self.shifts = 0
        self._annotations: Any = None
        self._names: CalcNames | None = None

    @property
    def book(self) -> CalcBook:
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
        return rectangle.from_calc(self.xl.RangeAddress) == _ALL

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
        self.app.observer.write("sheet name")
        self.xl.Name = value
        if self.xl.Name != value:
            raise NotPossible(f"“{value}”不能用作工作表名。")

    @property
    def names(self) -> CalcNames:
        if self._names is None:
            self._names = CalcNames(self.book, self.xl.NamedRanges, self)
        return self._names

    @property
    def index(self) -> int:
        return int(self.xl.RangeAddress.Sheet) + 1

    @property
    def page_setup(self) -> PageSetup:
        return PageSetup(self)

    def at(self, area: rectangle.Rectangle) -> CalcRange:
        """The range of an area."""
        return CalcRange(self, area)

    def range(self, arg1: Any, arg2: Any = None) -> CalcRange:
        """As ``Sheet.range`` takes it: ``"A1:B2"``, a name, (row, column), ranges, two of these."""
        if isinstance(arg1, int) and isinstance(arg2, int):
            arg1, arg2 = (arg1, arg2), None
        first = self._area(arg1)
        return CalcRange(self, first if arg2 is None else rectangle.around(first, self._area(arg2)))

    def _area(self, argument: Any) -> rectangle.Rectangle:
        if isinstance(argument, CalcRange):
            return argument.area
        if isinstance(argument, tuple):
            row, column, *size = argument
            if row < 1 or column < 1:
                raise IndexError("rows and columns count from 1")
            return rectangle.Rectangle(row, column, *(size or (1, 1)))
        area = rectangle.parse(argument)
        if area is not None:
            return area
        for names in (self.names, self.book.names):
            if names.contains(argument):
                found = names(argument).refers_to_range
                if found.sheet is self:
                    return found.area
        raise ValueError(f"no cells of this sheet: {argument!r}")

    @property
    def cells(self) -> CalcRange:
        return CalcRange(self, _ALL)

    @property
    def used_range(self) -> CalcRange:
        cursor = self.xl.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return CalcRange(self, rectangle.from_calc(cursor.RangeAddress))

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
        self.app.observer.write("sheet visible")
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

    def show_rows(self, table: CalcRange, field: int, text: str | None) -> None:
        """Filter a table by the text in its n-th column; None shows all rows. Not in xlwings."""
        descriptor = table.xl.createFilterDescriptor(True)
        descriptor.ContainsHeader = True
        if text is not None:
            equal = enum("sheet.FilterOperator", "EQUAL")
            wanted = struct("sheet.TableFilterField", Field=field - 1, Operator=equal)
            wanted.StringValue = text
            descriptor.setFilterFields((wanted,))
        table.xl.filter(descriptor)

    def delete(self) -> None:
        self.book.sheets.remove(self)


def place_of(before: CalcSheet | None, after: CalcSheet | None) -> tuple[CalcSheet, int]:
    """The sheet that the place is named by, and the index (from 0) that something gets there."""
    anchor = before or after
    if anchor is None:
        raise ValueError("before or after which sheet?")
    return anchor, anchor.index - 1 + (before is None)


@guarded
class CalcSheets(base_classes.Sheets):
    """All sheets in their order."""

    def __init__(self, book: CalcBook) -> None:
        self.app, self.book = book.app, book
        self.xl = book.xl.Sheets
        self._known: dict[str, CalcSheet] = {}

    @property
    def api(self) -> Any:
        """UNO's Spreadsheets."""
        return self.xl

    @property
    def active(self) -> CalcSheet:
        return self(self.book.xl.CurrentController.ActiveSheet.Name)

    @property
    def names(self) -> tuple[str, ...]:
        """The sheets' names; raises `BookClosed`."""
        names: tuple[str, ...] = self.xl.ElementNames
        if not names:
            self.book.check()
        return names

    def __call__(self, name_or_index: str | int) -> CalcSheet:
        names = self.names
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= len(names):
                raise KeyError(name_or_index)
            return self._sheet(names[name_or_index - 1])
        for name in names:
            if name.casefold() == str(name_or_index).casefold():
                return self._sheet(name)
        raise KeyError(name_or_index)

    def __contains__(self, name: str) -> bool:
        return str(name).casefold() in (known.casefold() for known in self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[CalcSheet]:
        return iter([self._sheet(name) for name in self.names])

    def add(
        self,
        before: CalcSheet | None = None,
        after: CalcSheet | None = None,
        name: str | None = None,
    ) -> CalcSheet:
        """A new sheet, which becomes the active one; before the active one unless said."""
        self.book.check_structure()
        self.app.observer.write("sheet")
        _, position = place_of(before or (None if after else self.active), after)
        title = name or self._free_name()
        try:
            self.xl.insertNewByName(title, position)
        except exception("uno.RuntimeException") as error:
            self.book.check()
            raise NotPossible(f"“{title}”不能用作工作表名。") from error
        sheet = self._sheet(title)
        sheet.activate()
        return sheet

    def remove(self, sheet: CalcSheet) -> None:
        """Delete a sheet; its objects say `SheetGone` from then on."""
        self.book.check_structure()
        self.app.observer.write("sheet")
        if len(self) == 1:
            raise NotPossible("工作簿至少要有一张工作表。")
        self.xl.removeByName(sheet.name)
        sheet.gone = True
        self._known = {name: known for name, known in self._known.items() if known is not sheet}

    def _sheet(self, name: str) -> CalcSheet:
        """Sheets follow a rename by hand, so that a known one may bear another name by now."""
        known = self._known.get(name)
        if known is not None and known.xl.Name == name and not known.is_whole:
            known.shifted()
        if known is None or known.xl.Name != name:
            known = self._known[name] = CalcSheet(self.book, self.xl.getByName(name))
        return known

    def _free_name(self) -> str:
        number = len(self) + 1
        while f"Sheet{number}" in self:
            number += 1
        return f"Sheet{number}"


def selected(book: CalcBook) -> CalcRange | None:
    """The selected cells, the first area of several; None when something else is selected."""
    selection = book.xl.CurrentSelection
    if selection is None or not hasattr(selection, "RangeAddress"):
        if not hasattr(selection, "RangeAddresses") or not selection.RangeAddresses:
            return None
        address = selection.RangeAddresses[0]
    else:
        address = selection.RangeAddress
    return book.sheets(int(address.Sheet) + 1).at(rectangle.from_calc(address))


@guarded
class PageSetup:
    """What xlwings knows of it: the printed area."""

    def __init__(self, sheet: CalcSheet) -> None:
        self.app, self.book, self.sheet = sheet.app, sheet.book, sheet

    @property
    def api(self) -> Any:
        """UNO's page style of the sheet: paper, margins, scale."""
        styles = self.book.xl.StyleFamilies.getByName("PageStyles")
        return styles.getByName(self.sheet.xl.PageStyle)

    @property
    def print_area(self) -> str | None:
        areas = [
            rectangle.write(rectangle.from_calc(address))
            for address in self.sheet.xl.getPrintAreas()
        ]
        return ",".join(areas) or None
