"""Ledgers of requests and cases are told apart, and not one cell of them gets into a report."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import docx
import openpyxl
import pytest
import xlwt

from cost import costs_at_most
from nianbao import reading
from nianbao.errors import UnusableInput
from nianbao.form import load
from nianbao.reading.document import TableCell, TextTable
from nianbao.reading.personal import heads_ledger, is_ledger, is_ledger_name
from nianbao.report import Note, Report
from nianbao.rules import check
from strategies import zeros
from workbooks import saved

Rows = Sequence[Sequence[str]]
REPORT = zeros()
SECRET = ("林晓梅", "13900001111", "某地块征收补偿方案", "LX-2024-017")
HEAD = ("登记编号", "收到 日期", "申请人", "联系\n电话", "申请内容*", "办理结果")
# Its rows look like those of the form as much as may be.
LEDGER: Rows = (
    ("某局依申请公开办理情况",),
    HEAD,
    (SECRET[3], "2024-01-05", SECRET[0], SECRET[1], SECRET[2], "予以公开"),
    ("规章", "2024-01-06", SECRET[0], "7", "自然人", "部分公开"),
)


def everything(report: Report) -> str:
    findings = [f for f in check(report) if f.outcome == "fail"]
    return f"{report!r}{report.trace!r}{findings!r}"


def official(rows: Callable[[str], Rows]) -> list[tuple[str, Rows]]:
    return [(table.name, rows(table.id)) for table in load(2021).tables.values()]


def grid(table: str) -> Rows:
    cells = REPORT.form.grid(table, REPORT.layout).cells
    high = max(c.row + c.rowspan for c in cells)
    wide = max(c.col + c.colspan for c in cells)
    out = [[""] * wide for _ in range(high)]
    for cell in cells:
        out[cell.row][cell.col] = "0" if cell.id else cell.text
    return out


SHEETS = [("封面", ((REPORT.title,),)), *official(grid)]


def xlsx(sheets: Sequence[tuple[str, Rows]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def xls(sheets: Sequence[tuple[str, Rows]]) -> bytes:
    book = xlwt.Workbook()
    for name, rows in sheets:
        sheet = book.add_sheet(name)
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                sheet.write(y, x, text)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def word(sheets: Sequence[tuple[str, Rows]]) -> bytes:
    document = docx.Document()
    for name, rows in sheets:
        if len(rows) == 1:
            document.add_paragraph(rows[0][0])
            continue
        document.add_paragraph(name)
        table = document.add_table(len(rows), max(map(len, rows)))
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                table.cell(y, x).text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def page(sheets: Sequence[tuple[str, Rows]]) -> bytes:
    out = []
    for name, rows in sheets:
        if len(rows) == 1:
            out.append(f"<h1>{rows[0][0]}</h1>")
            continue
        lines = "".join("<tr><td>" + "<td>".join(row) for row in rows)
        out.append(f"<p>{name}</p><table>{lines}</table>")
    return f"<html><body>{''.join(out)}</body></html>".encode()


def pasted(sheets: Sequence[tuple[str, Rows]]) -> bytes:
    lines = [
        "\t".join(cell.replace("\n", "") for cell in row)
        for _, rows in sheets
        for row in (*rows, ("",))
    ]
    return "\r\n".join(lines).encode("gb18030")


@pytest.mark.parametrize("name", ["依申请台账", "Sheet4"])
@pytest.mark.parametrize("write", [xlsx, xls])
def test_a_ledgers_sheet_is_left_unread(
    write: Callable[[Sequence[tuple[str, Rows]]], bytes], name: str
) -> None:
    report = reading.open(write([(name, LEDGER), *SHEETS]), "年报.xlsx").report
    (note,) = report.trace.notes
    assert note == Note("ledger", f"“{name}”是台账，共 4 行，可能含有个人信息，没有读取。", name)
    assert report == REPORT
    assert not any(secret in everything(report) for secret in SECRET)


@pytest.mark.parametrize("rows", [LEDGER[1:], list(zip(*LEDGER[1:], strict=True))])
@pytest.mark.parametrize("write", [word, page])
def test_a_ledger_in_a_document_is_left_unread(
    write: Callable[[Sequence[tuple[str, Rows]]], bytes], rows: Rows
) -> None:
    report = reading.open(write([*SHEETS, ("附件", rows)]), "年报").report
    ledgers = [n for n in report.trace.notes if n.kind == "ledger"]
    assert [n.message for n in ledgers] == [
        f"“第 4 个表格”是台账，共 {len(rows)} 行，可能含有个人信息，没有读取。"
    ]
    assert report.values == REPORT.values
    assert not any(secret in everything(report) for secret in SECRET)


@pytest.mark.parametrize("at", [1, 2, 4])
def test_a_ledger_copied_into_a_text_is_left_unread(at: int) -> None:
    sheets = [*SHEETS]
    sheets.insert(at, ("附件", LEDGER[1:]))
    report = reading.open(pasted(sheets), "年报.txt").report
    assert [n.kind for n in report.trace.notes].count("ledger") == 1
    assert report.values == REPORT.values
    assert not any(secret in everything(report) for secret in SECRET)


def test_a_small_ledger_inside_a_cell_is_left_unread() -> None:
    inner = "<table><tr>" + "".join(f"<td>{c}" for row in LEDGER[1:3] for c in row) + "</table>"
    body = page(SHEETS).replace(b"</body>", f"<table><tr><td>{inner}".encode())
    report = reading.open(body, "年报.html").report
    assert not any(secret in everything(report) for secret in SECRET)


def test_a_long_ledger_costs_next_to_nothing() -> None:
    rows = [
        HEAD,
        *((f"{n}", f"2024-01-{n % 28}", f"人{n}", "1", f"规章{n}", "无") for n in range(3000)),
    ]
    data = xlsx([("Sheet4", rows), *SHEETS])
    with costs_at_most(200):  # label by label it took three times as long
        report = reading.open(data, "年报.xlsx").report
    assert report == REPORT


def test_a_workbook_that_holds_only_a_ledger_is_refused_without_a_word_of_it() -> None:
    with pytest.raises(UnusableInput, match="没有找到报告年度") as told:
        _ = reading.open(xlsx([("Sheet1", LEDGER)]), "台账.xlsx").report
    assert not any(secret in str(told.value) for secret in SECRET)


def test_no_label_of_the_form_is_taken_for_a_ledgers_heading() -> None:
    for form in (load(2019), load(2021)):
        for table in form.tables:
            cells = form.grid(table).cells
            texts = tuple(TableCell(c.row, c.col, c.text) for c in cells)
            assert not is_ledger(TextTable(texts))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("序号", "申请人姓名", "身份证号码", "所需信息"), True),
        (("案件编号", "原告", "被告", "收案日期"), True),
        (("1.登记编号（必填）", "收件时间："), True),
        (("姓 名", "联系方式", "申请事项"), True),
        (("填报单位", "联系人", "联系电话", "联系地址"), False),  # what a report says of itself
        (("申请人情况", "自然人", "总计"), False),
        (("申请人", "申请人"), False),
        (("序号", "名称", "申请人"), False),
        (("申请人认为答复不当，于收到日期后六十日内提出", "申请人"), False),
    ],
)
def test_a_ledger_is_known_by_two_of_its_headings(row: tuple[str, ...], expected: bool) -> None:
    assert heads_ledger(row) is expected


@pytest.mark.parametrize("name", ["依申请台账", "复议诉讼 台帐", "申请登记表", "登记簿"])
def test_a_ledger_is_known_by_the_name_of_its_sheet(name: str) -> None:
    assert is_ledger_name(name)
    assert not is_ledger_name("表三")
