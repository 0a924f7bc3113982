"""PDF as Word and Excel make it is read like the files it was made from; no PDF does any harm."""

from __future__ import annotations

import dataclasses
import io
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import returned
from cost import costs_at_most
from nianbao import reading
from nianbao.errors import UnusableInput
from nianbao.exports import word, xlsx
from nianbao.report import TEXTS, Report
from nianbao.template import fill
from strategies import reports

pytest.importorskip("pdfplumber")


def words(text: str) -> str:
    """A text without what LibreOffice leaves out at the end of a line, and without breaks."""
    return re.sub(r"[\W_]", "", text)


@pytest.mark.libreoffice
@settings(max_examples=1, deadline=None, phases=[Phase.generate], derandomize=True)
@given(made=st.lists(reports(), min_size=12, max_size=12))
def test_a_report_is_read_from_its_pdf(
    made: list[Report], soffice: Any, tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.mktemp("pdf")
    for n, report in enumerate(made):
        (folder / f"{n}.docx").write_bytes(word.write(report))
        (folder / f"t{n}.xlsx").write_bytes(xlsx.write(report))
    soffice(sorted(folder.iterdir()), "pdf", folder / "pdf")
    for n, report in enumerate(made):
        for name in (f"{n}.pdf", f"t{n}.pdf"):
            found = reading.open((folder / "pdf" / name).read_bytes(), name).report
            assert (found.format, found.year) == (report.format, report.year)
            assert words(found.agency.name) == words(report.agency.name)
            assert found.values == report.values, name
            assert found.repeats == report.repeats
            assert [e.values for e in found.extra] == [e.values for e in report.extra]
            for text in TEXTS:
                assert words(found.text[text]) == words(report.text[text]), (name, text)


@pytest.mark.libreoffice
def test_a_short_report_keeps_its_agency_and_the_workbook_is_no_report(
    soffice: Any, tmp_path: Path
) -> None:
    """Two lines of title, sections of a line each."""
    name = "某某省某某自治州某某县人力资源和社会保障局劳动保障监察综合行政执法大队"
    texts = {"opening": "现公布如下。", **dict.fromkeys(TEXTS[1:], "无。")}
    short = dataclasses.replace(returned.report(name), text=texts)
    (tmp_path / "短.docx").write_bytes(word.write(short))
    (tmp_path / "整本.xlsx").write_bytes(fill.fill(short).data)
    soffice(sorted(tmp_path.iterdir()), "pdf", tmp_path / "pdf")
    found = reading.open((tmp_path / "pdf" / "短.pdf").read_bytes(), "短.pdf").report
    assert found.agency.name == name
    assert found.values == short.values
    assert [found.text[text] for text in TEXTS] == [short.text[text] for text in TEXTS]
    with pytest.raises(UnusableInput, match="是整本填报工作簿打印成的 PDF"):
        _ = reading.open((tmp_path / "pdf" / "整本.pdf").read_bytes(), "整本.pdf").report


# --- PDF that is none to be read -----------------------------------------------------------------


def stream(content: bytes, filters: str = "", more: str = "") -> bytes:
    head = f"<< /Length {len(content)} {filters and f'/Filter {filters}'} {more} >>"
    return head.encode() + b"\nstream\n" + content + b"\nendstream"


def plain_pdf(content: bytes, *more: bytes, pages: int = 1, trailer: str = "") -> bytes:
    """A PDF whose pages all have the content stream ``content``; ``more`` are objects from 5 on."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << "
        b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> "
        b"/XObject << /X 5 0 R >> >> >>"
    )
    kids = " ".join(f"{n} 0 R" for n in (3, *range(5 + len(more), 4 + len(more) + pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        page,
        content,
        *more,
        *(page,) * (pages - 1),
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, one))
    start, size = out.tell(), len(objects) + 1
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out.write(f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer << /Size {size} /Root 1 0 R {trailer} >>\n".encode())
    out.write(f"startxref\n{start}\n%%EOF".encode())
    return out.getvalue()


TEXT = b"BT /F 12 Tf 72 700 Td (2025) Tj ET"


def refusal(data: bytes) -> str:
    with pytest.raises(UnusableInput) as caught:
        _ = reading.open(data, "年报.pdf").report
    return str(caught.value)


def deflated(content: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return content


LOCK = (
    "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
    f"/O <{'41' * 32}> /U <{'42' * 32}> >> /ID [<00><00>]"
)
ZEROS = bytes(200 * 2**20)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (plain_pdf(stream(TEXT)), "没有找到报告年度"),
        (plain_pdf(stream(b"")), "是扫描或图片做成的 PDF，里面没有文字"),
        (plain_pdf(stream(TEXT), trailer=LOCK), "已加密，请先去掉打开密码"),
        (plain_pdf(stream(TEXT), pages=101), "有 101 页，不像年度报告"),
        (plain_pdf(stream(TEXT))[:300], "已损坏或不完整"),
        (b"%PDF-1.4\n%\xe2\xe3\n", "已损坏或不完整"),
        (b"%PDF-1.4\n" + b"<<" * 50_000, "已损坏或不完整"),
    ],
    ids=["none", "scan", "locked", "long", "cut", "empty", "nested"],
)
def test_what_cannot_be_read_is_told_in_a_sentence(data: bytes, reason: str) -> None:
    assert refusal(data).startswith(
        f"“年报.pdf”{'里' if reason.startswith('没有') else ''}{reason}"
    )


BOMBS = {
    "zeros": plain_pdf(stream(deflated(ZEROS), "/FlateDecode")),
    "twice": plain_pdf(stream(deflated(ZEROS, 2), "[/FlateDecode /FlateDecode]")),
    "spelt otherwise": plain_pdf(stream(deflated(ZEROS), "/#46lateDecode")),
    "cut": plain_pdf(stream(deflated(ZEROS)[:-9], "/FlateDecode")),
    "runs": plain_pdf(stream(b"\x81 " * 2**20, "/RunLengthDecode")),
    "old": plain_pdf(stream(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", "/LZWDecode")),
    "letters": plain_pdf(stream(b"BT /F 1 Tf (" + b"a" * 2**20 + b") Tj ET")),
    "rules": plain_pdf(stream(b"0 0 m 9 9 l S\n" * 300_000)),
    "again and again": plain_pdf(
        stream(b"/X Do " * 1000),
        stream(b"q Q " * 50_000, more="/Type /XObject /Subtype /Form /BBox [0 0 9 9]"),
    ),
}


# What a process that reads one file says of itself: how much memory it held, and the sentence.
_READ_AND_TELL = """
import re, sys
from nianbao import reading
from nianbao.errors import UnusableInput
try:
    reading.open(open(sys.argv[1], "rb").read(), "年报.pdf").report
except UnusableInput as error:
    most = re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())
    print(most[1], error)
