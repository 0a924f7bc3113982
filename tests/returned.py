"""Folders of reports as agencies return them: good ones, wrong ones, and what is none at all."""

from __future__ import annotations

import csv
import io
import os
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nianbao import form as forms
from nianbao.exports import html, word
from nianbao.exports import json as json_output
from nianbao.report import Agency, Report, build, with_totals
from nianbao.template import fill
from strategies import having

YEAR = 2025
TEXTS = {
    "opening": "根据《中华人民共和国政府信息公开条例》规定，编制本报告。",
    "overview": "（一）主动公开情况。本单位按规定公开信息。",
    "problems": "问题是公开不够及时。将改进。",
    "other": "本年度没有收取信息处理费。",
}


def report(name: str, code: str | None = None, year: int = YEAR, **figures: Any) -> Report:
    """All zero but for ``figures`` (of 表三's row 一 and （一）, by column, kept in balance)."""
    form = forms.for_year(year)
    values: dict[str, Any] = {id: 0 for id, c in form.cells().items() if not c.total}
    for column, value in figures.items():
        values[f"requests.received.{column}"] = values[f"requests.granted.{column}"] = value
    return with_totals(build(form.format, year, Agency(name, code), values, text=TEXTS))


def wrong(one: Report) -> Report:
    """The same with an identity of 表三 broken."""
    return having(one, {"requests.received.business": 99})


