"""One workbook."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao_addin.libreoffice import shows
from nianbao_addin.libreoffice.a1 import Area
from nianbao_addin.libreoffice.bridge import (
    exception,
    file_path,
    file_url,
    guarded,
    properties,
    uno,
    uno_error,
)
from nianbao_addin.libreoffice.errors import (
    BookClosed,
    BookProtected,
    BookReadOnly,
    CannotSave,
    ProgramGone,
)
from nianbao_addin.libreoffice.formats import Formats
from nianbao_addin.libreoffice.formulas import Formulas
from nianbao_addin.libreoffice.names import Names
from nianbao_addin.libreoffice.sheet import Sheet
from nianbao_addin.libreoffice.sheets import Sheets
from nianbao_addin.libreoffice.views import selected

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.app import App
    from nianbao_addin.libreoffice.range import Range

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


@guarded
class Book(base_classes.Book):
    """One document. Its proxies are kept: a new one takes 1 ms, a call 0.15 ms."""

    unguarded = ("alive", "app", "sheets", "names", "ranges")

    def __init__(self, app: App, document: Any, uid: int) -> None:
        self._app = app
        self.book = self
        self.xl = document
        self.uid = uid
        self.formats = Formats(document)
        self.formulas = Formulas(document)
        self._sheets = Sheets(self)
        self._names = Names(self, document.NamedRanges)
        self._epoch: dt.datetime | None = None
        self._looks: Any = None

    @property
    def app(self) -> App:
        return self._app

    @property
    def sheets(self) -> Sheets:
        return self._sheets

    @property
    def names(self) -> Names:
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
    def has_vba(self) -> bool:
        """Whether its macros are in VBA's library."""
        return bool(self.xl.BasicLibraries.hasByName("VBAProject"))

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
            self._looks.SearchType = shows.SHOWN
            self._looks.SearchRegularExpression = True
            self._looks.SearchString = shows.LOOKS.format(*words)
        return self._looks

    def ranges(self, sheet: Sheet, areas: Iterable[Area]) -> Any:
        """UNO's SheetCellRanges of these areas, for a setting in one call."""
        found = self.xl.createInstance("com.sun.star.sheet.SheetCellRanges")
        index = sheet.index - 1
        found.addRangeAddresses(tuple(area.calc(index) for area in areas), False)
        return found

    @property
    def selection(self) -> Range | None:
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
