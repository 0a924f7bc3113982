"""The sheets 依申请台账, 复议诉讼台账, 规范性文件台账, and the hidden one they take lists from.

The deadline of a reply is looked up in a list of working days: the holidays and the weekends worked
in their place are in it already, so that one INDEX says what WORKDAY cannot, in every program.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form import FORMATS, PLAIN, for_year
from nianbao.form.workbook import GUIDE, name_of
from nianbao.formats.a1 import letters_of
from nianbao.formats.xlsx.drawn import filled_down, is_sheet, saved
from nianbao.formats.zip import Member, pack
from nianbao.ledgers import model, values
from nianbao.ledgers.model import Choices, Declared, LedgerColumn
from nianbao.ledgers.values import TERM
from nianbao.template import styles
from nianbao.template.draft import Draft
from nianbao.template.ledger_formulas import FIRST, HEADINGS, LAST, key_of
from nianbao.template.shape import shape_for
from nianbao.template.sheets.tables import link
from nianbao.template.styles import Look

PREPARED = 300
"""Rows that have the formula of 应答复日期 from the start: more than most agencies need in a year.

Each is printed by LibreOffice, even empty (`_paper`); Excel carries the formula on by itself."""

LISTS = "台账参数"
WORKDAYS = "ledger.workdays"
_ON_A_PAGE = 9  # columns
_FIRST_YEAR = FORMATS[0] - 1  # requests carried into the first report of all
_AHEAD = 2  # years after the last known one, Monday to Friday
_EPOCH = dt.date(1899, 12, 30).toordinal()

_NOTE = Look(styles.KAI, 10, color=styles.GREY, across="left")
_HEAD = Look(styles.HEI, 10, border="thin", fill=styles.HEAD)
_LINK = Look(styles.SONG, 10, color=styles.BLUE)
_NOTES = {
    "requests": "一件申请一行，类型和结果从下拉表选。应答复日期自动算出"
    "（节假日安排已有到 {last} 年的，以后的年度按周一至周五算）。"
    f"红底是超期，黄底是缺项。公式预备了 {PREPARED} 行，不够时把“应答复日期”往下拉。{{use}}",
    "cases": "一个案件一行。审结的填结案日期和结果，没有审结的选“尚未审结”；"
    "仅作为复议机关成为共同被告的登记但不计。{use}",
    "documents": "现行有效的和本年废止、失效的都要登记。失效的不计入“本年废止件数”。{use}",
}
_USE = "点“填充公式”可把{table}的空格接到这里。本表不进“报告”，任何导出都不带出。"
_FORMATS = {"date": "yyyy-mm-dd", "due": "yyyy-mm-dd", "text": styles.TEXT}


def sheets(draft: Draft) -> None:
    """Empty sheets for the ledgers, in their order."""
    for ledger in model.load().values():
        draft.add_sheet(ledger.title, "8E7CC3")


def build(draft: Draft) -> None:
    """The ledgers, and behind all other sheets the hidden one with their lists."""
    for ledger in model.load().values():
        _ledger(draft, draft.sheet(ledger.title), ledger)
    _lists(draft, draft.add_sheet(LISTS, "A6A6A6"))


def standalone(year: int) -> bytes:
    """A workbook with nothing but the three ledgers. Raises UnusableInput for a year without a
    form."""
    draft = Draft(shape_for(for_year(year).format, year, PLAIN))
    sheets(draft)
    build(draft)
    draft.book.calculation.fullCalcOnLoad = True
    return pack(prepared(saved(draft.book, f"{year} 年政府信息公开工作台账")))


def _ledger(draft: Draft, ws: Worksheet, ledger: Declared) -> None:
    last = len(ledger.columns)
    table = draft.shape.form.tables[ledger.table].name
    note = _NOTES[ledger.name].format(last=values.covered()[1], use=_USE.format(table=table))
    draft.put(ws, 1, 1, ledger.title, Look(styles.BIAO, 18))
    # The widest ledger is printed on two pages side by side: its heads stand on the first one.
    head, pages = (last, 1) if last <= _ON_A_PAGE else (_ON_A_PAGE, 2)
    draft.merge(ws, 1, 1, 1, head)
    ws.row_dimensions[1].height = 34
    whole = GUIDE in draft.book.sheetnames
    draft.put(ws, 2, 1, note, _NOTE)
    draft.merge(ws, 2, 1, 2, head - whole)
    ws.row_dimensions[2].height = 34
    if whole:
        link(draft.put(ws, 2, head, "← 说明", _LINK), GUIDE)
    for i, column in enumerate(ledger.columns, 1):
        draft.put(ws, HEADINGS, i, column.label, _HEAD)
        _column(ws, i, column)
        if column.type in ("date", "choice", "count"):
            draft.name(key_of(ledger, column.key), ws, (FIRST, i), (LAST, i))
    draft.put(ws, HEADINGS, last + 1, model.MARKED, _HEAD)
    # Ticks for a button alone: the filter works on them unseen, and nothing of them is printed.
    ws.column_dimensions[letters_of(last + 1)].hidden = True
    ws.row_dimensions[HEADINGS].height = 32
    if ledger.name == "requests":
        _deadline(ws, ledger)
        _marks(ws, ledger)
    _frames(ws, last)
    ws.freeze_panes = styles.cell_at(ws, FIRST, 3)
    ws.auto_filter.ref = f"A{HEADINGS}:{letters_of(last + 1)}{LAST}"
    _paper(ws, last, pages)


def _column(ws: Worksheet, index: int, column: LedgerColumn) -> None:
    """Width and look of a whole column, and what may be typed into it."""
    letter = letters_of(index)
    dimension = ws.column_dimensions[letter]
    dimension.width = column.width
    dimension.font = Font(name=styles.SONG, size=10, color=styles.INK)
    wide = column.type == "text" or column.width > 20
    dimension.alignment = Alignment(
        horizontal="left" if wide else "center", vertical="center", wrap_text=True
    )
    dimension.number_format = _FORMATS.get(column.type, styles.GENERAL)
    dimension.protection = Protection(locked=False)
    rule = DataValidation(
        allow_blank=True,
        errorStyle="stop",
        showErrorMessage=True,
        showInputMessage=True,
        promptTitle=column.label[:32],
        prompt=column.prompt,
        errorTitle="请改一下",
        **_limits(column),
    )
    rule.add(f"{letter}{FIRST}:{letter}{LAST}")
    ws.add_data_validation(rule)


def _limits(column: LedgerColumn) -> dict[str, Any]:
    if column.choices:
        name = name_of(f"ledger.list.{column.choices.id}")
        return {"type": "list", "formula1": name, "error": "请从下拉表中选，其他写法不计入。"}
    match column.type:
        case "date":
            bounds = {"formula1": "36526", "formula2": "73050"}  # 2000 to 2099
            error = "请填日期，如 2026-01-05。"
            return {"type": "date", "operator": "between", "error": error, **bounds}
        case "count":
            least = "1" if column.key == "weight" else "0"
            error = f"请填不小于 {least} 的整数。"
            operator = "greaterThanOrEqual"
            return {"type": "whole", "operator": operator, "formula1": least, "error": error}
        case "money":
            error = "请填不小于 0 的金额，单位是元。"
            operator = "greaterThanOrEqual"
            return {"type": "decimal", "operator": operator, "formula1": "0", "error": error}
    return {}


@dataclass(frozen=True)
class _At:
    """The columns of a ledger as the formulas of a row call them: ``$B4``."""

    ledger: Declared

    def __getitem__(self, key: str) -> str:
        return f"${letters_of(self.ledger.position(key))}{FIRST}"


def _deadline(ws: Worksheet, ledger: Declared) -> None:
    """The first row's formula; `prepared` puts it into the rows below."""
    at, days = _At(ledger), name_of(WORKDAYS)
    yes = _label(ledger, "extended", "yes")
    start = f'IF({at["corrected"]}="",{at["received"]},{at["corrected"]})'
    text = (
        f'=IF({at["received"]}="","",IFERROR(INDEX({days},MATCH({start},{days},1)+{TERM}'
        f'+IF({at["extended"]}="{yes}",{TERM},0)+N({at["third_party_days"]})),""))'
    )
    cell = styles.cell_at(ws, FIRST, ledger.position("due"))
    cell.value = text
    cell.number_format = _FORMATS["due"]
    cell.font = Font(name=styles.SONG, size=10, color=styles.GREY)
    cell.alignment = Alignment(horizontal="center", vertical="center")


