"""The offline installer: one ZIP with wheels, scripts and a page for the computer centre.

No Python is inside: its installer may not be passed on by us unasked, and most centres have their
own way to install it. Everything that needs judgement is done by ``nianbao_setup.py``; the
``.cmd`` files only find a Python and start it, so that their text stays the same in any code page.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from string import Template
from zipfile import ZipFile, ZipInfo

from nianbao import __version__
from nianbao.errors import UnusableInput
from nianbao_addin.ribbon.xlam import FILE_NAME
from nianbao_addin.setup import wheels
from nianbao_addin.setup.install import MACROS
from nianbao_addin.setup.offline import nianbao_setup
from nianbao_addin.setup.wheels import PLATFORMS, Target, Wheel

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
VERBS = {"install": "install", "uninstall": "uninstall", "诊断": "doctor"}
"""Name of the script → what ``nianbao_setup.py`` gets."""

_SETUP = "nianbao_setup.py"
_PAGE = "说明.html"
_DATA = r"%LOCALAPPDATA%\nianbao"
_LINUX_DATA = "~/.local/share/nianbao"


@dataclass(frozen=True)
class Bundle:
    """``files``: path inside the top folder → content, in the order of the ZIP."""

    platform: str
    pythons: tuple[str, ...]
    files: Mapping[str, bytes]

    @property
    def folder(self) -> str:
        """The top folder; ASCII, for unpackers that do not know UTF-8."""
        return f"nianbao-{__version__}-{self.platform}"

    def zip(self) -> bytes:
        """The same files give the same bytes: no times, no compression."""
        stream = BytesIO()
        with ZipFile(stream, "w") as archive:
            for name, content in self.files.items():
                info = ZipInfo(f"{self.folder}/{name}")
                info.create_system = 3  # from "DOS", unzip does not believe that names are UTF-8
                info.external_attr = (0o100755 if name.endswith(".sh") else 0o100644) << 16
                archive.writestr(info, content)
        return stream.getvalue()


def build(platform: str, pythons: Iterable[str]) -> Bundle:
    """The installer for one platform and one or more versions of Python.

    Raises UnusableInput when a version is not supported or a wheel cannot be had.
    """
    chosen = tuple(version for version in PYTHONS if version in set(pythons))
    if unknown := set(pythons) - set(chosen):
        raise UnusableInput(
            f"不支持 Python {'、'.join(sorted(unknown))}，可以选 {_list(PYTHONS)}。"
        )
    if platform not in PLATFORMS:
        raise UnusableInput(f"不支持平台 {platform}，可以选 {_list(PLATFORMS)}。")
    program = wheels.own()
    found = {
        wheel.name: wheel
        for version in chosen
        for wheel in wheels.collect(Target(platform, version), program)
    }
    return packed(platform, chosen, [found[name] for name in sorted(found)])


def packed(platform: str, pythons: tuple[str, ...], collected: Iterable[Wheel]) -> Bundle:
    """The bundle around wheels that are there already."""
    described = {"version": __version__, "platform": platform, "pythons": pythons}
    folder = resources.files(nianbao_setup.__package__)
    kinds = {f"{nianbao_setup.WHEELS}/{wheel.name}": wheel for wheel in collected}
    files = {
        **_scripts(platform, pythons),
        _SETUP: folder.joinpath(_SETUP).read_bytes(),
        nianbao_setup.DESCRIPTION: (json.dumps(described, indent=2) + "\n").encode(),
        **{name: wheel.data for name, wheel in kinds.items()},
    }
    page = _page(platform, pythons, files, kinds)
    files = {_PAGE: page, **files}
    lines = [f"{_sum(content)}  {name}\n" for name, content in files.items()]
    return Bundle(platform, pythons, {**files, nianbao_setup.SUMS: "".join(lines).encode()})


def _scripts(platform: str, pythons: tuple[str, ...]) -> dict[str, bytes]:
    """Windows: every byte outside ASCII belongs to GB2312, whose bytes no code page of cmd.exe
    takes for a sign of its language; shown right where the console speaks GBK."""
    windows = platform.startswith("win")
    template = Template(_template("launcher.cmd" if windows else "launcher.sh"))
    made = {}
    for name, verb in VERBS.items():
        text = template.substitute(
            verb=verb,
            listed=_list(pythons),
            pythons=" ".join(pythons if windows else (f"python{v}" for v in pythons)),
            folders="\n".join(f'    "{place}"' for v in pythons for place in _places(v)),
        )
        if windows:
            made[f"{name}.cmd"] = text.replace("\n", "\r\n").encode("gb2312")
        else:
            made[f"{name}.sh"] = text.encode()
    return made


def _places(python: str) -> tuple[str, ...]:
    """Where python.org's installer puts it, for one user and for all."""
    folder = "Python" + python.replace(".", "")
    return (
        rf"%LOCALAPPDATA%\Programs\Python\{folder}\python.exe",
        rf"%ProgramFiles%\{folder}\python.exe",
    )


