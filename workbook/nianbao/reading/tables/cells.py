"""A text table as rows of slots: spans laid out, broken labels joined, each text looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nianbao.reading.document import Paragraph, TableCell, TextTable
from nianbao.reading.vocabulary.headings import section_of
from nianbao.reading.vocabulary.labels import NOTHING, Lexicon, Match
from nianbao.words.figures import squash, stands_for_none

MAX_SLOTS = 400_000  # no form has 400; a table beyond this is made to exhaust us
_MAX_SPAN = 4_000
_FIGURE = re.compile(r"[约近]?[+-]*\d[\d,.]*(?!年)(?:\(.*\)|[^\d(]){0,4}")
_NUMBERED = re.compile(r"\d{1,2}[.)]\D")
_BROKEN = re.compile(r"(?<![^\S\n])[^\S\n]*\n\s*")
_LONG_FIGURE = 60  # with its remark
_LABEL = 30  # a longer text is no label of a local row


@dataclass(slots=True, eq=False)
class TableSlot:
    """A cell in its table. ``top`` counts rows, ``left`` columns; in a ragged table its rank."""

    cells: list[TableCell]  # one, or the pieces of a label
    text: str
    top: int
    bottom: int
    left: int
    right: int
    match: Match
    figure: bool  # says a number, or stands for one: /, 无

    @property
    def cell(self) -> TableCell:
        return self.cells[0]

    @property
    def blank(self) -> bool:
        return not self.text and self.cell.number is None

    @property
    def wording(self) -> bool:
        """Text that is no figure: a label, official or not."""
        return not self.blank and not self.figure

    def reaches_beyond(self, label: TableSlot) -> bool:
        """Whether it is a figure merged over more rows than the label beside it."""
        above = self.top < label.top or self.bottom > label.bottom
        return above and self.figure and label.wording

    @property
    def shown(self) -> str:
        """What stood there, on one line; Chinese that was broken over lines is joined again."""
        return _BROKEN.sub(_rejoined, self.text) or str(self.cell.number or "")


def _rejoined(gap: re.Match[str]) -> str:
    text, start, end = gap.string, gap.start(), gap.end()
    return " " if text[start - 1].isascii() and text[end : end + 1].isascii() else ""


@dataclass(slots=True)
class Lattice:
    """Rows of slots from the left; a slot that spans rows is in each of them."""

    rows: list[list[TableSlot]]
    ragged: bool
    sparse: bool

    @property
    def has_labels(self) -> bool:
        """Whether any cell is an official label."""
        return any(s.match for row in self.rows for s in row)


def lattice(table: TextTable, lexicon: Lexicon) -> Lattice:
    """The rows of a table that hold cells, top down. A table of absurd size has none."""
    tops = sorted({cell.row for cell in table.cells})
    rank = {row: i for i, row in enumerate(tops)}
    rows: list[list[TableSlot]] = [[] for _ in tops]
    count = 0
    for cell in table.cells:
        top = rank[cell.row]
        slot = _slot(cell, top, lexicon)
        bottom = top
        while bottom < len(tops) and tops[bottom] < cell.row + min(cell.rowspan, _MAX_SPAN):
            rows[bottom].append(slot)
            bottom += 1
        slot.bottom = bottom
        count += bottom - top
        if count > MAX_SLOTS:
            return Lattice([], table.ragged, table.sparse)
    for row in rows:
        row.sort(key=lambda s: s.left)
    if table.ragged:
        for row in rows:
            for i, slot in enumerate(row):
                slot.left, slot.right = i, i + 1
    out = Lattice(rows, table.ragged, table.sparse)
    _join(out, lexicon)
    return out


def transposed(table: TextTable) -> TextTable:
    """The same table with its rows as columns."""
    return replace(
        table,
        cells=tuple(
            replace(c, row=c.col, col=c.row, rowspan=c.colspan, colspan=c.rowspan)
            for c in sorted(table.cells, key=lambda c: (c.col, c.row))
        ),
    )


def _slot(cell: TableCell, top: int, lexicon: Lexicon) -> TableSlot:
    text = cell.text.strip() if squash(cell.text) else ""
    match = lexicon.look_up(text) if text and cell.number is None else NOTHING
    return TableSlot(
        [cell],
        text,
        top,
        top + 1,
        cell.col,
        cell.col + max(cell.colspan, 1),
        match,
        not match and is_figure(cell, text),
    )


def is_figure(cell: TableCell, text: str) -> bool:
    """Whether a cell says a number, well or badly written, or that there is none (/, 无)."""
    if cell.number is not None or cell.computable:
        return True
    plain = squash(text)
    if not plain or len(plain) > _LONG_FIGURE or _NUMBERED.match(plain):
        return False
    return bool(_FIGURE.fullmatch(plain)) or stands_for_none(plain)


def _join(table: Lattice, lexicon: Lexicon) -> None:
    """Join labels that stand in pieces in neighbouring cells, beside or below each other."""
    for y, row in enumerate(table.rows):
        for slot in list(row):
            if slot.top != y or slot.match or not slot.wording or slot not in row:
                continue
            if not lexicon.begins(slot.text):
                continue
            _grow(table, slot, lexicon)
    table.rows[:] = [row for row in table.rows if row]


def _grow(table: Lattice, slot: TableSlot, lexicon: Lexicon) -> None:
    for pieces in (_beside(table, slot), [] if table.ragged else _below(table, slot)):
        text, used = slot.text, []
        for piece in pieces:
            text += piece.text
            used.append(piece)
            match = lexicon.look_up(text)
            if match:
                _absorb(table, slot, used, text, match)
                return
            if not lexicon.begins(text):
                break


def _beside(table: Lattice, slot: TableSlot) -> Iterator[TableSlot]:
    row = table.rows[slot.top]
    for piece in row[row.index(slot) + 1 :]:
        if not piece.wording or piece.top != slot.top:
            return
        yield piece


def _below(table: Lattice, slot: TableSlot) -> Iterator[TableSlot]:
    for y in range(slot.bottom, len(table.rows)):
        under = [s for s in table.rows[y] if s.left == slot.left and s.top == y]
        if len(under) != 1 or not under[0].wording:
            return
        yield under[0]


def _absorb(
    table: Lattice, slot: TableSlot, pieces: list[TableSlot], text: str, match: Match
) -> None:
    slot.text, slot.match = text, match
    for piece in pieces:
        slot.right = max(slot.right, piece.right)
        slot.bottom = max(slot.bottom, piece.bottom)
        slot.cells += piece.cells
        for y in range(piece.top, piece.bottom):
            row = table.rows[y]
            at = row.index(piece)
            if y < slot.bottom and slot not in row:
                row[at] = slot
            else:
                del row[at]
    if table.ragged:
        for y in range(slot.top, slot.bottom):
            for i, other in enumerate(table.rows[y]):
                other.left, other.right = i, i + 1


def paragraphs_in(
    table: TextTable, lexicon: Lexicon, *, goes_on: bool = False
) -> list[Paragraph | TextTable]:
    """The table cut where a row is one sentence or heading: a page laid out in cells.

    A whole report on one sheet, or a layout table of a web page, comes apart into its paragraphs
    and its tables; a table that is only a table comes back as it is. ``goes_on``: it follows
    another table directly, as after a page break.
    """
    rows = lattice(table, lexicon).rows
    out: list[Paragraph | TextTable] = []
    kept: list[TableCell] = []
    inside = goes_on
    for y, row in enumerate(rows):
        filled = [s for s in row if not s.blank]
        if len(filled) == 1 and filled[0].top == y and _prose(filled[0], row, inside):
            _flush(out, kept, table)
            out.append(Paragraph(filled[0].text, filled[0].cell.place))
            inside = False
            continue
        inside = inside or any(s.match for s in filled)
        kept.extend(c for s in row if s.top == y for c in s.cells)
    if not out:
        return [table]
    _flush(out, kept, table)
    return out


def _prose(slot: TableSlot, row: list[TableSlot], inside: bool) -> bool:
    if slot.match:
        return False
    if slot.figure:
        return squash(slot.text) == "无" and len(row) == 1
    # Below official rows a short text before empty cells is a local row that is not filled in.
    return not (inside and len(row) > 1 and len(slot.text) <= _LABEL and not section_of(slot.text))


def _flush(out: list[Paragraph | TextTable], kept: list[TableCell], table: TextTable) -> None:
    if kept:
        out.append(replace(table, cells=tuple(kept)))
        kept.clear()
