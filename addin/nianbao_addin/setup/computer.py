"""The computer as the installer and the doctor see it: one frozen value, so that both can be tried
on any system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from nianbao.errors import UnusableInput

_MAC_STARTUP = "Library/Group Containers/UBF8T346G9.Office/User Content.localized"
_MAC_SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"


@dataclass(frozen=True)
class Computer:
    """By default this one."""

    platform: str = sys.platform
    executable: str = sys.executable
    base_prefix: str = sys.base_prefix
    prefix: str = sys.prefix
    home: Path = field(default_factory=Path.home)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def windows(self) -> bool:
        """Windows, of whatever kind."""
        return self.platform == "win32"

    @property
    def mac(self) -> bool:
        """macOS."""
        return self.platform == "darwin"

    @property
    def interpreter(self) -> str:
        """The interpreter that a button starts.

        On Windows the one with a console, which xlwings hides itself: ``pythonw`` would lose the
        error output that it collects.
        """
        path = Path(self.executable)
        console = path.with_name("python.exe")
        return str(console if self.windows and path.name.lower() == "pythonw.exe" else path)

    @property
    def from_the_store(self) -> bool:
        """Python of Microsoft's store: what it writes to AppData no other program can see."""
        folders = PureWindowsPath(self.base_prefix).parts
        return self.windows and "windowsapps" in [folder.lower() for folder in folders]

    @property
    def startup(self) -> Path:
        """The user's own folder from which Excel opens everything when it starts.

        Raises UnusableInput on systems without Excel.
        """
        if self.windows:
            return self._app_data("APPDATA") / "Microsoft" / "Excel" / "XLSTART"
        if self.mac:
            return self.home / _MAC_STARTUP / "Startup.localized" / "Excel"
        raise UnusableInput(
            "这个系统上没有 Excel，只有 Windows 和 macOS 能安装功能区加载项；"
            "只想看看生成的文件，请用 --target 指定一个文件夹。"
        )

    @property
    def data(self) -> Path:
        """Our own folder: in the start-up folder Excel would open ``macros.py`` as well."""
        if self.windows:
            return self._app_data("LOCALAPPDATA") / "nianbao"
        if self.mac:
            return self.home / "Library" / "Application Support" / "nianbao"
        folder = self.environ.get("XDG_DATA_HOME")
        return (Path(folder) if folder else self.home / ".local" / "share") / "nianbao"

    @property
    def other_addins(self) -> Path | None:
        """Where people put add-ins by hand; a copy of ours there would show a second tab."""
        if self.windows:
            return self._app_data("APPDATA") / "Microsoft" / "AddIns"
        return self.home / _MAC_STARTUP / "Add-Ins.localized" if self.mac else None

    @property
    def scripts(self) -> Path:
        """macOS: the only folder from which Excel may run scripts."""
        return self.home / _MAC_SCRIPTS

    @property
    def xlwings_conf(self) -> Path:
        """The user's settings for every xlwings program; ``import xlwings`` reads it."""
        if self.mac:
            return self.home / "Library/Containers/com.microsoft.Excel/Data/xlwings.conf"
        return self.home / ".xlwings" / "xlwings.conf"

    def unfit_folder(self, path: str) -> str:
        """Characters that ``PYTHONPATH`` cannot carry through the command line of a button."""
        wrong = '"$`\\|;' if self.mac else ";^" if self.windows else ";"
        return "".join(sorted(set(path) & set(wrong)))

    def unfit_interpreter(self, path: str) -> str:
        """Characters that the interpreter's path must not have: only macOS does not quote it."""
        return "".join(sorted(set(path) & set(" '\"$`\\|;&()<>*?#"))) if self.mac else ""

    def _app_data(self, name: str) -> Path:
        if value := self.environ.get(name):
            return Path(value)
        raise UnusableInput(f"环境变量 {name} 没有值，不知道 Excel 的启动文件夹在哪里。")
