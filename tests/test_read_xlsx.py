"""The xlsx reader on XML as Excel, LibreOffice, WPS and others write it."""

from __future__ import annotations

import datetime
import io
import random
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao import reading
from nianbao.formats import book as sheets
from nianbao.formats.book import Formula, SheetArea, address, area, number, text_of
from nianbao.formats.xlsx.read import XlsxBook
from nianbao.formats.zip import Package, Unreadable
from nianbao.reading.document import Paragraph, TableCell, TextTable
from nianbao.reading.documents.sheets import blocks_of, document
from nianbao.report import with_totals
from nianbao.template.fill import fill
from raw_xlsx import OFFICE, STRICT, TRANSITIONAL, raw
from strategies import having, seed_figures, zeros
from workbooks import ours, refusal, saved, sheet_of


def only(cell: str, **options: str) -> sheets.Raw | None:
    """What the reader makes of one cell A1."""
    return XlsxBook(Package(raw(f"<row>{cell}</row>", **options))).cells(0).get((0, 0))  # type: ignore[arg-type]


@pytest.mark.parametrize("ns", [TRANSITIONAL, STRICT])
@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c><v>12</v></c>", 12),
        ("<c t='n'><v>12.0</v></c>", 12),
        ("<c><v> 3.5 </v></c>", 3.5),
        ("<c><v>-8</v></c>", -8),
        ("<c><v>1E2</v></c>", 100),
        ('<c><v xml:space="preserve">7</v></c>', 7),
        ("<c><v>1<!-- 9 -->2</v></c>", 12),
        ("<!-- <c><v>99</v></c> --><c><v>1</v></c>", 1),
        ("<c><v>1_000</v></c>", "1_000"),
        ("<c><v>nan</v></c>", "nan"),
        ("<c><v>1e999</v></c>", "1e999"),
        ("<c/>", None),
        ("<c s='5'/>", None),
        ("<c><v></v></c>", None),
        ("<c><v/></c>", None),
        ("<c t='b'><v>1</v></c>", True),
        ("<c t='e'><v>#DIV/0!</v></c>", "#DIV/0!"),
        ("<c t='d'><v>2025-01-02</v></c>", "2025-01-02"),
        ("<c t='inlineStr'><is><t>无</t></is></c>", "无"),
        ("<c t='inlineStr'><is><t></t></is></c>", None),
        ("<c t='inlineStr'/>", None),
        ("<c t='inlineStr'><is><r><rPr/><t>甲</t></r><r><t> 乙</t></r></is></c>", "甲 乙"),
        ("<c t='inlineStr'><is><t>漢</t><rPh sb='0' eb='1'><t>han</t></rPh></is></c>", "漢"),
        ("<c t='inlineStr'><is><t>a_x000D_b_x005F_x000D_</t></is></c>", "a\rb_x000D_"),
        ("<c t='inlineStr'><is><t>&lt;&amp;&#20013;_xD800_</t></is></c>", "<&中_xD800_"),
        ("<c t='str'><f>A2</f><v>文</v></c>", "文"),
        ("<c t='str'><f>A2</f><v></v></c>", None),
        ("<c><f>SUM(B1:B2)</f><v>4</v></c>", 4),
        ("<c><f>SUM(B1:B2)</f></c>", Formula("=SUM(B1:B2)")),
        ("<c><f>SUM(B1:B2)</f><v></v></c>", Formula("=SUM(B1:B2)")),
        ("<c t='str'><f>B1</f></c>", Formula("=B1")),
        ("<c t='e'><f>1/0</f><v>#DIV/0!</v></c>", "#DIV/0!"),
    ],
)
def test_a_cell_is_read_as_excel_means_it(cell: str, value: object, ns: str) -> None:
    found = only(cell, ns=ns)
    assert found == value
    assert type(found) is type(value)


