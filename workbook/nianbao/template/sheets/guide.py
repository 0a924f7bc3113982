"""说明: whose report it is, how to fill it in, and what is still open."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form import years
from nianbao.form.workbook import (
    BOOK_TITLE,
    DIFFERS,
    FIELDS,
    GUIDE,
    MATERIAL,
    MISSING,
    NOT_A_NUMBER,
    OVERVIEW,
    PREVIOUS_SHEET,
    REPORT_SHEET,
    REST,
    name_of,
)
from nianbao.ledgers import model
from nianbao.report import TEXT_TITLES
from nianbao.template import formulas, ledger_formulas, results, styles
from nianbao.template.draft import Draft
from nianbao.template.shape import PREVIOUS, Shape
from nianbao.template.sheets.tables import link
from nianbao.template.sheets.texts import LONG
from nianbao.template.styles import Look

_COLUMNS = (16, 300, 58, 58, 70, 58, 70, 176)
_LAST = len(_COLUMNS)
_WIDTH = sum(_COLUMNS[1:])

_LABEL = Look(styles.HEI, 11, border="thin", fill=styles.HEAD)
_INPUT = Look(
    styles.SONG, 12, border="thin", fill=styles.TINT, across="left", indent=1, unlocked=True
)
_FACT = Look(styles.SONG, 11, border="thin", across="left", indent=1)
_HEADING = Look(styles.HEI, 13, across="left", color=styles.BLUE)
_STEP = Look(styles.SONG, 11, across="left", down="top")
_HEAD = Look(styles.HEI, 10.5, border="thin", fill=styles.HEAD)
_CELL = Look(styles.SONG, 10.5, border="thin")
_LINK = Look(
    styles.SONG, 10.5, border="thin", color=styles.BLUE, across="left", indent=1, shrink=True
)
_GO = Look(styles.SONG, 10.5, color=styles.BLUE, across="left")
_ENTRIES = Look(styles.SONG, 10.5, across="left", format='"已登记 "0" 行";;"还没有登记"')
_STATE = Look(styles.SONG, 10.5, border="thin", across="left", indent=1)
_WARNING = Look(styles.HEI, 11, across="left", color=styles.RED)
_OVERALL = Look(styles.HEI, 12, border="thin", across="left", indent=1)

STEPS = (
    "先填好上面的机关名称和报告年度，各表和“报告”的标题会自动带出。",
    "填“表二”“表三”“表四”：只填浅蓝格，没有发生的填 0，不要留空；灰色合计格自动计算。",
    "填“一、总体情况”和“五、六”的文字，一格写一段；装有本工具的，可以先填“文字素材”，再生成文字。",
    "依申请、复议诉讼、规范性文件可以逐件登记在三张台账里，点“填充公式”把各表的空格接到台账上；"
    "台账含个人信息，上报前用“导出报告表”，不要直接发送本工作簿。",
    "照抄上年已公布的报告，填“上年数据”，用来核对结转数是否衔接；没有可以不填。",
    "看“填报情况”和各表旁的校验：√ 相符；差 3 表示两边相差 3，有关的格同时变红；"
    "缺数 表示其中有空格；非数字 表示填了文字；— 表示还没有填。",
    "核对“报告”，打印或另存为 PDF。行高不合适时，选中“报告”各行，双击行号之间的线即可。",
    "本工作簿不含宏，不联网，不用安装任何程序，Excel、WPS 表格、LibreOffice 都能打开填写；"
    "工作表保护没有密码，确需改动版式时可在“审阅”中撤销。",
)


def fields(draft: Draft) -> None:
    """The head of the sheet: name, year, code, form. Other sheets refer to it."""
    ws = draft.sheet(GUIDE)
    form = draft.shape.form
    styles.set_columns(ws, _COLUMNS)
    _wide(draft, ws, 1, BOOK_TITLE, Look(styles.BIAO, 20), 42)
    basis = f"{form.name}格式，依据{form.notice}"
    _wide(draft, ws, 2, basis, Look(styles.KAI, 11, color=styles.GREY), 22)
    _field(draft, ws, 4, FIELDS["agency.name"], "agency.name", _INPUT, "填机关全称，与印章一致。")
    _field(draft, ws, 5, FIELDS["year"], "year", _INPUT, "填四位数字，如 2025。")
    _field(
        draft,
        ws,
        6,
        FIELDS["agency.code"],
        "agency.code",
        _INPUT,
        "下发单位另有编号的填写，没有可以不填。",
    )
    _field(draft, ws, 7, FIELDS["format"], "format", _FACT, "")
    ws.cell(7, 3).number_format = f'0"年版（{form.notice}）"'
    ws.cell(6, 3).number_format = styles.TEXT
    ws.cell(4, 3).number_format = styles.TEXT
    draft.put(ws, 8, 2, "报送期限", _LABEL)
    year = draft.ref("year", ws)
    deadline = (
        f'=IF(ISNUMBER({year}),({year}+1)&"年1月31日前","次年1月31日前")'
        '&"（《中华人民共和国政府信息公开条例》第四十九条）"'
    )
    draft.formula(ws, 8, 3, deadline, "deadline", _FACT)
    draft.merge(ws, 8, 3, 8, _LAST)
    for row in range(4, 9):
        ws.row_dimensions[row].height = 25
    draft.formula(ws, 9, 2, _warning_formula(draft, year), "warning", _WARNING)
    draft.merge(ws, 9, 2, 9, _LAST)
    ws.row_dimensions[9].height = 22


def _warning_formula(draft: Draft, year: str) -> str:
    form = draft.shape.form
    message = f'"！{form.name}格式不适用于 "&{year}&" 年度，请换用对应年度的工作簿。"'
    return (
        f'=IF({year}="","！请先填写报告年度。",IF(NOT(ISNUMBER({year})),'
        f'"！报告年度要填四位数字。",IF(OR({year}<{form.first_year},{year}>{form.last_year}),{message},"")))'
    )


def _field(
    draft: Draft, ws: Worksheet, row: int, label: str, key: str, look: Look, prompt: str
) -> None:
    draft.put(ws, row, 2, label, _LABEL)
    draft.put(ws, row, 3, None, look)
    draft.merge(ws, row, 3, row, _LAST)
    draft.slot(ws, row, 3, key)
    if not prompt:
        return
    first, last = years()[0], years()[-1]
    limits: dict[str, Any] = (
        {"type": "whole", "operator": "between", "formula1": str(first), "formula2": str(last)}
        if key == "year"
        else {"type": "textLength", "operator": "lessThanOrEqual", "formula1": "100"}
    )
    rule = DataValidation(
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
        promptTitle=label,
        prompt=prompt,
        errorTitle="请改一下",
        error=f"年度是 {first} 至 {last} 之间的四位数字。" if key == "year" else "最多 100 字。",
        **limits,
    )
    rule.add(ws.cell(row, 3).coordinate)
    ws.add_data_validation(rule)


def _wide(
    draft: Draft, ws: Worksheet, row: int, text: str, look: Look, points: float | None = None
) -> None:
    draft.put(ws, row, 2, text, look)
    draft.merge(ws, row, 2, row, _LAST)
    ws.row_dimensions[row].height = points or styles.height(text, _WIDTH, look.size)


def summary(draft: Draft) -> None:
    """The rest, once every other sheet is there: what is open, and the steps."""
    ws = draft.sheet(GUIDE)
    _wide(draft, ws, 10, "填报情况", _HEADING, 28)
    for i, title in enumerate(("内容", "应填", "未填", "勾稽关系", "不符", "无法校验", "状态")):
        draft.put(ws, 11, 2 + i, title, _HEAD)
    row = 12
    _text_row(draft, ws, row, OVERVIEW, "opening")
    _text_row(draft, ws, row + 1, OVERVIEW, "overview")
    row += 2
    for table in draft.shape.form.tables.values():
        _table_row(draft, ws, row, table.id)
        row += 1
    _text_row(draft, ws, row, REST, "problems")
    _text_row(draft, ws, row + 1, REST, "other")
    row += 2
    if draft.shape.previous:
        _previous_row(draft, ws, row, draft.shape.previous)
        row += 1
    for r in range(11, row):
        ws.row_dimensions[r].height = 21
    _overall(draft, ws, row)
    row += 1
    _colours(ws, row)
    for r in range(row, row + 1 + len(model.NAMES)):
        ws.row_dimensions[r].height = 22 if r == row else 17  # clear of the table above
    row += 2 + len(model.NAMES)
    _wide(draft, ws, row, "填写步骤", _HEADING, 28)
    for i, step in enumerate(STEPS, 1):
        _wide(draft, ws, row + i, f"{i}．{step}", _STEP)
    row += len(STEPS) + 1
    styles.paper(ws, f"A1:H{row - 1}", fit="page")
    styles.protect(ws)


def _linked(draft: Draft, ws: Worksheet, row: int, text: str, title: str) -> None:
    link(draft.put(ws, row, 2, text, _LINK), title)
    for col in range(3, _LAST + 1):
        draft.put(ws, row, col, None, _CELL if col < _LAST else _STATE)


def _text_row(draft: Draft, ws: Worksheet, row: int, title: str, section: str) -> None:
    _linked(draft, ws, row, TEXT_TITLES[section], title)
    name = name_of(f"text.{section}")
    count = f"SUMPRODUCT(--(LEN({name})>0))"
    long = f"SUMPRODUCT(--(LEN({name})>{LONG}))"
    text = (
        f'=IF({count}=0,"未写",IF({long}>0,"有 "&{long}&" 段超过 {LONG} 字，请分段",'
        f'"√ 已写 "&{count}&" 段"))'
    )
    draft.formula(ws, row, _LAST, text, f"state.{section}", None)
    draft.places[f"state.{section}"] = ws.title, (row, _LAST)


def _table_row(draft: Draft, ws: Worksheet, row: int, id: str) -> None:
    shape = draft.shape
    table = shape.form.tables[id]
    _linked(draft, ws, row, f"{table.name}　{table.heading[2:]}", table.name)
    rules = {i.rule.replace("-", "_") for i in table.identities}
    spots = [s for rule in sorted(rules) for s in draft.checks.get(rule, [])]
    inputs = shape.inputs[id]
    draft.put(ws, row, 3, len(inputs), _CELL)
    draft.formula(ws, row, 4, formulas.blanks(draft.areas(inputs, ws)), f"empty.{id}", None)
    draft.put(ws, row, 5, len(spots) or "无", _CELL)
    _counts(draft, ws, row, id, draft.around(spots, ws))
    text = (
        f'=IF(F{row}>0,F{row}&" 处勾稽不符",IF(D{row}>0,"还空 "&D{row}&" 格",'
        f'IF(G{row}>0,G{row}&" 处无法校验","√ 已填完")))'
    )
    draft.formula(ws, row, _LAST, text, f"state.{id}", None)
    for col, key in ((4, "empty"), (6, "failed")):
        draft.places[f"{key}.{id}"] = ws.title, (row, col)


def _counts(draft: Draft, ws: Worksheet, row: int, id: str, areas: list[str]) -> None:
    failed = formulas.says(areas, DIFFERS)
    draft.formula(ws, row, 6, failed, f"failed.{id}", None)
    undecided = formulas.says(areas, MISSING, NOT_A_NUMBER)
    draft.formula(ws, row, 7, undecided, f"undecided.{id}", None)


def _previous_row(draft: Draft, ws: Worksheet, row: int, before: Shape) -> None:
    _linked(draft, ws, row, "上年数据（选填）", PREVIOUS_SHEET)
    inputs = [PREVIOUS + id for ids in before.inputs.values() for id in ids]
    spots = draft.checks["Y_01"]
    draft.put(ws, row, 3, len(inputs), _CELL)
    places = [draft.places[k] for k in inputs]
    empty = formulas.blanks(draft.around(places, ws))
    draft.formula(ws, row, 4, empty, "empty.previous", None)
    draft.put(ws, row, 5, len(spots), _CELL)
    _counts(draft, ws, row, "previous", draft.around(spots, ws))
    text = (
        f'=IF(F{row}>0,F{row}&" 处与上年不衔接",IF(D{row}=C{row},"未填，可以不填",'
        f'IF(G{row}>0,G{row}&" 处无法校验","√ 与上年衔接")))'
    )
    draft.formula(ws, row, _LAST, text, "state.previous", None)
    draft.places["failed.previous"] = ws.title, (row, 6)


def _overall(draft: Draft, ws: Worksheet, row: int) -> None:
    def add(keys: list[str]) -> str:
        return "+".join(draft.ref(k, ws) for k in keys if k in draft.places)

    tables = list(draft.shape.form.tables)
    empty = add([f"empty.{t}" for t in tables])
    failed = add([f"failed.{t}" for t in (*tables, "previous")])
    unwritten = "+".join(f'({draft.ref(f"state.{s}", ws)}="未写")' for s in TEXT_TITLES)
    draft.put(ws, row, 2, "还差什么", _LABEL)
    text = (
        f'=IF(({empty})+({failed})+({unwritten})=0,"√ 全部填写完毕，勾稽关系全部相符。",'
        f'"还有 "&({empty})&" 格未填，"&({failed})&" 处勾稽关系不符，"'
        f'&({unwritten})&" 部分文字未写。")'
    )
    draft.formula(ws, row, 3, text, "state", _OVERALL)
    draft.merge(ws, row, 3, row, _LAST)
    ws.row_dimensions[row].height = 27
    link(draft.put(ws, row + 1, 2, "→ 看“报告”全文", _GO), REPORT_SHEET)
    link(draft.put(ws, row + 1, 3, "→ 看“校验结果”", _GO), results.SHEET)
    draft.merge(ws, row + 1, 3, row + 1, 5)
    link(draft.put(ws, row + 1, 6, "→ 填“文字素材”（选填）", _GO), MATERIAL)
    draft.merge(ws, row + 1, 6, row + 1, _LAST)
    for i, ledger in enumerate(model.load().values(), row + 2):
        link(draft.put(ws, i, 2, f"→ 登记“{ledger.title}”", _GO), ledger.title)
        key = ledger_formulas.ROWS + ledger.name
        draft.formula(ws, i, 3, ledger_formulas.rows(ledger), key, _ENTRIES)
        draft.name(key, ws, (i, 3))
        draft.merge(ws, i, 3, i, 5)


def _colours(ws: Worksheet, row: int) -> None:
    """Green what is done, red what is wrong, in words as well as in colour."""
    for where, first in ((f"H12:H{row - 2}", "H12"), (f"C{row - 1}", f"C{row - 1}")):
        done = f'LEFT({first},1)="√"'
        styles.highlight(ws, where, done, ink=styles.GREEN, fill=None)
    wrong = 'ISNUMBER(FIND("不",H12))*NOT(ISNUMBER(FIND("不填",H12)))'
    styles.highlight(ws, f"H12:H{row - 2}", wrong, ink=styles.FAILED_INK, fill=styles.FAILED)
    failed = "AND(ISNUMBER(F12),F12>0)"
    styles.highlight(ws, f"F12:F{row - 2}", failed, ink=styles.FAILED_INK, fill=styles.FAILED)
