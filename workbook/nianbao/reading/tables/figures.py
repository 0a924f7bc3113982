"""Rows from all tables of a source → the figures of one report, and what is odd about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nianbao.form import Cell, ExtraRow, Form, Kind, Layout, Table, local_cell, local_id
from nianbao.reading.document import TableCell, TextTable
from nianbao.reading.tables.rows import Context, ReadRow, ReadTable, read_table, row_name, text_of
from nianbao.reading.vocabulary.labels import LabelSpot, Lexicon, lexicon
from nianbao.report import Note, Origin
from nianbao.words.figures import Value, parse, quoted, show


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """A figure as it was read; ``headed``: below a heading of its column; ``rows``: how many rows
    of its official table stand in the same text table."""

    value: Value
    origin: Origin
    computable: bool = False
    headed: bool = True
    rows: int = 1


def in_the_text(one: ReadFigure, another: ReadFigure) -> ReadFigure | None:
    """Of two figures of one cell that of a table in the running text; None if both are official.

    The official one has its headings, and not just a row or two.
    """
    if one.headed != another.headed:
        return another if one.headed else one
    few, many = sorted((one, another), key=lambda f: f.rows)
    return few if few.rows * 2 < many.rows else None


def figure_of(cell: TableCell | None, kind: Kind) -> ReadFigure:
    """The figure in a cell; of a cell that is missing one that is not filled in."""
    if cell is None:
        return ReadFigure(None, Origin(None, "", "V-02"))
    value, issue = parse(cell.text if cell.number is None else cell.number, kind)
    text = cell.text or ("" if cell.number is None else str(cell.number))
    if cell.computable and value is None:
        return ReadFigure(None, Origin(cell.place, text), computable=True)
    return ReadFigure(value, Origin(cell.place, text, issue))


def sum_of(parts: Sequence[ReadFigure]) -> ReadFigure:
    """Several figures as one; none if one of them is not known."""
    known = [p.value for p in parts if p.value is not None]
    whole = sum(known) if len(known) == len(parts) else None
    issue = next((p.origin.issue for p in parts if p.origin.issue), None)
    text = " + ".join(p.origin.text for p in parts)
    return ReadFigure(whole, Origin(parts[0].origin.place, text, issue))


def conflict_notes(
    form: Form, layout: Layout, conflicts: Iterable[tuple[str, ReadFigure, ReadFigure]]
) -> Iterator[Note]:
    """For each table of which figures stand twice and differ (cell, first, second) one note."""
    by_table: dict[str, list[tuple[str, ReadFigure, ReadFigure]]] = {}
    for conflict in conflicts:
        table = "extra" if local_cell(conflict[0]) else conflict[0].partition(".")[0]
        by_table.setdefault(table, []).append(conflict)
    for found in by_table.values():
        id, first, second = found[0]
        both = "、".join(
            f"{f.origin.text.strip() or show(f.value) or '空白'}"
            + (f"（{f.origin.place}）" if f.origin.place else "")
            for f in (first, second)
        )
        used = "先出现的" if first.value is not None or first.computable else "填了的"
        message = (
            f"有 {len(found)} 个数出现两次而不相同，用{used}一个："
            f"{form.title_of(id, layout)}为 {both}。"
        )
        yield Note("duplicate", message, second.origin.place, tuple(c[0] for c in found))


@dataclass
class ReadTables:
    """What the tables of a source say. ``official``: which of them, by index, hold figures."""

    figures: dict[str, ReadFigure] = field(default_factory=dict)
    repeats: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    extra: list[ExtraRow] = field(default_factory=list)
    extra_figures: dict[str, ReadFigure] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    official: dict[int, str] = field(default_factory=dict)  # index → table id


def read_tables(tables: Sequence[TextTable], form: Form, at: Sequence[int] = ()) -> ReadTables:
    """Everything that stands in the tables, by the form's cells.

    ``at``: the line of text that each table stands before; tables at one line follow each other.
    """
    words = lexicon(form.format)
    taken = _found_exactly(tables, words)
    context = Context()
    collector = _Collector(form)
    for index, table in enumerate(tables):
        goes_on = 0 < index < len(at) and at[index - 1] == at[index]
        reading = read_table(table, words, context.following(goes_on), taken)
        context = reading.context
        if reading.rows:
            collector.out.official[index] = reading.rows[0].table
            collector.add(reading)
        elif not all(words.look_up(c.text) for c in table.cells if c.text.strip()):
            collector.unofficial(table)
    return collector.finish()


def _found_exactly(tables: Iterable[TextTable], words: Lexicon) -> set[LabelSpot]:
    return {
        spot
        for table in tables
        for cell in table.cells
        if cell.number is None
        for spot in words.look_up(cell.text).rows
    }


_MANY = 50  # rows of one table that are told one by one: more than the form has
_WHOLE_ROW = 150  # characters: fifteen figures of any size


class _Collector:
    def __init__(self, form: Form) -> None:
        self.form = form
        self.out = ReadTables()
        self.kinds: dict[tuple[str, int], Mapping[str, Kind]] = {
            (t.id, b): {leaf.id: leaf.node.kind for leaf in block.column_leaves}
            for t in form.tables.values()
            for b, block in enumerate(t.blocks)
        }
        self.names: dict[str, list[str | None]] = {}
        self.seen: dict[str, Counter[str | None]] = {}  # names in the present run of rows
        self.run: dict[str, int] = {}
        self.parts: dict[tuple[str, str], list[tuple[ReadRow, dict[str, ReadFigure]]]] = {}
        self.groups: list[ReadRow] = []
        self.above: dict[str, ReadRow] = {}  # the official row above, by table
        self.locals: dict[tuple[str, str, str | None], tuple[int, int]] = {}
        self.conflicts: list[tuple[str, ReadFigure, ReadFigure]] = []
        self.unnumbered: dict[str, list[str]] = {}
        self.shared: dict[TableCell, list[str]] = {}

    def add(self, reading: ReadTable) -> None:
        self.out.notes += reading.notes
        sizes = Counter(table for table, _ in {(r.table, r.id) for r in reading.rows})
        for row in reading.rows:
            figures = self.figures(row, sizes[row.table])
            if row.kind == "group":
                self.groups.append(row)
            elif row.kind == "local":
                self.local(row, figures)
            elif row.kind == "part":
                self.above[row.table] = row
                self.parts.setdefault((row.table, row.id), []).append((row, figures))
                self.share(row, _join(row.table, row.id))
            else:
                self.above[row.table] = row
                prefix = _join(row.table, self.prefix(row))
                for col, figure in figures.items():
                    self.place(f"{prefix}.{col}", figure)
                self.share(row, prefix)
        for table, label in reading.unnumbered:
            self.unnumbered.setdefault(table, []).append(label)
        if len(reading.texts) > _MANY:
            some = "、".join(f"“{quoted(text)}”" for text, _ in reading.texts[:SHOWN])
            message = f"{some}等 {len(reading.texts)} 处不在官方表格的行列之中，没有读入。"
            every = "、".join(f"“{text}”" for text, _ in reading.texts)
            whole = f"{every}不在官方表格的行列之中，没有读入。"
            self.note("unplaced", message, reading.texts[0][1], whole=whole)
            return
        for text, place in reading.texts:
            self.unplaced(text, place)

    def share(self, row: ReadRow, prefix: str = "") -> None:
        """Remember the cells of a row that are of several figures: given to none of them."""
        for cell, cols in row.shared:
            ids = self.shared.setdefault(cell, [])
            ids += [f"{prefix}.{col}" for col in cols] if prefix else []

    def unplaced(self, text: str, place: str | None) -> None:
        message, whole = (
            f"“{t}”不在官方表格的行列之中，没有读入。" for t in (quoted(text, _WHOLE_ROW), text)
        )
        self.note("unplaced", message, place, whole=whole)

    def unofficial(self, table: TextTable) -> None:
        texts = [" ".join(c.text.split()) for c in table.cells if c.text.strip()]
        if texts:
            some = "、".join(f"“{quoted(t)}”" for t in texts[:SHOWN])
            message = f"一个表格不是官方表格，{some}等 {len(texts)} 格没有读入。"
            every = "、".join(f"“{t}”" for t in texts)
            whole = f"一个表格不是官方表格，{every} {len(texts)} 格没有读入。"
            self.note("unplaced", message, table.place or table.cells[0].place, whole=whole)

    def figures(self, row: ReadRow, rows: int = 1) -> dict[str, ReadFigure]:
        kinds = self.kinds[row.table, row.block]
        found = ((col, figure_of(cell, kinds[col])) for col, cell in row.values.items())
        return {col: replace(figure, headed=row.headed, rows=rows) for col, figure in found}

    def prefix(self, row: ReadRow) -> str:
        """The row part of a cell id: ``other_services[1]`` for the second of several rows."""
        if not any(row.id == id and row.table == t for t, id in self.form.repeats):
            return row.id
        if self.run.get(row.id) != row.run:  # below a header: the table goes on, or stands again
            self.run[row.id] = row.run
            self.seen[row.id] = Counter()
        names = self.names.setdefault(row.id, [])
        self.seen[row.id][row.name] += 1
        same = [i for i, name in enumerate(names) if name == row.name]
        times = self.seen[row.id][row.name]
        if len(same) < times:
            names.append(row.name)
            return f"{row.id}[{len(names) - 1}]"
        return f"{row.id}[{same[times - 1]}]"

    def place(self, id: str, figure: ReadFigure) -> None:
        old = self.out.figures.get(id)
        if old is None or old.origin.place is None:
            self.out.figures[id] = figure
        elif (other := in_the_text(old, figure)) is not None:
            self.out.figures[id] = official = figure if other is old else old
            if other.value != official.value:
                layout = Layout({row: tuple(names) for row, names in self.names.items()})
                title = self.form.title_of(id, layout)
                message = f"{title}在另一个表格中写作 {other.origin.text}，不是官方表格，没有读入。"
                self.note("unplaced", message, other.origin.place)
        elif old.value != figure.value:
            if old.value is None and not old.computable:
                self.out.figures[id] = figure
            self.conflicts.append((id, old, figure))

    def local(self, row: ReadRow, figures: Mapping[str, ReadFigure]) -> None:
        table = self.form.tables[row.table]
        above = self.above.get(row.table)
        leaves = table.blocks[row.block].row_leaves
        after = above.id if above and above.block == row.block else leaves[0].id
        key = (row.table, row.label, after)
        index, run = self.locals.get(key, (-1, row.run))
        if run != row.run:  # the same table once more
            self.share(row)
            for col, figure in figures.items():
                old = self.out.extra_figures.get(local_id(index, col), figure)
                if old.value != figure.value:
                    self.conflicts.append((local_id(index, col), old, figure))
            return
        n = len(self.out.extra)
        self.locals[key] = (n, row.run)
        values = {
            col: f.origin.text if f.value is None and f.origin.text.strip() else f.value
            for col, f in figures.items()
        }
        self.out.extra.append(ExtraRow(row.table, row.label, values, after))
        self.out.extra_figures |= {local_id(n, col): f for col, f in figures.items()}
        cells = tuple(local_id(n, col) for col in figures)
        message = f"{table.name}多出一行“{quoted(row.label)}”，表式全国统一；已原样保留。"
        self.note("extra", message, row.place, cells)
        self.share(row, local_id(n))

    def finish(self) -> ReadTables:
        self.order_local_rows()
        self.out.repeats = {row: tuple(names) for row, names in self.names.items()}
        self.add_parts()
        for row in self.groups:
            self.group(row)
            self.share(row)
        self.tell_shared()
        self.tell_unnumbered()
        self.tell_conflicts()
        if self.out.figures:
            noted = {id for n in self.out.notes if n.kind == "missing" for id in n.cells}
            read = {
                id for id, f in self.out.figures.items() if id not in noted or f.value is not None
            }
            gone = missing(self.form, read, Layout(self.out.repeats), noted - read)
            self.out.notes += list(gone)
        self.out.notes = list(dict.fromkeys(self.out.notes))
        return self.out

    def order_local_rows(self) -> None:
        """Local rows in the order of the form, as the report will have them, and their ids."""
        rows = self.out.extra
        order = self.form.in_order(rows)
        if order == tuple(range(len(rows))):
            return
        ids = {
            local_id(old, col): local_id(new, col)
            for new, old in enumerate(order)
            for col in rows[old].values
        }
        self.out.extra = [rows[old] for old in order]
        self.out.extra_figures = {ids[id]: f for id, f in self.out.extra_figures.items()}
        self.conflicts = [(ids.get(id, id), a, b) for id, a, b in self.conflicts]
        self.out.notes = [
            replace(note, cells=tuple(ids.get(c, c) for c in note.cells)) for note in self.out.notes
        ]

    def add_parts(self) -> None:
        """A row that a local form splits (a 2021 （六）其他处理 on the 2019 form) is their sum."""
        for (table, id), parts in self.parts.items():
            first, columns = parts[0]
            ids = [_join(table, id, col) for col in columns]
            name = self.form.tables[table].name
            if len(parts) == 1 or any(i in self.out.figures for i in ids):
                for row, _ in parts:
                    self.unplaced(row.name or row.label, row.place)
            if any(i in self.out.figures for i in ids):
                continue
            for col, cell_id in zip(columns, ids, strict=True):
                self.out.figures[cell_id] = sum_of([figures[col] for _, figures in parts])
            if len(parts) > 1:
                message = f"{name}“{first.label}”分 {len(parts)} 行填列，已合计为格式中的一行。"
                self.note("merged_row", message, first.place, tuple(ids))

    def group(self, row: ReadRow) -> None:
        """One row where the form has several: it is its 其他 if none of them is there."""
        figures = self.figures(row)
        block = self.form.tables[row.table].blocks[row.block]
        inner = [leaf for leaf in block.row_leaves if row.id and leaf.id.startswith(row.id + ".")]
        name = self.form.tables[row.table].name
        ids = [_join(row.table, leaf.id, c) for leaf in inner for c in figures]
        if any(id in self.out.figures for id in ids) or not inner or inner[-1].node.id != "other":
            message = f"{name}“{row.label}”在格式中没有自己的数，这一行的 {row.texts} 没有读入。"
            self.note("unplaced", message, row.place)
            return
        cells: list[str] = []
        for leaf in inner:
            for col, figure in figures.items():
                zero = ReadFigure(0, Origin(row.place))
                cells.append(_join(row.table, leaf.id, col))
                self.out.figures[cells[-1]] = figure if leaf is inner[-1] else zero
        message = (
            f"{name}“{row.label}”只有一行，读入“{inner[-1].label}”，"
            f"格式中的其余 {len(inner) - 1} 行记为 0。"
        )
        self.note("merged_row", message, row.place, tuple(cells))

    def tell_shared(self) -> None:
        for cell, ids in self.shared.items():
            message, whole = (
                f"“{text}”一格跨了不止一行或一列，不知属于哪一格，没有读入。"
                for text in (quoted(text_of(cell)), text_of(cell))
            )
            self.note("unplaced", message, cell.place, tuple(dict.fromkeys(ids)), whole)

    def tell_unnumbered(self) -> None:
        for table, labels in self.unnumbered.items():
            some = "、".join(f"“{quoted(t)}”" for t in dict.fromkeys(labels[:SHOWN]))
            name = self.form.tables[table].name
            count = len(labels)
            message = f"{name}有 {count} 个行标题的编号缺失或与格式不同（{some}），按文字读取。"
            self.note("nearest_label", message)

    def tell_conflicts(self) -> None:
        layout = Layout(self.out.repeats, tuple(self.out.extra))
        self.out.notes += conflict_notes(self.form, layout, self.conflicts)

    def note(
        self,
        kind: str,
        message: str,
        place: str | None = None,
        cells: tuple[str, ...] = (),
        whole: str = "",
    ) -> None:
        self.out.notes.append(Note(kind, message, place, cells, whole))


def _join(*parts: str) -> str:
    return ".".join(p for p in parts if p)


SHOWN = 5  # examples in a message


def missing(
    form: Form, found: Collection[str], layout: Layout, noted: Collection[str] = ()
) -> Iterator[Note]:
    """A note for each table on its absent rows, columns and single figures, with their cells;
    ``noted``: what is not found and needs no more words."""
    for table in form.tables.values():
        cells = [
            c for c in form.cells(layout).values() if c.table == table.id and c.id not in noted
        ]
        gone = [c for c in cells if c.id not in found]
        if len(gone) == len(cells):
            yield _note(f"没有找到{table.name}“{table.heading}”。", gone)
        else:
            yield from _in_table(form, table, gone, [c for c in cells if c.id in found])


def _in_table(form: Form, table: Table, gone: list[Cell], there: list[Cell]) -> Iterator[Note]:
    rows, columns = {c.row for c in there}, {c.col for c in there}
    lost_rows = [c for c in gone if c.row not in rows]
    lost_columns = [c for c in gone if c.row in rows and c.col not in columns]
    single = [c for c in gone if c.row in rows and c.col in columns]
    if lost_rows:
        names = dict.fromkeys(row_name(c) for c in lost_rows)
        yield _note(f"{table.name}缺少 {len(names)} 行：{_listed(names)}。", lost_rows)
    if lost_columns:
        labels = dict.fromkeys(f"“{form.column_label(table.id, c.col)}”" for c in lost_columns)
        yield _note(f"{table.name}缺少 {len(labels)} 列：{_listed(labels)}。", lost_columns)
    if single:
        names = dict.fromkeys(c.title.removeprefix(table.name) for c in single)
        yield _note(f"{table.name}有 {len(single)} 格没有找到：{_listed(names)}。", single)


def _note(message: str, cells: Iterable[Cell]) -> Note:
    return Note("missing", message, cells=tuple(c.id for c in cells))


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return "、".join(every[:SHOWN]) + ("等" if len(every) > SHOWN else "")