def _label(ledger: Declared, key: str, code: str) -> str:
    choices = ledger.column(key).choices
    return choices.labels[code] if choices else ""


def _marks(ws: Worksheet, ledger: Declared) -> None:
    """Red what is late, yellow what is missing; bold, so that it shows in black and white."""
    at = _At(ledger)
    received, closed, due = at["received"], at["closed"], at["due"]
    late = (
        f'AND({received}<>"",ISNUMBER({due}),'
        f'OR(AND(ISNUMBER({closed}),INT({closed})>{due}),AND({closed}="",{due}<TODAY())))'
    )
    lacking = {
        "applicant_type": f'AND({received}<>"",{at["applicant_type"]}="")',
        "result": f'AND({closed}<>"",{at["result"]}="")',
        "closed": f'AND({at["result"]}<>"",{closed}="")',
        "received": f'AND({at["number"]}<>"",{received}="")',
    }
    for key in ("due", "closed"):
        letter = letters_of(ledger.position(key))
        area = f"{letter}{FIRST}:{letter}{LAST}"
        _mark(ws, area, late, styles.FAILED_INK, styles.FAILED)
    for key, formula in lacking.items():
        letter = letters_of(ledger.position(key))
        area = f"{letter}{FIRST}:{letter}{LAST}"
        _mark(ws, area, formula, "7A4B00", "FCE9C4")


