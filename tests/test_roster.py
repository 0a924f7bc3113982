"""单位名单: what a person writes there is understood, and what is wrong is named by its row."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao import form as forms
from nianbao.batch.roster.blank import blank_roster
from nianbao.batch.roster.columns import COLUMNS, column_of, figures_of
from nianbao.batch.roster.owners import Matcher
from nianbao.batch.roster.roster import Roster, Unit, read_roster, read_sound_roster
from nianbao.errors import UnusableInput
from workbooks import sheet_of


def of_csv(text: str, encoding: str = "utf-8") -> Roster:
    return read_roster(text.encode(encoding), "名单.csv")


def refusal(text: str) -> str:
    with pytest.raises(UnusableInput) as caught:
        read_sound_roster(text.encode(), "名单.csv")
    return str(caught.value)


FULL = (
    "单位名称,统一社会信用代码,上级,联系人,联系电话,别名,上年报告,台账,"
    "requests.received.natural_person,行政许可 本年处理决定数量,行政事业性收费本年收费金额\n"
    "某市政府,11X,,张三,010-1,市府、市政府；人民政府,去年\\a.docx,台账.xlsx,3,４,1.50\n"
    "某市商务局,22X,市府,,,,,,,—,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_excel_and_wps_write(encoding: str) -> None:
    roster = of_csv(FULL, encoding)
    assert roster.notes == ()
    first, second = roster.units
    assert first == Unit(
        "某市政府",
        "11X",
        None,
        "张三",
        "010-1",
        ("市府", "市政府", "人民政府"),
        {
            "requests.received.natural_person": 3,
            "disclosure.licensing.decisions": 4,
            "disclosure.fees.amount": Decimal("1.5"),
        },
        Path("去年/a.docx"),
        Path("台账.xlsx"),
        2,
    )
    assert (second.name, second.data, second.row) == ("某市商务局", {}, 3)
    assert roster.parent(second) == first
    assert roster.children(None) == (first,)
    assert roster.children(first) == (second,)


def test_a_workbook_says_the_same_wherever_its_headings_stand() -> None:
    lines = [line.split(",") for line in FULL.splitlines()]
    data = sheet_of({"说明": [["单位名单", "2025"]], "单位": [["某市名单"], [], *lines]})
    units = read_roster(data, "名单.xlsx").units
    assert [(u.name, u.code, u.data, u.row) for u in units] == [
        (u.name, u.code, u.data, u.row + 2) for u in of_csv(FULL).units
    ]


@pytest.mark.parametrize("format", forms.FORMATS)
def test_every_figure_is_known_by_its_id_and_by_its_labels(format: int) -> None:
    for id, cell in forms.load(format).cells().items():
        for heading in (id, f"nb.{id}", cell.title, cell.title.replace("”的“", " ")):
            assert [f.id for f in figures_of(heading, format)] == [id], heading


def test_every_heading_is_known_by_each_of_its_names() -> None:
    for column in COLUMNS:
        assert {column_of(h) for h in (column.heading, *column.others)} == {column.key}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("单位,备注\n", "“名单.csv”里没有单位，请在“名称”列下逐行填写。"),
        ("a,b\n1,2\n", "“名单.csv”里找不到“名称”列，不像单位名单"),
        ("名称,代码\n甲,1\n,2\n", "有 1 处要改：第 3 行没有名称。"),
        ("名称\n甲\n甲\n", "第 3 行“甲”与第 2 行同名，请填写两者的代码。"),
        ("名称,代码\n甲,1\n乙,1\n", "第 3 行“乙”与第 2 行代码相同。"),
        ("名称,别名\n甲,乙\n乙,\n", "第 3 行“乙”与第 2 行“甲”的名称或别名相同。"),
        ("名称,上级\n甲,丙\n", "第 2 行的上级“丙”不在名单里，请补上它或把这一格空着。"),
        ("名称,代码,上级\n甲,1,\n甲,2,\n乙,3,甲\n", "第 4 行的上级“甲”有几个，请改填它的代码。"),
        ("名称,上级\n甲,乙\n乙,丙\n丙,甲\n", "第 2 行“甲”的上级绕了一圈又是它自己。"),
        ("名称,上级\n甲,甲\n", "第 2 行“甲”的上级绕了一圈又是它自己。"),
        ("名称,requests.received.other\n甲,-3\n", "填的“-3”不是有效的数。"),
        ("名称,单位名称\n甲,乙\n", "“名单.csv”的“名称”和“单位名称”两列说的是同一项，请只留一列。"),
        ('名称,代码\n甲,"x', "“名单.csv”第 2 行"),
    ],
)
def test_what_is_wrong_is_told_with_its_row(text: str, sentence: str) -> None:
    told = refusal(text) if not text.endswith('"x') else sentence
    assert sentence in told


def test_all_mistakes_of_all_kinds_are_told_at_once() -> None:
    rows = ["名称,代码,上级,requests.received.other", *(f"甲{i},,丙," for i in range(9))]
    told = refusal("\n".join([*rows, ",1,,", "乙,2,丁,", "丁,3,乙,", "戊,4,,约10", "己,4,,"]))
    assert "有 13 处要改" in told
    assert told.count("不在名单里") == 9
    for one in (
        "没有名称",
        "绕了一圈",
        "第 14 行“戊”“requests",
        "第 15 行“己”与第 14 行代码相同。",
    ):
        assert one in told


def test_what_is_wrong_with_one_row_is_told_by_its_unit_alone() -> None:
    text = "名称,代码,requests.received.other\n甲,1,约10\n乙,1,2\n丙,3,3\n丙,,\n"
    assert [u.problems for u in of_csv(text).units] == [
        ("“requests.received.other”填的“约10”不是有效的数",),
        ("与第 2 行代码相同",),
        (),
        ("与第 4 行同名，请填写两者的代码",),
    ]


def test_columns_that_are_not_understood_are_told_and_left_out() -> None:
    roster = of_csv("名称,备注,总计\n甲,x,1\n")
    assert roster.units[0].data == {}
    assert roster.notes == (
        "“名单.csv”的“备注”列没有使用：不是名单或报表里的一列。",
        "“名单.csv”的“总计”列没有使用：可能是几个数，请连行名和列名一起写。",
    )


def test_two_agencies_of_one_name_are_told_apart_by_their_codes() -> None:
    roster = of_csv("名称,代码,上级\n甲,1,\n甲,2,\n乙,3,2\n")
    assert roster.parent(roster.units[2]) == roster.units[1]
    matcher = Matcher(roster.units)
    assert matcher.find("甲") is None
    assert matcher.find("甲", "2") == roster.units[1]
    assert matcher.find("乙") == roster.units[2]


def test_a_file_is_matched_by_alias_and_an_unreadable_one_by_its_name() -> None:
    units = of_csv("名称,别名\n某市财政局,\n某市财政局办公室,财办\n").units
    matcher = Matcher(units)
    assert matcher.find("财 办") == units[1]
    assert matcher.in_file_name("（新）某市财政局办公室2025年报") == units[1]
    assert matcher.in_file_name("某市财政局") == units[0]
    assert matcher.in_file_name("其他") is None


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_is_given_as_a_roster_gives_a_roster_or_a_sentence(data: bytes) -> None:
    for bytes_ in (data, "名称,上级\n".encode() + data):
        told = ""
        try:
            assert all(unit.name for unit in read_roster(bytes_, "名单.csv").units)
        except UnusableInput as error:
            told = str(error)
        assert not told or (told.startswith("“名单.csv”") and "\n" not in told)


def test_the_blank_roster_has_its_columns_lists_prompts_and_help() -> None:
    data = blank_roster()
    assert data == blank_roster()
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["单位名单"]
    assert [c.value for c in sheet[1]] == [c.heading for c in COLUMNS]
    rules = {str(v.sqref)[0]: v for v in sheet.data_validations.dataValidation}
    assert len(rules) == len(COLUMNS)
    assert all(v.prompt and len(v.prompt) < 255 for v in rules.values())
    assert rules["C"].type == "list"
    assert not sheet["A2"].border.left  # LibreOffice prints every row with a frame
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert b"COUNTA('\xe5\x8d\x95" in package.read("xl/workbook.xml")  # what is printed
    help_ = "\n".join(str(c.value) for row in book["填写说明"] for c in row if c.value)
    assert all(column.prompt in help_ for column in COLUMNS)
    with pytest.raises(UnusableInput, match="里没有单位"):
        read_roster(data, "单位名单.xlsx")


def test_a_filled_blank_roster_is_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank_roster()))
    book["单位名单"]["A2"], book["单位名单"]["A3"] = "甲", "乙"
    book["单位名单"]["C3"] = "甲"
    out = io.BytesIO()
    book.save(out)
    units = read_roster(out.getvalue(), "单位名单.xlsx").units
    assert [(u.name, u.parent) for u in units] == [("甲", None), ("乙", "甲")]
