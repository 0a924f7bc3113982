"""校验, 上一处, 下一处 and 清除标记, pressed in a real LibreOffice."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from button_books import (
    NASTY,
    NUMBER,
    Desk,
    having,
    seed_report,
    with_local_row,
    workbook,
    zeros,
)
from nianbao import actions
from nianbao.form.workbook import name_of
from nianbao.report import Report
from nianbao.report.findings import Finding
from nianbao.template.results import COLUMNS, FIRST, INDEX, MARKS, SHEET
from nianbao_addin.commands.check import PLAIN

pytestmark = pytest.mark.libreoffice

Open = Callable[..., Desk]

NATURAL = "requests.received.natural_person"
CARRIED_IN = "requests.carried_in.natural_person"


@cache
def broken() -> Report:
    """Much that does not add up, with figures of every kind."""
    figures = {id: n % 7 for n, id in enumerate(seed_report().values)}
    return having(seed_report(), {**figures, "disclosure.procurement.amount": 12})


@cache
def slipped() -> Report:
    """The seed with one request too many, and no text that says there was none."""
    text = {id: words.replace("未收到", "登记了") for id, words in seed_report().text.items()}
    report = replace(seed_report(), text=MappingProxyType(text))
    return having(report, {NATURAL: 99})


def rows(at: Desk) -> list[dict[str, Any]]:
    """The list as it stands on the sheet."""
    values = at.book.sheets[SHEET].used_range.options(ndim=2).value
    keys = [column.key for column in COLUMNS]
    lines = [dict(zip(keys, row, strict=False)) for row in values[FIRST - 1 :]]
    return [line for line in lines if line["level"]]


def marked(at: Desk, level: str) -> set[str]:
    """What is marked on a level, as ``表三!$D$7``."""
    values = at.book.names[name_of(MARKS[level])].refers_to_range.value  # type: ignore[index]
    return {value for value in values if value}


def lights_up(at: Desk, id: str, level: str) -> bool:
    """What the conditional format of a cell asks, asked in the cell's own words."""
    place = at.place(id)
    title = {"表三 (改名)": "表三"}.get(place.sheet, place.sheet)
    key = f'"{title}!"&ADDRESS({place.row},{place.column})'
    formula = f"=COUNTIF({name_of(MARKS[level])},{key})>0"  # type: ignore[index]
    cell = at.book.sheets[SHEET].range("Z1")
    sheet = cell.sheet.impl
    sheet.unprotect()
    cell.formula = formula
    value = cell.value
    cell.clear_contents()
    sheet.protect()
    return bool(value)


def answer(at: Desk, row: int, **texts: str) -> None:
    """A person writes beside a finding."""
    for key, text in texts.items():
        cell = at.book.sheets[SHEET].range((FIRST + row, INDEX[key] + 1))
        cell.value = text


def from_file(path: Path) -> tuple[Finding, ...]:
    """What checking the file finds."""
    return actions.check(path.read_bytes(), path.name)[1]


def walk(at: Desk, button: str) -> tuple[str, str]:
    """Where a step leads: the address, and what is said or stands in the status bar."""
    alerts = at.app.impl.alerts
    alerts.asked.clear()
    import macros

    macros.run(button)
    told = [alert.prompt for alert in alerts.asked]
    selected = at.app.selection
    status = at.app.status_bar
    return f"{selected.sheet.name}!{selected.get_address(False, False)}", (told or [status])[0]


# --- 校验 ------------------------------------------------------------------------------------


