"""报告: the whole report for print, put together by formulas from the other sheets."""

from __future__ import annotations

from dataclasses import replace

from openpyxl.cell.cell import Cell

from nianbao.form import GridCell
from nianbao.form.workbook import REPORT_SHEET, name_of
from nianbao.formats.a1 import letters_of
from nianbao.report import TEXTS
from nianbao.template import formulas, page, styles
from nianbao.template.draft import Draft
from nianbao.template.page import BODY, FIGURE, HEADING, LABEL, TITLE, PrintedPage
from nianbao.template.shape import TEXT_CELLS, kinds, label_keys
from nianbao.template.sheets.tables import FORMATS, look_with
from nianbao.template.styles import Look

TEXT_ROWS = {"opening": 2, "overview": 10, "problems": 6, "other": 6}
"""Rows that a text has on 报告. More paragraphs than that share rows; few rows stay unused."""

SPARE = 10  # paragraphs beyond the cells of the template, for rows that a person inserts


def capacity(section: str) -> int:
    """How many cells of paragraphs are looked at."""
    return TEXT_CELLS[section] + SPARE


def build(draft: Draft) -> None:
    """The sheet 报告."""
    ws = draft.sheet(REPORT_SHEET)
    sheet = PrintedPage(ws, draft.wardrobe, draft.shape.form)
    _helpers(draft, sheet)
    who, year = draft.ref("agency.name", ws), draft.ref("year", ws)
    _line(draft, sheet, TITLE, page.title_formula(who, year), "report.title")
    sheet.gap(12)
    _text(draft, sheet, "opening")
    for section in draft.shape.form.sections:
        if section.id in TEXTS:
            sheet.line(HEADING, 30).value = section.heading
            _text(draft, sheet, section.id)
            continue
        # 三 takes a page; 四 is short, and 五 and 六 follow it.
        sheet.new_page()
        sheet.line(HEADING, 30).value = section.heading
        _table(draft, sheet, section.id)
        sheet.gap(10)
    sheet.finish()
    styles.protect(ws)


def _mirror(sheet: PrintedPage) -> int:
    """The column that makes rows as high as their text."""
    return sheet.columns + 2


def _helpers(draft: Draft, sheet: PrintedPage) -> None:
    """Columns outside the print area: the text again at full width, and counts of paragraphs."""
    ws = sheet.ws
    styles.set_columns(ws, (*sheet.widths, 24, page.WIDTH, *(40,) * len(TEXTS)))
    for i, section in enumerate(TEXTS, _mirror(sheet) + 1):
        letter = _counting(sheet, section)
        ws.column_dimensions[letter].hidden = True
        look = Look(styles.SONG, 8, color=styles.GREY)
        for k in range(1, capacity(section) + 1):
            before = f"{letter}{k - 1}" if k > 1 else ""
            text = formulas.counted(name_of(f"text.{section}"), k, before)
            draft.formula(ws, k, i, text, f"count.{section}[{k - 1}]", look)
        text = f"=MAX(1,ROUNDUP({letter}{capacity(section)}/{TEXT_ROWS[section]},0))"
        draft.formula(ws, capacity(section) + 1, i, text, f"per_row.{section}", look)


def _counting(sheet: PrintedPage, section: str) -> str:
    """The letters of the column in which the paragraphs of a text are counted."""
    return letters_of(_mirror(sheet) + 1 + TEXTS.index(section))


def _line(draft: Draft, sheet: PrintedPage, look: Look, formula: str, key: str) -> None:
    """A line over the whole width whose row is as high as its text.

    Rows do not fit themselves to merged cells, so the same text stands once more beside the print
    area in one cell of the same width, in white.
    """
    row = sheet.row
    sheet.line(look, None)
    draft.formula(sheet.ws, row, 1, formula, key, None)
    draft.heights[sheet.ws.title][row] = f"height.{key}"
    mirror = replace(look, color="FFFFFF")
    draft.formula(sheet.ws, row, _mirror(sheet), f"=A{row}", key, mirror)


def _text(draft: Draft, sheet: PrintedPage, section: str) -> None:
    rows = TEXT_ROWS[section]
    most = -(-capacity(section) // rows)
    letter, last = _counting(sheet, section), capacity(section)
    counts, per_row = f"${letter}$1:${letter}${last}", f"${letter}${last + 1}"
    first = sheet.row
    for row in range(rows):
        text = formulas.packed_row(name_of(f"text.{section}"), counts, per_row, row, most)
        _line(draft, sheet, BODY, text, f"report.{section}[{row}]")
    draft.places[f"report.{section}"] = sheet.ws.title, (first, 1)


def _table(draft: Draft, sheet: PrintedPage, id: str) -> None:
    shape = draft.shape
    table = shape.form.tables[id]
    grid = shape.form.grid(id, shape.layout)
    own = label_keys(grid)
    kind_of = kinds(shape)

    def write(cell: GridCell, target: Cell) -> Look | None:
        key = cell.id or own.get((cell.row, cell.col))
        if key is None:
            return None
        text = formulas.shown(draft.ref(key, sheet.ws))
        draft.formula(sheet.ws, target.row, target.column, text, f"={key}", None)
        return look_with(FIGURE, FORMATS[kind_of[cell.id]]) if cell.id else LABEL

    sheet.table(table, grid, write)