"""


@pytest.mark.parametrize("name", BOMBS)
def test_no_pdf_takes_more_than_a_bounded_amount_of_memory_and_time(
    name: str, tmp_path: Path
) -> None:
    with costs_at_most(6_000):
        assert "过大" in refusal(BOMBS[name])
    file = tmp_path / "bomb.pdf"
    file.write_bytes(BOMBS[name])
    told = subprocess.run(
        [sys.executable, "-c", _READ_AND_TELL, file], capture_output=True, check=True
    )
    kilobytes, _, sentence = told.stdout.decode().partition(" ")
    assert "过大" in sentence
    assert int(kilobytes) < 600 * 2**10


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_pdf_is_refused_and_nothing_else_happens(data: st.DataObject) -> None:
    whole = plain_pdf(stream(deflated(TEXT * 3), "/FlateDecode"))
    at = data.draw(st.integers(9, len(whole) - 1))
    piece = data.draw(st.binary(max_size=4) | st.sampled_from([b"/", b"<<", b"(", b"9" * 30]))
    cut = data.draw(st.integers(0, 8))
    assert refusal(whole[:at] + piece + whole[at + cut :])


def test_without_the_component_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "nianbao.reading.documents.pdf_limits", raising=False)
    monkeypatch.setitem(sys.modules, "pdfplumber", None)
    monkeypatch.setitem(sys.modules, "pdfplumber.page", None)
    assert refusal(plain_pdf(stream(TEXT))) == (
        "“年报.pdf”是 PDF 文件，本机没有装读 PDF 的组件（nianbao[pdf]），"
        "请改用 Word、Excel 或网页版的年报。"
    )


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    refusal(plain_pdf(stream(TEXT + b" /Nothing Do /F1 3 Tf (a) Tj")))
    assert capfd.readouterr() == ("", "")
