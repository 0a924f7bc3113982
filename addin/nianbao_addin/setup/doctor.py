"""What a help desk needs to know when the buttons do not work. Starts no program, changes nothing.

It lists versions, paths, encodings and permissions; never a cell, never the content of a file.
"""

from __future__ import annotations

import locale
import platform
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Literal

from nianbao import __version__
from nianbao.errors import NianbaoError
from nianbao_addin.ribbon import xlwings_files
from nianbao_addin.ribbon.xlam import FILE_NAME, build
from nianbao_addin.setup import install
from nianbao_addin.setup.computer import Computer

State = Literal["ok", "warn", "bad"]
_STATES = {"ok": "正常", "warn": "注意", "bad": "有误"}  # words: not every console has the signs


@dataclass(frozen=True)
class Diagnosis:
    """One line: what was looked at, what was found, and what to do about it."""

    topic: str
    value: str
    state: State = "ok"
    hint: str = ""


def examine(target: Path | None = None, computer: Computer | None = None) -> tuple[Diagnosis, ...]:
    """All checks; ``target`` is the folder of an installation made with ``--target``."""
    computer = computer or Computer()
    return (
        *_programs(computer),
        *_encodings(computer),
        *_xlwings(computer),
        *_installation(target, computer),
    )


def text(checks: tuple[Diagnosis, ...]) -> str:
    """For a screen or a mail: one line a check, hints indented below."""
    lines = []
    for check in checks:
        lines.append(f"[{_STATES[check.state]}] {check.topic}：{check.value}")
        if check.hint:
            lines.append(f"       {check.hint}")
    bad, warn = (sum(check.state == state for check in checks) for state in ("bad", "warn"))
    return "\n".join([*lines, f"共 {len(checks)} 项：{bad} 项有误，{warn} 项需要注意。", ""])


def _programs(computer: Computer) -> Iterator[Diagnosis]:
    yield Diagnosis("年报助手", __version__)
    version, bits = platform.python_version(), 8 * struct.calcsize("P")
    yield Diagnosis("Python", f"{version}，{bits} 位")
    yield Diagnosis("系统", f"{platform.system()} {platform.release()}，{platform.machine()}")
    try:
        install.refuse_unfit(computer, computer.home)
    except NianbaoError as error:
        yield Diagnosis("解释器", computer.interpreter, "bad", str(error))
    else:
        found = Path(computer.interpreter).is_file()
        hint = "" if found else "这个文件不存在，请重新安装 Python 和本程序。"
        yield Diagnosis("解释器", computer.interpreter, "ok" if found else "bad", hint)


def _encodings(computer: Computer) -> Iterator[Diagnosis]:
    names = {
        "系统": locale.getencoding(),
        "文件名": sys.getfilesystemencoding(),
        "输出": getattr(sys.stdout, "encoding", None) or "无",
    }
    mode = "，UTF-8 模式" if sys.flags.utf8_mode else ""
    yield Diagnosis("编码", "，".join(f"{key} {name}" for key, name in names.items()) + mode)
    yield writable("临时文件夹", Path(tempfile.gettempdir()))


def _xlwings(computer: Computer) -> Iterator[Diagnosis]:
    try:
        version = xlwings_files.version()
    except NianbaoError as error:
        yield Diagnosis("xlwings", "没有", "bad", str(error))
        return
    if xlwings_files.is_supported(version):
        yield Diagnosis("xlwings", version)
    else:
        yield Diagnosis("xlwings", version, "bad", f"请安装 {xlwings_files.SUPPORTED} 的版本。")
    if computer.windows:
        yield _pywin32()
        yield _library(computer, version)
    yield _xlwings_conf(computer.xlwings_conf)


def _pywin32() -> Diagnosis:
    if util.find_spec("pythoncom") is None:
        return Diagnosis("pywin32", "没有", "bad", "没有它就无法操作 Excel：pip install pywin32。")
    return Diagnosis("pywin32", metadata.version("pywin32"))


