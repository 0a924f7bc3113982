"""The component that LibreOffice starts for ``service:nianbao.Buttons?check``.

It runs inside LibreOffice, in the Python that LibreOffice brings along or uses: maybe an old one,
so this file keeps to what Python 3.7 understands and imports nothing of ours before it has looked.
Beside it lie ``macros.py`` and ``settings.json`` (the version of Python that the program was
installed with, and the folders that it lies in; see `nianbao_addin.setup.oxt`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from typing import Any

import unohelper  # type: ignore[import-not-found]
from com.sun.star.task import XJobExecutor  # type: ignore[import-not-found]

SERVICE = "nianbao.Buttons"
TITLE = "政务公开年报"
HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120


class Buttons(unohelper.Base, XJobExecutor):  # type: ignore[misc]
    """One for every click."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def trigger(self, command: str) -> None:
        """Do what the button says. Never raises: LibreOffice would show it to nobody."""
        try:
            settings = read_settings()
            sentence = refusal(settings["python"])
            if not sentence:
                with found_first(settings["folders"]):
                    self.run(command)
        except BaseException as error:  # SystemExit, too, must not end LibreOffice
            text = str(error) if isinstance(error, SystemExit) else type(error).__name__
            sentence = f"程序出错（{text}），没有做完；请重新安装年报助手和这个扩展。"
        if sentence:
            self.tell(sentence)

    def run(self, command: str) -> None:
        """macros.py on the workbook in front, through xlwings' engine for LibreOffice."""
        from nianbao_addin.libreoffice import engine

        app = engine.inside(self.context)
        try:
            macros().run(command)
        finally:
            app.quit()  # parts from this LibreOffice, which goes on

    def tell(self, sentence: str) -> None:
        """A message box over the window in front."""
        import uno  # type: ignore[import-not-found]

        manager = self.context.ServiceManager
        desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        frame = desktop.getCurrentFrame()
        if frame is None:
            sys.stderr.write(sentence + "\n")
            return
        window = frame.ContainerWindow
        kind = uno.Enum("com.sun.star.awt.MessageBoxType", "WARNINGBOX")
        box = window.getToolkit().createMessageBox(window, kind, 1, TITLE, sentence)
        box.execute()
        box.dispose()


def read_settings() -> dict[str, Any]:
    """``python``: ``3.11``; ``folders``: where the program and what it needs lie."""
    with open(os.path.join(HERE, "settings.json"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
        found: dict[str, Any] = json.load(file)
    return found


def refusal(wanted: str, here: tuple[int, int] = sys.version_info[:2]) -> str:
    """Why this Python cannot run the program, or nothing: compiled packages fit one version."""
    version = "{}.{}".format(*here)
    if version == wanted:
        return ""
    fact = f"LibreOffice 的 Python 是 {version}，年报助手是用 Python {wanted} 安装的"
    if here < (3, 11):
        return f"{fact}，太旧的 Python 用不了；请升级 LibreOffice，或改用 nianbao 命令。"
    return f"{fact}，版本不一致；请用 Python {version} 重新安装年报助手，再重新生成这个扩展。"


@contextmanager
def found_first(folders: list[str]) -> Iterator[None]:
    """Our folders before the system's, which may hold older packages; afterwards as it was, since
    other extensions live in the same Python."""
    before = list(sys.path)
    sys.path[:0] = folders
    if not hasattr(sys, "argv"):  # an embedded Python may have none, and xlwings looks at it
        sys.argv = [""]
    try:
        yield
    finally:
        sys.path[:] = before


def macros() -> Any:
    """The module ``macros.py`` beside this file; other extensions may have one of that name."""
    spec = util.spec_from_file_location("nianbao_macros", os.path.join(HERE, "macros.py"))  # noqa: PTH118
    if spec is None or spec.loader is None:
        raise ImportError("macros.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816  # looked for by this name
g_ImplementationHelper.addImplementation(Buttons, SERVICE, (SERVICE,))
