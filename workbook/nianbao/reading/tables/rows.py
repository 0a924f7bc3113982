"""Going through the rows of a table that is laid out.

A row is known by its label, a figure by the heading of its column: by position where the table has
any, by order from the right where it has none or where position makes no sense. Reading goes on
from table to table, so that one torn apart by a page break is still one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from nianbao.form import Cell, Form
from nianbao.reading.document import TableCell, TextTable
from nianbao.reading.tables.cells import Lattice, TableSlot, lattice, transposed
from nianbao.reading.tables.columns import Columns, Cut
from nianbao.reading.tables.headings import Header, header, is_header_row
from nianbao.reading.vocabulary.labels import SHORT, LabelSpot, Lexicon
from nianbao.report import Note
from nianbao.words.labels import SUBTOTALS, words

RowKind = Literal["official", "part", "group", "local"]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as it was read.

    ``official``: a row of the form, with ``name`` where it is one of several that 其他对外管理服务
    事项 is split into · ``part``: one of several rows that a local form makes of an official one ·
    ``group``: figures beside a label that only groups others · ``local``: a row that the form does
    not have.
    ``values``: column id → the cell, None where the table has none there.
    """

    kind: RowKind
    table: str
    block: int
    id: str
    label: str
    values: dict[str, TableCell | None]
    place: str | None
    name: str | None = None
    run: int = 0  # rows below one header; tells a table that stands twice from one that goes on
    headed: bool = True  # stands below headings of its columns, not only in the form's order
    shared: tuple[tuple[TableCell, tuple[str, ...]], ...] = ()  # cells over several rows or columns

    @property
    def texts(self) -> str:
        """What stands in its cells, for a message; '' if nothing does."""
        return "、".join(text for cell in self.values.values() if (text := text_of(cell)))


def text_of(cell: TableCell | None) -> str:
    """What stands in a cell, for a message; '' for none."""
    if cell is None:
        return ""
    return cell.text.strip() or ("" if cell.number is None else str(cell.number))


@dataclass
class Context:
    """What the rows above say of the next one."""

    header: Header | None = None
    table: str | None = None
    block: int = 0
    last: LabelSpot | None = None  # the official row above
    name_left: int | None = None  # where the name stood, if that row was one of several
    titled: tuple[str, int] | None = None  # the block that a title above names
    run: int = 0
    goes_on: bool = False  # nothing stands between the table above and the next one

    def following(self, goes_on: bool) -> Context:
        """What it says of a table: of one that does not go on, little."""
        if goes_on:
            return replace(self, goes_on=True)
        return Context(last=self.last, run=self.run)


@dataclass
class ReadTable:
    """The outcome for one table."""

    rows: list[ReadRow] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    texts: list[tuple[str, str | None]] = field(default_factory=list)  # placed nowhere
    unnumbered: list[tuple[str, str]] = field(default_factory=list)  # table, label
    context: Context = field(default_factory=Context)

    @property
    def placed(self) -> int:
        """How many cells of the form were found."""
        official = (r for r in self.rows if r.kind != "local")
        return len({(r.id, r.name, c) for r in official for c, cell in r.values.items() if cell})

    @property
    def filled(self) -> int:
        """How many cells that hold something were read, of local rows too."""
        cells = (cell for row in self.rows for cell in row.values.values() if cell)
        return sum(c.number is not None or bool(c.text.strip()) for c in cells)

    @property
    def left_over(self) -> int:
        """How much found no place."""
        return len(self.texts) + sum(n.kind == "unplaced" for n in self.notes)


_MOST_UNKNOWN = 500  # a table with more words that no form has is none of the form
_LONGEST = 30  # a longer text beside empty cells is no label
_REMARK = re.compile(r"(?:备?注|说明|填表)")


