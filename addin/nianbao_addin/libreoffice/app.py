"""One LibreOffice: its books, what it says to the person, and its end."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao_addin.libreoffice import process
from nianbao_addin.libreoffice.alerts import Alert, Alerts
from nianbao_addin.libreoffice.bridge import (
    exception,
    file_path,
    guarded,
    properties,
    uno_error,
)
from nianbao_addin.libreoffice.errors import NoBookOpen, NotPossible, ProgramGone, ProgramRefused

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.books import Books
    from nianbao_addin.libreoffice.engine import Engine
    from nianbao_addin.libreoffice.range import Range


@guarded
class App(base_classes.App):
    """xlwings' App over one `process.Office`."""

    unguarded = ("alive", "engine", "pid", "books", "hwnd", "kill")

    # Kept for those who set them around their work; nothing here depends on them.
    visible: Any = True
    display_alerts: Any = True
    enable_events: Any = True
    interactive: Any = True
    cut_copy_mode: Any = None

    def __init__(self, engine: Engine, office: process.Office) -> None:
        from nianbao_addin.libreoffice.books import Books

        self.app = self
        self.engine = engine
        self.meter = engine.meter
        self.office = office
        self.desktop = office.desktop
        self.alerts = Alerts(office.headless)
        self.statuses: list[str] = []
        self._books = Books(self)
        self._status: str | bool = False
        self._indicator: Any = None
        self._frozen: list[Any] = []
        self.visible = not office.headless

    @property
    def alive(self) -> bool:
        """Whether the program still answers."""
        return self.office.alive

    @property
    def api(self) -> Any:
        """UNO's desktop."""
        return self.desktop

    xl = api

    @property
    def pid(self) -> int:
        return self.office.pid

    @property
    def hwnd(self) -> int:
        return 0

    @property
    def books(self) -> Books:
        return self._books

    @property
    def version(self) -> str:
        return str(self._setting("/org.openoffice.Setup/Product", "ooSetupVersionAboutBox"))

    @property
    def path(self) -> str:
        expander = self.office.context.getValueByName(
            "/singletons/com.sun.star.util.theMacroExpander"
        )
        return str(Path(file_path(expander.expandMacros("$BRAND_BASE_DIR/program"))))

    @property
    def selection(self) -> Range | None:
        """The selected cells of the active book; the first area when there are several."""
        return self._books.active.selection if len(self._books) else None

    def activate(self, steal_focus: bool = False) -> None:
        self.engine.apps.activate(self)

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

    @property
    def calculation(self) -> str:
        automatic = self._books.active.xl.isAutomaticCalculationEnabled()
        return "automatic" if automatic else "manual"

    @calculation.setter
    def calculation(self, value: str) -> None:
        for book in self._books:
            book.xl.enableAutomaticCalculation(value != "manual")

    def calculate(self) -> None:
        for book in self._books:
            book.xl.calculate()

    @property
    def status_bar(self) -> str | bool:
        """The text that we put there, or False; `statuses` has all of them for tests."""
        return self._status

    @status_bar.setter
    def status_bar(self, value: str | bool | None) -> None:
        if self._indicator is not None:
            self._indicator.end()
            self._indicator = None
        self._status = False if value in (None, False) else str(value)
        if self._status is False:
            return
        self.statuses.append(str(self._status))
        frame = self._frame()
        if frame is not None:
            self._indicator = frame.createStatusIndicator()
            self._indicator.start(self._status, 0)

    def alert(
        self,
        prompt: str | None,
        title: str | None,
        buttons: str | None,
        mode: str | None = None,
        callback: Any = None,
    ) -> str:
        """The pressed button's name: ``ok``, ``cancel``, ``yes`` or ``no``."""
        alert = Alert(prompt or "", title or "", buttons or "ok", mode)
        return self.alerts.ask(alert, self._window)

    def pick_file(self, title: str, patterns: tuple[str, ...] = ("*.*",)) -> str | None:
        """Ask the person for an existing file: its path, or None. Beyond xlwings' API."""
        return self.alerts.pick_file(
            title, patterns, lambda: self.office.service("ui.dialogs.FilePicker")
        )

    def pick_folder(self, title: str) -> str | None:
        """Ask the person for a folder: its path, or None. Beyond xlwings' API."""
        return self.alerts.pick_folder(
            title, lambda: self.office.service("ui.dialogs.FolderPicker")
        )

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

    def quit(self) -> None:
        """End an own program with all its books; from the user's we only part."""
        self.engine.apps.remove(self)
        if not self.office.owned:
            return
        with suppress(ProgramGone, ProgramRefused):  # then there is nothing to close
            self._books.close_all()
        self.office.stop()

    def kill(self) -> None:
        self.engine.apps.remove(self)
        self.office.kill()

    def _frame(self) -> Any:
        component = self.desktop.getCurrentComponent()
        controller = getattr(component, "CurrentController", None)
        return None if controller is None else controller.Frame

    def _window(self) -> Any:
        frame = self._frame()
        if frame is None:
            raise NoBookOpen
        return frame.ContainerWindow

    def _setting(self, path: str, name: str) -> Any:
        provider = self.office.service("configuration.ConfigurationProvider")
        access = provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess", properties(nodepath=path)
        )
        return access.getByName(name)