def test_shared_strings_may_be_rich_and_have_any_case_in_their_name() -> None:
    strings = "<si><t>甲</t></si><si><r><t>乙</t></r><r><t>丙</t></r><rPh><t>x</t></rPh></si><si/>"
    cells = "".join(f"<c t='s'><v>{i}</v></c>" for i in range(3))
    book = XlsxBook(Package(raw(f"<row>{cells}</row>", strings=strings)))
    assert book.cells(0) == {(0, 0): "甲", (0, 1): "乙丙"}


@pytest.mark.parametrize("index", ["5", "-9", "x"])
def test_a_string_that_is_not_there_is_damage(index: str) -> None:
    with pytest.raises(Unreadable, match="损坏"):
        only(f"<c t='s'><v>{index}</v></c>", strings="<si><t>甲</t></si>")


def test_positions_may_be_left_out_or_stand_in_any_order() -> None:
    rows = (
        "<row r='2'><c><v>1</v></c><c r='D2'><v>2</v></c><c><v>3</v></c></row>"
        "<row><c r='AA3'><v>4</v></c></row><row r='1'><c><v>5</v></c></row>"
    )
    assert XlsxBook(Package(raw(rows))).cells(0) == {
        (1, 0): 1,
        (1, 3): 2,
        (1, 4): 3,
        (2, 26): 4,
        (0, 0): 5,
    }


@pytest.mark.parametrize("at", ["1A", "a1", "ZZZ1", "A0", "A99999999", "", "甲1", "A１"])
def test_an_address_that_is_none_is_refused(at: str) -> None:
    with pytest.raises(Unreadable, match="地址"):
        only(f"<c r='{at}'><v>1</v></c>")


def test_a_prefix_in_front_of_every_tag_does_no_harm() -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{TRANSITIONAL}"><x:sheetData><x:row r="1">'
        "<x:c t='inlineStr' r='B1'><x:is><x:t>文</x:t></x:is></x:c></x:row></x:sheetData>"
        "<x:mergeCells><x:mergeCell ref='B1:C2'/></x:mergeCells></x:worksheet>"
    )
    book = XlsxBook(Package(raw("", parts={"xl/worksheets/sheet1.xml": sheet})))
    assert book.cells(0) == {(0, 1): "文"}
    assert book.merges(0) == (SheetArea(0, 0, 1, 1, 2),)


def test_a_main_part_of_another_name_is_found() -> None:
    book = XlsxBook(Package(raw("<row><c><v>1</v></c></row>", main="xl/workbook2.xml")))
    assert book.sheets[0].name == "表"
    assert book.cells(0) == {(0, 0): 1}


STYLES = (
    "<numFmts><numFmt numFmtId='164' formatCode='yyyy\"年\"m\"月\"'/>"
    "<numFmt numFmtId='165' formatCode='0\"days\";[Red]-0_d'/></numFmts>"
    "<cellXfs><xf/><xf numFmtId='14'/><xf numFmtId='164'/><xf numFmtId='165'/></cellXfs>"
)


@pytest.mark.parametrize(
    ("style", "value"), [("0", 45659), ("1", "2025-01-02"), ("2", "2025-01-02"), ("3", 45659)]
)
def test_a_date_that_excel_made_of_a_figure_is_no_figure(style: str, value: object) -> None:
    assert only(f"<c s='{style}'><v>45659</v></c>", styles=STYLES) == value
    assert only(f"<c s='{style}'><v>12</v></c>", styles=STYLES) == 12


def test_dates_that_openpyxl_writes_are_read_as_dates() -> None:
    data = sheet_of({"表": [[datetime.date(2025, 1, 2), 3]]})
    assert XlsxBook(Package(data)).cells(0) == {(0, 0): "2025-01-02", (0, 1): 3}


