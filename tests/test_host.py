"""What a command may ask of a program: addresses, the book of the click, patience, blocks."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.errors import CannotWrite, NianbaoError, UnusableInput
from nianbao.formats.a1 import column_of, letters_of, quoted
from nianbao_addin.hosts import excel
from nianbao_addin.hosts.excel import Excel, entry
from nianbao_addin.hosts.host import (
    MAX_COLUMNS,
    MAX_ROWS,
    CellBlock,
    FormulaText,
    Host,
    Place,
    place_of,
)

SHEET_NAMES = st.text(
    st.characters(exclude_characters="[]:*?/\\", exclude_categories=["C"]), min_size=1
)


# --- addresses -------------------------------------------------------------------------------


@given(SHEET_NAMES, st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_a_place_comes_back_from_its_reference(sheet: str, row: int, column: int) -> None:
    letters = letters_of(column)
    assert place_of(f"={quoted(sheet)}!${letters}${row}") == Place(sheet, row, column)
    assert place_of(f"{quoted(sheet)}!{letters}{row}") == Place(sheet, row, column)
    assert column_of(letters) == column


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ("=表三!$D$5", Place("表三", 5, 4)),
        ("=表三!$D$5:$E$9", Place("表三", 5, 4, 5, 2)),
        ("='五、六'!$B$5:$B$34", Place("五、六", 5, 2, 30, 1)),
        ("='它''s (1)'!$AA$1", Place("它's (1)", 1, 27)),
        ("=表三!#REF!", None),
        ("=#REF!", None),
        ("=SUM(表三!$D$5)", None),
        ("=表三!$D$5,表三!$D$7", None),
        ("=12", None),
        ("", None),
    ],
)
def test_only_cells_are_a_place(reference: str, place: Place | None) -> None:
    assert place_of(reference) == place


def test_outside_of_a_block_there_is_nothing() -> None:
    block = CellBlock(5, 2, (("甲", 1.0), ("乙", None)))
    assert [block.at(5, 2), block.at(5, 3), block.at(6, 2)] == ["甲", 1.0, "乙"]
    assert [block.at(4, 2), block.at(5, 1), block.at(7, 2), block.at(5, 4)] == [None] * 4


# --- what is written -------------------------------------------------------------------------

TRICKY = (
    *("=1+1", "+1", "-1", "@x", "'x", "1/2", "3-2", "12", "00123", "1e3", "50%", "TRUE", "#N/A"),
    *(
        "2025年1月",
        "十月",
        "一月一日",
        "上午8时",
        "１２",
        "Jan 1",
        "http://x",
        "－1",
        "=",
        "abc",
        " 空",
    ),
)


@pytest.mark.parametrize("text", TRICKY)
def test_a_text_that_excel_would_read_as_something_else_is_told_to_be_one(text: str) -> None:
    assert entry(text) == f"'{text}"


@pytest.mark.parametrize("text", ["表三有 3 处没有填数", "“其他”行", "✘ 错误", "（一）予以公开"])
def test_a_plain_text_is_written_as_it_is(text: str) -> None:
    assert entry(text) == text


def test_formulas_numbers_and_blanks_are_what_they_are() -> None:
    formula = FormulaText("=SUM('表 三'!D5:D9)")
    assert entry(formula) == formula
    assert [entry(12), entry(None), entry(""), entry(True)] == [12, None, None, True]
    assert repr(entry(Decimal("0.5"))) == "0.5"


# --- the workbook of the click ----------------------------------------------------------------


def app_of(*names: str, hwnd: int = 1) -> Any:
    books = [SimpleNamespace(name=name) for name in names]

    class Books(list[Any]):
        active = books[-1] if books else None

    return SimpleNamespace(hwnd=hwnd, books=Books(books))


def xlwings_with(*apps: Any, mock: Any = None) -> Any:
    class Apps(list[Any]):
        active = apps[0] if apps else None

    book = SimpleNamespace(_mock_caller=mock) if mock else SimpleNamespace()
    return SimpleNamespace(Book=book, apps=Apps(apps))


@pytest.mark.parametrize(
    "name",
    ["年报=终稿.xlsx", "a=b=c.xlsx", "年报.xlsx", "《年报》 & 资料 (100%);'新'.xlsx", "A B.XLSX"],
)
def test_the_workbook_that_runpython_names_is_taken_whatever_it_is_called(name: str) -> None:
    xw = xlwings_with(app_of(name, "年报", "a", "在前面.xlsx"))
    argv = [
        "-c",
        f"--wb={name.lower()}",
        "--from_xl=1",
        "--app=C:\\x=y\\Microsoft Excel",
        "--hwnd=1",
    ]
    assert excel._book(xw, argv).name == name


def test_the_workbook_is_looked_for_in_the_program_of_the_click() -> None:
    first, second = app_of("年报.xlsx", hwnd=11), app_of("年报.xlsx", hwnd=22)
    xw = xlwings_with(first, second)
    assert excel._book(xw, ["--wb=年报.xlsx", "--hwnd=22"]) is second.books[0]


def test_a_name_that_did_not_survive_the_command_line_means_the_workbook_in_front() -> None:
    xw = xlwings_with(app_of("年报𠮷.xlsx", "在前面.xlsx"))
    assert excel._book(xw, ["--wb=年报?.xlsx", "--from_xl=1"]).name == "在前面.xlsx"
    assert excel._book(xw, []).name == "在前面.xlsx"


def test_a_mock_caller_comes_before_all_others() -> None:
    mock = SimpleNamespace(name="假.xlsx")
    xw = xlwings_with(app_of("年报.xlsx"), mock=mock)
    assert excel._book(xw, ["--wb=年报.xlsx", "--from_xl=1"]) is mock


@pytest.mark.parametrize("apps", [(), (app_of(),)], ids=["no program", "no workbook"])
def test_without_a_workbook_there_is_one_sentence(apps: tuple[Any, ...]) -> None:
    with pytest.raises(UnusableInput, match=r"^没有打开的工作簿，请先打开年报工作簿。$"):
        excel._book(xlwings_with(*apps), [])


# --- patience --------------------------------------------------------------------------------


class Rejected(Exception):
    """As pywin32 raises it while a cell is being edited."""

    hresult = -2147418111


class Ignored(Exception):
    hresult = -2147352567
    excepinfo = (0, None, None, None, 0, -2146777998)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Any:
    """xlwings' module for Windows, as far as it matters."""
    module: Any = ModuleType("xlwings._xlwindows")
    module.N_COM_ATTEMPTS = 0
    monkeypatch.setitem(sys.modules, "xlwings._xlwindows", module)
    return module


