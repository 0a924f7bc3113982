"""The sheets of prose, 一、总体情况 and 五、六, and 上年数据."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form.workbook import ADVICE, GUIDE, OVERVIEW, PREVIOUS_SHEET
from nianbao.formats.a1 import reference
from nianbao.report import TEXT_TITLES
from nianbao.template import page, results, styles
from nianbao.template.draft import Draft
from nianbao.template.shape import PREVIOUS, TEXT_CELLS
from nianbao.template.sheets import tables
from nianbao.template.styles import Look

LONG = 600
"""Characters of a paragraph that still fit into a row of 报告, Excel's rows being 409 points."""

PIXELS, SIZE = 720, 12

_PARAGRAPH = Look(
    styles.FANG,
    SIZE,
    border="hair",
    fill=styles.TINT,
    across="left",
    down="center",
    format=styles.TEXT,
    unlocked=True,
)
_HEADING = Look(styles.HEI, 14, across="left")
_NOTE = Look(styles.KAI, 10.5, color=styles.GREY, across="left")
_NUMBER = Look(styles.SONG, 9, color=styles.GREY)


def texts(draft: Draft, title: str, sections: tuple[str, ...]) -> None:
    """A sheet of paragraphs to type into, a cell each."""
    ws = draft.sheet(title)
    styles.set_columns(ws, (56, PIXELS))
    headline = title if title == OVERVIEW else f"{title}部分文字"
    draft.put(ws, 1, 2, headline, Look(styles.BIAO, 18))
    ws.row_dimensions[1].height = 36
    note = "一格写一段，段首不用空格；中间的空格会自动略过。粘贴时请“选择性粘贴—文本”。"
    draft.put(ws, 2, 2, note, _NOTE)
    tables.link(draft.put(ws, 2, 1, "← 说明", Look(styles.SONG, 9, color=styles.BLUE)), GUIDE)
    tables.link(
        draft.put(ws, 1, 1, "→ 校验结果", Look(styles.SONG, 9, color=styles.BLUE)), results.SHEET
    )
    row = 3
    for section in sections:
        row = _section(draft, ws, row, section)
    styles.paper(ws, f"A1:B{row - 1}")
    styles.protect(ws)
    ws.freeze_panes = "A3"


def _section(draft: Draft, ws: Worksheet, row: int, section: str) -> int:
    draft.put(ws, row, 2, TEXT_TITLES[section], _HEADING)
    ws.row_dimensions[row].height = 30
    draft.put(ws, row + 1, 2, ADVICE[section], _NOTE)
    first, count = row + 2, TEXT_CELLS[section]
    for i in range(count):
        draft.put(ws, first + i, 1, i + 1, _NUMBER)
        draft.put(ws, first + i, 2, None, _PARAGRAPH)
        draft.slot(ws, first + i, 2, f"text.{section}[{i}]", name=False)
        draft.heights[ws.title][first + i] = f"height.text.{section}[{i}]"
    last = first + count - 1
    draft.name(f"text.{section}", ws, (first, 2), (last, 2))
    draft.places[f"text.{section}"] = ws.title, (first, 2)
    area = f"B{first}:B{last}"
    rule = DataValidation(
        type="textLength",
        operator="lessThanOrEqual",
        formula1=str(LONG),
        allow_blank=True,
        errorStyle="warning",
        showErrorMessage=True,
        showInputMessage=True,
        promptTitle=TEXT_TITLES[section][:32],
        prompt=f"一格一段，每段不超过 {LONG} 字，更长的请分段。{ADVICE[section]}",
        errorTitle="这一段太长",
        error=f"超过 {LONG} 字的一段在“报告”表里可能印不全，建议分成几段。",
    )
    rule.add(area)
    ws.add_data_validation(rule)
    return last + 2


def previous(draft: Draft) -> None:
    """Last year's figures on last year's form, which need not be this year's."""
    ws = draft.sheet(PREVIOUS_SHEET)
    before = draft.shape.previous
    form = (before or draft.shape).form
    sheet = page.PrintedPage(ws, draft.wardrobe, form, tables.UNIT_PIXELS)
    sheet.line(Look(styles.BIAO, 18), 36).value = "上年数据"
    if before is None:
        first = f"年度报告的这一格式从 {form.first_year} 年度起使用，没有更早的上年数据。"
        sheet.line(_NOTE, 24).value = first
        sheet.finish()
        styles.protect(ws)
        return
    note = (
        f"照抄上年已发布的报告（{before.form.name}格式），用来核对“上年结转”等跨年关系；"
        "没有可以空着，不影响本年填报。"
    )
    sheet.line(_NOTE, 34).value = note
    _which_year(draft, ws, sheet)
    for table in before.form.tables.values():
        if table.id == "requests":
            sheet.new_page()
        sheet.line(_HEADING, 28).value = table.heading
        grid = before.form.grid(table.id, before.layout)
        write = tables.writer(draft, ws, table, PREVIOUS, before)
        sheet.table(table, grid, write)
        tables.totals_of_previous(draft, ws, table, before)
        sheet.gap(14)
    sheet.finish()
    styles.paper(ws, f"A1:{reference(sheet.row - 1, sheet.columns)}")
    styles.protect(ws)


def _which_year(draft: Draft, ws: Worksheet, sheet: page.PrintedPage) -> None:
    """The year before, by formula, and its form."""
    row = sheet.row
    label = Look(styles.HEI, 10.5, border="thin")
    value = Look(styles.SONG, 11, border="thin", fill=styles.TOTAL)
    year = draft.ref("year", ws)
    for units, text, key in (((0, 5, 10), "年度", "year"), ((10, 14, 20), "格式", "format")):
        first, middle, end = map(sheet.column, units)
        draft.put(ws, row, first, text, label)
        draft.merge(ws, row, first, row, middle - 1)
        draft.put(ws, row, middle, None, value)
        draft.slot(ws, row, middle, f"{PREVIOUS}{key}")
        draft.merge(ws, row, middle, row, end - 1)
    ws.cell(row, sheet.column(5)).value = f'=IF({year}="","",{year}-1)'
    ws.row_dimensions[row].height = 24
    sheet.row += 1
    sheet.gap(10)
