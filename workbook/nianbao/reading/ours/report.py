"""Our own workbooks, read by their defined names, wherever the cells have moved to.

Cells whose names are gone are looked for by their labels, as in any other spreadsheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from operator import itemgetter

from nianbao.form import FORMATS, Form, Layout, load, years
from nianbao.formats.book import Book, Formula, SheetArea, text_of
from nianbao.formats.zip import NoYear
from nianbao.reading.ours.local_rows import local_rows
from nianbao.reading.ours.lost import with_fields, with_lost
from nianbao.reading.ours.names import (
    PREVIOUS,
    Named,
    Split,
    coverage,
    figure_place,
    named,
    rows_of,
    splits_of,
)
from nianbao.report import TEXTS, Agency, Note, Origin, Report, Trace, build, with_totals
from nianbao.report.material import NOTHING, Material, material
from nianbao.words.figures import Value, squash

_YEAR = re.compile(r"(\d{4})(?:\.0+)?年?度?")


def read_named(book: Book, source: str) -> Report | None:
    """The report in a workbook made from our template; None if the names say that it is not.

    Raises NoYear, and Unreadable as every reader.
    """
    cells = with_fields(named(book))
    format = _format(cells)
    if cells.areas.get("year") is None or format is None:
        return None
    agency = Agency(cells.text("agency.name"), cells.text("agency.code") or None)
    report = _report(cells, load(format), _year(cells), agency, source)
    return _traced(with_lost(report, cells), cells)


def read_previous(book: Book, source: str) -> Report | None:
    """Last year's report as kept in a workbook of ours; None if none of its figures is there."""
    cells, this = named(book, PREVIOUS), with_fields(named(book))
    format = _format(cells)
    if this.areas.get("year") is None or format is None:
        return None
    if not any(cells.text(id).strip() for id in cells.areas if figure_place(id, format)):
        return None  # most workbooks: not worth tracing 300 blanks
    # The year before is a formula there; a program that calculates nothing leaves it empty.
    written = _YEAR.fullmatch(squash(cells.text("year")))
    year = int(written[1]) if written else _year(this) - 1
    if year not in years():
        return None
    name = cells.text("agency.name") or this.text("agency.name")
    agency = Agency(name, this.text("agency.code") or None)
    report = _report(cells, load(format), year, agency, source)
    return report if any(v is not None for v in report.values.values()) else None


def read_material(book: Book) -> tuple[Material, Mapping[str, str]]:
    """What 文字素材 of a workbook of ours holds, and the fingerprints of its generated texts."""
    facts, generated = named(book, "facts."), named(book, "generated.")
    this = with_fields(named(book))
    format = _format(this)
    if this.areas.get("year") is None or format is None:
        return NOTHING, {}
    raw = {key: facts.at(area) for key, area in facts.areas.items() if area is not None}
    known = {key: value for key, value in raw.items() if not isinstance(value, Formula)}
    lost = sum(isinstance(value, Formula) for value in raw.values())
    found = material(known, format)
    if lost:
        note = f"“文字素材”有 {lost} 格的公式没有保存结果，没有使用。"
        found = replace(found, notes=(*found.notes, note))
    return found, {id: text for id in TEXTS if (text := generated.text(id))}


def _format(cells: Named) -> int | None:
    """The form as it is written, else the one that most figures belong to, that of the year before
    any other; None without any."""
    written = cells.text("format")
    for format in FORMATS:
        known = cells.found or any(figure_place(id, format) for id in cells.areas)
        if str(format) in written and known:
            return format
    written_year = _YEAR.fullmatch(squash(cells.text("year")))
    return coverage(cells.areas, int(written_year[1]) if written_year else None)


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
    if year not in years():
        span = f"{years()[0]} 到 {years()[-1]}"
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
    values |= _from_ledger(cells, form.format, year)
    report = build(
        form.format,
        year,
        agency,
        values,
        repeats=repeats,
        text={t: _text(cells, t) for t in TEXTS},
        extra=tuple(extra),
        trace=Trace(source, cells.book.kind),
    )
    return _traced(_computed(report, cells), cells)


def _from_ledger(cells: Named, format: int, year: int) -> dict[str, int]:
    """Figures whose formulas were saved without a result, counted from the ledgers beside them."""
    if not cells.linked:
        return {}
    from nianbao.ledgers import figures
    from nianbao.reading.ledgers import ledger

    found = ledger.read(cells.book, None, None)
    counted = figures(found, format, year) if found else {}
    known = {id: counted[id] for id in cells.linked if id in counted}
    if known:
        message = f"{len(known)} 个按台账统计的公式没有保存结果，已按台账计算"
        place = cells.origins[next(iter(known))].place
        cells.notes.append(Note("computed", message, place, tuple(known)))
    return known


def _traced(report: Report, cells: Named) -> Report:
    trace = replace(report.trace, origins=dict(cells.origins), notes=tuple(cells.notes))
    return replace(report, trace=trace)


def _in_order(parts: list[Split]) -> list[Split]:
    """Split rows from top to bottom, as a person sees them."""
    return sorted(parts, key=lambda split: min((a.sheet, a.top) for a in split.areas.values()))


def _numbered(
    form: Form, splits: dict[str, list[Split]]
) -> tuple[dict[str, tuple[str | None, ...]], dict[str, SheetArea]]:
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
    inside = (
        ((y, x), raw)
        for (y, x), raw in cells.book.cells(area.sheet).items()
        if area.top <= y <= area.bottom and area.left <= x <= area.right
    )
    for (y, x), raw in sorted(inside, key=itemgetter(0)):
        if isinstance(raw, Formula):
            place = cells.place(SheetArea(area.sheet, y, x, y, x))
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
