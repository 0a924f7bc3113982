"""填充公式, 读入上年报告, 撤销上次填充: pressed in a real LibreOffice through xlwings."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from button_books import (
    NASTY,
    Desk,
    having,
    seed_report,
    with_local_row,
    workbook,
    zeros,
)
from nianbao import actions
from nianbao.form.workbook import id_of
from nianbao.report import Agency, Report, build, years
from nianbao.template import restore
from nianbao.template.build import template
from nianbao.template.restore import Spot
from nianbao_addin.open import changes

pytestmark = pytest.mark.libreoffice

Open = Callable[..., Desk]


# --- 填充公式 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "report", [zeros(2021, 2025), zeros(2019, 2019), seed_report()], ids=["2021", "2019", "seed"]
)
def test_a_workbook_with_all_its_formulas_is_left_as_it_is(
    desk: Open,
    tmp_path: Path,
    report: Report,
) -> None:
    d = desk(workbook(tmp_path / NASTY, report))
    before = d.contents()
    assert d.press("formulas") == "合计和核对公式都在，没有需要恢复的。"
    assert d.contents() == before


def test_what_was_typed_over_gets_its_formula_back_and_the_old_values_are_told(
    desk: Open,
    nasty_folder: Path,
) -> None:
    d = desk(workbook(nasty_folder / NASTY, zeros(2021, 2025)))
    whole = d.contents()
    d.type_over("requests.granted.total", 7)
    d.type_over("requests.refused.internal.total", None)
    d.type_over("previous.disputes.reconsideration.total", "无")
    d.type_over("check.T3_01.requests.total", "√")
    said = d.press("formulas")
    assert said == (
        "恢复 4 处公式：上年数据!F55 原为 无；表三!J9 原为 7；表三!J15 原为 空白；表三!J33 原为 √。"
    )
    after = d.contents()
    assert after.pop(changes.SHEET)
    assert after == whole
    assert d.cell("requests.granted.total").value == 0
    assert d.cell("requests.granted.total").sheet.impl.protected


def test_the_cells_are_asked_for_at_once_and_not_name_by_name(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.type_over("requests.granted.total", 7)
    d.type_over("check.T3_01.requests.total", "√")
    meter = d.app.impl.meter
    meter.reset()
    assert d.press("formulas").startswith("恢复 2 处公式：")
    assert meter.reads <= 25, list(meter.log)
    assert "read names" not in meter.log


def test_in_a_workbook_whose_list_has_no_checks_they_are_found_by_their_names(
    desk: Open, tmp_path: Path
) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.book.sheets["校验结果"].impl.unprotect()
    listed = d.book.names["nb.results.places"].refers_to_range
    for row in listed.rows:
        _, ids, formula = row.formula[0]
        pairs = zip(ids.split(), re.findall(r"[^(,]+![^,)]+", formula), strict=True)
        kept = [(id, place) for id, place in pairs if not id.startswith("check.")]
        row[1].value = " ".join(id for id, _ in kept)
        row[2].formula = f"=0*COUNT({','.join(place for _, place in kept)})"
    d.type_over("check.T3_01.requests.total", "√")
    assert d.press("formulas").startswith("恢复 1 处公式：")


def test_pressed_twice_it_does_what_it_does_once(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.type_over("requests.granted.total", 7)
    d.press("formulas")
    once = d.contents()
    assert d.press("formulas") == "合计和核对公式都在，没有需要恢复的。"
    assert d.contents() == once
    assert d.press("undo") == "已撤销上次“填充公式”，恢复了 1 格。"
    assert d.cell("requests.granted.total").value == 7


def test_formulas_find_their_cells_after_rows_were_inserted_and_sheets_renamed(
    desk: Open,
    tmp_path: Path,
) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    tables = d.book.sheets["表三"]
    tables.impl.unprotect()
    for row in (12, 9, 3):  # inside a sum, above one, above the table
        tables.range(f"{row}:{row}").insert("down")
    tables.impl.protect()
    tables.name = "三、申请 'A'&1"
    d.book.sheets["上年数据"].name = "去 年"
    moved = d.contents()
    ids = [id for name in d.book.names if (id := id_of(name.name)) and _is_computed(d, id)]
    assert len(ids) > 100
    chosen = [*[id for id in ids if not id.startswith("previous")][::7], "previous.year"]
    for i, id in enumerate(chosen):
        d.type_over(id, i)
    assert d.press("formulas").startswith(f"恢复 {len(chosen)} 处公式：")
    after = d.contents()
    assert after.pop(changes.SHEET)
    assert after == moved


def _is_computed(d: Desk, id: str) -> bool:
    if id in ("check.places",) or id.startswith(("check.marks", "text.")):
        return False
    return str(d.cell(id).formula).startswith("=")


def test_local_rows_and_split_rows_are_in_the_sums(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, with_local_row(zeros(2019, 2020))))
    whole = d.contents()
    assert d.cell("requests.total.natural_person").value == 2
    for id in ("requests.total.natural_person", "extra[0].total", "requests.total.total"):
        d.type_over(id, 99)
    assert d.press("formulas").startswith("恢复 3 处公式：")
    after = d.contents()
    after.pop(changes.SHEET)
    assert after == whole
    assert d.cell("requests.total.natural_person").value == 2


def test_a_formula_of_a_persons_own_goes_only_if_they_agree(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    cell = d.cell("requests.granted.total")
    own = "=D9+E9"
    d.type_over("requests.granted.total", own)
    assert d.press("formulas") == "合计和核对公式都在，没有需要恢复的。"
    assert d.questions == ["有 1 处的公式与模板不同（表三!J9 为 =D9+E9），也换成模板的公式吗？"]
    assert cell.formula == own
    assert d.press("formulas", yes=True) == "恢复 1 处公式：表三!J9 原为 =D9+E9。"
    assert cell.formula == '=IF(COUNT(D9:I9)=0,"",SUM(D9:I9))'
    assert d.press("undo") == "已撤销上次“填充公式”，恢复了 1 格。"
    assert cell.formula == own


def test_a_deleted_row_is_told_and_the_sums_around_it_stay_right(
    desk: Open,
    tmp_path: Path,
) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    place = d.place("requests.refused.inquiry.total")
    sheet = d.book.sheets[place.sheet]
    sheet.impl.unprotect()
    sheet.range(f"{place.row}:{place.row}").delete()
    sheet.impl.protect()
    total = d.cell("requests.total.natural_person")
    shrunk = total.formula
    d.type_over("requests.total.natural_person", 3)
    said = d.press("formulas")
    assert "原为 3。另有 2 处的单元格已被删除或丢失名称，没有恢复。" in said
    assert total.formula == shrunk


def test_a_sheet_protected_with_a_password_is_named_and_nothing_is_changed(
    desk: Open,
    tmp_path: Path,
) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.type_over("requests.granted.total", 7)
    d.type_over("disputes.reconsideration.total", 8)
    sheet = d.book.sheets["表四"].impl
    sheet.unprotect()
    sheet.protect("secret")
    before = d.contents()
    assert "“表四”" in d.refused("formulas")
    assert d.contents() == before
    assert d.book.sheets["表三"].impl.protected
    assert d.press("undo") == "没有可以撤销的填充。"


def test_a_protected_structure_is_told_and_nothing_is_changed(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.type_over("requests.granted.total", 7)
    before = d.contents()
    d.book.impl.xl.protect("")
    assert "结构" in d.refused("formulas")
    assert d.contents() == before


# --- 读入上年报告 ----------------------------------------------------------------------------


def test_last_years_report_fills_blanks_and_only_blanks(desk: Open, nasty_folder: Path) -> None:
    blanks = {f"requests.carried_in.{c}": None for c in ("natural_person", "business", "other")}
    d = desk(workbook(nasty_folder / NASTY, having(zeros(2021, 2025), blanks)))
    figures = {
        "requests.carried_out.natural_person": 5,
        "requests.received.natural_person": 5,
        "requests.carried_out.research": 2,
        "requests.received.research": 2,
    }
    then = having(zeros(2021, 2024), figures)
    file = workbook(nasty_folder / "去年 & 'x';.xlsx", then)
    d.type_over("previous.requests.granted.business", 4)
    d.type_over("requests.carried_in.other", "=1-1")
    whole = d.contents()
    said = d.press("last_year", file=file)
    figures_there = len(then.values) - len(then.form.sums())
    assert said == (
        f"已读入 2024 年度报告：填入上年数据 {figures_there - 1} 格、上年结转等本年的格 2 格。"
        "有 2 处已填的数不同，没有改动：上年数据!L27 已填 4，按上年报告应为 0；"
        "表三!F8 已填 0，按上年报告应为 2。"
    )
    assert d.cell("requests.carried_in.natural_person").value == 5
    assert d.cell("requests.carried_in.business").value == 0
    assert d.cell("requests.carried_in.other").formula == "=1-1"
    assert d.cell("requests.carried_in.total").value == 7 - 2
    assert d.cell("previous.requests.carried_out.total").value == 7
    once = d.contents()
    again = d.press("last_year", file=file)
    assert again.startswith("已读入 2024 年度报告：没有需要填入的空格。有 2 处已填的数不同")
    assert d.contents() == once
    assert d.press("undo") == f"已撤销上次“读入上年报告”，恢复了 {figures_there + 1} 格。"
    assert d.contents() == whole
    assert d.press("undo") == "没有可以撤销的填充。"


def test_the_same_comes_from_a_word_file_and_a_web_page(desk: Open, tmp_path: Path) -> None:
    then = having(zeros(2021, 2024), {"disclosure.licensing.decisions": 12})
    found = []
    for kind in ("docx", "html"):
        file = tmp_path / f"去年.{kind}"
        actions.export(then, file, kind, force=True)  # type: ignore[arg-type]
        d = desk(workbook(tmp_path / f"{kind}.xlsx", zeros(2021, 2025)))
        assert d.press("last_year", file=file).startswith("已读入 2024 年度报告：填入上年数据 ")
        assert d.cell("previous.disclosure.licensing.decisions").value == 12
        found.append(d.contents()["上年数据"])
        d.book.close()
    assert found[0] == found[1]


def test_on_the_form_of_2019_the_items_of_the_year_before_are_carried_over(
    desk: Open,
    tmp_path: Path,
) -> None:
    rng = random.Random(3)
    then = zeros(2019, 2019)
    figures = {id: rng.randrange(50) for id in then.values if id not in then.form.sums()}
    then = having(then, figures)
    now = zeros(2019, 2020)
    expected = years.carried_over(now, then)
    items = {id for id in expected if id.endswith(".items")}
    assert {id.split(".")[1] for id in items} > {"licensing", "penalties", "coercion", "fees"}
    d = desk(workbook(tmp_path / NASTY, having(now, dict.fromkeys(expected))))
    d.press("last_year", file=workbook(tmp_path / "2019.xlsx", then))
    for id, value in expected.items():
        assert d.cell(id).value == value, id
    row = "disclosure.licensing"
    assert expected[f"{row}.items"] == figures[f"{row}.items"] + figures[f"{row}.change"]


def test_the_first_year_of_all_has_no_year_before(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2019, 2019)))
    assert d.refused("last_year", file=tmp_path / NASTY) == (
        "2018 年度还没有年度报告的格式，这份工作簿没有“上年数据”，不用读入。"
    )
    assert [alert.buttons for alert in d.asked] == ["ok"]


def test_a_report_of_another_year_is_refused_and_of_another_agency_asked_about(
    desk: Open,
    tmp_path: Path,
) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    before = d.contents()
    wrong = workbook(tmp_path / "前年.xlsx", zeros(2021, 2023))
    assert d.refused("last_year", file=wrong) == (
        "“前年.xlsx”是 2023 年度的报告，这份工作簿要 2024 年度的，没有读入。"
    )
    assert d.press("last_year") == "没有选择文件，什么都没有改动。"
    nothing = tmp_path / "坏的.xlsx"
    nothing.write_bytes(b"PK\x03\x04 nothing")
    assert "坏的.xlsx" in d.refused("last_year", file=nothing)
    assert d.contents() == before
    other = actions.open_file(workbook(tmp_path / "去年.xlsx", zeros(2021, 2024))).report
    file = workbook(tmp_path / "他局.xlsx", replace(other, agency=Agency("某县教育局")))
    assert d.press("last_year", file=file) == "没有读入，什么都没有改动。"
    assert d.questions == [
        "选中的是“某县教育局”的报告，这份工作簿是“北京市大兴区商务局”的，仍然读入吗？"
    ]
    assert d.contents() == before
    assert d.press("last_year", file=file, yes=True).startswith("已读入 2024 年度报告：")


# --- 撤销上次填充 ----------------------------------------------------------------------------


def test_undo_survives_saving_closing_inserted_rows_and_renamed_sheets(
    desk: Open,
    nasty_folder: Path,
) -> None:
    path = workbook(nasty_folder / NASTY, zeros(2021, 2025))
    d = desk(path)
    old = {
        "requests.granted.total": 7.25,
        "requests.received.total": "=D7+SUM(E7:$I7)+表四!$A7+COUNT(nb.text.other)",
        "disputes.reconsideration.total": "'=SUM(A1)",
        "requests.refused.internal.total": "'007",
        "disputes.litigation_direct.total": None,
        "requests.carried_in.total": "第一行\n第二行 ＋1",
    }
    for id, content in old.items():
        d.type_over(id, content)
    d.book.save()
    assert d.press("formulas", yes=True).startswith("恢复 6 处公式：")
    filled = path.with_name("填过.xlsx")
    d.book.save(filled)
    d.book.close()
    assert openpyxl.load_workbook(filled)[changes.SHEET].sheet_state != "visible"

    def as_a_person_goes_on(d: Desk) -> None:
        for sheet in ("表三", "表四"):
            target = d.book.sheets[sheet]
            target.impl.unprotect()
            target.range("2:3").insert("down")
            target.impl.protect()
            target.name = f"{sheet} 'x' & y"

    d = desk(filled)
    as_a_person_goes_on(d)
    said = d.press("undo")
    assert (said, d.questions) == ("已撤销上次“填充公式”，恢复了 6 格。", [])
    undone = d.contents()
    assert d.press("undo") == "没有可以撤销的填充。"
    d.book.close()
    never_filled = desk(path)
    as_a_person_goes_on(never_filled)
    assert undone == never_filled.contents()


def test_undo_brings_back_truth_values_dates_and_texts_as_such(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    row = "requests.refused.internal"
    for column, content in {
        "total": True,
        "other": dt.datetime(2025, 3, 2, 8, 30),
        "research": "'TRUE",
    }.items():
        d.type_over(f"{row}.{column}", content)
    d.type_over("requests.granted.total", dt.datetime(2025, 1, 31))
    before = d.contents()
    assert d.press("formulas").startswith("恢复 2 处公式：")
    d.press("undo")
    assert d.contents() == before
    assert d.cell(f"{row}.total").value is True
    assert d.cell("requests.granted.total").value == dt.datetime(2025, 1, 31)


def test_undo_asks_before_it_takes_back_what_was_typed_later(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.type_over("requests.granted.total", 7)
    d.type_over("requests.received.total", 8)
    d.press("formulas")
    d.type_over("requests.granted.total", 9)
    before = d.contents()
    assert d.press("undo") == "没有撤销，什么都没有改动。"
    assert d.questions == ["填充之后又改过 1 格（表三!J9），也恢复成填充前的内容吗？"]
    assert d.contents() == before
    assert d.press("undo", yes=True) == "已撤销上次“填充公式”，恢复了 2 格。"
    assert d.cell("requests.granted.total").value == 7


def test_undo_works_where_the_structure_was_protected_since(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.type_over("requests.granted.total", 7)
    d.press("formulas")
    d.book.impl.xl.protect("")
    assert d.press("undo") == "已撤销上次“填充公式”，恢复了 1 格。"
    assert d.cell("requests.granted.total").value == 7
    assert d.press("undo") == "没有可以撤销的填充。"


def test_cells_that_were_deleted_since_are_told(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.type_over("requests.granted.total", 7)
    d.type_over("disputes.reconsideration.total", 8)
    d.press("formulas")
    d.book.sheets["表四"].delete()
    assert d.press("undo") == "已撤销上次“填充公式”，恢复了 1 格；另有 1 格已被删除，无法恢复。"


def test_a_later_filling_takes_the_place_of_an_earlier_one(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    file = workbook(tmp_path / "去年.xlsx", zeros(2021, 2024))
    d.press("last_year", file=file)
    d.type_over("requests.granted.total", 7)
    d.press("formulas")
    rows = d.book.sheets[changes.SHEET].used_range.value
    assert sum(any(cell is not None for cell in row) for row in rows) == 3
    assert d.press("undo") == "已撤销上次“填充公式”，恢复了 1 格。"


def test_a_sheet_of_a_persons_own_with_that_name_is_not_touched(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.type_over("requests.granted.total", 7)
    d.book.sheets.add(changes.SHEET)["A1"].value = "我的记录"
    before = d.contents()
    for button in ("formulas", "undo"):
        assert changes.SHEET in d.refused(button)
    assert d.contents() == before


# --- all of them -----------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["formulas", "last_year"])
def test_a_workbook_that_is_not_ours_is_refused(desk: Open, tmp_path: Path, button: str) -> None:
    path = tmp_path / "别的 & 表;.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "密"
    book.save(path)
    d = desk(path)
    before = d.contents()
    assert d.refused(button).startswith("“别的 & 表;.xlsx”不是年报工作簿，没有改动它；")
    assert d.contents() == before
    assert "密" not in d.log.read_text(encoding="utf-8")
    assert d.press("undo") == "没有可以撤销的填充。"


def test_the_log_holds_nothing_of_the_cells(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.type_over("requests.granted.total", 76543)
    d.type_over("disputes.reconsideration.total", 8)
    d.book.sheets["表四"].impl.unprotect()
    d.book.sheets["表四"].impl.protect("secret")
    d.refused("formulas")
    log = d.log.read_text(encoding="utf-8")
    assert "76543" not in log
    assert "商务局" not in log
    assert "大兴" not in log


def test_comments_stay_where_they_are(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    d.type_over("requests.granted.total", 7)
    cell = d.cell("requests.granted.total")
    cell.sheet.impl.unprotect()
    cell.impl.add_note("请核对")
    cell.sheet.impl.protect()
    d.press("formulas")
    assert cell.note.text == "请核对"
    d.press("undo")
    assert cell.note.text == "请核对"
    assert cell.value == 7


def test_cells_are_written_in_blocks(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))
    file = workbook(tmp_path / "去年.xlsx", zeros(2021, 2024))
    meter = d.app.impl.meter
    meter.reset()
    d.press("last_year", file=file)
    assert meter.writes < 45, list(meter.log)
    assert meter.reads < 25, list(meter.log)


# --- without a program -----------------------------------------------------------------------


def test_a_named_cell_that_was_moved_into_a_sum_is_not_added_to_it() -> None:
    spots = _spots(template(2021, 2025))
    moved = {**spots, "requests.received.other": Spot("表三", 50, 4)}
    cell = spots["requests.received.total"]
    formula = restore.restored(2021, 2025, moved).formulas[cell]
    assert formula == '=IF(COUNT(D7:H7,D50)=0,"",SUM(D7:H7,D50))'


def test_figures_of_split_rows_are_carried_over_by_name() -> None:
    def split(year: int, names: tuple[str, ...], figures: dict[str, int]) -> Report:
        row = "disclosure.other_services"
        values = {f"{row}[{k[0]}].{k[1:]}": v for k, v in figures.items()}
        repeats = {"other_services": names}
        return build(2019, year, Agency("甲"), values, repeats=repeats)  # type: ignore[arg-type]

    then = split(2019, ("检查", "确认"), {"0items": 3, "0change": -1, "1items": 5, "1change": 2})
    row = "disclosure.other_services"
    same = years.carried_over(split(2020, ("确认", "检查"), {}), then)
    assert same == {f"{row}[0].items": 7, f"{row}[1].items": 2}
    assert years.carried_over(split(2020, ("确认", "奖励"), {}), then) == {}


def _spots(data: bytes) -> dict[str, Spot]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = {}
    for name, defined in book.defined_names.items():
        ((sheet, address),) = defined.destinations
        if ":" not in address:
            cell = book[sheet][address.replace("$", "")]
            found[(id_of(name) or "").lower()] = Spot(sheet, cell.row, cell.column)
    return found
