"""Our own workbooks, read by their defined names, wherever the cells have moved to.

Cells whose names are gone are looked for by their labels, as in any other spreadsheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nianbao import form as forms
from nianbao.errors import UnusableInput
from nianbao.figures import Value, squash
from nianbao.form import FORMATS, Form, Layout
from nianbao.report import TEXTS, Agency, Note, Origin, Reading, Report, build, with_totals
from nianbao.sources.cells import (
    PREVIOUS,
    Named,
    Split,
    coverage,
    named,
    rows_of,
    slot,
    splits_of,
)
from nianbao.sources.local_rows import local_rows
from nianbao.sources.package import NoYear
from nianbao.sources.sheets import Area, Book, Formula, text_of

_YEAR = re.compile(r"(\d{4})(?:\.0+)?年?度?")


def read_named(book: Book, source: str) -> Report | None:
    """The report in a workbook made from our template; None if the names say that it is not.

    Raises NoYear, and Unreadable as every reader.
    """
    cells = named(book)
    format = _format(cells)
    if cells.areas.get("year") is None or format is None:
        return None
    agency = Agency(cells.text("agency.name"), cells.text("agency.code") or None)
    report = _report(cells, forms.load(format), _year(cells), agency, source)
    return _with_lost(report, cells)


def read_previous(book: Book, source: str) -> Report | None:
    """Last year's report as kept in a workbook of ours; None if none of its figures is there."""
    cells, this = named(book, PREVIOUS), named(book)
    format = _format(cells)
    if this.areas.get("year") is None or format is None:
        return None
    if not any(cells.text(id).strip() for id in cells.areas if slot(id, format)):
        return None  # most workbooks: not worth tracing 300 blanks
    # The year before is a formula there; a program that calculates nothing leaves it empty.
    written = _YEAR.fullmatch(squash(cells.text("year")))
    year = int(written[1]) if written else _year(this) - 1
    if year not in forms.years():
        return None
    name = cells.text("agency.name") or this.text("agency.name")
    agency = Agency(name, this.text("agency.code") or None)
    report = _report(cells, forms.load(format), year, agency, source)
    return report if any(v is not None for v in report.values.values()) else None


def _format(cells: Named) -> int | None:
    """The form as it is written, else the one that most figures belong to; None without any."""
    written = cells.text("format")
    for format in FORMATS:
        if str(format) in written and any(slot(id, format) for id in cells.areas):
            return format
    return coverage(cells.areas)


def _year(cells: Named) -> int:
    area = cells.areas.get("year")
    text = squash(cells.text("year"))
    place = cells.place(area) if area else "nb.year"
    if not text:
        raise NoYear(f"没有填写报告年度，请在“{place}”填写年度（如 2025）后再试。")
    match = _YEAR.fullmatch(text)
    if match is None:
        raise NoYear(f"的报告年度“{text[:20]}”不是年份，请在“{place}”改为四位数字（如 2025）。")
    year = int(match[1])
    if year not in forms.years():
        span = f"{forms.years()[0]} 到 {forms.years()[-1]}"
        raise NoYear(f"的报告年度是 {year}，不在 {span} 之间，请核对“{place}”。")
    return year


def _report(cells: Named, form: Form, year: int, agency: Agency, source: str) -> Report:
    rows, splits = rows_of(cells, form.format), splits_of(cells, form.format)
    extra = local_rows(cells, form, rows, splits)
    repeats, split_areas = _numbered(form, {row: _in_order(s) for row, s in splits.items()})
    values: dict[str, Value] = {}
    for id, cell in form.cells(Layout(repeats)).items():
        area = split_areas.get(id) if "[" in id else cells.areas.get(id)
        if area is not None:
            values[id] = cells.figure(id, area, cell.kind, total=cell.total)
    report = build(
        form.format,
        year,
        agency,
        values,
        repeats=repeats,
        text={t: _text(cells, t) for t in TEXTS},
        extra=tuple(extra),
        reading=Reading(source, cells.book.kind),
    )
    return _traced(_computed(report, cells), cells)


def _traced(report: Report, cells: Named) -> Report:
    reading = replace(report.reading, origins=dict(cells.origins), notes=tuple(cells.notes))
    return replace(report, reading=reading)