def _library(computer: Computer, version: str) -> Diagnosis:
    """The DLL of the "UDF server", found where xlwings' VBA module looks for it."""
    folders = (Path(computer.interpreter).parent, Path(computer.prefix))
    for folder in folders:
        if any((folder / f"xlwings{bits}-{version}.dll").is_file() for bits in (32, 64)):
            return Diagnosis("常驻模式的 DLL", str(folder))
    hint = "只影响 --udf-server 方式；不用这种方式可以不管。"
    return Diagnosis("常驻模式的 DLL", "没有找到", "warn", hint)


def _xlwings_conf(path: Path) -> Diagnosis:
    topic = "xlwings.conf"
    if not path.is_file():
        return Diagnosis(topic, "没有（本程序不需要它）")
    encoding = locale.getpreferredencoding(False)  # as xlwings reads it, UTF-8 mode included
    try:
        path.read_text(encoding)
    except (UnicodeDecodeError, OSError):
        hint = f"xlwings 无法用 {encoding} 读它，所有按钮都会失败；请把它另存为这种编码，或改名。"
        return Diagnosis(topic, str(path), "bad", hint)
    return Diagnosis(topic, f"{path}，能用 {encoding} 读出")


def _installation(target: Path | None, computer: Computer) -> Iterator[Diagnosis]:
    try:
        there = install.places(target, computer)
    except NianbaoError as error:
        yield Diagnosis("Excel 启动文件夹", "没有", "warn", str(error))
        return
    yield writable("Excel 启动文件夹" if target is None else "文件夹", there.addin.parent)
    yield _addin(target, computer, there.addin)
    yield _same("macros.py", there.macros, install.macros_file)
    if there.script:
        yield _same("AppleScript", there.script, install.script_file)
    copy = computer.other_addins and computer.other_addins / FILE_NAME
    if copy and copy.is_file():
        hint = "功能区会出现两个“政务公开年报”，请删除这一份。"
        yield Diagnosis("另一份加载项", str(copy), "warn", hint)


def _addin(target: Path | None, computer: Computer, path: Path) -> Diagnosis:
    """Builds are reproducible: the same bytes are the same program and the same settings."""
    topic = "加载项"
    if not path.is_file():
        return Diagnosis(topic, f"{path} 不存在", "bad", "请运行 nianbao addin install。")
    try:
        content = path.read_bytes()
        for udf_server, mode in ((False, ""), (True, "，常驻模式")):
            wanted = install.settings(target, udf_server=udf_server, computer=computer)
            if content == build(wanted):
                return Diagnosis(topic, f"{path}{mode}")
    except (OSError, NianbaoError) as error:
        return Diagnosis(topic, str(path), "bad", str(error))
    hint = "它由另一个版本或另一个 Python 写入，请重新运行 nianbao addin install。"
    return Diagnosis(topic, f"{path}，与当前程序不一致", "warn", hint)


def _same(topic: str, path: Path, wanted: Callable[[], bytes]) -> Diagnosis:
    if not path.is_file():
        return Diagnosis(topic, f"{path} 不存在", "bad", "请运行 nianbao addin install。")
    try:
        if path.read_bytes() == wanted():
            return Diagnosis(topic, str(path))
    except (OSError, NianbaoError) as error:
        return Diagnosis(topic, str(path), "bad", str(error))
    hint = "请重新运行 nianbao addin install。"
    return Diagnosis(topic, f"{path}，与当前程序不一致", "warn", hint)


def writable(topic: str, folder: Path) -> Diagnosis:
    """Tried, not asked: on Windows the answer of the system is often wrong."""
    if not folder.is_dir():
        return Diagnosis(topic, f"{folder}，还没有", "warn", "安装加载项时会建立它。")
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Diagnosis(topic, f"{folder}，可以写入")
    except OSError:
        return Diagnosis(
            topic, f"{folder}，不能写入", "bad", "请检查文件夹的权限，或联系信息中心。"
        )
