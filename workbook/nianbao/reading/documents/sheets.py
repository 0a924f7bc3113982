"""The sheets of any workbook as paragraphs and text tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nianbao.form import FORMATS, load, workbook
from nianbao.formats.book import (
    MAX_CELLS,
    MAX_SHEETS,
    TOO_MANY_CELLS,
    TOO_MANY_SHEETS,
    Book,
    Cells,
    Formula,
    Raw,
    SheetArea,
    address,
    text_of,
)
from nianbao.formats.zip import Unreadable
from nianbao.reading import personal
from nianbao.reading.document import Paragraph, TableCell, TextDocument, TextTable
from nianbao.report import Note, owner

_TILED = 50_000  # cells of a table with its empty ones; what is larger is no table of a report


class _SheetContent(NamedTuple):
    """A sheet made ready: its rows of cells, spans of merges, and how far merges reach down."""

    name: str
    rows: dict[int, dict[int, Raw]]
    spans: dict[tuple[int, int], tuple[int, int]]
    continued: frozenset[int]  # rows that a merged cell with content reaches into from above


def document(book: Book, source: str) -> TextDocument:
    """The visible sheets as paragraphs and tables; hidden ones if the others hold no table."""
    if len(book.sheets) > MAX_SHEETS:
        raise Unreadable(TOO_MANY_SHEETS)
    aside = _no_report(book)
    all_sheets = [i for i in range(len(book.sheets)) if i not in aside]
    read = [i for i in all_sheets if not book.sheets[i].hidden]
    blocks = [block for i in read for block in blocks_of(book, i)]
    if not any(isinstance(block, TextTable) for block in blocks):
        read = all_sheets
        blocks = [block for i in read for block in blocks_of(book, i)]
    notes = tuple(_left_unread(book, i) for i in read if _is_ledger(book, i))
    if aside:
        names = "、".join(f"“{book.sheets[i].name}”" for i in aside)
        message = f"{names}是填报工作簿的其他工作表，不是本年的报告，没有读入。"
        notes += (Note("unplaced", message),)
    agency = owner.agency_in(book.keywords)
    return TextDocument(
        source, book.kind, tuple(blocks), agency.name or None, agency.code, notes=notes
    )


def _no_report(book: Book) -> list[int]:
    """Sheets that stand beside the three tables of a workbook of ours and are not the report."""
    titles = {sheet.name for sheet in book.sheets}
    if not all(t.name in titles for t in load(FORMATS[-1]).tables.values()):
        return []
    return [i for i, sheet in enumerate(book.sheets) if sheet.name in workbook.BESIDE]


def _is_ledger(book: Book, sheet: int) -> bool:
    texts = ((y, raw) for (y, _), raw in book.cells(sheet).items() if isinstance(raw, str))
    return personal.is_ledger_name(book.sheets[sheet].name) or personal.in_lines(texts)


def _left_unread(book: Book, sheet: int) -> Note:
    name = book.sheets[sheet].name
    return personal.left_unread(name, personal.rows_in(book.cells(sheet)), name)


def blocks_of(book: Book, sheet: int) -> Iterator[Paragraph | TextTable]:
    """A sheet from top to bottom. A row with one cell that is no official label is a paragraph;
    other rows in a run, without an empty one, are a table if some row of it has several cells. Of
    a ledger there is nothing."""
    if _is_ledger(book, sheet):
        return
    page = _page(book, sheet)
    table: list[int] = []
    for y in sorted(page.rows):
        row = page.rows[y]
        if not row:  # only what reaches down from above
            table += [y] if table else []
            continue
        prose = len(row) == 1 and y not in page.continued and not _is_label(*row.values())
        if prose or (table and y > table[-1] + 1):
            yield from _run(page, table)
            table = []
        if prose:
            yield from _paragraphs(page, y)
        else:
            table.append(y)
    yield from _run(page, table)


def _run(page: _SheetContent, rows: list[int]) -> Iterator[Paragraph | TextTable]:
    """A table, or prose whose lines happen to be official labels."""
    if any(len(page.rows[y]) > 1 for y in rows):
        yield _table(page, rows)
    else:
        for y in rows:
            yield from _paragraphs(page, y)


def _paragraphs(page: _SheetContent, y: int) -> Iterator[Paragraph]:
    for x, raw in page.rows[y].items():
        place = f"{page.name}!{address(y, x)}"
        yield from (Paragraph(line, place) for line in text_of(raw).splitlines() if line.strip())


def _page(book: Book, sheet: int) -> _SheetContent:
    rows: dict[int, dict[int, Raw]] = {}
    for (y, x), raw in sorted(_without_checks(book.cells(sheet)).items()):
        if text_of(raw).strip():
            rows.setdefault(y, {})[x] = raw
    last = max(rows, default=-1)
    widest = max((x for row in rows.values() for x in row), default=-1)
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    continued: set[int] = set()
    budget = MAX_CELLS
    for merged in book.merges(sheet):
        if merged.top > last or merged.left > widest:
            continue
        area = merged._replace(bottom=min(merged.bottom, last))
        budget -= 1 + area.bottom - area.top
        if budget < 0:
            raise Unreadable(TOO_MANY_CELLS)
        spans[area.top, area.left] = (area.bottom - area.top + 1, area.right - area.left + 1)
        _cover(rows, area, continued)
    return _SheetContent(book.sheets[sheet].name, rows, spans, frozenset(continued))


def _without_checks(cells: Cells) -> Cells:
    """A sheet without the check cells and the help that a table of ours has around it."""
    texts = {at: raw for at, raw in cells.items() if isinstance(raw, str)}
    captions = [at for at, raw in texts.items() if workbook.is_caption(raw)]
    if not captions and workbook.BACK not in texts.values():
        return cells
    beside = {x for _, x in captions}
    below = {y + i for y, _ in captions for i in (0, 1)}

    def checks(y: int, x: int, raw: Raw) -> bool:
        text = text_of(raw)
        if workbook.is_caption(text) or workbook.is_help(text):
            return True
        return (x in beside or y in below) and (
            isinstance(raw, Formula) or workbook.is_verdict(text)
        )

    return {(y, x): raw for (y, x), raw in cells.items() if not checks(y, x, raw)}


def _cover(rows: dict[int, dict[int, Raw]], area: SheetArea, continued: set[int]) -> None:
    """Drop what a merge hides; note the rows that its content reaches into."""
    filled = area.left in rows.get(area.top, {})
    for y in range(area.top, area.bottom + 1):
        row = rows.get(y, {})
        wide = range(area.left, area.right + 1)
        inside = (
            (x for x in wide if x in row) if len(wide) < len(row) else (x for x in row if x in wide)
        )
        hidden = [x for x in inside if (y, x) != area[1:3]]
        for x in hidden:
            del row[x]
        if filled and y > area.top:
            continued.add(y)
            rows.setdefault(y, {})
        elif not row:
            rows.pop(y, None)


def _is_label(raw: Raw) -> bool:
    from nianbao.reading.vocabulary.labels import lexicon

    return any(lexicon(format).look_up(text_of(raw)) for format in FORMATS)


def _table(page: _SheetContent, rows: list[int]) -> TextTable:
    """A run of rows, tiled with cells as a table in a text is: the empty ones too."""
    filled = [(y, x) for y in rows for x in page.rows[y]]
    left = min((x for _, x in filled), default=0)
    right = max((x + page.spans.get((y, x), (1, 1))[1] - 1 for y, x in filled), default=0)
    tiled = len(rows) * (right - left + 1) <= _TILED
    if tiled:
        filled = [(y, x) for y in rows for x in range(left, right + 1)]
    hidden: set[tuple[int, int]] = set()
    cells: list[TableCell] = []
    for y, x in filled:
        if (y, x) in hidden:
            continue
        high, wide = page.spans.get((y, x), (1, 1))
        high, wide = min(high, rows[-1] - y + 1), min(wide, right - x + 1)
        if tiled and high * wide > 1:  # of the filled cells none is hidden
            hidden.update((y + i, x + j) for i in range(high) for j in range(wide))
        cells.append(_cell(page, (y, x), (y - rows[0], x - left), (high, wide)))
    return TextTable(tuple(cells), f"{page.name}!{address(rows[0], left)}", sparse=not tiled)


def _cell(
    page: _SheetContent, at: tuple[int, int], within: tuple[int, int], span: tuple[int, int]
) -> TableCell:
    raw = page.rows[at[0]].get(at[1])
    unknown = isinstance(raw, Formula)
    number = None if isinstance(raw, str | bool) else raw
    text = "" if unknown else text_of(raw)
    return TableCell(*within, text, *span, number, f"{page.name}!{address(*at)}", unknown)