def put(path: Path, one: Report, previous: Report | None = None) -> Path:
    """The report in a file of the kind that the path's ending says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    makers: dict[str, Callable[[Report], bytes]] = {
        ".docx": word.write,
        ".html": html.write,
        ".json": json_output.write,
    }
    maker = makers.get(path.suffix)
    path.write_bytes(maker(one) if maker else fill.fill(one, previous).data)
    return path


def roster(path: Path, *rows: str) -> Path:
    """A roster with the columns 名称, 代码, 上级, 别名, 联系电话."""
    path.write_text("名称,代码,上级,别名,联系电话\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def columns(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def hostile(folder: Path, good: int) -> dict[str, str]:
    """``good`` reports, and thirty files that are none: names of these and a word of the reason."""
    for n in range(good):
        put(folder / f"第{n % 7}批" / f"某市第{n}局.xlsx", report(f"某市第{n}局", business=n % 5))
    book = fill.fill(report("某市某某局")).data
    page = html.write(report("某市网页局"))
    bad: Mapping[str, tuple[bytes | None, str]] = {
        "半截.xlsx": (book[: len(book) // 2], "损坏"),
        "缺头.xlsx": (book[200:], "不是能读的表格"),
        "改了字节.xlsx": (_flipped(book), "损坏"),
        "空.xlsx": (b"", "空文件"),
        "全零.docx": (b"\0" * 4096, "空文件"),
        "加密.xlsx": (_ole("EncryptedPackage"), "加密"),
        "旧版.doc": (_ole("WordDocument"), ".doc"),
        "幻灯片.ppt": (_ole("PowerPoint Document"), "演示文稿"),
        "截断.pdf": (b"%PDF-1.4\n%\xe2\xe3\n", "损坏"),
        "照片.jpg": (b"\xff\xd8\xff\xe0" + b"x" * 100, "图片"),
        "图.xlsx": (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "图片"),
        "打包.rar": (b"Rar!\x1a\x07\x00" + b"x" * 50, "压缩包"),
        "打包.7z": (b"7z\xbc\xaf\x27\x1c" + b"x" * 50, "压缩包"),
        "套着.zip": (_zip({"里面.zip": _zip({"年报.xlsx": book})}), "压缩包"),
        "套着.xlsx": (_zip({"里面.zip": _zip({"年报.xlsx": book})}), "压缩包"),
        "爬出去.xlsx": (_zip({"../../爬出去.txt": b"x", "/etc/x": b"x"}), "压缩包"),
        "炸弹.xlsx": (_bomb(book, 200), "过大"),
        "实体.xlsx": (_with_dtd(book), "DTD"),
        "实体.docx": (_with_dtd(word.write(report("某市实体局"))), "DTD"),
        "宏表.xlsb": (_zip({"xl/workbook.bin": b"x"}), "xlsb"),
        "文档.odt": (_zip({"mimetype": b"application/vnd.oasis.opendocument.text"}), "odt"),
        "说明.txt": ("请各单位于一月底前报送。".encode(), "说明.txt"),
        "数据.json": (b"{}", "数据.json"),
        "断.json": (b'{"format": 2021', "断.json"),
        "空表.xlsx": (_plain_book(), "空表.xlsx"),
        "上年的.xlsx": (fill.fill(report("某市第0局", year=YEAR - 1)).data, f"{YEAR - 1} 年度"),
        "某市第1局（重复）.xlsx": (fill.fill(report("某市第1局", business=1)).data, "同一单位"),
        "网页.xls": (page, ""),
        "链接.xlsx": (None, "链接"),
        "外面": (None, "链接"),
    }
    assert len(bad) == 30
    outside = folder.parent / "外面的"
    put(outside / "外面.xlsx", report("某市外面局"))
    for name, (data, _) in bad.items():
        if data is not None:
            (folder / name).write_bytes(data)
    (folder / "链接.xlsx").symlink_to(outside / "外面.xlsx")
    (folder / "外面").symlink_to(outside, target_is_directory=True)
    for path in folder.rglob("第*批/*.xlsx"):
        os.utime(path, (2_000_000_000, 2_000_000_000))  # later than the duplicate
    return {name: word for name, (_, word) in bad.items()}


def _zip(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    """What is in a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The zip of these members."""
    return _zip(parts)


def _flipped(data: bytes) -> bytes:
    parts = members(data)
    at = data.index(b"xl/workbook.xml") + len("xl/workbook.xml") + 40
    assert parts
    return data[:at] + bytes(b ^ 0xFF for b in data[at : at + 20]) + data[at + 20 :]


def _bomb(data: bytes, megabytes: int) -> bytes:
    parts = members(data)
    parts["xl/sharedStrings.xml"] = b"0" * (megabytes << 20)
    parts["xl/worksheets/sheet1.xml"] = parts.pop("xl/sharedStrings.xml")
    return _zip(parts)


def _with_dtd(data: bytes) -> bytes:
    dtd = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    parts = members(data)
    for name in parts:
        if name in ("xl/workbook.xml", "word/document.xml"):
            head, _, body = parts[name].partition(b"?>")
            parts[name] = head + b"?>" + dtd + body if body else dtd + parts[name]
    return _zip(parts)


def _ole(stream: str) -> bytes:
    """A compound file that holds a stream of this name and nothing else."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<LLLLLLLLL", header, 44, 1, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 1)
    struct.pack_into("<109L", header, 76, 1, *[0xFFFFFFFF] * 108)
    directory = bytearray(512)
    for n, name in enumerate(("Root Entry", stream)):
        raw = name.encode("utf-16-le")
        directory[n * 128 : n * 128 + len(raw)] = raw
        struct.pack_into("<H", directory, n * 128 + 64, len(raw) + 2)
    table = struct.pack("<128L", 0xFFFFFFFE, 0xFFFFFFFD, *[0xFFFFFFFF] * 126)
    return bytes(header) + bytes(directory) + table


def _plain_book() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = "值班表"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_excel_saves(data: bytes) -> bytes:
    """All texts shared and rows with spans, as Excel and WPS write them; results kept."""
    strings: list[bytes] = []

    def shared(match: re.Match[bytes]) -> bytes:
        strings.append(b'<si><t xml:space="preserve">%b</t></si>' % match[1])
        return b't="s"><v>%d</v>' % (len(strings) - 1)

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = _INLINE.sub(shared, content)
                content = content.replace(b"<row r=", b'<row spans="1:30" r=')
            elif name == "[Content_Types].xml":
                content = content.replace(b"</Types>", _TYPE + b"</Types>")
            elif name == "xl/_rels/workbook.xml.rels":
                content = content.replace(b"</Relationships>", _RELATION + b"</Relationships>")
            new.writestr(name, content)
        new.writestr("xl/sharedStrings.xml", _STRINGS % b"".join(strings))
    return out.getvalue()


_INLINE = re.compile(rb't="inlineStr"><is><t(?: [^>]*)?>((?:(?!</t>).)*)</t></is>', re.DOTALL)
_STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%b</sst>'
_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
_RELATION = (
    b'<Relationship Id="rIdShared" Target="/xl/sharedStrings.xml" Type="http://schemas.'
    b'openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>'
)
