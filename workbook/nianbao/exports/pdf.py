"""The final report as PDF, made from the Word document by a LibreOffice of this machine.

LibreOffice runs unseen, with a profile of its own that is thrown away, so that neither a running
office program nor its settings are touched.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from nianbao.errors import CannotWrite
from nianbao.exports import word
from nianbao.exports.content import HeadingPart, ParagraphPart, TitlePart, parts, split_lead
from nianbao.report import Report

SECONDS = 180  # a cold start on an old office machine takes half a minute

_MISSING = "本机没有 LibreOffice，无法直接生成 PDF：请先导出 Word 或 Excel，再在其中另存为 PDF。"
_FAILED = "LibreOffice 没有生成 PDF：请先导出 Word 或 Excel，再在其中另存为 PDF。"
_SLOW = f"LibreOffice 在 {SECONDS} 秒内没有完成，没有生成 PDF：请先导出 Word，再在其中另存为 PDF。"

# What comes nearest where a font is missing, in this order. Otherwise a serif face is replaced by
# a sans-serif one, or by one with Japanese shapes.
_SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN")
_SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN")
_NEAREST = {
    "方正小标宋简体": ("方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "STZhongsong", "SimSun", *_SERIF),
    "黑体": ("SimHei", "STHeiti", "WenQuanYi Zen Hei", *_SANS),
    "仿宋_GB2312": ("FangSong_GB2312", "FangSong", "仿宋", "STFangsong", *_SERIF),
    "楷体_GB2312": ("KaiTi_GB2312", "KaiTi", "楷体", "STKaiti", *_SERIF),
    "宋体": ("SimSun", "STSong", *_SERIF),
}
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Filter/PDF/Export">
<prop oor:name="UseTaggedPDF" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True, slots=True)
class Pdf:
    """The file, and what the user should know about it: one Chinese sentence each."""

    data: bytes
    notes: tuple[str, ...] = ()


def write(report: Report) -> Pdf:
    """The report as PDF, tagged, with bookmarks.

    Raises CannotWrite where there is no LibreOffice, or it fails, or it takes too long. A note says
    which fonts are not installed here and what stands in the file instead.
    """
    office = program()
    if office is None:
        raise CannotWrite(_MISSING)
    # LibreOffice marks each line with the language of its Latin letters; all of it is Chinese.
    # Both marks are equally long, so that no position in the file changes.
    data = _convert(office, word.write(report)).replace(b"/Lang(en-US)", b"/Lang(zh-CN)")
    note = font_note(report, embedded_fonts(data))
    return Pdf(data, (note,) if note else ())


def program() -> str | None:
    """The LibreOffice of this machine: on the search path, or where its installers put it."""
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return found
    roots = [os.environ.get(name) for name in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)")]
    usual = [
        # On Windows the .com waits for the end of the work, the .exe does not always.
        *(Path(r, "LibreOffice", "program", "soffice.com") for r in roots if r),
        Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
        *sorted(Path("/opt").glob("libreoffice*/program/soffice"), reverse=True),
    ]
    return next((str(path) for path in usual if path.is_file()), None)


def embedded_fonts(pdf: bytes) -> tuple[str, ...]:
    """Names of the fonts in a PDF, without the mark of a subset; () where none can be read."""
    names = {
        re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode()), raw)
        for content in (pdf, *_object_streams(pdf))
        for raw in re.findall(rb"/BaseFont\s*/([^\s/<>\[\]()]+)", content)
    }
    plain = {re.sub(r"^[A-Z]{6}\+", "", _decode(name)) for name in names}
    return tuple(sorted(plain))


def font_note(report: Report, found: tuple[str, ...]) -> str | None:
    """The sentence that says which fonts are missing in the PDF of a report, or None."""

    def same(a: str, b: str) -> bool:
        return a.casefold() == b.casefold().split("-")[0]

    missing = [
        font
        for font in _fonts_of(report)
        if not any(same(name, f) for name in word.FONTS[font] for f in found)
    ]
    if not found or not missing:
        return None
    known = [name for names in word.FONTS.values() for name in names]
    instead = sorted({f.split("-")[0] for f in found if not any(same(n, f) for n in known)})
    others = f" {'、'.join(instead)} " if instead else "其他字体"
    return f"本机没有安装{'、'.join(missing)}，PDF 中以{others}代替。"


def _decode(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("gb18030", "replace")


def _object_streams(pdf: bytes) -> Iterator[bytes]:
    """Newer programs pack the descriptions of the fonts."""
    for match in re.finditer(rb"/Type\s*/ObjStm.{0,200}?stream\r?\n", pdf, re.DOTALL):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(pdf[match.end() :])


def _fonts_of(report: Report) -> tuple[str, ...]:
    """Fonts that the Word document of this report uses, by name."""
    used = {"宋体"}
    for part in parts(report):
        if isinstance(part, TitlePart):
            used.add("方正小标宋简体")
        elif isinstance(part, HeadingPart):
            used.add("黑体")
        elif isinstance(part, ParagraphPart):
            lead, rest = split_lead(part.text)
            used |= {font for font, text in (("楷体_GB2312", lead), ("仿宋_GB2312", rest)) if text}
    return tuple(font for font in word.FONTS if font in used)


def _convert(office: str, docx: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="nianbao-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, result = folder / "report.docx", folder / "report.pdf"
        source.write_bytes(docx)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_PROFILE, encoding="utf-8")
        fonts = folder / "fonts.conf"
        fonts.write_text(_fontconfig(), encoding="utf-8")
        command = [
            office,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nologo", "--nolockcheck"),
            *("--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder), str(source)),
        ]
        _run(command, {**os.environ, "FONTCONFIG_FILE": str(fonts)}, folder)
        if not result.is_file() or not result.stat().st_size:
            raise CannotWrite(_FAILED)
        return result.read_bytes()


def _fontconfig() -> str:
    """The machine's own settings, and after them which font stands in for which."""
    own = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    aliases = "\n".join(
        f'<alias binding="same"><family>{font}</family><accept>'
        + "".join(f"<family>{name}</family>" for name in nearest)
        + "</accept></alias>"
        for font, nearest in _NEAREST.items()
    )
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f'<include ignore_missing="yes">{escape(own)}</include>\n{aliases}\n</fontconfig>\n'
    )


def _run(command: list[str], environment: dict[str, str], folder: Path) -> None:
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise CannotWrite(_FAILED) from error
    try:
        process.wait(SECONDS)
    except BaseException as error:
        _end(process)
        if isinstance(error, subprocess.TimeoutExpired):
            raise CannotWrite(_SLOW) from error
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    """The starter and the office program that it started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], check=False)
    process.kill()
    process.wait()