class Walk:
    """Reads one table, beginning with what the tables above say."""

    def __init__(
        self, grid: Lattice, lexicon: Lexicon, context: Context, taken: set[LabelSpot]
    ) -> None:
        self.grid, self.lexicon, self.taken = grid, lexicon, taken
        self.form: Form = lexicon.form
        self.now = replace(context)
        self.out = ReadTable(context=self.now)
        self.columns = Columns(grid, self.form, self.out.notes)
        self.unplaced: set[TableSlot] = set()
        self.is_official = context.goes_on or grid.has_labels
        self.group_at = -1  # the last row of figures beside a label that only groups others

    def read(self) -> ReadTable:
        rows = self.grid.rows
        self.guess_labels()
        y = 0
        while y < len(rows):
            if is_header_row(rows[y]):
                found, end = header(self.grid, y)
                self.note_titles(rows[y])
                self.enter(found)
                y = end
                continue
            self.row(y, rows[y])
            y += 1
        self.unfilled()
        self.columns.tell_foreign()
        return self.out

    def guess_labels(self) -> None:
        """Give labels with a wrong character or two the official one, and say so."""
        unknown = sum(s.wording and not s.match for row in self.grid.rows for s in row)
        if not self.is_official or unknown > _MOST_UNKNOWN:
            return
        for y, row in enumerate(self.grid.rows):
            split = [s.left for s in row if s.match.rows and s.match.rows[0].repeat]
            for slot in row:
                # Beside a label that is split the name may be anything.
                named_freely = any(left < slot.left for left in split)
                if slot.top == y and slot.wording and not slot.match and not named_freely:
                    self.nearest(slot)

    def nearest(self, slot: TableSlot) -> None:
        match = self.lexicon.nearest(slot.text, self.taken)
        if match:
            slot.match = match
            spot = (match.rows or match.columns)[0]
            name = self.form.tables[spot.table].name
            message = f"{name}的“{slot.shown}”与格式不同，按最接近的“{spot.label}”读取。"
            self.out.notes.append(Note("nearest_label", message, slot.cell.place))

    def enter(self, found: Header) -> None:
        """Go to the block that the new header is of: a named one, else the next that fits."""
        now = self.now
        now.header = found
        now.run += 1
        blocks = [(t.id, b) for t in self.form.tables.values() for b in range(len(t.blocks))]
        shares = [found.share(self.form, *at) for at in blocks]
        fits = [at for at, share in zip(blocks, shares, strict=True) if share == max(shares) > 0]
        if not fits or now.titled in fits:
            return
        last = blocks.index((now.last.table, now.last.block)) if now.last else -1
        now.table, now.block = next((f for f in fits if blocks.index(f) > last), fits[0])

    def note_titles(self, row: list[TableSlot]) -> None:
        for slot in row:
            if slot.match.title and slot.match.title != self.now.titled:
                self.now.table, self.now.block = self.now.titled = slot.match.title

    def row(self, y: int, row: list[TableSlot]) -> None:
        self.note_titles(row)
        label = self.label_of(row)
        own = [s for s in row if s.top == y and not s.blank and not s.match.title]
        if label is not None:
            self.official(y, row, label)
        elif not own:
            self.disputes(row, own)
        elif not self.disputes(row, own):
            self.other(y, row, own)

    def label_of(self, row: list[TableSlot]) -> TableSlot | None:
        """The slot that names the official row: the innermost label, but a split row's first."""
        labels = [s for s in row if self.names_row(s)]
        split = [s for s in labels if self.spot(s).repeat]
        return split[0] if split else labels[-1] if labels else None

    def names_row(self, slot: TableSlot) -> bool:
        """Whether it is a row's label; a short one without its number is in its own table only."""
        rows = [spot for spot in slot.match.rows if spot.leaf]
        sure = slot.match.how != "number" or len(words(slot.text)) >= SHORT
        return bool(rows) and (sure or any(spot.table == self.now.table for spot in rows))

    def spot(self, slot: TableSlot) -> LabelSpot:
        """The official row of a label; of several that of the table we are in."""
        leaves = [s for s in slot.match.rows if s.leaf] or slot.match.rows
        return next((s for s in leaves if s.table == self.now.table), leaves[0])

    def cut(
        self,
        row: list[TableSlot],
        at: tuple[str, int],
        label: TableSlot | None,
        parent: str | None = None,
    ) -> Cut:
        out = self.columns.cut(row, self.now.header, at, label, parent)
        self.note_unplaced(out.astray)
        return out

    def official(self, y: int, row: list[TableSlot], label: TableSlot) -> None:
        now, spot = self.now, self.spot(label)
        out = self.columns.cut(row, now.header, (spot.table, spot.block), label)
        if not self.miscounted(row, spot, label, out):
            self.note_unplaced(out.astray)
        beside = [s for s in out.labels if s.left >= label.right and s.wording and not s.match.rows]
        split = spot.repeat or self.grid.ragged or label.bottom - label.top > 1
        name = beside[0] if beside and split else None
        now.table, now.block, now.last = spot.table, spot.block, spot
        now.name_left = name.left if name else None
        kind: RowKind = "official" if spot.repeat or name is None else "part"
        self.add(kind, spot.id, spot.label, out, label, name)
        if label.match.how == "number":
            self.out.unnumbered.append((spot.table, label.shown))
        own = [s for s in out.labels if s.top == y and s.wording and not s.match]
        self.note_unplaced(s for s in own if s is not name)

    def miscounted(self, row: list[TableSlot], spot: LabelSpot, label: TableSlot, out: Cut) -> bool:
        """Say of a row with too few or too many figures that none of them can be placed."""
        figures = [s for s in row if s.left >= label.right and s.figure]
        columns = self.form.tables[spot.table].blocks[spot.block].column_leaves
        if out.filled or not out.astray or spot.repeat or len(figures) == len(columns):
            return False
        ids = tuple(f"{spot.table}.{spot.id}.{leaf.id}" for leaf in columns)
        name = row_name(self.form.cells()[ids[0]])
        texts = "、".join(s.shown for s in figures)
        message = (
            f"{self.form.tables[spot.table].name}{name}一行有 {len(figures)} 个数（{texts}），"
            f"格式有 {len(columns)} 栏，分不清各属哪一栏，没有读入。"
        )
        self.out.notes.append(Note("missing", message, label.cell.place, ids))
        self.unplaced.update(out.astray)
        return True

    def other(self, y: int, row: list[TableSlot], own: list[TableSlot]) -> None:
        """A row whose label is not official."""
        now = self.now
        table = now.table and self.form.tables[now.table]
        if not table or not table.blocks[now.block].rows:
            self.note_unplaced(own)
            return
        out = self.cut(row, (table.id, now.block), None)
        labels = [s for s in out.labels if s.wording and not self.known_here(s)]
        groups = [s for s in out.labels if s.top == y and self.group_here(s)]
        values = [s for s in out.values.values() if s is not None]
        if labels and values and not self.heads_elsewhere(out.labels, values):
            self.unknown(out, labels)
        elif groups and out.filled and not labels:
            spot = groups[-1].match.rows[0]
            self.add("group", spot.id, spot.label, out, groups[-1], None)
            self.group_at = y
        else:
            if self.group_at == y - 1 and not any(s.wording for s in row if s.top == y):
                # A row without a label below it: these are the rows of a group, their labels gone.
                group = self.out.rows.pop()
                self.out.texts.append((group.texts, group.place))
            self.note_unplaced(s for s in own if not s.match)

    def unknown(self, out: Cut, labels: list[TableSlot]) -> None:
        """A row of its own name: one of several that a row is split into, or a local one."""
        now, first = self.now, labels[0]
        sentence = any(s.wording for s, _ in out.merged)
        if now.last and first.left == now.name_left and not sentence:
            kind: RowKind = "official" if now.last.repeat else "part"
            self.add(kind, now.last.id, now.last.label, out, first, first)
        elif sentence or not self.is_official or self.no_local_row(out, labels):
            merged = (s for s, _ in out.merged)
            self.note_unplaced([*labels, *(s for s in out.values.values() if s), *merged])
        else:
            now.name_left = None
            label = " ".join(s.shown for s in labels)
            self.add("local", now.last.id if now.last else "", label, out, first, None)

    def no_local_row(self, out: Cut, labels: list[TableSlot]) -> bool:
        """Whether it is a subtotal, a column of another table, or a remark beside empty cells."""
        if not out.filled and (len(labels[0].text) > _LONGEST or _REMARK.match(labels[0].text)):
            return True
        return any(
            words(s.text) in SUBTOTALS
            or (s.match.columns and all(c.table != self.now.table for c in s.match.columns))
            for s in labels
        )

    def heads_elsewhere(self, labels: list[TableSlot], values: list[TableSlot]) -> bool:
        """Whether a row without figures heads columns that the form does not have."""
        texts = {s.shown for s in values if s.wording}
        heads = len(texts) == len(values) and (
            len(texts) > 1 or any(s.match.corner for s in labels)
        )
        if heads:
            self.now.table = None  # the rows below are of no official block
        return heads

    def known_here(self, slot: TableSlot) -> bool:
        """A title, or what groups rows of this table."""
        return slot.match.title is not None or self.group_here(slot)

    def group_here(self, slot: TableSlot) -> bool:
        return any(s.table == self.now.table for s in slot.match.rows)

    def disputes(self, row: list[TableSlot], own: list[TableSlot]) -> bool:
        """A row of a table whose rows have no labels (表四), or whose column groups label them."""
        now = self.now
        for table in self.form.tables.values():
            if table.blocks[0].rows or now.header is None or table.id not in now.header.tables:
                continue
            groups = [s for s in row if any(not c.leaf for c in s.match.columns)]
            if groups and any(s.figure for s in own):
                spots = [c for c in groups[-1].match.columns if c.table == table.id and not c.leaf]
                if spots and spots[0].id:
                    now.table, now.block = table.id, 0
                    out = self.cut(row, (table.id, 0), groups[-1], spots[0].id)
                    self.add("official", "", spots[0].label, out, groups[-1], None)
                    return True
            elif now.table == table.id and (any(s.figure for s in own) or not own):
                self.single(row, table.id)
                return True
        return False

    def single(self, row: list[TableSlot], table: str) -> None:
        """The row of table 四. Of several below one header the last that is filled in counts."""
        before = [r for r in self.out.rows if r.table == table and r.run == self.now.run]
        if before and all(s.blank for s in row):
            return
        out = self.cut(row, (table, 0), None)
        if not out.values:
            return
        for old in before:
            self.out.rows.remove(old)
            if texts := old.texts:
                self.out.texts.append((texts, old.place))
        self.add("official", "", "", out, row[0], None)

    def unfilled(self) -> None:
        """A table 四 of which only the header is there has one row, not filled in."""
        now = self.now
        for table in self.form.tables.values():
            if table.blocks[0].rows or now.header is None or table.id not in now.header.tables:
                continue
            if now.table == table.id and not any(r.run == now.run for r in self.out.rows):
                ids = [c.id for c in now.header.columns(table.id, 0) if c]
                row = ReadRow(
                    "official", table.id, 0, "", "", dict.fromkeys(ids), None, run=now.run
                )
                self.out.rows.append(row)

    def add(
        self, kind: RowKind, id: str, label: str, out: Cut, at: TableSlot, name: TableSlot | None
    ) -> None:
        now = self.now
        table, block = now.table or "", now.block
        shared = [(slot, tuple(ids)) for slot, ids in out.merged]
        shared += [(s, (col,)) for col, s in out.values.items() if s and s.reaches_beyond(at)]
        values = {col: slot.cell if slot else None for col, slot in out.values.items()}
        values |= {col: None for _, cols in shared for col in cols}
        self.out.rows.append(
            ReadRow(
                kind,
                table,
                block,
                id,
                label,
                values,
                at.cell.place,
                name.shown if name else None,
                now.run,
                now.header is not None and any(now.header.columns(table, block)),
                tuple((slot.cell, cols) for slot, cols in shared),
            )
        )

    def note_unplaced(self, slots: Iterable[TableSlot]) -> None:
        """Remember that these, of one row, found no place."""
        new = [s for s in slots if s not in self.unplaced and not s.blank]
        if new:
            self.unplaced.update(new)
            self.out.texts.append(("、".join(s.shown for s in new), new[0].cell.place))


