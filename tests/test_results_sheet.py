"""校验结果 in the template: its lists, and the marks that it lights up in the other sheets."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from button_books import having, seed_report, with_local_row, workbook, zeros
from conftest import Convert
from nianbao import actions, reading
from nianbao.form import Layout
from nianbao.form.workbook import name_of
from nianbao.template import results
from nianbao.template.build import template
from nianbao.template.fill import fill
from nianbao.template.results import COLUMNS, FIRST, LEVELS, MARKS, SHEET, TITLES, VISIBLE
from nianbao_addin.open.workbook import arguments

YEARS = {2019: 2020, 2021: 2025}


@cache
def book(format: int) -> openpyxl.Workbook:
    layout = with_local_row(zeros(format, YEARS[format])).layout
    return openpyxl.load_workbook(io.BytesIO(template(format, YEARS[format], layout)))


@pytest.fixture(params=YEARS)
def format(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def places(book: openpyxl.Workbook) -> dict[str, str]:
    """Every id in the hidden list → its cells as they stand in the formulas."""
    ((title, ref),) = book.defined_names[name_of(results.PLACES)].destinations
    found: dict[str, str] = {}
    for sheet, ids, formula in book[title][ref]:
        names = str(ids.value).split()
        references = re.findall(r"'[^']+'![^,)]+", str(formula.value))
        assert len(names) == len(references) == len(arguments(str(formula.value))) <= 30
        assert all(reference.startswith(f"'{sheet.value}'!") for reference in references)
        found |= zip(names, references, strict=True)
    return found


def test_the_hidden_list_has_every_named_cell_where_it_is(format: int) -> None:
    names = {
        name: defined.attr_text
        for name, defined in book(format).defined_names.items()
        if not name.startswith("nb.results.")
        and (not name.startswith("nb.ledger.") or name.startswith("nb.ledger.rows."))
    }
    assert {name_of(id): place for id, place in places(book(format)).items()} == names
    assert len(names) > 300


def test_every_named_cell_has_a_mark_for_each_level_before_all_other_colours(format: int) -> None:
    listed = places(book(format))
    assert any(id.startswith("check.") for id in listed)  # which are no figures
    for id, place in listed.items():
        if id.startswith("check."):
            continue
        title, _, cells = place.replace("$", "").rpartition("!")
        ws = book(format)[title.strip("'")]
        first = cells.partition(":")[0]
        rules = sorted(
            (rule for group in ws.conditional_formatting if first in group for rule in group.rules),
            key=lambda rule: int(rule.priority),
        )
        assert len(rules) >= len(MARKS)
        for rule, (level, key) in zip(rules, MARKS.items(), strict=False):
            own = f'"{ws.title}!"&ADDRESS(ROW(),COLUMN())'
            assert rule.formula == [f"COUNTIF({name_of(key)},{own})>0"], id
            assert f'"{LEVELS[level][0]} "' in rule.dxf.numFmt.formatCode
            assert rule.dxf.font.b
        priorities = [int(r.priority) for group in ws.conditional_formatting for r in group.rules]
        assert len(set(priorities)) == len(priorities)


def test_a_list_of_marks_is_long_enough_for_every_cell(format: int) -> None:
    sheet = book(format)[SHEET]
    for key in MARKS.values():
        ((title, ref),) = book(format).defined_names[name_of(key)].destinations
        assert title == SHEET
        assert len(sheet[ref]) == results.MARKABLE > len(places(book(format)))


def test_what_the_person_needs_is_seen_and_all_else_is_hidden(format: int) -> None:
    ws = book(format)[SHEET]
    titles = [cell.value for cell in ws[TITLES][: len(COLUMNS)]]
    assert titles == [column.title for column in COLUMNS]
    seen = "序号 级别 规则 位置 填报值 应为 相差 问题 建议 依据 处理情况 说明"
    assert " ".join(map(str, titles[:VISIBLE])) == seen
    for i, column in enumerate(COLUMNS, 1):
        letter = openpyxl.utils.get_column_letter(i)
        assert ws.column_dimensions[letter].hidden is (i > VISIBLE)
        assert ws.column_dimensions[letter].protection.locked is False
        assert bool(column.width) is (i <= VISIBLE)
    for i in range(results.MAP, results.MAP + 3):
        assert ws.column_dimensions[openpyxl.utils.get_column_letter(i)].hidden
    assert ws.cell(TITLES, 1).protection.locked
    assert ws.freeze_panes == f"A{FIRST}"
    (choices,) = ws.data_validations.dataValidation
    assert str(choices.sqref) == f"K{FIRST}:K{FIRST + results.ROWS - 1}"
    assert not choices.showErrorMessage  # a person may write something else


def test_it_is_a_click_away_from_every_sheet_to_fill_in(format: int) -> None:
    for title in ("说明", "一、总体情况", "表二", "表三", "表四", "五、六"):
        links = {c.hyperlink.location for row in book(format)[title] for c in row if c.hyperlink}
        assert f"'{SHEET}'!A1" in links


def test_a_workbook_from_before_the_list_can_still_be_read_and_filled() -> None:
    old = openpyxl.load_workbook(io.BytesIO(template(2021, 2025, Layout())))
    del old[SHEET]
    for name in [n for n in old.defined_names if n.startswith("nb.results.")]:
        del old.defined_names[name]
    stream = io.BytesIO()
    old.save(stream)
    report = having(zeros(2021, 2025), {"requests.received.business": 3})
    filled = fill(report, target=stream.getvalue())
    assert reading.open(filled.data, "年报.xlsx").report == report
    assert reading.open(filled.data, "年报.xlsx").previous is None


def test_filling_a_workbook_leaves_the_list_as_it_is(tmp_path: Path) -> None:
    path = workbook(tmp_path / "年报.xlsx", seed_report())
    listed = openpyxl.load_workbook(path)
    listed[SHEET].cell(FIRST, 2).value = "! 提醒"
    listed[SHEET].cell(FIRST, 12).value = "原文如此"
    listed.save(path)
    data, _ = actions.filled(seed_report(), None, actions.open_file(path), path.name)
    again = openpyxl.load_workbook(io.BytesIO(data))[SHEET]
    assert (again.cell(FIRST, 2).value, again.cell(FIRST, 12).value) == ("! 提醒", "原文如此")


# --- in a real program -----------------------------------------------------------------------


def coloured(html: str, colour: str) -> list[str]:
    """Texts of the cells with a background, as LibreOffice shows them."""
    found = re.findall(rf'<td[^>]*bgcolor="#{colour}"[^>]*>(.*?)</td>', html, re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", "", text) for text in found]


@pytest.mark.libreoffice
def test_the_marks_are_seen_and_go_out_again(desk: Any, soffice: Convert, tmp_path: Path) -> None:
    report = having(seed_report(), {"disclosure.licensing.items": None})
    at = desk(workbook(tmp_path / "年报.xlsx", report))
    at.type_over("disclosure.penalties.decisions", "约 12 件")
    at.press("check")
    at.book.save(tmp_path / "已校验.xlsx")
    at.press("clear")
    at.book.save(tmp_path / "已清除.xlsx")
    files = [tmp_path / "已校验.xlsx", tmp_path / "已清除.xlsx"]
    pages = soffice(files, "html", tmp_path / "html")
    checked, cleared = ((pages / f"{f.stem}.html").read_text(encoding="utf-8") for f in files)
    red, amber = coloured(checked, "F8CBCB"), coloured(checked, "FCE9C4")
    assert [text for text in red if "错误" not in text] == ["", "约12件"]
    assert red.count("✘错误") == 2
    assert any(text.startswith("2020年，大兴区商务局") for text in amber)
    assert "!提醒" in amber
    assert coloured(cleared, "F8CBCB") == coloured(cleared, "FCE9C4") == []
