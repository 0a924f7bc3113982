"""Of a program: screen, calculation, macros of its books."""

from __future__ import annotations

from typing import Any

from nianbao_addin.libreoffice.bridge import NotPossible, exception, guarded, uno_error
from uno_engine.meter import Meter


@guarded
class AppParts:
    """For `App`."""

    _frozen = ()

    @property
    def meter(self) -> Meter:
        return self.engine.observer

    @property
    def screen_updating(self) -> bool:
        return not self._frozen

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        """Off holds back the windows of the books that are open now."""
        if not value and not self._frozen:
            self._frozen = [book.xl for book in self._books]
            for document in self._frozen:
                document.lockControllers()
        elif value:
            frozen, self._frozen = self._frozen, []
            for document in frozen:
                try:
                    document.unlockControllers()
                except uno_error():  # closed in the meantime
                    if not self.alive:
                        raise

    def run(self, macro: str, arguments: list[Any]) -> Any:
        """Run a macro ``'book.xlsm'!Module.Name`` of a book that was opened with macros."""
        book_name, _, name = macro.rpartition("!")
        book = self._books(book_name.strip("'")) if book_name else self._books.active
        library = "VBAProject" if book.has_vba else "Standard"
        url = f"vnd.sun.star.script:{library}.{name}?language=Basic&location=document"
        try:
            script = book.xl.getScriptProvider().getScript(url)
        except exception("script.provider.ScriptFrameworkErrorException") as error:
            raise NotPossible(f"不能运行宏 {name}。") from error
        result, _, _ = script.invoke(tuple(arguments), (), ())
        return result


@guarded
class BookParts:
    """For `Book`."""

    @property
    def has_vba(self) -> bool:
        """Whether its macros are in VBA's library."""
        return bool(self.xl.BasicLibraries.hasByName("VBAProject"))
