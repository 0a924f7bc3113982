"""Installs the add-in for the current user, and takes it away again.

No administrator's rights, no registry, no running Excel: two files are written (on macOS a third,
without which Excel may not start Python). Excel opens what lies in the user's start-up folder.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nianbao.errors import CannotWrite, UnusableInput
from nianbao.formats import files
from nianbao_addin import xlwings_files
from nianbao_addin.build import FILE_NAME, Settings, build
from nianbao_addin.computer import Computer

MACROS = "macros.py"
MARK = "# 由 nianbao addin install 写入，再次安装时会被覆盖，请不要修改。\n".encode()
"""First line of the copied ``macros.py``: a file without it is somebody else's."""


@dataclass(frozen=True)
class Places:
    """Where the files go."""

    addin: Path
    macros: Path
    script: Path | None = None
    """macOS: the AppleScript by which xlwings starts Python."""


def places(target: Path | None = None, computer: Computer | None = None) -> Places:
    """The user's own folders, or all in ``target``. Raises UnusableInput without Excel's."""
    computer = computer or Computer()
    if target is not None:
        folder = target.absolute()
        return Places(folder / FILE_NAME, folder / MACROS)
    script = computer.scripts / _script_name() if computer.mac else None
    return Places(computer.startup / FILE_NAME, computer.data / MACROS, script)


def install(
    target: Path | None = None, *, udf_server: bool = False, computer: Computer | None = None
) -> tuple[Path, ...]:
    """Write the add-in and what it needs; the paths, each read back and compared.

    Writing what is there already is no change, so it also works while Excel holds the file.
    Raises UnusableInput when this Python cannot serve a button, CannotWrite for a file of
    somebody else's, a missing permission or a file that Excel holds open.
    """
    computer = computer or Computer()
    refuse_unfit(computer, target)
    there = places(target, computer)
    contents = {
        there.macros: macros_file(),
        **({there.script: script_file()} if there.script else {}),
        there.addin: build(settings(target, udf_server=udf_server, computer=computer)),
    }
    _refuse_foreign(there.macros)
    for path, content in contents.items():
        if _read(path) != content:
            files.write(path, content, force=True)
        if _read(path) != content:
            raise CannotWrite(f"“{path}”写入后读出的内容不同，请检查杀毒软件是否改动了它。")
    return tuple(contents)


def uninstall(target: Path | None = None, *, computer: Computer | None = None) -> tuple[Path, ...]:
    """Remove what ``install`` wrote; the paths that were there.

    Other add-ins stay, and so does the AppleScript, which they may share.
    Raises CannotWrite when Excel holds the add-in open.
    """
    there = places(target, computer)
    _refuse_foreign(there.macros)
    removed = []
    for path in (there.addin, there.macros):
        if path.is_file():
            try:
                path.unlink()
            except OSError as error:
                raise CannotWrite(f"无法删除“{path}”：请先退出 Excel，再卸载一次。") from error
            removed.append(path)
    if target is None:
        with suppress(OSError):  # not there, or not empty: then it is not ours alone
            there.macros.parent.rmdir()
    return tuple(removed)


def settings(
    target: Path | None = None, *, udf_server: bool = False, computer: Computer | None = None
) -> Settings:
    """The add-in's settings on this computer."""
    computer = computer or Computer()
    return Settings(
        pythonpath=str(places(target, computer).macros.parent),
        interpreter_win="" if computer.mac else computer.interpreter,
        interpreter_mac=computer.interpreter if computer.mac else "",
        udf_server=udf_server,
    )


def refuse_unfit(computer: Computer, target: Path | None = None) -> None:
    """Raises UnusableInput when a button could not start this Python."""
    if computer.from_the_store:
        raise UnusableInput(
            "当前的 Python 来自微软商店，它写进 AppData 的文件 Excel 看不见；"
            "请改用 python.org 的安装包，或离线安装包里自带的 Python。"
        )
    folder = str(places(target, computer).macros.parent)
    for path, unfit in (
        (computer.interpreter, computer.unfit_interpreter(computer.interpreter)),
        (folder, computer.unfit_folder(folder)),
    ):
        if unfit:
            raise UnusableInput(
                f"路径“{path}”里的字符“{unfit}”会使按钮无法启动 Python，请换一个文件夹。"
            )


def macros_file() -> bytes:
    """``macros.py`` as it is installed: the one of this package, behind our mark."""
    return MARK + _macros_source().read_bytes()


def script_file() -> bytes:
    """The AppleScript of the installed xlwings. Raises UnusableInput."""
    return xlwings_files.read(_script_name())


def _macros_source() -> Path:
    """In a wheel beside this module, in a checkout at the top."""
    here = Path(__file__).parent
    packaged = here / MACROS
    return packaged if packaged.is_file() else here.parents[1] / MACROS


def _script_name() -> str:
    return f"xlwings-{xlwings_files.version()}.applescript"


def _refuse_foreign(macros: Path) -> None:
    content = _read(macros)
    if content is not None and not content.startswith(MARK):
        raise CannotWrite(f"“{macros}”不是本程序写的，没有改动任何文件；请先把它移走。")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
