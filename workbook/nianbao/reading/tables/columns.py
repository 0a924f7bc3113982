"""One row of a table → its labels and the figure of each column.

By position under the headings where positions make sense, else by order from the right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nianbao.form import Form
from nianbao.reading.tables.cells import Lattice, TableSlot
from nianbao.reading.tables.headings import Head, Header
from nianbao.reading.vocabulary.labels import LabelSpot
from nianbao.report import Note
from nianbao.words.figures import parse, squash


@dataclass
class Cut:
    """``values``: column id → slot, None where the table has no cell. ``merged``: slots that cover
    several columns, with their ids. ``foreign``: what stands below headings of no official column.
    ``astray``: figures that no column could be found for. ``by_form``: headings are missing, the
    columns are known by the form's order alone."""

    labels: list[TableSlot]
    values: dict[str, TableSlot | None] = field(default_factory=dict)
    merged: list[tuple[TableSlot, list[str]]] = field(default_factory=list)
    foreign: list[tuple[Head, TableSlot]] = field(default_factory=list)
    astray: list[TableSlot] = field(default_factory=list)
    by_form: bool = False

    @property
    def filled(self) -> bool:
        return any(s is not None and not s.blank for s in self.values.values())


def cut(
    row: Sequence[TableSlot],
    heads: Sequence[Head],
    columns: Sequence[LabelSpot | None],
    official: Sequence[str],
    label: TableSlot | None,
    *,
    ragged: bool,
    sparse: bool = True,
) -> Cut:
    """Cut a row. ``columns`` are those of ``heads``; ``official`` all column ids, as in the form.

    ``sparse``: a column without a cell is not filled in; else a cell got lost, who knows which.

    Order is trusted only if the count is exact: every heading one cell, or, where headings are
    missing, every column of the form one cell with the known headings in the form's order.
    """
    known = [c.id for c in columns if c]
    by_position, trusted = None, False
    if known and not ragged:
        by_position, sound, trusted = _by_position(row, heads, columns, label, sparse)
        if sound:
            return by_position
    # A heading that is gone and an empty cell look alike: then nothing is taken for padding.
    padded = len(known) == len(official)
    if known and (ordered := _by_order(row, heads, columns, label, padded=padded)):
        return ordered
    if official and _in_order(known, official):
        after = _after_label(row, len(official), label, padded=not known)
        below = {c.id: h for h, c in zip(heads, columns, strict=True) if c}
        if after and (ragged or _agree(dict(zip(official, after[1], strict=True)), below)):
            start, slots = after
            values: dict[str, TableSlot | None] = dict(zip(official, slots, strict=True))
            return Cut(list(row[:start]), values, by_form=True)
    if by_position and trusted:
        return by_position
    return Cut(
        [s for s in row if not s.figure], astray=[s for s in row if s.figure and not s.blank]
    )


def _by_position(
    row: Sequence[TableSlot],
    heads: Sequence[Head],
    columns: Sequence[LabelSpot | None],
    label: TableSlot | None,
    sparse: bool,
) -> tuple[Cut, bool, bool]:
    """What stands below each heading; whether that makes sense; whether each cell alone does."""
    out = Cut([])
    under: list[list[TableSlot]] = [[] for _ in heads]
    covers: dict[TableSlot, list[int]] = {}
    for slot in row:
        hit = [i for i, h in enumerate(heads) if h.left < slot.right and slot.left < h.right]
        covers[slot] = hit
        for i in hit:
            under[i].append(slot)
        if not hit:
            out.labels.append(slot)
    aligned = not any(s.figure for s in out.labels) and (label is None or label in out.labels)
    # Beside a heading without a cell, an empty cell without a heading: the row may be shifted.
    beside = [s for s in out.labels if s.blank and (label is None or s.left >= label.right)]
    lost = any(spot and not below for spot, below in zip(columns, under, strict=True))
    if lost and (beside or not sparse):
        aligned = False
    sound = aligned
    for i, (head, spot) in enumerate(zip(heads, columns, strict=True)):
        filled = [s for s in under[i] if not s.blank]
        if spot is None:
            # Blank or “/” where a row has nothing to do with a column says nothing.
            out.foreign += [(head, s) for s in filled if not _empty(s)]
            continue
        chosen = _only_figure(filled)
        if len({s.shown for s in filled}) > 1:
            sound = False
            out.astray += [s for s in filled if s is not chosen]
        out.values[spot.id] = chosen or (under[i][0] if under[i] and not filled else None)
    for slot, hit in covers.items():
        ids = [spot.id for i in hit if (spot := columns[i])]
        if len(ids) > 1 and not slot.blank:
            sound = False
            out.merged.append((slot, ids))
    return out, sound, aligned


def _only_figure(slots: Sequence[TableSlot]) -> TableSlot | None:
    """Of what stands below one heading the figure, else the first word; None if figures differ."""
    figures = [s for s in slots if s.figure]
    if len({s.shown for s in figures}) > 1:
        return None
    return next(iter(figures or slots), None)


def _empty(slot: TableSlot) -> bool:
    return slot.figure and not any(c.isdigit() for c in slot.shown)


def _by_order(
    row: Sequence[TableSlot],
    heads: Sequence[Head],
    columns: Sequence[LabelSpot | None],
    label: TableSlot | None,
    *,
    padded: bool,
) -> Cut | None:
    after = _after_label(row, len(heads), label, padded=padded)
    if after is None:
        return None
    start, slots = after
    out = Cut(list(row[:start]))
    for head, spot, slot in zip(heads, columns, slots, strict=True):
        if spot:
            out.values[spot.id] = slot
        elif not slot.blank and not _empty(slot):
            out.foreign.append((head, slot))
    return out


