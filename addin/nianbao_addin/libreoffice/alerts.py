"""Questions to the person: shown where there is a window, else recorded and answered by a rule.

A message box of a program without a window would wait for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from nianbao_addin.libreoffice.bridge import enum, file_path

Buttons = Literal["ok", "ok_cancel", "yes_no", "yes_no_cancel"]

# The answer when nobody can be asked and no rule is set: the one that changes nothing.
CAREFUL: dict[Buttons, str] = {
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