_UNLABELLED = 3  # rows that may go on from a table above without any label: those of 表四


def read_table(
    table: TextTable, lexicon: Lexicon, context: Context, taken: set[LabelSpot]
) -> ReadTable:
    """The rows of one table, read as it stands or turned over, whichever makes more sense of it.

    ``taken``: the rows whose labels were found as they should be, anywhere in the source.
    """
    grid = lattice(table, lexicon)
    strange = len(grid.rows) > _UNLABELLED and not grid.has_labels
    if strange:
        context = context.following(goes_on=False)
    reading = Walk(grid, lexicon, context, taken).read()
    if table.ragged or strange or _makes_sense(grid, reading, lexicon.form):
        return reading
    turned = Walk(lattice(transposed(table), lexicon), lexicon, context, taken).read()
    if turned.placed <= turned.left_over:
        return reading  # by chance a word or two of it fit
    return max(reading, turned, key=lambda r: (r.placed, r.filled, -r.left_over))


def _makes_sense(grid: Lattice, reading: ReadTable, form: Form) -> bool:
    """Whether most rows with official labels and most figures were read, and nothing left over.

    A piece of a table without rows makes sense if it is a whole header.
    """
    own = [s for y, row in enumerate(grid.rows) for s in row if s.top == y]
    labels = sum(not s.match.columns and any(spot.leaf for spot in s.match.rows) for s in own)
    figures = sum(s.figure for s in own)
    if len(reading.rows) * 2 < labels or reading.filled * 2 < figures or reading.left_over:
        return False
    header = reading.context.header
    return reading.placed > 0 or (header is not None and header.complete(form))


def row_name(cell: Cell) -> str:
    """The row of a figure as a person names it, in quotes: “（三）不予公开 1.属于国家秘密”."""
    row = cell.title.rpartition("的“")[0]
    return row[row.index("“") :]