NAMES = "".join(
    f'<definedName name="{name}">{where}</definedName>'
    for name, where in (
        ("nb.A", "'表'!$B$2"),
        ("nb.b", "表!$B$2:$C$5"),
        ("gone", "表!#REF!"),
        ("gone2", "#REF!"),
        ("other", "别的表!$A$1"),
        ("two", "表!$A$1,表!$B$1"),
        ("far", "[1]表!$A$1"),
        ("calc", "OFFSET(表!$A$1,1,1)"),
        ("both", "表!$A$1"),
        ('both" localSheetId="0', "表!$A$9"),
        ("moved", "#REF!"),
        ('moved" localSheetId="0', "表!$A$9"),
        ('copy" localSheetId="0', "表!$A$3"),
    )
)


def test_names_are_found_or_known_to_be_gone() -> None:
    names = XlsxBook(Package(raw("", names=NAMES))).names
    assert names == {
        "nb.a": SheetArea(0, 1, 1, 1, 1),
        "nb.b": SheetArea(0, 1, 1, 4, 2),
        "gone": None,
        "gone2": None,
        "other": None,
        "two": None,
        "far": None,
        "calc": None,
        "both": SheetArea(0, 0, 0, 0, 0),
        "moved": SheetArea(0, 8, 0, 8, 0),
        "copy": SheetArea(0, 2, 0, 2, 0),
    }


def test_a_sheet_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nianbao.formats.xlsx.read.MAX_CELLS", 3)
    with pytest.raises(Unreadable, match="单元格过多"):
        XlsxBook(Package(raw("<row>" + "<c><v>1</v></c>" * 4 + "</row>"))).cells(0)
    monkeypatch.setattr("nianbao.formats.xlsx.read.MAX_ROWS", 2)
    rows = "".join(f"<row r='{y}'><c><v>1</v></c></row>" for y in (1, 2, 3))
    assert len(XlsxBook(Package(raw(rows))).cells(0)) == 2


@pytest.mark.parametrize(
    "after",
    [
        "<x/><mergeCells count='1'><mergeCell ref='A1:B2'/></mergeCells><dataValidations/>",
        "<mergeCells><mergeCell ref='A1:B2'/></mergeCells><!-- </sheetData><mergeCells> -->",
        "<!-- <mergeCells><mergeCell ref='C1:D2'/></mergeCells> -->"
        "<mergeCells><mergeCell ref='A1:B2'/></mergeCells>",
    ],
)
def test_merges_are_read_whatever_else_follows_the_rows(after: str) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><!-- </sheetData> --><row r="2"><c r="A2" t='
    rows += '"inlineStr"><is><t><![CDATA[</sheetData>]]></t></is></c></row>'
    for lines in (rows, rows.replace("<!-- </sheetData> -->", "")):
        book = XlsxBook(Package(raw(lines, after=after)))
        assert book.cells(0) == {(0, 0): 1, (1, 0): "</sheetData>"}
        assert book.merges(0) == (SheetArea(0, 0, 0, 1, 1),)


def test_charts_and_sheets_kept_elsewhere_have_no_cells() -> None:
    workbook = (
        f'<workbook xmlns="{TRANSITIONAL}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="别处" r:id="rId9"/><sheet name="表" r:id="rId1" state="veryHidden"/>'
        "</sheets></workbook>"
    )
    book = XlsxBook(Package(raw("<row><c><v>1</v></c></row>", parts={"xl/workbook.xml": workbook})))
    assert book.sheets == (("别处", False), ("表", True))
    assert (book.cells(0), book.merges(0), book.cells(1)) == ({}, (), {(0, 0): 1})


def test_keywords_are_those_of_the_files_properties() -> None:
    book = openpyxl.Workbook()
    book.properties.keywords = "agency-code:BJ-01; 年报"
    buffer = io.BytesIO()
    book.save(buffer)
    assert XlsxBook(Package(buffer.getvalue())).keywords == "agency-code:BJ-01; 年报"
    assert XlsxBook(Package(raw(""))).keywords == ""


# --- what the three formats share ------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("甲", "甲"), (True, "TRUE"), (12, "12"), (12.0, "12"), (0.1 + 0.2, "0.3")],
)
def test_a_value_is_shown_as_excel_shows_it(value: sheets.Raw | None, text: str) -> None:
    assert text_of(value) == text


