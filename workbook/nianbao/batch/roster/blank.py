"""An empty 单位名单 to fill in: headings, drop-downs, prompts, and a sheet of help."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import form as forms
from nianbao.batch.roster.columns import COLUMNS
from nianbao.formats.a1 import letters_of
from nianbao.formats.xlsx.drawn import saved
from nianbao.formats.zip import pack
from nianbao.report import owner
from nianbao.template import styles
from nianbao.template.styles import Look, Wardrobe

SHEET, HELP = "单位名单", "填写说明"

_ROWS = 300  # dressed; more may be filled in
_LAST = 20_000  # where drop-downs and prompts end
_HELP_PIXELS = (110, 170, 460)
_PIXELS = (190, 160, 160, 70, 106, 130, 160, 120)
_HEAD = Look(styles.HEI, 12, fill=styles.HEAD, border="thin")
_CELL = Look(styles.SONG, 11, across="left", format=styles.TEXT)
_TITLE = Look(styles.HEI, 16, across="left", color=styles.BLUE)
_TEXT = Look(styles.SONG, 11, across="left", down="top")

_STEPS = (
    "1. 在“单位名单”里每行填一个单位，只有“名称”必填；不要合并单元格，不用的列可以空着或删去。",
    "2. 先知道的数可以直接写进名单：在右边加一列，列名写“行名＋列名”（如：{label}），"
    "或写数据编号（如：{id}）；空着的格子生成后仍是空的。",
    "3. 运行 nianbao batch fill 单位名单.xlsx --year 年度 -d 文件夹，每个单位生成一份工作簿。",
    "4. 名单也可以存成 CSV（UTF-8 或 GBK 编码），列名不变。",
)


def blank_roster() -> bytes:
    """The workbook; the same bytes at every run."""
    book = Workbook()
    book.remove(book.worksheets[0])
    wardrobe = Wardrobe()
    _list(styles.new_sheet(book, SHEET), wardrobe)
    _help(styles.new_sheet(book, HELP), wardrobe)
    return pack(saved(book, SHEET, owner.result("单位名单")))


def _list(ws: Worksheet, wardrobe: Wardrobe) -> None:
    styles.set_columns(ws, _PIXELS)
    for x, column in enumerate(COLUMNS, 1):
        head = styles.cell_at(ws, 1, x)
        head.value = column.heading
        wardrobe.dress(head, _HEAD)
        for y in range(2, _ROWS + 2):
            wardrobe.dress(ws.cell(y, x), _CELL)
        ws.add_data_validation(_validation(x, column.key, column.heading, column.prompt))
    ws.row_dimensions[1].height = 26
    ws.freeze_panes = "B2"
    ws.auto_filter.ref = f"A1:{letters_of(len(COLUMNS))}{_ROWS + 1}"
    ws.print_title_rows = "1:1"
    _paper(ws)
    ws.sheet_properties.tabColor = styles.BLUE


def _paper(ws: Worksheet) -> None:
    """A4 across; only rows that are filled are framed and printed.

    LibreOffice takes no formula for a print area, and prints what is filled or framed.
    """
    last = letters_of(len(COLUMNS))
    side = Side(style="hair", color=styles.INK)
    frame = DifferentialStyle(border=Border(left=side, right=side, top=side, bottom=side))
    filled = Rule(type="expression", formula=["LEN($A2)>0"], dxf=frame)
    ws.conditional_formatting.add(f"A2:{last}{_LAST}", filled)
    ws.sheet_view.showGridLines = True
    styles.paper(ws, "")
    ws.page_setup.orientation = "landscape"
    ws.page_margins.left = ws.page_margins.right = 0.4
    area = f"OFFSET('{SHEET}'!$A$1,0,0,MAX(COUNTA('{SHEET}'!$A$1:$A${_LAST}),2),{len(COLUMNS)})"
    ws.defined_names["_xlnm.Print_Area"] = DefinedName("_xlnm.Print_Area", attr_text=area)


def _validation(x: int, key: str, heading: str, prompt: str) -> DataValidation:
    letter = letters_of(x)
    if key == "parent":
        # Only as many entries as there are names; a blank list would let everything pass.
        names = f"OFFSET($A$2,0,0,MAX(1,COUNTA($A$2:$A${_LAST})),1)"
        found = DataValidation("list", formula1=names, allow_blank=True, errorStyle="warning")
        found.error = "这个名称不在名单的“名称”列里，请先补上，或改选一个。"
    elif key == "name":
        unique = f"COUNTIF($A$2:$A${_LAST},A2)=1"
        found = DataValidation("custom", formula1=unique, errorStyle="warning", allow_blank=True)
        found.error = "名单里已有同名的单位；如果确是两个单位，请填写两者的代码。"
    else:
        found = DataValidation(allow_blank=True)
    found.errorTitle, found.showErrorMessage = heading, found.error is not None
    found.promptTitle, found.prompt, found.showInputMessage = heading, prompt, True
    found.add(f"{letter}2:{letter}{_LAST}")
    return found


def _help(ws: Worksheet, wardrobe: Wardrobe) -> None:
    styles.set_columns(ws, _HELP_PIXELS)
    width = sum(_HELP_PIXELS)
    row = 1
    _put(ws, wardrobe, row, "单位名单怎么填", _TITLE, width)
    cell = next(iter(forms.load(forms.FORMATS[-1]).cells().values()))
    label = cell.title.partition("“")[2].replace("”的“", "").rstrip("”")
    for step in _STEPS:
        row += 1
        _put(ws, wardrobe, row, step.format(label=label, id=cell.id), _TEXT, width)
    row += 2
    for x, heading in enumerate(("列名", "也可以写作", "怎么填"), 1):
        head = styles.cell_at(ws, row, x)
        head.value = heading
        wardrobe.dress(head, _HEAD)
    ws.row_dimensions[row].height = 24
    body = Look(styles.SONG, 11, border="hair", across="left")
    for column in COLUMNS:
        row += 1
        texts = (column.heading, "、".join(column.others), column.prompt)
        for x, text in enumerate(texts, 1):
            cell_ = styles.cell_at(ws, row, x)
            cell_.value = text
            wardrobe.dress(cell_, body)
        ws.row_dimensions[row].height = max(22, *map(_high, texts, _HELP_PIXELS))
    styles.paper(ws, f"A1:C{row}")


def _high(text: str, pixels: float) -> float:
    return styles.height(text, pixels, 11) + 4


def _put(ws: Worksheet, w: Wardrobe, row: int, text: str, look: Look, pixels: int) -> None:
    """A text over the three columns."""
    cell = styles.cell_at(ws, row, 1)
    cell.value = text
    w.dress(cell, look)
    styles.merge(ws, row, 1, row, 3)
    ws.row_dimensions[row].height = styles.height(text, pixels, look.size) + 6