def test_the_seed_has_one_warning_which_is_listed_marked_and_gone_to(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", seed_report()))
    assert at.press("check") == "1 处提醒。"
    (row,) = rows(at)
    assert (row["number"], row["level"], row["rule"]) == (1.0, "! 提醒", "F-07")
    assert row["place"] == "一、总体情况!B14"
    assert marked(at, "warning") == {"一、总体情况!$B$14"}
    assert marked(at, "error") == marked(at, "info") == set()
    assert lights_up(at, "text.overview", "error") is False
    assert at.app.selection.sheet.name == "一、总体情况"
    assert at.app.selection.address == "$B$14"
    state = at.book.sheets[SHEET].range("A3").value
    assert state.startswith("0 处错误，1 处提醒（其中已说明 0 处）")


@pytest.mark.parametrize(
    "report",
    [
        broken(),
        zeros(2021, 2025),
        with_local_row(zeros(2021, 2025)),
        having(broken(), {NATURAL: None}),
    ],
    ids=["broken", "zeros", "local row", "a blank"],
)
def test_the_button_finds_what_checking_the_file_finds_at_the_same_places(
    desk: Open,
    tmp_path: Path,
    report: Report,
) -> None:
    path = workbook(tmp_path / "年报.xlsx", report)
    expected = from_file(path)
    at = desk(path)
    said = at.press("check")
    listed = [(r["rule"], r["message"], r["place"], r["fingerprint"]) for r in rows(at)]
    if expected:
        assert listed == [(f.rule, f.message, f.place, f.fingerprint) for f in expected]
        numbers = [(r["actual"], r["expected"], r["difference"]) for r in rows(at)]
        assert numbers == [
            tuple(None if n is None else float(n) for n in (f.actual, f.expected, f.difference))
            for f in expected
        ]
    else:
        assert said == "没有发现问题。"
        assert [r["level"] for r in rows(at)] == ["√ 通过"]
    errors = sum(f.level == "error" and f.outcome == "fail" for f in expected)
    assert (f"{errors} 处错误" in said) is bool(errors)
    assert not NUMBER.search(said)


def test_every_cell_of_an_error_is_marked_and_lights_up(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    assert at.press("check") == "2 处错误，1 处提醒。"
    assert marked(at, "error") == {f"表三!${c}${r}" for c in "DJ" for r in (7, 8, 28, 29)}
    assert lights_up(at, NATURAL, "error")
    assert not lights_up(at, NATURAL, "warning")
    assert not lights_up(at, "requests.received.business", "error")
    assert at.app.selection.sheet.name == "表三"
    assert at.app.selection.address == "$D$28"


def test_the_place_is_a_link_to_the_cell(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    at.press("check")
    formula = at.book.sheets[SHEET].range((FIRST, INDEX["place"] + 1)).formula
    assert formula == """=HYPERLINK("#'表三'!D28","表三!D28")"""


def test_pressed_twice_is_pressed_once(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", broken()))
    first = at.press("check")
    once = at.contents()
    assert at.press("check") == first
    assert at.contents() == once


def test_old_findings_go_before_new_ones_come(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", broken()))
    at.press("check")
    many = len(rows(at))
    for id, value in seed_report().values.items():
        at.type_over(id, None if value is None else float(value))
    assert at.press("check") == "1 处提醒。"
    assert many > 10
    assert len(rows(at)) == 1
    assert marked(at, "error") == set()


def test_only_the_list_is_written(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", broken()))
    before = at.contents()
    at.press("check")
    after = at.contents()
    assert {name for name in before if before[name] != after[name]} == {SHEET}
    at.press("clear")
    assert at.contents() == before


def test_the_year_before_is_compared_with(desk: Open, tmp_path: Path) -> None:
    then = having(zeros(2019, 2020), {"requests.carried_out.natural_person": 5})
    now = zeros(2021, 2021)
    path = workbook(tmp_path / "年报.xlsx", now, then)
    at = desk(path)
    at.press("check")
    assert "Y-01" in {row["rule"] for row in rows(at)}
    assert [row["rule"] for row in rows(at)] == [f.rule for f in from_file(path)]


def test_totals_are_brought_up_to_date_before_they_are_checked(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", seed_report()))
    at.app.calculation = "manual"
    at.type_over("requests.received.natural_person", 3)
    at.type_over("requests.granted.natural_person", 3)
    at.press("check")
    assert [row for row in rows(at) if "错误" in row["level"]] == []
    assert at.cell("requests.total.natural_person").value == 3.0


@pytest.mark.parametrize("make", [seed_report, broken], ids=["few findings", "many findings"])
def test_it_reads_and_writes_a_few_times_whatever_it_finds(
    desk: Open,
    tmp_path: Path,
    make: Callable[[], Report],
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", make()))
    meter = at.app.impl.meter
    for _ in range(2):
        meter.reset()
        at.press("check")
        assert meter.reads <= 15, list(meter.log)
        assert meter.writes <= 10, list(meter.log)
    meter.reset()
    at.press("clear")
    assert (meter.reads, meter.writes) <= (5, 1)


# --- answers ---------------------------------------------------------------------------------


def test_a_warning_that_was_answered_goes_to_the_end_and_is_marked_no_more(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    at.press("check")
    assert [row["rule"] for row in rows(at)] == ["T3-01", "T3-01", "F-07"]
    answer(at, 2, handling="情况属实", reason="'=公文如此")
    answer(at, 0, handling="待处理", reason="正在核对")
    assert at.press("check") == "2 处错误，另有 1 处提醒已说明原因。"
    first, second, last = rows(at)
    assert (first["handling"], first["reason"]) == ("待处理", "正在核对")
    assert (second["handling"], second["reason"]) == (None, None)
    assert (last["level"], last["handling"], last["reason"]) == (
        *("! 提醒（已说明）", "情况属实", "=公文如此"),
    )
    assert marked(at, "warning") == set()
    assert len(marked(at, "error")) == 8
    once = at.contents()
    at.press("check")
    assert at.contents() == once


def test_answers_come_back_with_their_finding(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    at.press("check")
    answer(at, 0, handling="待处理", reason="等科室答复")
    at.type_over(NATURAL, 0)
    assert at.press("check") == "1 处提醒。"
    assert all(row["reason"] is None for row in rows(at))
    at.press("clear")
    at.press("clear")
    at.type_over(NATURAL, 98)
    at.press("check")
    assert (rows(at)[0]["handling"], rows(at)[0]["reason"]) == ("待处理", "等科室答复")


def test_an_answer_that_was_taken_away_is_gone(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", seed_report()))
    at.press("check")
    answer(at, 0, reason="原文如此")
    assert at.press("check") == "另有 1 处提醒已说明原因。"
    answer(at, 0, reason="")
    assert at.press("check") == "1 处提醒。"
    assert at.press("check") == "1 处提醒。"


def test_what_a_person_writes_below_the_list_stays_and_makes_room(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", having(slipped(), {NATURAL: 0})))
    at.press("check")
    answer(at, 1, reason="给张三：先改表三")
    answer(at, 40, handling="待处理")
    at.type_over(NATURAL, 99)
    at.press("check")
    sheet, column = at.book.sheets[SHEET], INDEX["reason"] + 1
    assert len(rows(at)) == 3
    assert sheet.range((FIRST + 3, column)).value == "给张三：先改表三"
    assert sheet.range((FIRST + 40, column - 1)).value == "待处理"
    at.press("clear")
    assert sheet.range((FIRST + 3, column)).value == "给张三：先改表三"
    assert sheet.range((FIRST + 40, column - 1)).value == "待处理"
    assert rows(at) == []


# --- 清除标记 --------------------------------------------------------------------------------


def test_clearing_takes_away_just_what_was_added(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", broken()))
    before = at.contents()
    assert at.press("clear") == "没有校验留下的标记。"
    at.press("check")
    assert at.press("clear") == "已清除校验标记和清单。"
    assert at.contents() == before
    assert at.press("clear") == "没有校验留下的标记。"
    assert at.contents() == before


def test_comments_formats_and_protection_are_not_touched(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    cell = at.cell(NATURAL)
    sheet = cell.sheet.impl
    sheet.unprotect()
    cell.add_note("张三：等科室答复")
    cell.color = (1, 2, 3)
    sheet.protect()
    protected = [sheet.impl.protected for sheet in at.book.sheets]
    assert protected.count(False) == 3  # the ledgers, which are sorted and filtered
    for button in ("check", "next", "clear", "check"):
        import macros

        macros.run(button)
        assert cell.note.text == "张三：等科室答复"
        assert cell.color == (1, 2, 3)
        assert cell.value == 99.0
        assert len(cell.sheet.impl.notes) == 1
        assert [sheet.impl.protected for sheet in at.book.sheets] == protected


# --- 上一处, 下一处 --------------------------------------------------------------------------


def test_walking_goes_through_the_places_in_the_order_of_the_list(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    at.press("check")
    meter = at.app.impl.meter
    meter.reset()
    assert walk(at, "next")[0] == "表三!J28"
    where, status = walk(at, "next")
    assert where == "一、总体情况!B14"
    assert status.startswith("第 3/3 处 ! 提醒 F-07 ")
    assert walk(at, "next") == ("一、总体情况!B14", "后面没有问题了。")
    assert walk(at, "previous")[0] == "表三!J28"
    where, status = walk(at, "previous")
    assert where == "表三!D28"
    assert status.startswith("第 1/3 处 ✘ 错误 T3-01 自然人：")
    assert walk(at, "previous") == ("表三!D28", "前面没有问题了。")
    assert meter.writes == 0  # so that undo still works


def test_walking_begins_at_an_end_from_a_cell_that_is_not_listed(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    at.press("check")
    at.book.sheets["说明"].activate()
    assert walk(at, "next")[0] == "表三!D28"
    at.book.sheets["说明"].activate()
    assert walk(at, "previous")[0] == "一、总体情况!B14"


def test_walking_goes_on_from_a_line_of_the_list(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    at.press("check")
    at.book.sheets[SHEET].activate()
    at.book.sheets[SHEET].range((FIRST + 1, 8)).select()
    assert walk(at, "next")[0] == "一、总体情况!B14"


def test_walking_passes_over_what_was_answered_and_each_place_but_once(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", broken()))
    at.press("check")
    places = list(dict.fromkeys(row["place"] for row in rows(at) if row["place"]))
    seen = [f"{at.app.selection.sheet.name}!{at.app.selection.get_address(False, False)}"]
    while "没有问题了" not in (step := walk(at, "next"))[1]:
        seen.append(step[0])
    assert seen == places
    last = max(i for i, row in enumerate(rows(at)) if row["level"] == "! 提醒")
    answered = rows(at)[last]["place"]
    answer(at, last, reason="情况属实")
    at.press("check")
    others = [row["place"] for row in rows(at) if "已说明" not in row["level"]]
    assert len(rows(at)) - len(others) == 1
    assert answered in {row["place"] for row in rows(at)}


def test_walking_needs_a_list(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", seed_report()))
    for button in ("next", "previous"):
        assert at.refused(button) == "“校验结果”是空的，请先点“校验”。"
    assert at.app.status_bar is False


def test_walking_tells_when_nothing_was_found(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", zeros(2021, 2025)))
    if at.press("check") == "没有发现问题。":
        assert at.press("next") == "没有需要查看的问题。"
    else:
        assert rows(at)


# --- workbooks that people have worked on ----------------------------------------------------


def test_renamed_sheets_and_inserted_rows_do_no_harm(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    sheet = at.book.sheets["表三"]
    sheet.impl.unprotect()
    sheet.range("1:2").insert("down")
    sheet.range("A:A").insert("right")
    sheet.name = "表三 (改名)"
    at.book.sheets["说明"].name = "说 '明'; & 100%"
    at.book.sheets[SHEET].name = "校验 结果"
    said = at.press("check")
    assert said == "2 处错误，1 处提醒。"
    at.book.sheets["校验 结果"].name = SHEET
    assert rows(at)[0]["place"] == "表三 (改名)!E30"
    assert marked(at, "error") == {f"表三!${c}${r}" for c in "EK" for r in (9, 10, 30, 31)}
    assert lights_up(at, NATURAL, "error")
    assert at.app.selection.sheet.name == "表三 (改名)"
    assert walk(at, "next")[0] == "表三 (改名)!K30"


def test_a_sheet_renamed_after_the_check_is_asked_to_be_checked_again(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    at.press("check")
    at.book.sheets["表三"].name = "三"
    at.book.sheets["说明"].activate()
    assert at.refused("next") == "没有工作表“表三”了，请再点一次“校验”。"


def test_names_with_every_character_that_hurts(
    desk: Open,
    nasty_folder: Path,
) -> None:
    at = desk(workbook(nasty_folder / NASTY, slipped()))
    assert at.press("check") == "2 处错误，1 处提醒。"
    assert at.press("clear").startswith("已清除")


def test_a_workbook_that_libreoffice_saved_is_checked_the_same(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    at.press("check")
    listed = rows(at)
    at.book.save(tmp_path / "另存.xlsx")
    at.book.close()
    again = desk(tmp_path / "另存.xlsx")
    meter = again.app.impl.meter
    meter.reset()
    assert again.press("check") == "2 处错误，1 处提醒。"
    assert meter.reads <= 15
    assert rows(again) == listed
    assert again.press("clear").startswith("已清除")


def test_a_workbook_from_before_the_list_gets_a_plain_one(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    before = older(at)
    said = at.press("check")
    assert said.startswith("2 处错误，1 处提醒。工作簿里没有模板自带的“校验结果”表")
    assert [row["rule"] for row in rows(at)] == ["T3-01", "T3-01", "F-07"]
    assert at.app.selection.address == "$D$28"
    answer(at, 2, reason="原文如此")
    once = at.press("check")
    assert once.startswith("2 处错误，另有 1 处提醒已说明原因。")
    assert walk(at, "next")[0] == "表三!J28"
    at.press("clear")
    assert rows(at) == []
    answer(at, 0, kept_fingerprint="", kept_reason="")
    at.press("check")
    answer(at, 2, reason="")
    at.press("clear")
    assert at.contents() == before


def older(at: Desk) -> dict[str, Any]:
    """As workbooks were before the template had 校验结果; the contents then."""
    at.book.impl.xl.Sheets.removeByName(SHEET)
    for name in list(at.book.names):
        if name.name.startswith("nb.results."):
            name.delete()
    return at.contents()


def test_a_sheet_of_that_name_that_is_not_ours_is_left_alone(
    desk: Open,
    tmp_path: Path,
) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    older(at)
    at.book.sheets.add(SHEET).range("A1").value = "我们科室自己的记录"
    before = at.contents()
    for button in ("check", "clear", "next"):
        assert "不是本工具建立的“校验结果”表" in at.refused(button)
    assert at.contents() == before


# --- refusals --------------------------------------------------------------------------------


def test_a_workbook_that_is_not_ours_is_left_alone(desk: Open, tmp_path: Path) -> None:
    at = desk()
    at.book = at.app.books.add()
    at.book.sheets[0].range("A1").value = "工资表"
    assert "不是年报工作簿，没有改动它" in at.refused("check")
    assert at.book.sheets[0].range("A1").value == "工资表"
    assert len(at.book.sheets) == 1
    assert at.app.status_bar is False


def test_without_a_workbook_every_button_says_so(desk: Open) -> None:
    at = desk()
    for button in ("check", "next", "previous", "clear"):
        assert at.refused(button) == "没有打开的工作簿，请先打开年报工作簿。"


def test_a_year_that_is_missing_is_asked_for(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", seed_report()))
    at.cell("year").value = None
    assert re.search(r"没有填写报告年度，请在“说明!C5”填写", at.refused("check"))


def test_a_list_that_cannot_be_written_is_told(desk: Open, tmp_path: Path) -> None:
    at = desk(workbook(tmp_path / "年报.xlsx", slipped()))
    sheet = at.book.sheets[SHEET]
    sheet.impl.unprotect()
    protection = sheet.range("A5:S9").impl.xl.CellProtection
    protection.IsLocked = True
    sheet.range("A5:S9").impl.xl.CellProtection = protection
    sheet.impl.protect()
    before = at.contents()
    assert "受保护" in at.refused("check")
    assert at.contents() == before
    assert at.app.status_bar is False


def test_a_workbook_saved_as_xls_where_names_have_underscores_is_checked_and_mended(
    desk: Open, soffice: Callable[..., Path], tmp_path: Path
) -> None:
    path = workbook(tmp_path / "年报.xlsx", having(seed_report(), {NATURAL: 99}))
    at = desk(soffice(path, "xls", tmp_path / "xls"))
    assert "nb_year" in [name.name for name in at.book.names]
    said = at.press("check")
    assert "处错误" in said
    assert PLAIN not in said
    found = [line["rule"] for line in rows(at)]
    assert at.press("check") == said
    assert [line["rule"] for line in rows(at)] == found
    assert at.press("formulas") == "合计和核对公式都在，没有需要恢复的。"
