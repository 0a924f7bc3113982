"""One LibreOffice: its books, what it says to the person, and its end.

Questions to the person are shown where there is a window, else recorded and answered by a rule: a
message box of a program without a window would wait for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xlwings import base_classes

from nianbao_addin.libreoffice import process
from nianbao_addin.libreoffice.bridge import (
    NoBookOpen,
    Observer,
    ProgramGone,
    ProgramRefused,
    enum,
    file_path,
    guarded,
    properties,
)

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.book import CalcBooks
    from nianbao_addin.libreoffice.engine import CalcEngine
    from nianbao_addin.libreoffice.range import CalcRange

AlertButtons = Literal["ok", "ok_cancel", "yes_no", "yes_no_cancel"]

# The answer when nobody can be asked and no rule is set: the one that changes nothing.
CAREFUL: dict[AlertButtons, str] = {
    "ok": "ok",
    "ok_cancel": "cancel",
    "yes_no": "no",
    "yes_no_cancel": "cancel",
}
_BUTTONS = {"ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}  # MessageBoxButtons
_RESULTS = {0: "cancel", 1: "ok", 2: "yes", 3: "no"}  # MessageBoxResults


@dataclass(frozen=True, slots=True)
class Alert:
    """A message box; one for a file has ``buttons`` "file" and the patterns as ``prompt``,
    one for a folder has "folder"."""

    prompt: str
    title: str
    buttons: str
    mode: str | None = None


Answer = Callable[[Alert], str | None]


@dataclass
class Alerts:
    """``asked``: every alert so far. ``answer``: set it to answer them without a window.

    ``answer`` gets the alert and gives ``"ok"``, ``"yes"``, ``"no"`` or ``"cancel"``, for a file
    or a folder its path or None.
    """

    headless: bool
    asked: list[Alert] = field(default_factory=list)
    answer: Answer | None = None

    def ask(self, alert: Alert, window: Callable[[], Any]) -> str:
        """The name of the button that was pressed; ``window`` gives the window to ask in."""
        self.asked.append(alert)
        if self.answer is not None:
            return self.answer(alert) or "cancel"
        if self.headless:
            return CAREFUL[alert.buttons]  # type: ignore[index]
        peer = window()
        box = peer.getToolkit().createMessageBox(
            peer,
            enum("awt.MessageBoxType", "WARNINGBOX" if alert.mode == "critical" else "INFOBOX")
            if alert.buttons == "ok"
            else enum("awt.MessageBoxType", "QUERYBOX"),
            _BUTTONS[alert.buttons],
            alert.title,
            alert.prompt,
        )
        try:
            return _RESULTS.get(box.execute(), "cancel")
        finally:
            box.dispose()

    def pick_file(
        self, title: str, patterns: tuple[str, ...], picker: Callable[[], Any]
    ) -> str | None:
        """The path of an existing file that the person chose, or None; patterns as ``*.xlsx``."""
        alert = Alert(";".join(patterns), title, "file")
        self.asked.append(alert)
        if self.answer is not None or self.headless:
            return self.answer(alert) if self.answer else None
        dialog = picker()
        dialog.setTitle(title)
        dialog.appendFilter(alert.prompt, alert.prompt)
        if not dialog.execute():
            return None
        return file_path(dialog.getSelectedFiles()[0])

    def pick_folder(self, title: str, picker: Callable[[], Any]) -> str | None:
        """The path of a folder that the person chose, or None."""
        alert = Alert("", title, "folder")
        self.asked.append(alert)
        if self.answer is not None or self.headless:
            return self.answer(alert) if self.answer else None
        dialog = picker()
        dialog.setTitle(title)
        return file_path(dialog.getDirectory()) if dialog.execute() else None


@guarded
class CalcApp(base_classes.App):
    """xlwings' App over one `process.Office`."""

    unguarded = ("alive", "observer", "engine", "pid", "books", "hwnd", "kill")

    # Kept for those who set them around their work; nothing here depends on them.
    visible: Any = True
    display_alerts: Any = True
    enable_events: Any = True
    interactive: Any = True
    cut_copy_mode: Any = None

    def __init__(self, engine: CalcEngine, office: process.Office) -> None:
        from nianbao_addin.libreoffice.book import CalcBooks

        self.app = self
        self.engine = engine

        self.office = office
        self.desktop = office.desktop
        self.alerts = Alerts(office.headless)
        self.statuses: list[str] = []
        self._books = CalcBooks(self)
        self._status: str | bool = False
        self._indicator: Any = None
        self.visible = not office.headless

    @property
    def observer(self) -> Observer:
        return self.engine.observer

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
    def books(self) -> CalcBooks:
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
    def selection(self) -> CalcRange | None:
        """The selected cells of the active book; the first area when there are several."""
        return self._books.active.selection if len(self._books) else None

    def activate(self, steal_focus: bool = False) -> None:
        self.engine.apps.activate(self)

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
