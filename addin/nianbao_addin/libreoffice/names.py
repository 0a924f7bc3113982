"""Defined names of a book or of one sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao.formats.a1 import unquoted
from nianbao_addin.libreoffice import rectangle
from nianbao_addin.libreoffice.bridge import NotPossible, guarded

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.book import CalcBook
    from nianbao_addin.libreoffice.range import CalcRange
    from nianbao_addin.libreoffice.sheet import CalcSheet


@guarded
class CalcNames(base_classes.Names):
    """A book's names (its sheets' own ones after them, as ``表二!x``), or a sheet's own ones."""

    def __init__(self, book: CalcBook, xl: Any, sheet: CalcSheet | None = None) -> None:
        self.app, self.book, self.xl, self.sheet = book.app, book, xl, sheet
        self._known: dict[str, Any] = {}

    @property
    def api(self) -> Any:
        """UNO's NamedRanges."""
        return self.xl

    def __call__(self, name_or_index: str | int) -> CalcName:
        self.book.check()
        self.app.observer.read(f"name {name_or_index}")
        if isinstance(name_or_index, int):
            return self._places()[name_or_index - 1]
        owner, local = self._owner(name_or_index)
        if not owner.xl.hasByName(local):
            raise KeyError(name_or_index)
        return CalcName(owner, local)

    def snapshot(self) -> list[tuple[str, CalcName]]:
        """All of them; one read, in which what they refer to is fetched as well.

        The first time takes 1.4 ms a name (UNO makes an object of each), later 0.16 ms.
        """
        self.book.check()
        self.app.observer.read("names")
        names = self._places()
        for name in names:  # one by one: UNO's proxies are not to be made by several threads
            name.fetch()
        return [(name.name, name) for name in names]

    def contains(self, name_or_index: str | int) -> bool:
        self.book.check()
        self.app.observer.read(f"name {name_or_index}")
        if isinstance(name_or_index, int):
            return 1 <= name_or_index <= len(self)
        owner, local = self._owner(name_or_index)
        return bool(owner.xl.hasByName(local))

    def __contains__(self, name: str) -> bool:
        return self.contains(name)

    def __len__(self) -> int:
        self.book.check()
        return len(self._places())

    def __iter__(self) -> Iterator[CalcName]:
        return iter([name for _, name in self.snapshot()])

    def proxy(self, local: str) -> Any:
        """UNO's NamedRange: whatever bears the name at the time."""
        if local not in self._known:
            self._known[local] = self.xl.getByName(local)
        return self._known[local]

    def forget(self, local: str) -> None:
        """A name that was removed or renamed."""
        self._known.pop(local, None)

    def _places(self) -> list[CalcName]:
        """All names in their order, without what they refer to."""
        found = [CalcName(self, name) for name in self.xl.ElementNames]
        if self.sheet is None:
            for sheet in self.book.sheets:
                found += [CalcName(sheet.names, name) for name in sheet.names.xl.ElementNames]
        return found

    def _owner(self, name: str) -> tuple[CalcNames, str]:
        scope, separator, local = name.rpartition("!")
        if not separator or self.sheet is not None:
            return self, local
        return self.book.sheets(unquoted(scope)).names, local


@guarded
class CalcName(base_classes.Name):
    """One defined name."""

    unguarded = ("fetch",)

    def __init__(self, names: CalcNames, local: str) -> None:
        self.app, self.book = names.app, names.book
        self._names, self._local = names, local
        self._content: str | None = None
        self._read_at = 0

    @property
    def api(self) -> Any:
        """UNO's NamedRange."""
        return self._names.proxy(self._local)

    @property  # type: ignore[misc]  # a button changes none
    def name(self) -> str:
        sheet = self._names.sheet
        return self._local if sheet is None else f"{rectangle.quoted(sheet.name)}!{self._local}"

    @property  # type: ignore[misc]  # a button changes none
    def refers_to(self) -> str:
        """``='表 三'!$A$1``; a constant or a formula also with its ``=``."""
        content = self._fetched()
        cells = rectangle.cells_of_calc(content)
        if cells is None:
            return self.book.formulas.to_excel("=" + content)
        return f"={rectangle.quoted(cells[0])}!{rectangle.write(cells[1])}"

    @property
    def refers_to_range(self) -> CalcRange:
        """Raises `NotPossible` when it stands for no cells, or for ones that were deleted."""
        cells = rectangle.cells_of_calc(self._fetched())
        if cells is None:
            raise NotPossible(f"名称“{self.name}”没有指向单元格。")
        return self.book.sheets(cells[0]).at(cells[1])

    def fetch(self) -> None:
        """Take what it refers to; that answers until we write anything."""
        self._read_at = self.app.observer.changes
        self._content = str(self._names.proxy(self._local).Content)

    def _fetched(self) -> str:
        if self._content is None or self._read_at != self.app.observer.changes:
            self.app.observer.read(f"name {self._local}")
            self.fetch()
        return self._content or ""
