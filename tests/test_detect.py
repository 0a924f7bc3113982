"""What a file is, whatever it is called; and one sentence for each that is not read."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Mapping

import pytest
import xlwt

from nianbao import reading
from nianbao.errors import UnusableInput
from nianbao.formats import zip
from nianbao.formats.detect import decode, look_into
from nianbao.formats.zip import Package, Unreadable, parse_xml
from strategies import seed_figures
from workbooks import ours

BOOK = ours(seed_figures())


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def ole(*streams: str) -> bytes:
    """A compound file of 512-byte sectors that has these streams in its directory, all empty."""
    names = ["Root Entry", *streams]
    entries = b""
    for name in names + [""] * (-len(names) % 4):
        text = name.encode("utf-16-le")
        entries += text.ljust(64, b"\0") + struct.pack("<H", len(text) + 2 if name else 0)
        entries += bytes(62)
    sectors = len(entries) // 512
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    fat = struct.pack(f"<{len(chain)}L", *chain).ljust(512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<LLLLLLLL", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)
    return head + fat + entries


def xls() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, 1)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (BOOK, "xlsx"),
        (xls(), "xls"),
        (ole("Workbook"), "xls"),
        (zipped({"word/document.xml": "<w/>"}), "docx"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "ods"),
        (zipped({"xl\\workbook2.xml": "<w/>"}), "xlsx"),
        (b"<html><table><tr><td>1</table>", "html"),
        (b"\xef\xbb\xbf\r\n<!-- <p> --><!DOCTYPE html><TABLE>", "html"),
        ('<?xml version="1.0"?><html xmlns="x"><head/></html>'.encode("utf-16"), "html"),
        ("<div class='TRS'><p>政府信息公开</p></div>".encode("gbk"), "html"),
        (b' \n{"format": 2021}', "json"),
        (b"\xef\xbb\xbf[]", "json"),
        ("北京市大兴区商务局\n2020年报".encode("gb18030"), "txt"),
        ("北京市大兴区商务局".encode("utf-16"), "txt"),
        ("From 2021 on: 年报".encode(), "txt"),
    ],
)
def test_a_file_is_known_by_its_content(data: bytes, kind: str) -> None:
    assert look_into(data)[0] == kind


OFFICE_XML = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:x"/>'
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空文件"),
        (b"\r\n  \n", "空文件"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "图片"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "图片"),
        (b"{\\rtf1 x}", ".docx"),
        (b"Rar!\x1a\x07", "解压"),
        (b"7z\xbc\xaf\x27\x1c", "解压"),
        (b"\x1f\x8b\x08", "解压"),
        (zipped({"年报.xlsx": BOOK}), "解压"),
        (zipped({}), "空的压缩包"),
        (BOOK[: len(BOOK) // 2], "不完整"),
        (BOOK[:-30], "不完整"),
        (zipped({"xl/workbook.bin": b""}), ".xlsx"),
        (zipped({"ppt/presentation.xml": b""}), "演示文稿"),
        (zipped({"OFD.xml": b""}), "OFD"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), ".docx"),
        (ole("EncryptionInfo", "EncryptedPackage"), "打开密码"),
        (ole("WordDocument", "1Table"), ".docx"),
        (ole("PowerPoint Document"), "演示文稿"),
        (ole("__properties_version1.0"), "不是能读的"),
        (ole("Workbook")[:700], "不完整"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x", ".mht"),
        (b"From: <Saved by Blink>\r\nContent-Type: text/html\r\n\r\n<html>", ".mht"),
        (OFFICE_XML.encode(), ".xlsx"),
        (b"<office:document xmlns:office='x'/>", ".docx"),
        (b"<rss><channel/></rss>", "XML"),
        (bytes(range(1, 256)) * 9, "不是能读的"),
    ],
)
def test_what_is_not_read_is_told_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(UnusableInput) as caught:
        _ = reading.open(data, "某局 年报.xlsx").report
    sentence = str(caught.value)
    assert says in sentence
    assert sentence.startswith("“某局 年报.xlsx”")
    assert sentence.endswith("。")
    assert sentence.count("。") == 1


def test_text_with_a_few_broken_characters_is_still_text() -> None:
    text = "政府信息公开工作年度报告" * 60
    assert decode(text.encode()[:-1]) == text[:-1] + "\ufffd"
    assert decode(text.encode("gbk")) == text
    assert decode(b"\x00\x01" * 50) is None


# --- the zip itself --------------------------------------------------------------------------


def test_members_are_read_without_regard_to_case_and_slashes() -> None:
    found = Package(zipped({"xl\\SharedStrings.xml": b"abc", "A/": b""}))
    assert found.read("xl/sharedStrings.xml") == b"abc"
    assert "XL/SHAREDSTRINGS.XML" in found
    assert found.names()[0] == "xl/sharedstrings.xml"
    with pytest.raises(Unreadable, match="不完整"):
        found.read("missing.xml")


def test_bytes_in_front_of_the_archive_do_no_harm() -> None:
    assert Package(b"#!/bin/sh\n" + zipped({"a": b"abc"})).read("a") == b"abc"


def test_a_bomb_is_not_inflated_to_its_end() -> None:
    data = zipped({"a.xml": bytes(zip.ALWAYS_ALLOWED + 10**6)})
    with pytest.raises(Unreadable, match="过大"):
        Package(data).read("a.xml")


def test_a_size_that_lies_in_the_header_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip, "MAX_MEMBER", 1000)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        data = bytearray(zipped({"a": bytes(2000)}, method))
        at = data.rfind(b"PK\1\2")
        data[at + 24 : at + 28] = struct.pack("<L", 10)
        with pytest.raises(Unreadable, match="过大"):
            Package(bytes(data)).read("a")


def test_all_members_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip, "MAX_TOTAL", 1000)
    found = Package(zipped({"a": bytes(600), "b": bytes(600)}))
    assert len(found.read("a")) == 600
    with pytest.raises(Unreadable, match="过大"):
        found.read("b")


def test_there_are_not_endlessly_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip, "MAX_MEMBERS", 3)
    with pytest.raises(Unreadable, match="过大"):
        Package(zipped({f"{i}": b"" for i in range(4)}))


def test_damage_inside_a_member_is_seen() -> None:
    data = bytearray(zipped({"a": b"0123456789" * 5}, zipfile.ZIP_STORED))
    data[40] ^= 1
    with pytest.raises(Unreadable, match="损坏"):
        Package(bytes(data)).read("a")


def test_an_encrypted_member_is_told_as_such() -> None:
    data = bytearray(zipped({"a": b"x"}))
    data[data.rfind(b"PK\1\2") + 8] |= 1
    with pytest.raises(Unreadable, match="打开密码"):
        Package(bytes(data)).read("a")


def test_a_name_that_stands_twice_is_refused() -> None:
    data = zipped({"xl/a.xml": b"1", "XL/A.XML": b"2"})
    with pytest.raises(Unreadable, match="损坏"):
        Package(data)


def test_other_compression_and_zip64_say_what_to_do() -> None:
    with pytest.raises(Unreadable, match="另存"):
        Package(zipped({"a": b"x" * 99}, zipfile.ZIP_LZMA)).read("a")
    data = bytearray(zipped({"a": b"x"}))
    at = data.rfind(b"PK\5\6")
    data[at + 16 : at + 20] = b"\xff" * 4
    with pytest.raises(Unreadable, match="zip64"):
        Package(bytes(data))


BILLION = """<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>"""
EXTERNAL = """<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""


@pytest.mark.parametrize("xml", [BILLION, EXTERNAL, "<!DOCTYPE x SYSTEM 'http://x/y.dtd'><x/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_a_dtd_is_refused(xml: str, encoding: str) -> None:
    with pytest.raises(Unreadable, match=r"DTD|损坏"):
        parse_xml(xml.encode(encoding))


def test_xml_that_nests_without_end_is_refused() -> None:
    with pytest.raises(Unreadable):
        parse_xml(b"<a>" * 100_000)


def test_a_dtd_in_a_workbook_is_told_with_the_files_name() -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/workbook.xml"]
    members["xl/workbook.xml"] = b"<!DOCTYPE x>" + re.sub(rb"^<\?xml.*?\?>", b"", sheet)
    with pytest.raises(UnusableInput, match=r"“坏\.xlsx”含有不安全的内容"):
        _ = reading.open(zipped(members), "坏.xlsx").report


def test_a_file_beyond_the_limit_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nianbao.formats.open.MAX_BYTES", 100)
    with pytest.raises(UnusableInput, match="超过"):
        _ = reading.open(BOOK, "大.xlsx").report
