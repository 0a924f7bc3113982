"""Whole reports in the kinds of files that this trade has, each read right through the one door."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import Any

import pytest
import xlwt

from conftest import Convert
from layouts import drawn
from nianbao import reading
from nianbao.reading.document import TableCell
from nianbao.report import TEXTS, Report
from nianbao.template.fill import fill
from strategies import having, seed_figures, zeros
from test_own_workbook import moved
from test_read_text import pasted

TEXT = {"opening": "开头。", "overview": "一。\n（一）二。", "problems": "三。", "other": "四。"}


def numbered(report: Report) -> Report:
    """Another figure in every cell, so that none can stand in the place of its neighbour."""
    return having(report, {id: n for n, id in enumerate(report.values, 1)}, text=TEXT)


REPORT, OLD = numbered(zeros()), numbered(seed_figures())
both = pytest.mark.parametrize("report", [REPORT, OLD], ids=["2021", "2019"])


def rows(report: Report, table: str) -> list[list[TableCell]]:
    """The cells of a table by the row that they begin in."""
    out: list[list[TableCell]] = []
    for cell in sorted(drawn(report, table), key=lambda c: (c.row, c.col)):
        while len(out) <= cell.row:
            out.append([])
        out[cell.row].append(cell)
    return out


def drawn_in(
    report: Report,
    heading: Callable[[str], str],
    line: Callable[[str], str],
    table: Callable[..., str],
) -> str:
    """A report from its parts, each written by the function given for it."""
    out = [heading(report.title), *map(line, report.text["opening"].splitlines())]
    for section in report.form.sections:
        out.append(heading(section.heading))
        if section.id in TEXTS:
            out += map(line, report.text[section.id].splitlines())
        else:
            out.append(table(rows(report, section.id)))
    return "".join(out)


# --- spreadsheets ----------------------------------------------------------------------------


def biff(report: Report) -> bytes:
    """An .xls or .et as Excel 97 and WPS write it: merges, numbers as numbers."""
    book = xlwt.Workbook(encoding="gbk")
    sheet = book.add_sheet("年报")
    at = 0
    for text in (report.title, *report.text["opening"].splitlines()):
        sheet.write(at, 0, text)
        at += 1
    for section in report.form.sections:
        sheet.write(at, 0, section.heading)
        at += 1
        if section.id in TEXTS:
            for text in report.text[section.id].splitlines():
                sheet.write(at, 0, text)
                at += 1
            continue
        cells = drawn(report, section.id)
        for c in cells:
            value: Any = float(c.text) if re.fullmatch(r"[+]?\d+", c.text) else c.text
            where = at + c.row, at + c.row + c.rowspan - 1, c.col, c.col + c.colspan - 1
            sheet.write_merge(*where, value)
        at += max(c.row + c.rowspan for c in cells) + 1
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@both
@pytest.mark.parametrize("name", ["年报.xls", "年报.et", "年报.xlsx"])
def test_a_biff_workbook_under_any_name(report: Report, name: str) -> None:
    found = reading.open(biff(report), name).report
    assert found == report
    assert found.trace.notes == ()


def html_table(rows: Iterable[Iterable[TableCell]]) -> str:
    lines = (
        "<tr>"
        + "".join(
            f"<td class=xl65 rowspan={c.rowspan} colspan={c.colspan}>{escape(c.text)}</td>"
            for c in row
        )
        for row in rows
    )
    return f"<table border=0 cellpadding=0>{''.join(lines)}</table>"


def in_html(report: Report) -> str:
    return drawn_in(report, "<h3>{}</h3>".format, "<p>　　{}</p>".format, html_table)


@both
@pytest.mark.parametrize("meta", ["", "<meta charset=gb2312>", "<META CHARSET='GB18030'>"])
def test_an_xls_that_is_a_page_in_the_chinese_code_page(report: Report, meta: str) -> None:
    head = f"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head>{meta}</head>"
    source = reading.open(
        f"{head}<body>{in_html(report)}</body></html>".encode("gb18030"), "年报.xls"
    )
    found = source.report
    assert found == report
    assert found.trace.notes == ()


@both
def test_a_page_of_layout_tables_whose_last_cells_span_all_rows_below(report: Report) -> None:
    body = re.sub(r"rowspan=1 (colspan=1>[^<]*</td></table>)", r"rowspan=0 \1", in_html(report))
    assert "rowspan=0" in body
    menu = "<table><tr><td><a href=/>首页</a></td></tr><tr><td>政务公开</td></tr></table>"
    outer = f"<table><tr><td rowspan=0>{menu}</td><td><table><tr><td>{body}</td></tr></table></td>"
    source = reading.open(f"<html><body>{outer}</tr></table></body></html>".encode(), "年报.html")
    found = source.report
    assert found.values == report.values
    assert found.text == report.text


def rewritten(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if re.fullmatch(part, name):
                content = change(content.decode()).encode()
            new.writestr(name, content)
    return out.getvalue()


def as_wps_writes(sheet: str) -> str:
    """A wrong dimension, a picture in a cell, and every text inline with its phonetic guide."""
    sheet = re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', sheet)
    picture = (
        '<row r="900"><c r="B900" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f>'
        '<v>=DISPIMG("ID_1",1)</v></c></row></sheetData>'
    )
    guide = '<rPh sb="0" eb="1"><t>biǎo</t></rPh><phoneticPr fontId="1"/>'
    sheet = re.sub(r"(<is><t[^>]*>[^<]*</t>)(</is>)", rf"\1{guide}\2", sheet)
    return sheet.replace("</sheetData>", picture)


@both
def test_our_workbook_as_wps_writes_it(report: Report) -> None:
    data = rewritten(fill(report).data, r"xl/worksheets/sheet\d+\.xml", as_wps_writes)
    found = reading.open(data, "年报.xlsx").report
    assert found == report
    assert found.trace.notes == ()


# --- Word ------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_DELETED = '<w:del w:id="1" w:author="a"><w:r><w:delText>旧</w:delText></w:r></w:del>'


def word(body: str, **styles: str) -> bytes:
    named = "".join(
        f'<w:style w:styleId="{id}"><w:name w:val="{name}"/></w:style>'
        for id, name in styles.items()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zip:
        zip.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        zip.writestr("word/styles.xml", f"<w:styles {W}>{named}</w:styles>")
    return out.getvalue()


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def word_table(cells: Callable[[TableCell, str], str]) -> Callable[..., str]:
    """Writes rows as Word does, with what ``cells`` makes of each cell and its properties."""

    def write(rows: list[list[TableCell]]) -> str:
        lines: list[dict[int, str]] = [{} for _ in rows]
        for c in (c for row in rows for c in row):
            span = f'<w:gridSpan w:val="{c.colspan}"/>'
            for y in range(c.row, c.row + c.rowspan):
                merge = '<w:vMerge w:val="restart"/>' if c.row == y else "<w:vMerge/>"
                properties = f"<w:tcPr>{span}{merge if c.rowspan > 1 else ''}</w:tcPr>"
                lines[y][c.col] = (
                    cells(c, properties) if y == c.row else f"<w:tc>{properties}<w:p/></w:tc>"
                )
        body = "".join(
            f"<w:tr>{''.join(t for _, t in sorted(line.items()))}</w:tr>" for line in lines
        )
        return f"<w:tbl>{body}</w:tbl><w:p/>"

    return write


def plain(cell: TableCell, properties: str) -> str:
    return f"<w:tc>{properties}{paragraph(cell.text, 'Compact')}</w:tc>"


def revised(cell: TableCell, properties: str) -> str:
    """Half of the text deleted and put in anew, the cell or its text in a content control."""
    first, rest = escape(cell.text[:1]), escape(cell.text[1:])
    runs = (
        f'{_DELETED}<w:ins w:id="2"><w:r><w:t>{first}</w:t></w:r></w:ins>'
        f"<w:sdt><w:sdtContent><w:r><w:t>{rest}</w:t></w:r></w:sdtContent></w:sdt>"
    )
    inner = f"<w:tc>{properties}<w:p>{runs}</w:p></w:tc>"
    return f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>" if cell.col % 2 else inner


def in_word(report: Report, cells: Callable[[TableCell, str], str]) -> str:
    table = word_table(cells)
    return drawn_in(report, lambda t: paragraph(t, "h"), lambda t: paragraph(t, "b"), table)


@both
@pytest.mark.parametrize("cells", [plain, revised])
@pytest.mark.parametrize("nested", [False, True])
def test_a_word_report_revised_and_laid_out(
    report: Report, cells: Callable[[TableCell, str], str], nested: bool
) -> None:
    body = in_word(report, cells)
    box = (
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>存档</w:t></w:r></w:p></w:txbxContent>"
        "</w:pict></w:r></w:p>"
    )
    if nested:
        body = f"<w:tbl><w:tr><w:tc>{body}</w:tc></w:tr></w:tbl>"
    source = reading.open(
        word(body + box, h="heading 1", b="Body Text", Compact="Compact"), "年报.docx"
    )
    found = source.report
    assert found == report
    assert [n.message for n in found.trace.notes] == ["文本框或脚注中的“存档”没有读入。"]


@both
def test_a_word_report_made_by_pandoc(report: Report) -> None:
    """pandoc has no merges down: it repeats nothing and leaves the cells below empty."""

    def table(rows: list[list[TableCell]]) -> str:
        wide = max(c.col + c.colspan for row in rows for c in row)
        out = []
        for y, row in enumerate(rows):
            here = {c.col: c.text for c in row}
            cells = "".join(
                f"<w:tc><w:tcPr/>{paragraph(here.get(x, ''), 'Compact')}</w:tc>"
                for x in range(wide)
            )
            head = '<w:trPr><w:tblHeader w:val="on"/></w:trPr>' if y == 0 else ""
            out.append(f"<w:tr>{head}{cells}</w:tr>")
        return f'<w:tbl><w:tblPr><w:tblStyle w:val="Table"/></w:tblPr>{"".join(out)}</w:tbl>'

    mark = '<w:bookmarkStart w:id="20" w:name="a"/>'
    body = drawn_in(
        report,
        lambda t: mark + paragraph(t, "Heading1") + '<w:bookmarkEnd w:id="20"/>',
        lambda t: paragraph(t, "FirstParagraph"),
        table,
    )
    source = reading.open(
        word(body, Heading1="Heading 1", FirstParagraph="First Paragraph"), "年报.docx"
    )
    found = source.report
    assert found == report


# --- text ------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8", "utf-8-sig", "utf-16-be"])
@pytest.mark.parametrize("style", ["word", "excel", "cells"])
def test_a_text_in_any_encoding_with_windows_line_ends(
    report: Report, encoding: str, style: str
) -> None:
    text = pasted(report, style).replace("\n", "\r\n")
    marked = encoding.startswith("utf-16")
    found = reading.open(("\ufeff" * marked + text).encode(encoding), "年报.txt").report
    assert found == report
    assert found.trace.notes == ()


# --- saved by LibreOffice --------------------------------------------------------------------


@pytest.mark.libreoffice
def test_our_workbook_moved_and_renamed_and_saved_by_libreoffice(
    soffice: Convert, tmp_path: Path
) -> None:
    def renamed(book: str) -> str:
        for name in ("表二", "表三", "表四"):
            book = book.replace(f'name="{name}"', f'name="附{name} (2)"')
            book = re.sub(rf"'?{name}'?!", f"'附{name} (2)'!", book)
        return book

    source = tmp_path / "年报.xlsx"
    source.write_bytes(rewritten(moved(3, 2), r"xl/workbook\.xml", renamed))
    saved = soffice(source, "xlsx", tmp_path / "saved")
    found = reading.open(saved.read_bytes(), saved.name).report
    assert found == reading.open(moved(3, 2), "年报.xlsx").report
    assert str(found.place("disclosure.licensing.change")).startswith("附表二 (2)!")