def _page(
    platform: str,
    pythons: tuple[str, ...],
    files: Mapping[str, bytes],
    kinds: Mapping[str, Wheel],
) -> bytes:
    windows = platform.startswith("win")
    ending = ".cmd" if windows else ".sh"
    rows = []
    for name, content in files.items():
        wheel = kinds.get(name)
        what = f"{wheel.project} {wheel.version}" if wheel else "本安装包的文件"
        licence = wheel.licence if wheel else "MIT"
        rows.append((name, what, licence, _sum(content)))
    text = Template(_template("notes.html")).substitute(
        version=__version__,
        platform=platform,
        pythons=_list(pythons),
        where=_where(pythons) if windows else "",
        before="退出 Excel 后" if windows else "",
        batch="成批安装用 <code>install.cmd /quiet</code>，" if windows else "",
        starts=_rows(_starts(windows)),
        writes=_rows(_writes(windows)),
        files=_rows(rows),
        **{verb: html.escape(name + ending) for name, verb in VERBS.items()},
    )
    return text.encode()


def _where(pythons: tuple[str, ...]) -> str:
    places = [rf"py -{version}" for version in pythons]
    places += [place for version in pythons for place in _places(version)]
    listed = "、".join(f"<code>{html.escape(place)}</code>" for place in places)
    return (
        f"依次在这些地方找它：{listed}、<code>PATH</code> 里的 <code>python.exe</code>。"
        "微软商店的 Python 不能用：它写的文件 Excel 看不见。"
    )


def _starts(windows: bool) -> list[tuple[str, ...]]:
    if not windows:
        return [
            ("三个 .sh", "Python → nianbao_setup.py → Python 自带的 venv 和 pip"),
            ("nianbao 命令", f"{_LINUX_DATA}/env/bin/python；导出 PDF 时还有 LibreOffice"),
            (
                "LibreOffice 里的按钮",
                "LibreOffice 自己的 Python；要这些按钮，先运行 nianbao addin build -o nianbao.oxt，"
                "再运行 unopkg add -f nianbao.oxt",
            ),
        ]
    return [
        ("三个 .cmd", "cmd.exe → Python → nianbao_setup.py → Python 自带的 venv 和 pip"),
        ("Excel 启动时", rf"打开 {FILE_NAME}：只有功能区和按钮，没有自动运行的宏"),
        ("点一个按钮", rf"Excel → cmd.exe → {_DATA}\env\Scripts\python.exe，做完即退出"),
        ("导出 PDF", "当前的 Excel；命令行里则是 LibreOffice（装了才用）"),
    ]


def _writes(windows: bool) -> list[tuple[str, ...]]:
    if not windows:
        return [
            (f"{_LINUX_DATA}/env", "程序（一个 Python 虚拟环境）"),
            (_LINUX_DATA, "出错时的日志：时间、版本、出错的位置，没有表格内容"),
        ]
    return [
        (rf"{_DATA}\env", "程序（一个 Python 虚拟环境）"),
        (rf"{_DATA}\{MACROS}", "按钮运行的几行代码"),
        (_DATA, "出错时的日志：时间、版本、出错的位置，没有表格内容"),
        (
            rf"%APPDATA%\Microsoft\Excel\XLSTART\{FILE_NAME}",
            "功能区加载项，含 VBA 宏，没有数字签名。Excel 默认信任这个文件夹；"
            "如果策略不许运行宏，仍可使用 nianbao 命令和自带公式的工作簿",
        ),
        ("用户自己的工作簿旁边", "点“导出”时生成的报告"),
    ]


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )


def _template(name: str) -> str:
    return resources.files(nianbao_setup.__package__).joinpath(name).read_text("utf-8")


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _list(values: Iterable[str]) -> str:
    return "、".join(values)