def test_a_number_is_shown_without_exponent() -> None:
    assert text_of(1e-7) == "0.0000001"
    assert text_of(1e21) == "1" + "0" * 21
    assert number("9" * 5000) == "9" * 5000
    assert number("59237.244900000001") == 59237.2449


@given(st.integers(0, sheets.MAX_COLUMNS - 1), st.integers(0, 10**6))
def test_an_address_leads_back_to_its_cell(x: int, y: int) -> None:
    assert area(0, address(y, x)) == SheetArea(0, y, x, y, x)
    assert area(0, "$A$5:$B$1") is None
    assert area(0, "$ZZZ$5") is None


# --- foreign sheets --------------------------------------------------------------------------

FOREIGN = [
    ["北京市大兴区商务局2020年政府信息公开工作年度报告"],
    [],
    ["一、总体情况"],
    [None, "第一段。\n第二段。"],
    ["二、主动公开政府信息情况"],
    ["第二十条第（五）项"],
    ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
    ["行政许可", 1.0, "＋1", 10],
    ["行政处罚"],
    ["说明：以上数据截至年底。"],
    ["自然人", "总计"],
    [0.5, True],
]


def test_a_foreign_sheet_becomes_paragraphs_and_tables_in_order() -> None:
    book = XlsxBook(Package(sheet_of({"年报": FOREIGN}, ["A1:D1", "A6:D6", "C11:C12"])))
    blocks = list(blocks_of(book, 0))
    assert [b.text if isinstance(b, Paragraph) else len(b.cells) for b in blocks] == [
        FOREIGN[0][0],
        "一、总体情况",
        "第一段。",
        "第二段。",
        "二、主动公开政府信息情况",
        13,
        "说明：以上数据截至年底。",
        4,
    ]
    assert blocks[2].place == "年报!B4"
    first, last = blocks[5], blocks[7]
    assert isinstance(first, TextTable)
    assert isinstance(last, TextTable)
    assert first.place == "年报!A6"
    assert first.cells[0] == TableCell(0, 0, "第二十条第（五）项", 1, 4, None, "年报!A6")
    assert first.cells[6] == TableCell(2, 1, "1", 1, 1, 1, "年报!B8")
    assert first.cells[7].text == "＋1"
    assert first.cells[9:11] == (
        TableCell(3, 0, "行政处罚", place="年报!A9"),
        TableCell(3, 1, "", place="年报!B9"),
    )
    assert [(c.text, c.number) for c in last.cells[2:]] == [("0.5", 0.5), ("TRUE", None)]


def test_rows_beside_a_label_that_reaches_down_stay_in_the_table() -> None:
    rows = [["（三）不予公开", "甲", 1], [None, "乙", None], [None, None, None], ["尾"]]
    book = XlsxBook(Package(sheet_of({"表": rows}, ["A1:A3"])))
    table, tail = blocks_of(book, 0)
    assert isinstance(table, TextTable)
    assert [(c.row, c.col, c.text, c.rowspan) for c in table.cells] == [
        (0, 0, "（三）不予公开", 3),
        (0, 1, "甲", 1),
        (0, 2, "1", 1),
        (1, 1, "乙", 1),
        (1, 2, "", 1),
        (2, 1, "", 1),
        (2, 2, "", 1),
    ]
    assert isinstance(tail, Paragraph)


def test_what_is_too_large_to_be_a_table_of_a_report_is_not_tiled() -> None:
    far = "<row><c r='A{0}'><v>1</v></c><c r='XFD{0}'><v>2</v></c></row>"
    rows = "".join(map(far.format, range(1, 6)))
    (table,) = blocks_of(XlsxBook(Package(raw(rows))), 0)
    assert isinstance(table, TextTable)
    assert len(table.cells) == 10


