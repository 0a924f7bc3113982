"""One workbook, and the workbooks that are open."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao_addin.libreoffice import blocks
from nianbao_addin.libreoffice.bridge import (
    BookClosed,
    BookProtected,
    BookReadOnly,
    CannotOpen,
    CannotSave,
    NoBookOpen,
    ProgramGone,
    exception,
    file_path,
    file_url,
    guarded,
    properties,
    uno,
    uno_error,
)
from nianbao_addin.libreoffice.formulas import Formulas
from nianbao_addin.libreoffice.names import CalcNames
from nianbao_addin.libreoffice.number_formats import NumberFormats
from nianbao_addin.libreoffice.rectangle import Rectangle
from nianbao_addin.libreoffice.sheet import CalcSheet, CalcSheets, selected

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.app import CalcApp
    from nianbao_addin.libreoffice.range import CalcRange

VBA = "Calc MS Excel 2007 VBA XML"  # LibreOffice's name for workbooks with macros

# By the end of the name, as Excel chooses when it saves.
_FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": VBA,
    ".xls": "MS Excel 97",
    ".xltx": "Calc MS Excel 2007 XML Template",
    ".ods": "calc8",
    ".csv": "Text - txt - csv (StarCalc)",
}

_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
_NEVER, _ALWAYS = 0, 4  # com.sun.star.document.MacroExecMode: not at all; without asking
_NO_LINKS, _ALL_LINKS = 0, 3  # com.sun.star.document.UpdateDocMode: NO_UPDATE, FULL_UPDATE


@guarded
class CalcBook(base_classes.Book):
    """One document. Its proxies are kept: a new one takes 1 ms, a call 0.15 ms."""

    unguarded = ("alive", "app", "sheets", "names", "ranges")

    def __init__(self, app: CalcApp, document: Any, uid: int) -> None:
        self._app = app
        self.book = self
        self.xl = document
        self.uid = uid
        self.formats = NumberFormats(document)
        self.formulas = Formulas(document)
        self._sheets = CalcSheets(self)
        self._names = CalcNames(self, document.NamedRanges)
        self._epoch: dt.datetime | None = None
        self._looks: Any = None

    @property
    def app(self) -> CalcApp:
        return self._app

    @property
    def sheets(self) -> CalcSheets:
        return self._sheets

    @property
    def names(self) -> CalcNames:
        return self._names

    @property
    def alive(self) -> bool:
        """Whether the document is still open."""
        try:
            return self.xl.Sheets is not None
        except (uno_error(), AttributeError):
            return False

    def check(self) -> None:
        """Raises `BookClosed`; for calls that a closed document answers with nothing."""
        if not self.alive:
            raise BookClosed if self.app.alive else ProgramGone

    def check_writable(self) -> None:
        """Raises `BookReadOnly` or `BookClosed`."""
        self.check()
        if self.xl.isReadonly():
            raise BookReadOnly(self.name)

    def check_structure(self) -> None:
        """Raises `BookProtected` or `BookReadOnly`: sheets cannot be added, removed, renamed."""
        self.check_writable()
        if self.xl.isProtected():
            raise BookProtected(self.name)

    @property
    def api(self) -> Any:
        """UNO's document."""
        return self.xl

    @property
    def name(self) -> str:
        url = self.xl.getURL()
        return Path(file_path(url)).name if url else str(self.xl.Title)

    @property
    def fullname(self) -> str:
        """The path; the bare name of a book that was never saved."""
        url = self.xl.getURL()
        return file_path(url) if url else str(self.xl.Title)

    @property
    def epoch(self) -> dt.datetime:
        """The moment that the serial number 0 stands for."""
        if self._epoch is None:
            day = self.xl.NullDate
            self._epoch = dt.datetime(day.Year, day.Month, day.Day)
        return self._epoch

    @property
    def looks(self) -> Any:
        """UNO's search for what looks like a date or a truth value on the screen."""
        if self._looks is None:
            formatter = self.app.office.service("util.NumberFormatter")
            formatter.attachNumberFormatsSupplier(self.xl)
            key = self.formats.key("BOOLEAN")
            words = [formatter.convertNumberToString(key, value) for value in (1.0, 0.0)]
            self._looks = self.sheets(1).xl.createSearchDescriptor()
            self._looks.SearchType = blocks.SHOWN
            self._looks.SearchRegularExpression = True
            self._looks.SearchString = blocks.LOOKS.format(*words)
        return self._looks

    def ranges(self, sheet: CalcSheet, areas: Iterable[Rectangle]) -> Any:
        """UNO's SheetCellRanges of these areas, for a setting in one call."""
        found = self.xl.createInstance("com.sun.star.sheet.SheetCellRanges")
        index = sheet.index - 1
        found.addRangeAddresses(tuple(area.calc(index) for area in areas), False)
        return found

    @property
    def selection(self) -> CalcRange | None:
        """The selected cells, the first area of several; None for a picture and the like."""
        return selected(self)

    def activate(self) -> None:
        self.xl.CurrentController.Frame.activate()

    def close(self) -> None:
        """Close without saving."""
        self.xl.close(True)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Save where it is, or as ``path``, in the format of its ending. Raises `CannotSave`."""
        if path is None and self.xl.hasLocation():
            target = Path(self.fullname)
        else:
            target = Path(os.path.realpath(path or f"{self.name}.xlsx"))
        filter_name = _FILTERS.get(target.suffix.lower())
        if filter_name is None:
            raise CannotSave(f"不能保存为 {target.suffix or '没有扩展名的'} 文件：{target.name}")
        arguments = {"FilterName": filter_name, "Overwrite": True}
        if password and target.suffix.lower() != ".ods":  # LibreOffice would leave it out
            raise NotImplementedError("a password for a file of Excel's")
        if password:
            arguments["Password"] = password
        self._store(self.xl.storeAsURL, target, arguments)

    def to_pdf(self, path: str, quality: str = "standard") -> None:
        """What would be printed, as PDF. Raises `CannotSave`."""
        self.export_pdf(path, quality)

    def export_pdf(self, path: str, quality: str, **data: Any) -> None:
        """As `to_pdf`; ``data`` are further settings of LibreOffice's export."""
        data["Quality"] = 60 if quality == "minimum" else 90
        values = uno().Any("[]com.sun.star.beans.PropertyValue", properties(**data))
        arguments = {"FilterName": "calc_pdf_Export", "FilterData": values}
        self._store(self.xl.storeToURL, Path(os.path.realpath(path)), arguments)

    def _store(self, store: Any, target: Path, arguments: dict[str, Any]) -> None:
        if not target.parent.is_dir():  # LibreOffice would make the folder
            raise CannotSave(f"文件夹不存在：{target.parent}")
        try:
            store(file_url(target), properties(**arguments))
        except exception("io.IOException") as error:
            raise CannotSave(f"写不进文件 {target.name}，可能没有权限或文件正被使用。") from error


