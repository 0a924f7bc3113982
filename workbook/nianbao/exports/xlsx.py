"""The final report as one clean sheet: values only, ready to hand in."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from nianbao.errors import UnusableInput
from nianbao.exports import content
from nianbao.form import GridCell, Table
from nianbao.formats.xlsx.drawn import saved
from nianbao.formats.xlsx.slots import MAX_TEXT, too_long
from nianbao.formats.zip import pack
from nianbao.report import TEXT_TITLES, Report, owner
from nianbao.template import page, styles
from nianbao.template.formulas import INDENT
from nianbao.template.page import BODY, FIGURE, HEADING, TITLE, PrintedPage
from nianbao.template.shape import kinds, shape_of
from nianbao.template.sheets.tables import FORMATS, look_with
from nianbao.template.styles import Look

SHEET = "政府信息公开工作年度报告"


def write(report: Report) -> bytes:
    """The report as .xlsx: title, text and tables on one sheet, no formula, no name.

    Raises UnusableInput for a paragraph that is longer than a cell can be.
    """
    book = Workbook()
    del book[book.sheetnames[0]]
    sheet = PrintedPage(styles.new_sheet(book, SHEET), styles.Wardrobe(), report.form)
    for part in content.parts(report):
        match part:
            case content.TitlePart():
                _line(sheet, TITLE, page.title_text(report.agency.name, report.year))
                sheet.gap(12)
            case content.HeadingPart(text):
                if text in _headings_of_tables(report):
                    sheet.new_page()
                sheet.line(HEADING, 30).value = text
            case content.ParagraphPart(text, section):
                if too_long(text):
                    raise UnusableInput(
                        f"“{TEXT_TITLES[section]}”中有一段长 {len(text)} 字，超过表格软件每格 "
                        f"{MAX_TEXT} 字的上限；请先分段。"
                    )
                _line(sheet, BODY, INDENT + text)
            case content.TablePart():
                _table(sheet, report, report.form.tables[part.table])
                sheet.gap(10)
    sheet.finish()
    return pack(saved(book, report.title, owner.keywords(report.agency)))


def _headings_of_tables(report: Report) -> set[str]:
    return {table.heading for table in report.form.tables.values()}


def _line(sheet: PrintedPage, look: Look, text: str) -> None:
    """A text over the whole width, its row as high as it needs: merged cells do not fit it."""
    points = styles.height(text, page.WIDTH, look.size)
    page.put(sheet.line(look, points), text)


def _table(sheet: PrintedPage, report: Report, table: Table) -> None:
    kind_of = kinds(shape_of(report.format, report.layout))

    def write_cell(cell: GridCell, target: Cell) -> Look | None:
        if cell.id is None:
            return None
        page.put(target, report.stated(cell.id))
        return look_with(FIGURE, FORMATS[kind_of[cell.id]])

    sheet.table(table, report.form.grid(table.id, report.layout), write_cell)