def _after_label(
    row: Sequence[TableSlot], count: int, label: TableSlot | None, *, padded: bool
) -> tuple[int, Sequence[TableSlot]] | None:
    """Where the last ``count`` cells begin, if these are all that stands after the label.

    ``padded``: empty cells between the label and them, or behind them, may be padding.
    """
    start = _end_of_labels(row, count, label)
    slots = list(row[start:])
    while padded and len(slots) > count and slots[-1].blank:
        slots.pop()
    surplus = len(slots) - count
    if surplus < 0 or (surplus and not padded) or not all(s.blank for s in slots[:surplus]):
        return None
    # A word first among the figures is a label too many: then a figure is missing.
    if label is not None and slots[surplus].wording:
        return None
    return start + surplus, slots[surplus:]


def _end_of_labels(row: Sequence[TableSlot], count: int, label: TableSlot | None) -> int:
    if label is not None:
        start = list(row).index(label) + 1
        # The name of one of several rows stands beside what they have in common.
        while start < len(row) - count and row[start].wording and not row[start].match:
            start += 1
        return start
    first = next((i for i, s in enumerate(row) if s.figure and not s.blank), len(row))
    worded = [i for i, s in enumerate(row[:first]) if s.wording]
    return worded[-1] + 1 if worded else 0


def _agree(values: Mapping[str, TableSlot], heads: Mapping[str, Head]) -> bool:
    """Whether what is given to the columns that have headings stands below these."""
    return all(h.left < values[c].right and values[c].left < h.right for c, h in heads.items())


def _in_order(known: Sequence[str], official: Sequence[str]) -> bool:
    rest = iter(official)
    return all(k in rest for k in known)


_SHOWN = 5


def _in_yuan(heading: str) -> bool:
    return "元" in heading and "万元" not in squash(heading)


class Columns:
    """The columns of one table; remembers what was odd. ``notes``: where it is told."""

    def __init__(self, grid: Lattice, form: Form, notes: list[Note]) -> None:
        self.grid, self.form, self.notes = grid, form, notes
        self.foreign: dict[TableSlot, list[TableSlot]] = {}  # by heading
        self.doubts: set[str] = set()

    def cut(
        self,
        row: list[TableSlot],
        header: Header | None,
        at: tuple[str, int],
        label: TableSlot | None,
        parent: str | None = None,
    ) -> Cut:
        """Cut a row of a block; ``at``: table and block."""
        table, block = at
        ragged = self.grid.ragged or (header is not None and header.overlapping)
        leaves = [leaf.id for leaf in self.form.tables[table].blocks[block].column_leaves]
        official = [id for id in leaves if parent is None or id.startswith(parent + ".")]
        heads = header.heads if header else ()
        columns = header.columns(table, block, parent) if header else []
        if header is not None and not header.ordered:
            heads, columns, official = (), [], []
        out = cut(row, heads, columns, official, label, ragged=ragged, sparse=self.grid.sparse)
        if header and parent is None and header.guessed(*at) and any(columns):
            self.doubt(row, f"{self.form.tables[table].name}有列标题没有写明属于哪一类")
        elif out.by_form:
            known = {c.id for c in columns if c}
            lost = [self.form.column_label(table, id) for id in official if id not in known]
            if known and lost:
                labels = "、".join(f"“{label}”" for label in lost)
                name = self.form.tables[table].name
                self.doubt(row, f"{name}缺少 {len(lost)} 个列标题：{labels}", "missing")
            else:
                self.doubt(row, f"{self.form.tables[table].name}的列标题不全")
        for head, slot in out.foreign:
            self.foreign.setdefault(head.slot, []).append(slot)
        for _, ids in out.merged:
            out.values |= dict.fromkeys(ids)
        for head, column in zip(heads, columns, strict=True):
            if column and column.path[-1].kind == "money" and _in_yuan(head.slot.text):
                self.convert(out, column.id, head.slot)
        return out

    def doubt(self, row: list[TableSlot], what: str, kind: str = "nearest_label") -> None:
        """Say once that the columns are known by the form's order alone."""
        if what not in self.doubts:
            self.doubts.add(what)
            message = f"{what}，按格式的次序读取。"
            self.notes.append(Note(kind, message, row[0].cell.place))

    def convert(self, out: Cut, column: str, head: TableSlot) -> None:
        """Money under a heading that says 元 gets this unit, so that it is read as what it is."""
        slot = out.values.get(column)
        if slot is None or "元" in slot.text:
            return
        number = slot.cell.number
        value = parse(slot.text if number is None else number, "money").value
        if not value:
            return
        out.values[column] = replace(
            slot, cells=[replace(slot.cell, text=f"{value}元", number=None)]
        )
        message = f"“{head.shown}”以元为单位，已把“{slot.shown}”换算为万元。"
        self.notes.append(Note("nearest_label", message, slot.cell.place))

    def tell_foreign(self) -> None:
        for head, slots in self.foreign.items():
            seen = list(dict.fromkeys(slots))
            texts = "、".join(f"“{s.shown}”" for s in seen[:_SHOWN])
            more = f"等 {len(seen)} 处" if len(seen) > _SHOWN else ""
            message = f"“{head.shown}”一列不在官方表格中，{texts}{more}没有读入。"
            every = "、".join(f"“{s.shown}”" for s in seen)
            whole = f"“{head.shown}”一列不在官方表格中，{every}没有读入。"
            self.notes.append(Note("unplaced", message, head.cell.place, whole=whole))
