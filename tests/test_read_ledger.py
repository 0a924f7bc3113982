"""Ledgers that other people keep: headings, dates and results in all their spellings."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings

from ledger_books import NAMES, YEAR, foreign, ledgers, own, saved
from nianbao.errors import UnusableInput
from nianbao.ledgers import Ledger, figures
from nianbao.reading.ledgers.ledger import mapping_from, read_ledger

TODAY = dt.date(YEAR + 1, 1, 20)
HEADINGS = ("登记编号", "收到申请时间", "申请人姓名", "申请人类别", "答复日期", "答复结果")


def row(
    received: Any = "2025-03-03", type: str = "自然人", closed: Any = "", result: str = ""
) -> Any:
    return ["1", received, NAMES[0], type, closed, result]


def read(*rows: Any, headings: tuple[str, ...] = HEADINGS, **more: Any) -> Ledger:
    return read_ledger(foreign(headings, rows), "台账.xlsx", as_of=TODAY, **more)


@settings(max_examples=20)
@given(ledgers())
def test_what_stands_on_our_sheets_is_read_as_it_was_written(ledger: Ledger) -> None:
    found = read_ledger(own(ledger), "台账.xlsx", as_of=TODAY)
    for name in ("requests", "cases", "documents"):
        assert [_values(r) for r in found.rows(name)] == [_values(r) for r in ledger.rows(name)]
    assert found.problems == ()
    assert figures(found, 2021, YEAR) == figures(ledger, 2021, YEAR)


def _values(row: Any) -> dict[str, Any]:
    names = (n for n in row.__dataclass_fields__ if n not in ("sheet", "row"))
    return {n: getattr(row, n) for n in names}


@pytest.mark.parametrize(
    "written",
    [
        "2025-01-05",
        "2025-1-5",
        "2025.1.5",
        "2025/01/05",
        "2025年1月5日",
        "２０２５年１月５日",
        "20250105",
        20250105,
        45662,
        45662.6,
        "2025-1-5 14:30",
        dt.date(2025, 1, 5),
        dt.datetime(2025, 1, 5, 14, 30),
    ],
)
def test_dates_are_read_in_the_ways_people_write_them(written: Any) -> None:
    assert read(row(written)).requests[0].received == dt.date(2025, 1, 5)


@pytest.mark.parametrize(
    "written", ["上周", "2025-13-01", "1月5日", "25.1.5", "0001-01-05", "9999-01-05", True, 17]
)
def test_what_is_no_date_is_told_by_its_place_and_never_guessed(written: Any) -> None:
    found = read(row(written))
    assert found.requests[0].received is None
    (problem,) = found.problems
    assert (problem.trouble, problem.row, problem.column) == ("date", 4, 2)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("予以公开", "R10"),
        ("予以公开（提供）", "R10"),
        ("予以公开(已主动公开，告知途径)", "R11"),
        ("R31 国家秘密", "R31"),
        ("r41", "R41"),
        ("政府信息不存在", "R41"),
        ("不属于本机关", "R42"),
        ("7.属于行政执法案卷", "R37"),
        ("属于行政执法案卷", "R37"),
        ("申请人撤回", "R63"),
        ("看情况", None),
    ],
)
def test_results_are_read_by_name_code_and_synonym(written: str, code: str | None) -> None:
    found = read(row(closed="2025-03-10", result=written))
    assert found.requests[0].result == code
    assert [p.key for p in found.problems] == ([] if code else ["result"])


@pytest.mark.parametrize(
    ("written", "code"),
    [("驳回诉讼请求", "upheld"), ("维持", "upheld"), ("撤销", "corrected"), ("驳回起诉", "other")],
)
def test_results_of_disputes_are_read_by_what_courts_call_them(written: str, code: str) -> None:
    data = foreign(
        ("案号", "案件类型", "收案日期", "结案日期", "裁判结果"),
        [["1", "直接起诉", "2025-1-5", "2025-5-6", written]],
    )
    assert read_ledger(data, "案件.xlsx").cases[0].result == code


def test_blank_rows_sums_and_rows_of_nothing_we_read_are_no_requests() -> None:
    found = read(row(), [None] * 6, ["合计", None, None, None, None, None], row())
    assert [r.row for r in found.requests] == [4, 7]


def test_fees_and_weights_are_numbers_or_told() -> None:
    headings = (*HEADINGS, "拆分件数", "应收（元）", "实收")
    found = read(
        [*row(), 3, "1,200.50元", 0],
        [*row(), "三", "免", None],
        [*row(), 0, None, None],
        headings=headings,
    )
    assert [r.weight for r in found.requests] == [3, None, None]
    assert found.requests[0].fee_due == Decimal("1200.50")
    assert [(p.row, p.key) for p in found.problems] == [
        (5, "weight"),
        (5, "fee_due"),
        (6, "weight"),
    ]


def test_a_time_that_no_request_takes_is_told_and_not_waited_for() -> None:
    found = read([*row(), 10**9], headings=(*HEADINGS, "征求意见用时(工作日)"))
    assert [p.key for p in found.problems] == ["third_party_days"]
    assert found.requests[0].due == dt.date(2025, 3, 31)


def test_headings_that_nobody_knows_are_told_by_their_column() -> None:
    found = read([*row(), "x"], headings=(*HEADINGS, "领导批示"))
    (problem,) = found.problems
    assert (problem.trouble, problem.row, problem.column) == ("heading", 3, 7)
    assert "领导" not in repr(problem)


def test_a_column_that_must_be_there_and_is_not_is_told() -> None:
    data = foreign(HEADINGS[:5], [row()[:5]])
    (problem,) = read_ledger(data, "台账.xlsx").problems
    assert (problem.trouble, problem.key) == ("column", "result")


def test_a_mapping_names_what_is_not_known_by_itself() -> None:
    headings = ("流水", "何时来", "谁", "哪类人", "何时完", "咋办的")
    rows = [["1", "2025-3-3", NAMES[0], "老百姓", "2025-3-9", "同意"]]
    data = foreign(headings, rows, title="今年")
    with pytest.raises(UnusableInput, match="没有认出台账"):
        read_ledger(data, "台账.xlsx")
    content = {
        "依申请台账": {
            "工作表": "今年",
            "表头行": 3,
            "列": {"收到日期": "何时来", "申请人类型": "D", "办结日期": "何时完", "办理结果": "f"},
            "取值": {"办理结果": {"同意": "予以公开（提供）"}, "申请人类型": {"老百姓": "A1"}},
        }
    }
    given = mapping_from(json.dumps(content, ensure_ascii=False).encode(), "对应.json")
    found = read_ledger(data, "台账.xlsx", given)
    assert [(r.applicant_type, r.result) for r in found.requests] == [("A1", "R10")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "JSON"),
        ("[]", "对象"),
        ('{"台账": {}}', "“台账”不认识"),
        ('{"依申请台账": {"表": 1}}', "“表”不认识"),
        ('{"依申请台账": {"表头行": 0}}', "从 1 数起"),
        ('{"依申请台账": {"列": {"收到": "B"}}}', "“收到”不认识"),
        ('{"依申请台账": {"列": []}}', "对象"),
        ('{"依申请台账": {"工作表": 1}}', "表名"),
        ('{"依申请台账": {"取值": {"收到日期": {}}}}', "“收到日期”不认识"),
        ('{"依申请台账": {"取值": {"办理结果": {"好": "很好"}}}}', "“很好”不认识"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_in_one_sentence(content: str, said: str) -> None:
    with pytest.raises(UnusableInput, match=said) as error:
        mapping_from(content.encode(), "对应.json")
    assert "对应.json" in str(error.value)


def test_an_old_xls_is_read_too() -> None:
    book = xlwt.Workbook()
    ws = book.add_sheet("2025")
    date = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for x, heading in enumerate(HEADINGS):
        ws.write(0, x, heading)
    for x, value in enumerate(row(dt.date(2025, 3, 3), closed="2025.3.9", result="撤回")):
        ws.write(1, x, value, *([date] if isinstance(value, dt.date) else []))
    out = io.BytesIO()
    book.save(out)
    (found,) = read_ledger(out.getvalue(), "台账.xls").requests
    assert (found.received, found.closed) == (dt.date(2025, 3, 3), dt.date(2025, 3, 9))


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"{}", "收到日期,类型".encode(), b"PK\x03\x04"])
def test_what_is_no_ledger_is_refused_with_its_name(data: bytes) -> None:
    with pytest.raises(UnusableInput, match=r"“台账.bin”[^。]*。$"):
        read_ledger(data, "台账.bin")


def test_headings_over_two_rows_are_read_together() -> None:
    above = ["序号", "编号", "申请人", "", "收到时间", "办结", ""]
    below = ["", "", "名称", "类型", "", "时间", "结果"]
    first = ["1", "A1", NAMES[0], "自然人", "2025-01-05", "2025-01-20", "予以公开"]
    (found,) = read_ledger(foreign(above, [below, first]), "台账.xlsx").requests
    assert (found.number, found.applicant, found.applicant_type) == ("A1", NAMES[0], "A1")
    assert (found.received, found.closed) == (dt.date(2025, 1, 5), dt.date(2025, 1, 20))
    assert found.result == "R10"


def test_a_row_of_sums_is_one_wherever_its_first_entry_stands_and_is_told() -> None:
    headings = ("序号", *HEADINGS)
    sums = ["合计", None, None, None, None, None, "5件"]
    found = read([1, *row()], sums, headings=headings)
    assert [r.row for r in found.requests] == [4]
    assert [(p.trouble, p.row) for p in found.problems if p.row > 3] == [("sum", 5)]


def book(**sheets: Any) -> Ledger:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        ws = made.create_sheet(title)
        for line in (HEADINGS, *rows):
            ws.append(list(line))
    return read_ledger(saved(made), "台账.xlsx", as_of=TODAY)


def test_what_stands_on_a_monthly_sheet_and_on_that_of_the_year_counts_once() -> None:
    done = row(closed="2025-03-09", result="公开")
    other = row("2025-04-03")
    blank = ["", *row("2025-04-08")[1:]]
    found = book(一月=[row(), blank, blank], 二月=[other], 全年汇总=[done, other, blank, blank])
    assert sorted((r.sheet, r.row) for r in found.requests) == [
        ("一月", 3),
        ("一月", 4),
        ("二月", 2),
        ("全年汇总", 2),  # closed meanwhile
    ]
    assert {(p.trouble, p.sheet, p.other) for p in found.problems} == {
        ("copy", "一月", "全年汇总"),
        ("copy", "全年汇总", "一月"),
        ("copy", "全年汇总", "二月"),
    }


def test_numbers_that_start_anew_each_month_are_not_taken_for_one() -> None:
    assert len(book(一月=[row()], 二月=[row("2025-04-03")]).requests) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_ledger_saved_as_csv_is_read(encoding: str, delimiter: str) -> None:
    lines = (HEADINGS, row("2025-1-5", closed="2025-1-25", result="予以公开"))
    text = "\r\n".join(delimiter.join(line) for line in lines)
    (found,) = read_ledger(text.encode(encoding), "台账.csv").requests
    assert (found.row, found.result, found.closed) == (2, "R10", dt.date(2025, 1, 25))


def test_a_ledger_that_is_not_known_is_told_which_columns_are_and_which_are_wanted() -> None:
    data = foreign(("收件日期", "何类", "如何答", NAMES[0]), [["2025-1-5", "个人", "公开", ""]])
    with pytest.raises(UnusableInput) as error:
        read_ledger(data, "台账.xlsx")
    said = str(error.value)
    assert "只认出收到日期，依申请台账还要有申请人类型、办结日期、办理结果；" in said
    assert "--ledger-mapping" in said
    assert NAMES[0] not in said


def test_a_mapping_to_a_column_that_is_not_there_is_told() -> None:
    content = {"依申请台账": {"列": {"办理结果": "咋办的"}}}
    given = mapping_from(json.dumps(content, ensure_ascii=False).encode(), "对应.json")
    with pytest.raises(UnusableInput, match="没有“咋办的”列，对应文件把它写作“办理结果”"):
        read(row(), mapping=given)