def test_a_formula_without_result_is_marked() -> None:
    book = XlsxBook(Package(sheet_of({"表": [["总计", "=SUM(A5:A9)"]]})))
    (table,) = blocks_of(book, 0)
    assert isinstance(table, TextTable)
    assert (table.cells[1].text, table.cells[1].computable) == ("", True)


def test_a_merge_over_the_whole_sheet_costs_nothing() -> None:
    merge = "<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>"
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    assert list(blocks_of(XlsxBook(Package(raw(rows, after=merge))), 0)) == [
        Paragraph("1", "表!A1")
    ]


def test_hidden_sheets_count_only_where_the_others_hold_no_table() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet_of({"今年": [["a", 1]], "旧": [["b", 2]]})))
    book["旧"].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    found = document(XlsxBook(Package(buffer.getvalue())), "x.xlsx")
    assert [b.place for b in found.blocks] == ["今年!A1"]
    book["今年"]["B1"] = None
    book.save(buffer := io.BytesIO())
    assert [b.place for b in document(XlsxBook(Package(buffer.getvalue())), "x").blocks] == [
        "今年!A1",
        "旧!A1",
    ]


# --- damage ----------------------------------------------------------------------------------

BOOK = ours(seed_figures(), formulas=True)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(("flip", "cut", "inside")))
def test_a_damaged_file_is_refused_or_read_but_never_fails(seed: int, how: str) -> None:
    sentence = refusal(damaged(BOOK, random.Random(seed), how), "坏.xlsx")
    assert sentence is None or sentence.startswith("“坏.xlsx”")


def damaged(data: bytes, rng: random.Random, how: str) -> bytes:
    """Bytes changed in the file, its end cut off, or bytes changed inside one of its parts."""
    if how == "cut":
        return data[: rng.randrange(len(data))]
    if how == "inside":
        return _repacked(data, rng)
    return _flipped(data, rng)


def _flipped(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 20))):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def _repacked(data: bytes, rng: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        target = rng.choice([n for n in old.namelist() if n.endswith((".xml", ".rels"))])
        for name in old.namelist():
            content = old.read(name)
            if name == target:
                for _ in range(rng.choice((1, 3))):
                    at = rng.randrange(len(content))
                    piece = rng.choice((b"", b"9", b"<", b"-", b'"', content[:20]))
                    content = content[:at] + piece + content[at + rng.choice((0, 1, 9)) :]
            new.writestr(name, content)
    return buffer.getvalue()


def test_the_checks_and_the_help_beside_our_tables_are_no_rows_of_the_report() -> None:
    report = with_totals(having(zeros(2021, 2024), {"requests.received.business": 2}))
    book = openpyxl.load_workbook(io.BytesIO(fill(report, zeros(2021, 2023)).data), data_only=True)
    for key in list(book.defined_names):
        del book.defined_names[key]
    for title in set(book.sheetnames) - {"表二", "表三", "表四", "上年数据", "报告", "校验结果"}:
        del book[title]
    found = reading.open(saved(book), "某市某某局2024年政府信息公开工作年度报告.xlsx").report
    assert (found.values, found.extra) == (report.values, ())
    assert "T3-01" not in "".join(n.message for n in found.trace.notes)
    assert next(n.message for n in found.trace.notes if n.kind == "unplaced") == (
        "“上年数据”、“校验结果”、“报告”是填报工作簿的其他工作表，不是本年的报告，没有读入。"
    )


def test_a_dash_that_someone_typed_beside_our_checks_stays_what_was_written() -> None:
    book = openpyxl.load_workbook(io.BytesIO(fill(zeros(2021, 2024)).data), data_only=True)
    for key in list(book.defined_names):
        del book.defined_names[key]
    for title in set(book.sheetnames) - {"表二", "表三", "表四"}:
        del book[title]
    book["表三"]["D7"] = "—"
    found = reading.open(saved(book), "某市某某局2024年政府信息公开工作年度报告.xlsx").report
    assert found.trace.origins["requests.received.natural_person"].text == "—"
