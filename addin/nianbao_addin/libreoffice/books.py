"""The workbooks that are open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao_addin.libreoffice.book import VBA, Book
from nianbao_addin.libreoffice.bridge import exception, file_url, guarded, properties
from nianbao_addin.libreoffice.errors import CannotOpen, NoBookOpen

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.app import App

_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
_NEVER, _ALWAYS = 0, 4  # com.sun.star.document.MacroExecMode: not at all; without asking
_NO_LINKS, _ALL_LINKS = 0, 3  # com.sun.star.document.UpdateDocMode: NO_UPDATE, FULL_UPDATE


@guarded
class Books(base_classes.Books):
    """All spreadsheet documents of the program, the one opened first coming first."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._known: dict[int, Book] = {}

    @property
    def api(self) -> Any:
        """UNO's desktop, which holds the documents."""
        return self.app.desktop

    @property
    def active(self) -> Book:
        """Raises `NoBookOpen`, where xlwings would otherwise start another program."""
        document = self.app.desktop.getCurrentComponent()
        if document is not None and document.supportsService(_SPREADSHEET):
            return self._book(document)
        books = self._all()
        if not books:
            raise NoBookOpen
        return books[-1]

    def add(self) -> Book:
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
    ) -> Book:
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

    def __call__(self, name_or_index: str | int) -> Book:
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

    def __iter__(self) -> Iterator[Book]:
        return iter(self._all())

    def _all(self) -> list[Book]:
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

    def _book(self, document: Any) -> Book:
        uid = int(document.RuntimeUID)
        if uid not in self._known:
            self._known[uid] = Book(self.app, document, uid)
        return self._known[uid]
