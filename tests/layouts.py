"""Reports laid out as text tables in the many ways that people lay them out.

A page is a document of the official headings and texts with the three tables; the functions below
change its tables without changing what they say.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from msgspec.structs import replace as altered

from nianbao.form import FORMATS, Node, Table
from nianbao.form.grid import draw
from nianbao.reading.document import Paragraph, TableCell, TextDocument, TextTable
from nianbao.reading.vocabulary.labels import lexicon
from nianbao.report import TEXTS, Report
from nianbao.words.figures import show

Cells = list[TableCell]
Change = Callable[[Cells, random.Random], Cells]
WIDE = str.maketrans("0123456789+-.", "０１２３４５６７８９＋－．")


def page(
    report: Report,
    *,
    changes: Sequence[Change] = (),
    rng: random.Random | None = None,
    columns: bool = False,
    split: bool = False,
    together: bool = False,
    ragged: bool = False,
) -> TextDocument:
    """A report as a document.

    ``columns``: in another order; ``split``: tables torn apart by a page break; ``together``: all
    three in one; ``ragged``: only the order of the cells in a row is known.
    """
    rng = rng or random.Random(0)
    blocks: list[Paragraph | TextTable] = [Paragraph(report.title)]
    blocks += [Paragraph(line) for line in report.text["opening"].splitlines()]
    tables: list[Cells] = []
    for section in report.form.sections:
        if not (together and section.id not in TEXTS):
            blocks.append(Paragraph(section.heading))
        if section.id in TEXTS:
            blocks += [Paragraph(line) for line in report.text[section.id].splitlines()]
            continue
        cells = drawn(report, section.id, rng if columns else None)
        for change in changes:
            cells = change(cells, rng)
        if together:
            tables.append(cells)
            if len(tables) == len(report.form.tables):
                blocks += [text_table(stacked(tables), ragged=ragged)]
            continue
        for piece in torn(cells, rng) if split else (cells,):
            blocks.append(text_table(piece, ragged=ragged))
    return TextDocument("测试", "test", tuple(blocks), agency_code=report.agency.code)


def text_table(cells: Iterable[TableCell], *, ragged: bool = False) -> TextTable:
    """A table whose cells say where they stand; ragged, as text has it, if wanted."""
    cells = sorted(cells, key=lambda c: (c.row, c.col))
    if ragged:
        cells = as_ragged(cells)
    return TextTable(
        tuple(replace(c, place=f"R{c.row + 1}C{c.col + 1}") for c in cells), "表", ragged
    )


def drawn(report: Report, table: str, rng: random.Random | None = None) -> Cells:
    """The official drawing of a table with its figures; columns in another order with ``rng``."""
    of = report.form.tables[table]
    grid = draw(_shuffled(of, rng) if rng else of, report.layout, frozenset())
    kinds = {id: cell.kind for id, cell in report.form.cells(report.layout).items()}
    cells = []
    for cell in grid.cells:
        text = cell.text
        if cell.id is not None:
            value = report[cell.id]
            text = show(value, kinds.get(cell.id, "count"))
        cells.append(TableCell(cell.row, cell.col, text, cell.rowspan, cell.colspan))
    return cells


def _shuffled(table: Table, rng: random.Random) -> Table:
    def mixed(nodes: Sequence[Node]) -> tuple[Node, ...]:
        out = [altered(n, nodes=mixed(n.nodes)) if n.nodes else n for n in nodes]
        rng.shuffle(out)
        return tuple(out)

    return altered(table, blocks=tuple(altered(b, columns=mixed(b.columns)) for b in table.blocks))


# --- changes that say the same -----------------------------------------------------------------


def padded(cells: Cells, rng: random.Random) -> Cells:
    """An empty column somewhere, as drawn tables often have."""
    at = rng.randint(0, max(c.col + c.colspan for c in cells))
    rows = {c.row for c in cells}
    covered: set[int] = set()
    out: Cells = []
    for c in cells:
        if c.col >= at:
            out.append(replace(c, col=c.col + 1))
        elif c.col + c.colspan > at:
            out.append(replace(c, colspan=c.colspan + 1))
            covered |= set(range(c.row, c.row + c.rowspan))
        else:
            out.append(c)
    return out + [TableCell(y, at, "") for y in sorted(rows - covered)]


def remarked(cells: Cells, _rng: random.Random) -> Cells:
    """A column 备注 at the end, empty."""
    end = max(c.col + c.colspan for c in cells)
    rows = sorted({c.row for c in cells})
    return [*cells, *(TableCell(y, end, "备注" if y == rows[0] else "") for y in rows)]


def unmerged(cells: Cells, _rng: random.Random) -> Cells:
    """Merges undone: the text stands in the first cell, the others are empty."""
    return [
        TableCell(c.row + dy, c.col + dx, "" if dx or dy else c.text)
        for c in cells
        for dy in range(c.rowspan)
        for dx in range(c.colspan)
    ]


def repeated(cells: Cells, _rng: random.Random) -> Cells:
    """Cells merged downwards undone, their text in each of the rows."""
    return [replace(c, row=c.row + dy, rowspan=1) for c in cells for dy in range(c.rowspan)]


def full_width(cells: Cells, _rng: random.Random) -> Cells:
    return [
        replace(c, text=c.text.translate(WIDE)) if c.text.lstrip("+-.").isdigit() else c
        for c in cells
    ]


def broken(cells: Cells, rng: random.Random) -> Cells:
    """Texts broken over lines, with spaces and other brackets."""

    def messed(text: str) -> str:
        text = text.replace("（", "(").replace("）", ")") if rng.random() < 0.3 else text
        at = rng.randint(0, len(text))
        return text[:at] + rng.choice(("", "\n", " ", "\u3000", "\u200b", "\n\n")) + text[at:]

    known = [lexicon(format).look_up for format in FORMATS]
    return [
        replace(c, text=messed(c.text)) if any(look_up(c.text) for look_up in known) else c
        for c in cells
    ]


def turned(cells: Cells, _rng: random.Random) -> Cells:
    """Rows as columns."""
    return [replace(c, row=c.col, col=c.row, rowspan=c.colspan, colspan=c.rowspan) for c in cells]


def without_empty(cells: Cells, _rng: random.Random) -> Cells:
    """Empty cells left out, as spreadsheets are read."""
    return [c for c in cells if c.text.strip()]


def as_ragged(cells: Iterable[TableCell]) -> Cells:
    """Only the order in each row: a merge across is one cell, a merge down an empty one below."""
    rows: dict[int, Cells] = {}
    for c in cells:
        for y in range(c.row, c.row + c.rowspan):
            rows.setdefault(y, []).append(replace(c, text=c.text if y == c.row else ""))
    return [
        TableCell(y, x, c.text)
        for y, row in sorted(rows.items())
        for x, c in enumerate(sorted(row, key=lambda c: c.col))
    ]


def stacked(tables: Iterable[Cells]) -> Cells:
    """Tables below each other in one."""
    out: Cells = []
    top = 0
    for cells in tables:
        out += [replace(c, row=c.row + top) for c in cells]
        top = max(c.row + c.rowspan for c in out)
    return out


def torn(cells: Cells, rng: random.Random) -> tuple[Cells, Cells]:
    """A table in two pieces, not inside a header; labels that reach over the tear are in both."""
    headers = {c.row for c in cells if any(lexicon(f).look_up(c.text).columns for f in FORMATS)}
    rows = {c.row for c in cells} - headers - {0}
    tear = rng.choice(sorted(rows))
    upper = [replace(c, rowspan=min(c.rowspan, tear - c.row)) for c in cells if c.row < tear]
    lower = [
        replace(c, row=max(c.row, tear) - tear, rowspan=c.row + c.rowspan - max(c.row, tear))
        for c in cells
        if c.row + c.rowspan > tear
    ]
    return upper, lower


# --- tables written out ----------------------------------------------------------------------


def written(text: str, *, ragged: bool = False) -> TextTable:
    """A table from lines of cells set apart by ``|``.

    ``<`` goes on from the left, ``^`` from above; ``~`` is an empty cell, ``\\n`` a line break.
    """
    rows = [[c.strip() for c in line.split("|")] for line in text.split("\n") if line.strip()]
    found: dict[tuple[int, int], TableCell] = {}
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell == "<":
                old = found[y, x] = found[y, x - 1]
                grown = replace(old, colspan=x - old.col + 1)
            elif cell == "^":
                old = found[y, x] = found[y - 1, x]
                grown = replace(old, rowspan=y - old.row + 1)
            else:
                shown = "" if cell == "~" else cell.replace("\\n", "\n")
                found[y, x] = TableCell(y, x, shown, place=f"R{y + 1}C{x + 1}")
                continue
            for at, other in found.items():
                if other is old:
                    found[at] = grown
    cells = dict.fromkeys(found[at] for at in sorted(found))
    return TextTable(tuple(cells), "表", ragged)