def _mark(ws: Worksheet, area: str, formula: str, ink: str, fill: str) -> None:
    """With a frame of its own: programs disagree on what several formats make together."""
    look = DifferentialStyle(
        font=Font(bold=True, color=ink), fill=PatternFill(bgColor=fill), border=_frame()
    )
    rule = Rule(type="expression", formula=[formula], dxf=look, stopIfTrue=True)
    ws.conditional_formatting.add(area, rule)


def _frames(ws: Worksheet, last: int) -> None:
    """A frame around the rows that are filled."""
    formula = f"LEN($A{FIRST}&$B{FIRST}&$C{FIRST})>0"
    rule = Rule(type="expression", formula=[formula], dxf=DifferentialStyle(border=_frame()))
    ws.conditional_formatting.add(f"A{FIRST}:{letters_of(last)}{LAST}", rule)


def _frame() -> Border:
    side = Side(style="thin", color="9CA3AF")
    return Border(left=side, right=side, top=side, bottom=side)


def _paper(ws: Worksheet, last: int, pages: int) -> None:
    """A4 across, the headings on each page; only rows that are filled.

    LibreOffice takes no formula for a print area and prints the rows that are made ready, too.
    """
    styles.paper(ws, "")
    ws.page_setup.orientation = "landscape"
    ws.page_setup.fitToWidth = pages
    if pages > 1:
        ws.print_title_cols = "A:B"
    ws.page_margins.left = ws.page_margins.right = 0.4
    ws.print_title_rows = f"{HEADINGS}:{HEADINGS}"
    here = f"'{ws.title}'!"
    filled = f"MAX(COUNTA({here}$A${FIRST}:$A${LAST}),COUNTA({here}$B${FIRST}:$B${LAST}),1)"
    area = f"OFFSET({here}$A$1,0,0,{FIRST - 1}+{filled},{last})"
    ws.defined_names["_xlnm.Print_Area"] = DefinedName("_xlnm.Print_Area", attr_text=area)


def _lists(draft: Draft, ws: Worksheet) -> None:
    """Working days as numbers, and the entries of the drop-downs."""
    ws.sheet_state = "hidden"
    ws.cell(1, 1).value = "工作日"
    last_year = values.covered()[1] + _AHEAD
    years = range(_FIRST_YEAR, last_year + 1)
    days = [day - _EPOCH for year in years for day in values.working_days(year)]
    for row, day in enumerate(days, 2):
        ws.cell(row, 1).value = day
    draft.name(WORKDAYS, ws, (2, 1), (len(days) + 1, 1))
    for col, choices in enumerate(_all_choices(), 2):
        ws.cell(1, col).value = choices.id
        for row, label in enumerate(choices.labels.values(), 2):
            ws.cell(row, col).value = label
        last = len(choices.entries) + 1
        draft.name(f"ledger.list.{choices.id}", ws, (2, col), (last, col))
    styles.protect(ws)


def _all_choices() -> list[Choices]:
    columns = (c for ledger in model.load().values() for c in ledger.columns)
    return list({c.choices.id: c.choices for c in columns if c.choices}.values())


def prepared(members: list[Member]) -> list[Member]:
    """The same workbook with the deadline's formula in all rows that are made ready."""
    name = name_of(WORKDAYS).encode()
    return [
        filled_down(m, FIRST, FIRST + PREPARED - 1) if is_sheet(m) and name in m.content() else m
        for m in members
    ]
