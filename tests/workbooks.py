"""Workbooks made by hand for the readers: named like ours, as plain as can be."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import reading
from nianbao.errors import UnusableInput
from nianbao.form import Layout
from nianbao.form.workbook import name_of
from nianbao.report import TEXTS, Report

Edit = tuple[str, Any]  # cell id and what to write there


def ours(
    report: Report, *, previous: Report | None = None, edits: Iterable[Edit] = (), **options: bool
) -> bytes:
    """A workbook named as our template is, one sheet a table. ``formulas``: totals have no result.

    ``edits`` write anything into named cells.
    """
    book = build(report, previous=previous, **options)
    for id, value in edits:
        sheet, cell = at(book, id)
        book[sheet][cell] = value
    return saved(book)


def build(
    report: Report, *, previous: Report | None = None, formulas: bool = False
) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    front = book.worksheets[0]
    front.title = "说明"
    for y, (id, value) in enumerate(
        {
            "format": report.format,
            "year": report.year,
            "agency.name": report.agency.name or None,
            "agency.code": report.agency.code,
        }.items(),
        start=3,
    ):
        front.cell(y, 1, id)
        _put(book, front, y, 2, id, value)
    for table in report.form.tables.values():
        _draw(book, book.create_sheet(table.name), report, table.id, "", formulas)
    for text in TEXTS:
        _write_text(book, report, text)
    if previous is not None:
        sheet = book.create_sheet("上年数据")
        _put(book, sheet, 1, 9, "previous.year", previous.year)
        for table in previous.form.tables.values():
            _draw(book, sheet, previous, table.id, "previous.", False, top=sheet.max_row + 2)
    return book


def _draw(
    book: openpyxl.Workbook,
    sheet: Worksheet,
    report: Report,
    table: str,
    prefix: str,
    formulas: bool,
    top: int = 2,
) -> None:
    layout = report.form.complete(Layout(report.repeats, report.extra))
    names = iter(range(99))
    extra = [e.label for e in report.extra]
    for cell in report.form.grid(table, layout).cells:
        y, x = top + cell.row, 1 + cell.col
        if cell.id is None:
            sheet.cell(y, x, cell.text)
            if cell.role == "sublabel" and cell.text in report.repeats.get("other_services", ()):
                name(book, f"{prefix}disclosure.other_services[{next(names)}].name", sheet, y, x)
            elif cell.text in extra:
                name(book, f"{prefix}extra[{extra.index(cell.text)}].label", sheet, y, x)
        else:
            value = "=0+0" if formulas and cell.role == "total" else report[cell.id]
            _put(book, sheet, y, x, prefix + cell.id, value)
        if cell.rowspan * cell.colspan > 1:
            sheet.merge_cells(None, y, x, y + cell.rowspan - 1, x + cell.colspan - 1)


def _write_text(book: openpyxl.Workbook, report: Report, text: str) -> None:
    title = {"opening": "一、总体情况", "overview": "一、总体情况"}.get(text, "五、六")
    sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
    top = 3 + 50 * TEXTS.index(text)
    lines = report.text[text].splitlines()
    for i, line in enumerate(lines):
        # openpyxl does not guard what looks like an escape of its own; Excel does.
        sheet.cell(top + i, 1).value = re.sub(r"_x[0-9A-Fa-f]{4}_", r"_x005F\g<0>", line)
        sheet.cell(top + i, 1).data_type = "s"
    name(book, f"text.{text}", sheet, top, 1, bottom=top + max(len(lines), 1))


def _put(book: openpyxl.Workbook, sheet: Worksheet, y: int, x: int, id: str, value: Any) -> None:
    if value is not None:
        sheet.cell(y, x).value = value
    name(book, id, sheet, y, x)


def name(
    book: openpyxl.Workbook, id: str, sheet: Worksheet, y: int, x: int, bottom: int | None = None
) -> None:
    letter = get_column_letter(x)
    to = f":${letter}${bottom}" if bottom else ""
    key = name_of(id)
    book.defined_names[key] = DefinedName(
        key, attr_text=f"{quote_sheetname(sheet.title)}!${letter}${y}{to}"
    )


def at(book: openpyxl.Workbook, id: str) -> tuple[str, str]:
    """Sheet and address of a named cell."""
    ((sheet, cell),) = book.defined_names[name_of(id)].destinations
    return sheet, cell.replace("$", "")


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sheet_of(rows: Mapping[str, Iterable[Iterable[Any]]], merges: Iterable[str] = ()) -> bytes:
    """A workbook with these rows on these sheets; merges are made on the first one."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, lines in rows.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    for where in merges:
        book.worksheets[0].merge_cells(where)
    return saved(book)


def refusal(data: bytes, source: str) -> str | None:
    """The sentence with which a file is refused, None if it is read."""
    try:
        _ = reading.open(data, source).report
    except UnusableInput as error:
        return str(error)
    return None
