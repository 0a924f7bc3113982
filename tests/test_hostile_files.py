"""Small files made to take for ever are read or refused at once."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import openpyxl
import pytest

from cost import costs_at_most
from nianbao import reading
from nianbao.errors import UnusableInput
from nianbao.exports.json import write as write_json
from nianbao.form import FORMATS
from nianbao.formats.detect import decode
from nianbao.formats.open import open_file
from nianbao.formats.xlsx.read import XlsxBook
from nianbao.formats.zip import Package
from nianbao.reading.document import Paragraph, TableCell, TextDocument, TextTable
from nianbao.reading.documents import docx, html
from nianbao.reading.documents.sheets import document
from nianbao.reading.report import report_from
from nianbao.reading.vocabulary.labels import lexicon
from strategies import zeros
from test_read_docx import raw
from workbooks import ours, refusal, saved


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
    with costs_at_most(4000):
        assert "已损坏" in (refusal(with_sheets(tags), "x.xlsx") or "")


def test_more_sheets_than_any_report_has_are_refused() -> None:
    tags = "".join(f'<sheet name="{n}" sheetId="{n + 100}"/>' for n in range(2000))
    book = XlsxBook(Package(with_sheets(tags)))
    with pytest.raises(Exception, match="工作表过多"):
        document(book, "x.xlsx")


def test_a_merge_over_all_columns_but_the_last_of_a_long_sheet_costs_nothing() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("表")
    for _ in range(3_000):
        sheet.append(["一"] + [None] * 16_000 + [1])
    sheet.merged_cells.add("A1:WQI3000")  # column 16,000
    data = saved(book)
    with costs_at_most(4000), pytest.raises(UnusableInput):
        _ = reading.open(data, "x.xlsx").report


def test_text_boxes_within_text_boxes_are_read_once() -> None:
    body = "<w:p><w:r><w:t>里</w:t></w:r></w:p>"
    for _ in range(40):
        body = f"<w:p><w:r><w:pict><w:txbxContent>{body}</w:txbxContent></w:pict></w:r></w:p>"
    with costs_at_most(4000):
        blocks = docx.read(open_file(raw(body)), "x").blocks
    assert [(b.text, b.aside) for b in blocks if isinstance(b, Paragraph)] == [("里", True)]


def test_styles_based_on_thousands_of_others_are_not_followed() -> None:
    styles = "".join(
        f'<w:style w:styleId="{n}"><w:basedOn w:val="{n + 1}"/></w:style>' for n in range(5000)
    )
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    line = '<w:p><w:pPr><w:pStyle w:val="0"/></w:pPr><w:r><w:t>文</w:t></w:r></w:p>'
    data = raw(line * 5000, styles=f"<w:styles {namespace}>{styles}</w:styles>")
    with costs_at_most(4000):
        assert len(docx.read(open_file(data), "x").blocks) == 5000


def test_deep_tables_around_a_long_one_are_counted_once() -> None:
    inner = "<table>" + "<tr><td>规章<td>1" * 30_000 + "</table>"
    page = "<table><tr><td>" * 60 + inner
    with costs_at_most(4000):
        (table,) = html.read(open_file(page.encode()), "x").blocks
    assert isinstance(table, TextTable)
    assert len(table.cells) == 60_000


def table(*cells: TableCell) -> TextDocument:
    title = Paragraph("某市某某局2023年政府信息公开工作年度报告")
    return TextDocument("x.xlsx", "xlsx", (title, TextTable(cells)))


def odd_tables() -> Iterator[TextDocument]:
    blank = " " * 40_000
    head = TableCell(0, 0, "信息内容"), TableCell(0, 1, "本年制发件数")
    yield table(*head, TableCell(1, 0, f"规章{blank}甲"), TableCell(1, 1, f"约{blank}1"))
    for words in (("自然人",), ("自然人", "结果维持")):
        yield table(
            *(TableCell(y, x, words[x % len(words)]) for y in range(5) for x in range(16_000))
        )
    yield table(*(TableCell(y, x, f"{y}号关于{x}的事") for y in range(20_000) for x in range(4)))


@pytest.mark.parametrize(
    "odd", list(odd_tables()), ids=["blanks", "headings", "two headings", "a long sheet"]
)
def test_a_table_that_no_report_has_is_left_in_no_time(odd: TextDocument) -> None:
    with costs_at_most(4000), suppress(UnusableInput):
        assert all(value is None for value in report_from(odd).values.values())


def test_a_foreign_text_is_told_at_a_glance_and_no_label_is_taken_for_one() -> None:
    for format in FORMATS:
        words = lexicon(format)
        assert not words.look_up("关于某某事项的请示")
        blocks = [block for table in words.form.tables.values() for block in table.blocks]
        for leaf in (leaf for b in blocks for leaf in (*b.row_leaves, *b.column_leaves)):
            assert words.look_up(leaf.label)


def test_of_thousands_of_breaches_the_first_are_told() -> None:
    report = json.loads(write_json(zeros())) | {"extra": [{"table": "x"}] * 50_000}
    with costs_at_most(4000):
        sentence = refusal(json.dumps(report).encode(), "x.json")
    assert sentence is not None
    assert sentence.endswith("等 200 处以上。")


def test_a_byte_order_mark_too_many_does_no_harm() -> None:
    assert decode("\ufeff\ufeff年报".encode("utf-8-sig")) == "年报"


@pytest.mark.parametrize(
    "lines", ["-" * 100_000 + "x", "一、总体情况\n" * 20_000], ids=["a long rule", "headings"]
)
def test_a_long_text_is_read_in_no_time(lines: str) -> None:
    title = "某市某某局2023年政府信息公开工作年度报告"
    text = f"{title}\n| 信息内容 | 本年制发件数 |\n{lines}\n| 规章 | 1 |\n"
    with costs_at_most(4000):
        assert "没有找到" in (refusal(text.encode(), "x.txt") or "")
