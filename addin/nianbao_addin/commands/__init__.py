"""What the buttons do. ``run`` is the only way in: from the ribbon, from LibreOffice, from a test.

A command takes the `Host` and gives its `Outcome`. It may raise: a NianbaoError is told as its own
sentence, anything else as 程序出错. Either way the person gets a number to quote, under which the
log has the place in our code, and nothing that stands in a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from nianbao.errors import NianbaoError, UnusableInput
from nianbao_addin.commands import log
from nianbao_addin.hosts import notice
from nianbao_addin.ribbon import buttons

if TYPE_CHECKING:
    from nianbao_addin.hosts.host import Host


@dataclass(frozen=True, slots=True)
class Outcome:
    """What remains to be seen: ``said`` in a message box, ``status`` in the status bar until the
    next button; '' for nothing."""

    said: str = ""
    status: str = ""


Command = Callable[["Host"], Outcome]

_MOST = 8


def first_of(items: Sequence[str], joint: str = "、") -> str:
    """The first items, and how many there are in all: short enough for a message box."""
    more = f" 等 {len(items)} 处" if len(items) > _MOST else ""
    return joint.join(items[:_MOST]) + more


TABLE = {button.command: button.does for button in buttons.BUTTONS}
"""Command of a button → ``module:function`` in this package; loaded when it is pressed."""


def run(command: str, host: Host | None = None) -> bool:
    """Do what a button says, on ``host`` or on the workbook that the button was pressed in.

    Never raises: whatever happens is told in a message box, and the status bar is given back.
    False if the button refused or stumbled.
    """
    try:
        host = host or _host()
    except Exception as error:
        _tell_without_workbook(_sentence(command, error))
        return False
    done = True
    try:
        host.status(f"正在{_purpose(command)}…")
        outcome = find(command)(host)
    except Exception as error:
        done, outcome = False, Outcome(_sentence(command, error))
    with suppress(Exception):  # what went wrong before is what the person has to know
        host.status(outcome.status or None)
    if outcome.said:
        try:
            host.tell(outcome.said)
        except Exception:  # the program is gone
            notice.tell(outcome.said)
    return done


def find(command: str) -> Command:
    """The function of a command. Raises UnusableInput for a name that no button has."""
    if command not in TABLE:
        raise UnusableInput(f"没有“{command}”这个按钮，请重新安装加载项。")
    module, _, function = TABLE[command].partition(":")
    found: Command = getattr(import_module(f"{__name__}.{module}"), function)
    return found


def _purpose(command: str) -> str:
    return next((b.screentip for b in buttons.BUTTONS if b.command == command), command)


def _tell_without_workbook(said: str) -> None:
    """In a program that has none open, else in a box of the system's own."""
    seen = False
    with suppress(Exception):
        from nianbao_addin.hosts import excel

        seen = excel.tell(said)
    if not seen:
        notice.tell(said)


def _host() -> Host:
    """The workbook of the click. Raises UnusableInput when there is none."""
    from nianbao_addin.hosts import excel

    return excel.clicked()


def _sentence(command: str, error: Exception) -> str:
    number = log.write(command, error)
    said = (
        str(error).rstrip("。")
        if isinstance(error, NianbaoError)
        else f"程序出错（{type(error).__name__}），没有做完；请把编号告诉技术支持"
    )
    return f"{said}。（编号 {number}）" if number else f"{said}。"