def _in_order(parts: list[Split]) -> list[Split]:
    """Split rows from top to bottom, as a person sees them."""
    return sorted(parts, key=lambda split: min((a.sheet, a.top) for a in split.areas.values()))


def _numbered(
    form: Form, splits: dict[str, list[Split]]
) -> tuple[dict[str, tuple[str | None, ...]], dict[str, Area]]:
    """Names of the split rows, and their cells by id."""
    repeats = {row: tuple(s.name for s in parts) for row, parts in splits.items() if parts}
    areas = {
        f"{table}.{row}[{i}].{col}": area
        for table, row in form.repeats
        for i, split in enumerate(splits[row])
        for col, area in split.areas.items()
    }
    return repeats, areas


def _text(cells: Named, text: str) -> str:
    """The paragraphs in the cells of a text's range: the first cell of each row."""
    area = cells.areas.get(f"text.{text}")
    if area is None:
        return ""
    cells.origins[f"text.{text}"] = Origin(cells.place(area))
    lines: dict[int, str] = {}
    for (y, x), raw in sorted(cells.book.cells(area.sheet).items()):
        if not (area.top <= y <= area.bottom and area.left <= x <= area.right):
            continue
        if isinstance(raw, Formula):
            place = cells.place(Area(area.sheet, y, x, y, x))
            cells.notes.append(Note("unplaced", f"{place} 的公式没有保存结果，文字没有读入", place))
        else:
            lines.setdefault(y, text_of(raw))
    return "\n".join(lines.values())


def _computed(report: Report, cells: Named) -> Report:
    """Totals whose formulas were saved without a result, added up; no other blank is touched."""
    if not cells.uncomputed:
        return report
    report = with_totals(report, cells.uncomputed)
    known = tuple(id for id in cells.uncomputed if report[id] is not None)
    if known:
        message = f"{len(known)} 个合计的公式没有保存结果，已按各分项计算"
        cells.notes.append(Note("computed", message, cells.origins[known[0]].place, known))
    return report


# --- names that are gone ---------------------------------------------------------------------


def _with_lost(report: Report, cells: Named) -> Report:
    """Cells whose names are gone, found by their labels or told as missing."""
    lost = [id for id in report.values if id not in cells.origins]
    texts = [t for t in TEXTS if cells.areas.get(f"text.{t}") is None]
    if not lost and not texts:
        return report
    found = _by_labels(report, cells)
    values, text = dict(report.values), dict(report.text)
    if found is not None and found.format == report.format:
        text |= {t: found.text[t] for t in texts}
        for id in set(lost) & found.reading.origins.keys():
            values[id], cells.origins[id] = found.values[id], found.reading.origins[id]
    cells.notes += _missing(report.form, [id for id in lost if id not in cells.origins])
    whole = build(
        report.format,
        report.year,
        report.agency,
        values,
        repeats=report.repeats,
        text=text,
        extra=report.extra,
        reading=report.reading,
    )
    return _traced(whole, cells)


def _missing(form: Form, lost: list[str]) -> Iterator[Note]:
    for table in form.tables.values():
        ids = tuple(id for id in lost if id.startswith(f"{table.id}."))
        if ids:
            message = f"{table.name}有 {len(ids)} 个单元格的名称已丢失，按行列标签也没有找到"
            yield Note("missing", message, None, ids)


def _by_labels(report: Report, cells: Named) -> Report | None:
    """What reading by labels makes of the sheets that names point to, or that bear a table's."""
    from nianbao.sources.document import Document, Paragraph
    from nianbao.sources.private import report_from
    from nianbao.sources.workbook import blocks_of

    book = cells.book
    ours = {area.sheet for area in cells.areas.values() if area is not None}
    aside = {area.sheet for area in named(book, PREVIOUS).areas.values() if area is not None}
    tables = {table.name for table in report.form.tables.values()}
    blocks = [
        block
        for i, sheet in enumerate(book.sheets)
        if i not in aside and (i in ours or sheet.name in tables)
        for block in blocks_of(book, i)
    ]
    title = Paragraph(report.title)
    try:
        return report_from(Document(report.reading.source, book.kind, (title, *blocks)))
    except UnusableInput:
        return None
