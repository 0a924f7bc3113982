"""A row below its header → the cell of each official column, and what is odd about the columns."""

from __future__ import annotations

from dataclasses import replace

from nianbao.figures import parse, squash
from nianbao.form import Form
from nianbao.report import Note
from nianbao.sources.cutting import Cut, cut
from nianbao.sources.header import Header
from nianbao.sources.lattice import Lattice, Slot

_SHOWN = 5


def _in_yuan(heading: str) -> bool:
    return "元" in heading and "万元" not in squash(heading)


class Columns:
    """The columns of one table; remembers what was odd. ``notes``: where it is told."""

    def __init__(self, grid: Lattice, form: Form, notes: list[Note]) -> None:
        self.grid, self.form, self.notes = grid, form, notes
        self.foreign: dict[Slot, list[Slot]] = {}  # by heading
        self.doubts: set[str] = set()

    def cut(
        self,
        row: list[Slot],
        header: Header | None,
        at: tuple[str, int],
        label: Slot | None,
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

    def doubt(self, row: list[Slot], what: str, kind: str = "nearest_label") -> None:
        """Say once that the columns are known by the form's order alone."""
        if what not in self.doubts:
            self.doubts.add(what)
            message = f"{what}，按格式的次序读取。"
            self.notes.append(Note(kind, message, row[0].cell.place))

    def convert(self, out: Cut, column: str, head: Slot) -> None:
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
