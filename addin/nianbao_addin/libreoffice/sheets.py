"""The sheets of a book."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao_addin.libreoffice.bridge import exception, guarded
from nianbao_addin.libreoffice.errors import NotPossible
from nianbao_addin.libreoffice.sheet import Sheet, place_of

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.book import Book


@guarded
class Sheets(base_classes.Sheets):
    """All sheets in their order."""

    def __init__(self, book: Book) -> None:
        self.app, self.book = book.app, book
        self.xl = book.xl.Sheets
        self._known: dict[str, Sheet] = {}

    @property
    def api(self) -> Any:
        """UNO's Spreadsheets."""
        return self.xl

    @property
    def active(self) -> Sheet:
        return self(self.book.xl.CurrentController.ActiveSheet.Name)

    @property
    def names(self) -> tuple[str, ...]:
        """The sheets' names; raises `BookClosed`."""
        names: tuple[str, ...] = self.xl.ElementNames
        if not names:
            self.book.check()
        return names

    def __call__(self, name_or_index: str | int) -> Sheet:
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

    def __iter__(self) -> Iterator[Sheet]:
        return iter([self._sheet(name) for name in self.names])

    def add(
        self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None
    ) -> Sheet:
        """A new sheet, which becomes the active one; before the active one unless said."""
        self.book.check_structure()
        self.app.meter.write("sheet")
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

    def remove(self, sheet: Sheet) -> None:
        """Delete a sheet; its objects say `SheetGone` from then on."""
        self.book.check_structure()
        self.app.meter.write("sheet")
        if len(self) == 1:
            raise NotPossible("工作簿至少要有一张工作表。")
        self.xl.removeByName(sheet.name)
        sheet.gone = True
        self._known = {name: known for name, known in self._known.items() if known is not sheet}

    def _sheet(self, name: str) -> Sheet:
        """Sheets follow a rename by hand, so that a known one may bear another name by now."""
        known = self._known.get(name)
        if known is not None and known.xl.Name == name and not known.is_whole:
            known.shifted()
        if known is None or known.xl.Name != name:
            known = self._known[name] = Sheet(self.book, self.xl.getByName(name))
        return known

    def _free_name(self) -> str:
        number = len(self) + 1
        while f"Sheet{number}" in self:
            number += 1
        return f"Sheet{number}"
