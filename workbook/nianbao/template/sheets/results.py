"""校验结果, where the add-in lists what it found, and the marks that this lights up elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form.workbook import GUIDE, id_of, name_of
from nianbao.formats import a1
from nianbao.formats.a1 import Area, Position, letters_of, quoted
from nianbao.report.findings import Level
from nianbao.template import ledger_formulas, results, styles
from nianbao.template.draft import Draft
from nianbao.template.results import (
    COLUMNS,
    COUNTED,
    FIRST,
    INDEX,
    LEVELS,
    MAP,
    ROWS,
    SHEET,
    TITLES,
    VISIBLE,
)
from nianbao.template.sheets.tables import link
from nianbao.template.styles import Look

_LAST = FIRST + ROWS - 1
_ARGUMENTS = 30  # what a function takes in .xls

_NOTE = Look(styles.KAI, 10.5, color=styles.GREY, across="left")
_STATE = Look(styles.HEI, 12, across="left", indent=1)
_HEAD = Look(styles.HEI, 10.5, border="thin", fill=styles.HEAD)
_LINK = Look(styles.SONG, 10, color=styles.BLUE, across="left")
_CENTRED = ("number", "level", "rule", "place", "actual", "expected", "difference", "handling")

_USE = (
    "用法：装有“政务公开年报”加载项时，点“校验”即在这里逐条列出，并在各表标出有关的格；"
    "点“位置”跳到该格。提醒确属实情的，在“说明”栏写明原因，以后校验排在最后，不再标出。"
    "没有加载项时，看各表旁的校验和“说明”表的填报情况。"
)

_INKS: dict[Level, tuple[str, str]] = {
    "error": (styles.FAILED_INK, styles.FAILED),
    "warning": ("7A4B00", "FCE9C4"),
    "info": (styles.BLUE, "DDEBF7"),
}


def build(draft: Draft) -> None:
    """The sheet, once all named cells are there."""
    ws = draft.sheet(SHEET)
    _columns(ws)
    draft.put(ws, 1, 1, SHEET, Look(styles.BIAO, 18))
    draft.merge(ws, 1, 1, 1, VISIBLE)
    ws.row_dimensions[1].height = 36
    draft.put(ws, 2, 1, _USE, _NOTE)
    draft.merge(ws, 2, 1, 2, VISIBLE - 1)
    ws.row_dimensions[2].height = 34
    link(draft.put(ws, 2, VISIBLE, "← 回到说明", _LINK), GUIDE)
    draft.formula(ws, 3, 1, _state(), results.STATE, _STATE)
    draft.merge(ws, 3, 1, 3, VISIBLE)
    ws.row_dimensions[3].height = 26
    for i, column in enumerate(COLUMNS, 1):
        draft.put(ws, TITLES, i, column.title, _HEAD)
    ws.row_dimensions[TITLES].height = 24
    _rows(ws)
    for level, key in results.MARKS.items():
        col = INDEX[level] + 1
        draft.name(key, ws, (FIRST, col), (FIRST + results.MARKABLE - 1, col))
    _marks(draft)
    _places(draft, ws)
    ws.freeze_panes = styles.cell_at(ws, FIRST, 1)
    styles.paper(ws, "")  # all rows that are filled; hidden columns are not printed
    ws.page_setup.orientation = "landscape"
    ws.print_title_rows = f"{TITLES}:{TITLES}"
    styles.protect(ws)


def _marks(draft: Draft) -> None:
    """Let every named cell light up when 校验结果 lists it.

    By colour, by weight and by a sign before the figure, so that it shows in black and white, too.
    """
    spots: dict[str, list[Position]] = {}
    for title, _, places in _named(draft, besides=("results.", "check.")):
        spots.setdefault(title, []).extend(cell for place in places for cell in place.cells())
    for title, cells in spots.items():
        ws = draft.sheet(title)
        others, ws.conditional_formatting = ws.conditional_formatting, ConditionalFormattingList()
        for priority, (level, key) in enumerate(results.MARKS.items(), 1):
            here = f'"{title}!"&ADDRESS(ROW(),COLUMN())'
            rule = Rule(
                type="expression",
                priority=priority,
                dxf=_look(level),
                formula=[f"COUNTIF({name_of(key)},{here})>0"],
            )
            # Nothing in the formula is relative, so that programs agree on several areas at once.
            ws.conditional_formatting.add(" ".join(styles.areas(cells)), rule)
        for group in others:  # Excel goes by priority, LibreOffice by the order in the file
            for rule in group.rules:
                rule.priority += len(results.MARKS)
                ws.conditional_formatting.add(str(group.sqref), rule)


def _look(level: Level) -> DifferentialStyle:
    ink, fill = _INKS[level]
    number = NumberFormat(200 + list(_INKS).index(level), _signed(LEVELS[level][0]))
    return DifferentialStyle(
        font=Font(bold=True, color=ink), numFmt=number, fill=PatternFill(bgColor=fill)
    )


def _signed(sign: str) -> str:
    positive, negative, text = (f'"{sign} "{form}' for form in ("General", "-General", "@"))
    return f"{positive};{negative};{positive};{text}"


def _columns(ws: Worksheet) -> None:
    """Widths and looks of whole columns: rows are as many as there are findings."""
    for i, column in enumerate(COLUMNS, 1):
        dimension = ws.column_dimensions[letters_of(i)]
        dimension.width = column.width or 9
        dimension.hidden = not column.width
        ink = styles.BLUE if column.key == "place" else styles.INK
        dimension.font = Font(name=styles.SONG, size=10, color=ink)
        dimension.alignment = Alignment(
            horizontal="center" if column.key in _CENTRED else "left",
            vertical="center",
            wrap_text=bool(column.width),
        )
        dimension.protection = Protection(locked=False)
    for i in range(MAP, MAP + 3):
        ws.column_dimensions[letters_of(i)].hidden = True


def _rows(ws: Worksheet) -> None:
    """Frames of the rows that are filled, colours of the levels, the choices for 处理情况."""
    level, last = f"$B{FIRST}", letters_of(VISIBLE)
    answered = f'ISNUMBER(FIND("{results.ANSWERED}",{level}))'
    rules = [(answered, DifferentialStyle(font=Font(color=styles.GREY), border=_frame()))]
    for name, (ink, fill) in _INKS.items():
        look = DifferentialStyle(
            font=Font(bold=True, color=ink), fill=PatternFill(bgColor=fill), border=_frame()
        )
        rules.append((f'LEFT({level},1)="{LEVELS[name][0]}"', look))
    rules.append((f'{level}<>""', DifferentialStyle(border=_frame())))
    for test, look in rules:
        rule = Rule(type="expression", formula=[test], dxf=look, stopIfTrue=True)
        ws.conditional_formatting.add(f"B{FIRST}:B{_LAST}", rule)
    # Beside the levels, not over them: programs disagree on what several formats make together.
    filled = Rule(type="expression", formula=[f'{level}<>""'], dxf=rules[-1][1])
    ws.conditional_formatting.add(f"A{FIRST}:A{_LAST} C{FIRST}:{last}{_LAST}", filled)
    col = letters_of(INDEX["handling"] + 1)
    choices = DataValidation(
        type="list", formula1=f'"{",".join(results.HANDLINGS)}"', allow_blank=True
    )
    choices.add(f"{col}{FIRST}:{col}{_LAST}")
    ws.add_data_validation(choices)


def _frame() -> Border:
    side = Side(style="thin", color="9CA3AF")
    return Border(left=side, right=side, top=side, bottom=side)


def _state() -> str:
    """How many findings of each level are listed."""
    area = f"$B${FIRST}:$B${_LAST}"
    answered = f'COUNTIF({area},"*{results.ANSWERED}")'
    words = ((key, LEVELS[key][2:]) for key in COUNTED)
    errors, warnings, infos, undecided = (
        f'COUNTIF({area},"*{word}*")&" 处{COUNTED[key]}' for key, word in words
    )
    return (
        f'=IF({area.partition(":")[0]}="","{results.NOTHING}",'
        f'{errors}，"&{warnings}（其中已说明 "&{answered}&" 处），"&{infos}，"&{undecided}。")'
    )


def _places(draft: Draft, ws: Worksheet) -> None:
    """Every named cell once more as an argument of a formula; see `results.PLACES`."""
    row = FIRST
    for title, ids, places in _named(draft, besides=("results.",)):
        arguments = ",".join(f"{quoted(title)}!{place.written('$', '$')}" for place in places)
        ws.cell(row, MAP).value = title
        ws.cell(row, MAP + 1).value = " ".join(ids)
        draft.formula(ws, row, MAP + 2, f"=0*COUNT({arguments})", results.ZERO, None)
        row += 1
    draft.name(results.PLACES, ws, (FIRST, MAP), (row - 1, MAP + 2))


def _named(draft: Draft, besides: tuple[str, ...]) -> Iterator[tuple[str, list[str], list[Area]]]:
    """Sheet, ids and areas of all named cells ``besides`` some, a few at a time."""
    by_sheet: dict[str, list[tuple[str, Area]]] = {}
    for name, defined in draft.book.defined_names.items():
        id = id_of(name) or ""
        columns = id.startswith("ledger.") and not id.startswith(ledger_formulas.ROWS)
        if not columns and not id.startswith(besides):
            title, cells = a1.split(defined.attr_text or "")
            if place := a1.parse(cells):
                by_sheet.setdefault(title, []).append((id, place))
    for title, named in by_sheet.items():
        for start in range(0, len(named), _ARGUMENTS):
            some = named[start : start + _ARGUMENTS]
            yield title, [id for id, _ in some], [place for _, place in some]
