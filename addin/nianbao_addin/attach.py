"""A button without a ribbon: on the workbook that is open, from outside of the program.

For computers where macros and add-ins are switched off. Excel is reached by xlwings, WPS by COM,
LibreOffice by UNO.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from nianbao.errors import UnusableInput
from nianbao_addin import commands
from nianbao_addin.hosts.host import Host
from nianbao_addin.ribbon.buttons import BUTTONS

NOTHING = "没有打开的工作簿：请先用 Excel、WPS 表格或 LibreOffice 打开年报工作簿，再运行一次。"


def command_of(button: str) -> str:
    """The command of a button, by its own name or its label. Raises UnusableInput."""
    for each in BUTTONS:
        if button in (each.command, each.label):
            return each.command
    labels = "、".join(each.label for each in BUTTONS)
    raise UnusableInput(f"没有按钮“{button}”，可用的有：{labels}。")


def attach(button: str) -> str:
    """Do what a button says; the name of the workbook that it was done to.

    Raises UnusableInput when nothing is open, or the button refuses. What the button has to say is
    told in the program.
    """
    command = command_of(button)
    host = found()
    name = host.name
    if not commands.run(command, host):
        raise UnusableInput(f"“{button}”没有在“{name}”上做完，原因显示在打开它的程序里。")
    return name


def found() -> Host:
    """The workbook in front of the first program that has one. Raises UnusableInput."""
    for look in (_excel, _wps, _libreoffice):
        host = look()
        if host is not None:
            return host
    raise UnusableInput(NOTHING)


def _excel() -> Host | None:
    if sys.platform not in ("win32", "darwin"):
        return None
    from nianbao_addin.hosts import excel

    return _unless_missing(excel.clicked, excel.NO_WORKBOOK)


def _wps() -> Host | None:
    from nianbao_addin.hosts import wps

    return wps.running()


def _libreoffice() -> Host | None:
    from nianbao_addin.hosts.excel import Excel
    from nianbao_addin.libreoffice import engine
    from nianbao_addin.libreoffice.bridge import NoLibreOffice

    try:
        app = engine.attach()
    except NoLibreOffice:
        return None
    if not len(app.books):
        app.quit()  # we part from it; it stays
        return None
    return Excel(app.books.active)


def _unless_missing(look: Callable[[], Host], missing: str) -> Host | None:
    """None where there is no workbook; any other trouble is told."""
    try:
        return look()
    except UnusableInput as error:
        if str(error) == missing:
            return None
        raise
