"""Workbooks of ours whose defined names are gone, all or some: what they named is found by labels.

Only 说明, the sheets of the texts and those of the tables are looked at; last year's figures, the
printed report, the results and the ledgers are never taken for the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nianbao.errors import UnusableInput
from nianbao.form import ExtraRow, Form, Layout, local_id
from nianbao.form.workbook import ADVICE, BESIDE, BOOK_TITLE, FIELDS, GUIDE, OVERVIEW, REST
from nianbao.formats.book import Book, SheetArea, text_of
from nianbao.reading.ours.names import PREVIOUS, Named, coverage, named
from nianbao.report import TEXT_TITLES, TEXTS, Note, Report, build
from nianbao.words.figures import squash

_ASIDE = {GUIDE, OVERVIEW, REST} | BESIDE


def with_fields(cells: Named) -> Named:
    """The named cells with those of 说明 and of the texts that have lost their names."""
    fields = [id for id in FIELDS if cells.areas.get(id) is None]
    texts = [t for t in TEXTS if cells.areas.get(f"text.{t}") is None]
    if not (fields or texts) or not (coverage(cells.areas) or _is_ours(cells.book)):
        return cells
    found = {id: area for id in fields if (area := _field(cells.book, FIELDS[id]))}
    found |= {f"text.{t}": area for t in texts if (area := _text(cells.book, t))}
    return replace(cells, areas={**cells.areas, **found}, found=frozenset(found))


def _is_ours(book: Book) -> bool:
    """Whether 说明 says so, names or not."""
    titles = [sheet.name for sheet in book.sheets]
    return GUIDE in titles and BOOK_TITLE in book.cells(titles.index(GUIDE)).values()


def _field(book: Book, label: str) -> SheetArea | None:
    """The cell to the right of a label on 说明."""
    for i, sheet in enumerate(book.sheets):
        if sheet.name != GUIDE:
            continue
        for (y, x), raw in sorted(book.cells(i).items()):
            if squash(text_of(raw)) == label:
                return SheetArea(i, y, x + 1, y, x + 1)
    return None


def _text(book: Book, text: str) -> SheetArea | None:
    """The cells below the heading of a text on a sheet of texts, up to the next heading."""
    for i, sheet in enumerate(book.sheets):
        if sheet.name not in (OVERVIEW, REST):
            continue
        cells = book.cells(i)
        headings = {}
        for (y, x), raw in sorted(cells.items()):
            # The title of the sheet and a paragraph have something to their left.
            if raw in TEXT_TITLES.values() and (y, x - 1) not in cells:
                headings[y, x] = raw
        at = next((at for at, raw in headings.items() if raw == TEXT_TITLES[text]), None)
        if at is None:
            continue
        y, x = at
        top = y + 2 if cells.get((y + 1, x)) == ADVICE[text] else y + 1
        below = [row for row, col in headings if col == x and row > y]
        last = max(row for row, _ in cells)
        bottom = min(below, default=last + 1) - 1
        return SheetArea(i, top, x, max(top, bottom), x)
    return None


def with_lost(report: Report, cells: Named) -> Report:
    """The report with the figures whose names are gone, or with notes that they are missing."""
    lost = [id for id in report.values if id not in cells.origins]
    texts = [t for t in TEXTS if cells.areas.get(f"text.{t}") is None]
    if not lost and not texts and not cells.found:
        return report
    found = _by_labels(report, cells) if lost else None
    if found is not None and found.format == report.format:
        report, lost = _taken(report, found, cells, lost)
    gone = [id for id in lost if id not in cells.origins]
    by_label = [id for id in lost if id in cells.origins]
    if by_label or cells.found:
        count = len(by_label) + len(cells.found)
        message = f"有 {count + len(gone)} 个单元格的名称已丢失，其中 {count} 格按标签找到。"
        cells.notes.append(Note("lost_names", message, None, tuple(by_label)))
    cells.notes += _missing(report.form, gone)
    for text in texts:
        message = f"“{TEXT_TITLES[text]}”的名称已丢失，也没有找到它的标题，文字没有读入。"
        cells.notes.append(Note("missing", message))
    return report


def _taken(
    report: Report, found: Report, cells: Named, lost: list[str]
) -> tuple[Report, list[str]]:
    """The report with what was found by labels, and which figures had no name."""
    form = report.form
    named_tables = {id.partition(".")[0] for id in cells.areas}
    bare = {table for table in form.tables if table not in named_tables}
    repeats = dict(report.repeats)
    repeats |= {r: n for t, r in form.repeats if t in bare and (n := found.repeats.get(r))}
    extra = [*report.extra]
    for i, row in enumerate(found.extra):
        if row.table in bare:
            _keep_row(cells, found, i, row, len(extra))
            extra.append(row)
    ids = form.cells(Layout(repeats))
    lost = [id for id in ids if id not in cells.origins]
    values = {id: report.values.get(id) for id in ids}
    for id in lost:
        if id in found.trace.origins:
            values[id], cells.origins[id] = found.values[id], found.trace.origins[id]
    whole = build(
        report.format,
        report.year,
        report.agency,
        values,
        repeats=repeats,
        text=report.text,
        extra=tuple(extra),
        trace=report.trace,
    )
    return whole, lost


def _keep_row(cells: Named, found: Report, old: int, row: ExtraRow, new: int) -> None:
    """Remember where the figures of a local row stood."""
    for col in row.values:
        if origin := found.trace.origins.get(local_id(old, col)):
            cells.origins[local_id(new, col)] = origin


def _missing(form: Form, lost: list[str]) -> Iterator[Note]:
    for table in form.tables.values():
        ids = tuple(id for id in lost if id.startswith(f"{table.id}."))
        if ids:
            message = f"{table.name}有 {len(ids)} 个单元格的名称已丢失，按行列标签也没有找到"
            yield Note("missing", message, None, ids)


def _by_labels(report: Report, cells: Named) -> Report | None:
    """What reading by labels makes of the sheets of the tables."""
    from nianbao.reading.document import Paragraph, TextDocument
    from nianbao.reading.documents.sheets import blocks_of
    from nianbao.reading.report import report_from

    book = cells.book
    blocks = [block for i in _table_sheets(report, cells) for block in blocks_of(book, i)]
    title = Paragraph(report.title)
    agency = report.agency.name or None
    document = TextDocument(report.trace.source, book.kind, (title, *blocks), agency)
    try:
        return report_from(document)
    except UnusableInput:
        return None


def _table_sheets(report: Report, cells: Named) -> list[int]:
    """The sheets that names of figures point to or that bear a table's; where some table has
    neither, every other one that has no part of its own."""
    book, tables = cells.book, report.form.tables.values()
    aside = {a.sheet for a in named(book, PREVIOUS).areas.values() if a is not None}
    pointed = {
        (id.partition(".")[0], area.sheet)
        for id, area in cells.areas.items()
        if area is not None and id in report.values
    }
    titles = {sheet.name for sheet in book.sheets}
    homeless = [
        t for t in tables if t.name not in titles and all(t.id != table for table, _ in pointed)
    ]
    return [
        i
        for i, sheet in enumerate(book.sheets)
        if i not in aside
        and sheet.name not in _ASIDE
        and (
            any(i == at for _, at in pointed)
            or any(sheet.name == t.name for t in tables)
            or (homeless and not sheet.hidden)
        )
    ]