@guarded
class CalcBooks(base_classes.Books):
    """All spreadsheet documents of the program, the one opened first coming first."""

    def __init__(self, app: CalcApp) -> None:
        self.app = app
        self._known: dict[int, CalcBook] = {}

    @property
    def api(self) -> Any:
        """UNO's desktop, which holds the documents."""
        return self.app.desktop

    @property
    def active(self) -> CalcBook:
        """Raises `NoBookOpen`, where xlwings would otherwise start another program."""
        document = self.app.desktop.getCurrentComponent()
        if document is not None and document.supportsService(_SPREADSHEET):
            return self._book(document)
        books = self._all()
        if not books:
            raise NoBookOpen
        return books[-1]

    def add(self) -> CalcBook:
        return self._book(self._load("private:factory/scalc"))

    def open(
        self,
        fullname: str,
        update_links: bool | None = None,
        read_only: bool | None = None,
        format: str | None = None,
        password: str | None = None,
        *_ignored: Any,
        macros: bool = False,
    ) -> CalcBook:
        """Open a file. Raises `CannotOpen`.

        ``macros`` (beyond xlwings' API) lets those of the file run: for files of our own only.
        """
        path = Path(fullname)
        if not path.is_file() or not path.stat().st_size:
            raise CannotOpen(f"文件不存在或是空的：{path.name}")
        arguments: dict[str, Any] = {
            "ReadOnly": bool(read_only),
            "MacroExecutionMode": _ALWAYS if macros else _NEVER,
            "UpdateDocMode": _ALL_LINKS if update_links else _NO_LINKS,
        }
        if password:
            arguments["Password"] = password
        if path.suffix.lower() in {".xlsm", ".xlam"}:  # the type of an .xlam is not recognised
            arguments["FilterName"] = VBA
        try:
            document = self._load(file_url(path), **arguments)
        except exception("lang.IllegalArgumentException") as error:
            raise CannotOpen(f"无法识别的文件：{path.name}") from error
        if document is None:
            locked = path.with_name(f".~lock.{path.name}#").exists()
            reason = "正在被别人使用" if locked else "已损坏、有密码或不是表格文件"
            raise CannotOpen(f"打不开 {path.name}：文件{reason}。")
        if not document.supportsService(_SPREADSHEET):
            document.close(True)
            raise CannotOpen(f"{path.name} 不是表格文件。")
        return self._book(document)

    def close_all(self) -> None:
        """Close all without saving."""
        for book in self:
            book.close()

    def __call__(self, name_or_index: str | int) -> CalcBook:
        books = self._all()
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= len(books):
                raise KeyError(name_or_index)
            return books[name_or_index - 1]
        for book in books:
            if book.name.casefold() == str(name_or_index).casefold():
                return book
        raise KeyError(name_or_index)

    def __contains__(self, name: str) -> bool:
        return any(book.name.casefold() == name.casefold() for book in self)

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[CalcBook]:
        return iter(self._all())

    def _all(self) -> list[CalcBook]:
        documents = self.app.desktop.Components.createEnumeration()
        books = {}
        while documents.hasMoreElements():
            document = documents.nextElement()
            if document.supportsService(_SPREADSHEET):
                book = self._book(document)
                books[book.uid] = book
        self._known = dict(sorted(books.items()))
        return list(self._known.values())

    def _load(self, url: str, **arguments: Any) -> Any:
        return self.app.desktop.loadComponentFromURL(url, "_blank", 0, properties(**arguments))

    def _book(self, document: Any) -> CalcBook:
        uid = int(document.RuntimeUID)
        if uid not in self._known:
            self._known[uid] = CalcBook(self.app, document, uid)
        return self._known[uid]
