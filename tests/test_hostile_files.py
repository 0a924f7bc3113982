"""Small files made to take for ever are read or refused at once."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import openpyxl
import pytest

from nianbao.errors import UnusableInput
from nianbao.sources import docx, html, read
from nianbao.sources.detect import decode
from nianbao.sources.document import Paragraph, TextTable
from nianbao.sources.workbook import document
from nianbao.sources.xlsx import Workbook
from strategies import zeros
from test_read_docx import raw
from workbooks import ours, refusal, saved


@contextmanager
def at_once(seconds: float = 5) -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def with_sheets(tags: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ours(zeros()))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = re.sub(rb"(?=</sheets>)", tags.encode(), content)
            new.writestr(name, content)
    return out.getvalue()


def test_one_sheet_that_stands_a_thousand_times_in_a_workbook_is_damage() -> None:
    sheet = '<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    tags = "".join(f'{sheet} name="{n}" sheetId="{n + 100}" r:id="rId1"/>' for n in range(1000))
    with at_once():
        assert "已损坏" in (refusal(with_sheets(tags), "x.xlsx") or "")


def test_more_sheets_than_any_report_has_are_refused() -> None:
    tags = "".join(f'<sheet name="{n}" sheetId="{n + 100}"/>' for n in range(2000))
    book = Workbook(with_sheets(tags))
    with pytest.raises(Exception, match="工作表过多"):
        document(book, "x.xlsx")


def test_a_merge_over_all_columns_but_the_last_of_a_long_sheet_costs_nothing() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("表")
    for _ in range(3_000):
        sheet.append(["一"] + [None] * 16_000 + [1])
    sheet.merged_cells.add("A1:WQI3000")  # column 16,000
    data = saved(book)
    with at_once(), pytest.raises(UnusableInput):
        read(data, "x.xlsx")


def test_text_boxes_within_text_boxes_are_read_once() -> None:
    body = "<w:p><w:r><w:t>里</w:t></w:r></w:p>"
    for _ in range(40):
        body = f"<w:p><w:r><w:pict><w:txbxContent>{body}</w:txbxContent></w:pict></w:r></w:p>"
    with at_once():
        blocks = docx.read(raw(body), "x").blocks
    assert [(b.text, b.aside) for b in blocks if isinstance(b, Paragraph)] == [("里", True)]


def test_styles_based_on_thousands_of_others_are_not_followed() -> None:
    styles = "".join(
        f'<w:style w:styleId="{n}"><w:basedOn w:val="{n + 1}"/></w:style>' for n in range(5000)
    )
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    line = '<w:p><w:pPr><w:pStyle w:val="0"/></w:pPr><w:r><w:t>文</w:t></w:r></w:p>'
    data = raw(line * 5000, styles=f"<w:styles {namespace}>{styles}</w:styles>")
    with at_once():
        assert len(docx.read(data, "x").blocks) == 5000


def test_deep_tables_around_a_long_one_are_counted_once() -> None:
    inner = "<table>" + "<tr><td>规章<td>1" * 30_000 + "</table>"
    page = "<table><tr><td>" * 60 + inner
    with at_once():
        (table,) = html.read(page.encode(), "x").blocks
    assert isinstance(table, TextTable)
    assert len(table.cells) == 60_000


def test_a_byte_order_mark_too_many_does_no_harm() -> None:
    assert decode("\ufeff\ufeff年报".encode("utf-8-sig")) == "年报"


@pytest.mark.parametrize(
    "lines", ["-" * 100_000 + "x", "一、总体情况\n" * 20_000], ids=["a long rule", "headings"]
)
def test_a_long_text_is_read_in_no_time(lines: str) -> None:
    title = "某市某某局2023年政府信息公开工作年度报告"
    text = f"{title}\n| 信息内容 | 本年制发件数 |\n{lines}\n| 规章 | 1 |\n"
    with at_once():
        assert "没有找到" in (refusal(text.encode(), "x.txt") or "")