@pytest.mark.parametrize("error", [Rejected, Ignored])
def test_excel_that_stays_busy_is_given_up_with_one_sentence(error: type[Exception]) -> None:
    def probe() -> None:
        raise error

    with pytest.raises(UnusableInput) as caught:
        excel.waiting(probe, patience=0.25)
    assert str(caught.value) == "Excel 正在编辑单元格，请按回车或 Esc 后再点一次。"


def test_excel_that_answers_in_time_is_waited_for() -> None:
    answers: Iterator[Any] = iter([Rejected(), Ignored(), "好"])

    def probe() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    assert excel.waiting(probe) == "好"


def test_other_errors_are_not_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        excel.waiting(lambda: 1 // 0, patience=60)


def test_xlwings_does_not_repeat_a_refused_call_for_ever(windows: Any) -> None:
    seen = []
    with excel.bounded():
        seen.append(windows.N_COM_ATTEMPTS)
    seen.append(windows.N_COM_ATTEMPTS)
    assert seen == [1, excel.ATTEMPTS]
    assert 0 < excel.ATTEMPTS < 10**5


def test_excel_that_becomes_busy_in_the_middle_is_told_as_such() -> None:
    class Sheets:
        def __iter__(self) -> Any:
            raise Rejected

    host = Excel(SimpleNamespace(app=None, sheets=Sheets()))
    with pytest.raises(UnusableInput, match="正在编辑单元格"):
        host.sheets()


# --- on a real program -----------------------------------------------------------------------


@pytest.fixture
def host(book: Any) -> Excel:
    return Excel(book)


@pytest.mark.libreoffice
def test_every_text_comes_back_as_it_was_written(host: Host) -> None:
    sheet = host.sheets()[0]
    texts = [[text] for text in (*TRICKY, "表三", "多行\n文字", "“引号”", "😀𠮷")]
    host.write(sheet, 2, 3, texts)
    block = host.read(sheet)
    assert (block.row, block.column) == (2, 3)
    assert [list(row) for row in block.rows] == texts


@pytest.mark.libreoffice
def test_values_formulas_and_errors_are_read(host: Host) -> None:
    sheet = host.sheets()[0]
    moment = dt.datetime(2025, 12, 31)
    host.write(sheet, 1, 1, [[3, 0.5, True, moment, None, Decimal("1.25")]])
    host.write(
        sheet,
        2,
        1,
        [[FormulaText("=A1*2"), FormulaText("=1/0"), FormulaText('="x"'), None, 0, "3"]],
    )
    assert host.read(sheet).rows == (
        (3.0, 0.5, True, moment, None, 1.25),
        (6.0, "#DIV/0!", "x", None, 0.0, "3"),
    )
    assert host.read_formulas(sheet).rows[1][:2] == ("=A1*2", "=1/0")
    assert host.read_formulas(Place(sheet, 2, 1)).rows == (("=A1*2",),)


@pytest.mark.libreoffice
def test_a_sheet_that_is_formatted_to_its_end_is_read_in_part(host: Host, book: Any) -> None:
    book.sheets[0].range((MAX_ROWS + 500, MAX_COLUMNS + 9)).value = "远"
    book.sheets[0].range("A1").value = "近"
    block = host.read(host.sheets()[0])
    assert (len(block.rows), len(block.rows[0])) == (MAX_ROWS, MAX_COLUMNS)
    assert block.at(1, 1) == "近"


@pytest.mark.libreoffice
def test_names_tell_where_their_cells_are(host: Host, book: Any) -> None:
    book.sheets[0].name = "五、'x' 六"
    book.names.add("nb.text.other", "='五、''x'' 六'!$B$2:$B$9")
    book.names.add("rate", "=0.5")
    expected = Place("五、'x' 六", 2, 2, 8, 1)
    assert host.target("nb.text.other") == expected
    assert host.target("nb.nothing") is None
    assert host.target("rate") is None
    assert host.names() == {"nb.text.other": expected, "rate": None}


@pytest.mark.libreoffice
def test_a_new_sheet_goes_behind_the_others_and_does_not_come_to_the_front(host: Host) -> None:
    first = host.sheets()[0]
    host.select(Place(first, 2, 2))
    host.add_sheet("清单", widths=[5, 0, 40])
    host.add_sheet("隐藏", hidden=True)
    assert host.sheets() == (first, "清单", "隐藏")
    assert host.current() == Place(first, 2, 2)
    with pytest.raises(UnusableInput, match="“隐藏”是隐藏的"):
        host.select(Place("隐藏", 1, 1))
    host.remove_sheet("隐藏")
    host.select(Place("清单", 3, 1, 2, 3))
    assert host.current() == Place("清单", 3, 1, 2, 3)


@pytest.mark.libreoffice
def test_a_locked_cell_refuses_the_whole_block_in_one_sentence(host: Host, book: Any) -> None:
    sheet = book.sheets[0]
    sheet.range("A1").value = "原来"
    sheet.impl.protect()
    with pytest.raises(CannotWrite, match="受保护"):
        host.write(sheet.name, 1, 1, [["新"], ["新"]])
    assert sheet.range("A1:A2").value == ["原来", None]
    with host.unlocked(sheet.name):
        host.write(sheet.name, 1, 1, [["新"], ["新"]])
    assert sheet.impl.protected
    assert sheet.range("A1:A2").value == ["新", "新"]


@pytest.mark.libreoffice
def test_a_protection_with_a_password_stays(host: Host, book: Any) -> None:
    book.sheets[0].impl.protect("密码")
    with pytest.raises(NianbaoError), host.unlocked(book.sheets[0].name):
        pass
    assert book.sheets[0].impl.protected


@pytest.mark.libreoffice
def test_a_workbook_with_a_protected_structure_takes_no_sheet(host: Host, book: Any) -> None:
    book.impl.xl.protect("")
    with pytest.raises(CannotWrite, match="结构受保护"):
        host.add_sheet("清单")
    assert len(host.sheets()) == 1


@pytest.mark.libreoffice
def test_the_path_is_known_once_the_workbook_is_saved(
    host: Host, book: Any, nasty_folder: Path
) -> None:
    assert host.path is None
    book.save(nasty_folder / "年报=终稿.xlsx")
    assert host.path == nasty_folder / "年报=终稿.xlsx"
    assert host.name == "年报=终稿.xlsx"
    assert host.program == "LibreOffice"


@pytest.mark.libreoffice
def test_messages_and_questions_reach_the_person(host: Host, office: Any) -> None:
    alerts = office.impl.alerts
    host.tell("3 处错误。")
    alerts.answer = lambda alert: "yes"
    assert host.ask("继续吗？")
    alerts.answer = lambda alert: "no"
    assert not host.ask("继续吗？")
    assert next((a.prompt, a.title) for a in alerts.asked) == ("3 处错误。", "政务公开年报")
    alerts.answer = lambda alert: "/tmp/上年.docx"
    assert host.choose_file("选择", ["*.docx"]) == Path("/tmp/上年.docx")
    assert host.choose_folder("选择") == Path("/tmp/上年.docx")
    alerts.answer = lambda alert: None
    assert host.choose_file("选择", ["*.docx"]) is None
    assert host.choose_folder("选择") is None


@pytest.mark.libreoffice
def test_formulas_are_brought_up_to_date_where_that_is_switched_off(
    host: Host, book: Any, office: Any
) -> None:
    sheet = book.sheets[0]
    sheet.range("A1").value = 1
    sheet.range("B1").formula = "=A1*2"
    office.calculation = "manual"
    sheet.range("A1").value = 5
    host.calculate()
    assert sheet.range("B1").value == 10.0
