"""The official forms, declared once in ``forms/<year>.toml``.

Sources: 国办公开办函〔2019〕60号 (report years 2019, 2020) and 国办公开办函〔2021〕30号 (from 2021).

A form has three tables; a table is a stack of blocks; a block is a tree of row labels crossed with a
tree of column labels. Ids join along the tree, so row ``refused.state_secret`` and column
``natural_person`` of table ``requests`` make the cell ``requests.refused.state_secret.natural_person``.
In table 四 the groups of disputes are column labels; there the id path of the column carries both.

Nothing else in the package knows a label, a span or an identity: grids, names, formulas, schema and
rules are derived from what is loaded here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Literal, cast

from nianbao.errors import UnusableInput

Kind = Literal["count", "change", "money"]
Role = Literal["block_title", "header", "corner", "label", "sublabel", "input", "total"]
FORMATS = (2019, 2021)


@dataclass(frozen=True, slots=True)
class Node:
    """One label of a row or column tree. ``id`` is empty where a label only groups others."""

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    kind: Kind = "count"
    unit: str = ""
    repeat: bool = False
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A bottom label with the labels above it, outermost first, itself last."""

    id: str
    path: tuple[Node, ...]
    extra: int | None = None  # index into ``Layout.extra`` where a local row stands here

    @property
    def node(self) -> Node:
        return self.path[-1]

    @property
    def label(self) -> str:
        return self.path[-1].label


@dataclass(frozen=True, slots=True)
class ExtraRow:
    """A row that a local form adds: kept, counted in the sums it stands in, never dropped.

    ``after`` is the id of the official row it follows (``None``: at the end of the table);
    ``values`` maps column ids to figures, or to the text that stood there.
    """

    table: str
    label: str
    values: Mapping[str, Any]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """What varies between two reports on one form: names of repeated rows, local rows."""

    repeats: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    extra: tuple[ExtraRow, ...] = ()

    def names(self, row: str) -> tuple[str | None, ...]:
        return self.repeats.get(row) or (None,)


PLAIN = Layout()


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the form. ``row`` and ``col`` are the id parts below the table's own id."""

    id: str
    table: str
    row: str
    col: str
    kind: Kind
    unit: str
    total: bool
    title: str  # how a person names it: 表三“（三）不予公开 1.属于国家秘密”的“自然人”


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of the drawn table; 0-based position, spans, text for labels, ``id`` for figures.

    ``id`` of a figure in a local row is ``extra[<n>].<column>``.
    """

    row: int
    col: int
    rowspan: int
    colspan: int
    role: Role
    text: str = ""
    id: str | None = None
    scope: Literal["", "row", "rowgroup", "col", "colgroup"] = ""


@dataclass(frozen=True, slots=True)
class Grid:
    rows: int
    cols: int
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """A linear identity as declared: the terms of both sides, for each column or each row."""

    rule: str
    per: Literal["column", "row"]
    expected: tuple[str, ...]
    expected_name: str
    actual: tuple[str, ...]
    actual_name: str
    defines: bool = False  # the single cell on the actual side is computed by the template


@dataclass(frozen=True, slots=True)
class Equation:
    """One instance of an identity: the cells of ``expected`` add up to those of ``actual``."""

    identity: Identity
    table: str
    key: str  # the column or row it is told for
    subject: str  # the same, for a person
    expected: tuple[str, ...]
    actual: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return self.expected + self.actual


@dataclass(frozen=True)
class Block:
    title: str
    corner: str
    columns: tuple[Node, ...]
    rows: tuple[Node, ...]

    @cached_property
    def column_leaves(self) -> tuple[Leaf, ...]:
        return tuple(_leaves(self.columns))

    @cached_property
    def row_leaves(self) -> tuple[Leaf, ...]:
        """Leaves of the plain form: no local rows, repeated rows once. Empty for table 四."""
        return tuple(_leaves(self.rows))


@dataclass(frozen=True)
class Table:
    id: str
    name: str
    heading: str
    label_columns: int
    value_columns: int
    blocks: tuple[Block, ...]
    identities: tuple[Identity, ...]

    @property
    def width(self) -> int:
        return self.label_columns + self.value_columns

    @cached_property
    def summed_columns(self) -> frozenset[str]:
        """Columns that add up the others of their row."""
        return frozenset(i.actual[0] for i in self.identities if i.per == "row" and i.defines)

    def row_leaves(self, block: Block, layout: Layout = PLAIN) -> tuple[Leaf, ...]:
        """Rows of a block as ``layout`` has them: repeated rows split, local rows in place.

        The leaf id of a split row is ``other_services[0]``; that of a local row ``extra[0]``.
        """
        here = [(i, e) for i, e in enumerate(layout.extra) if e.table == self.id]
        known = {leaf.id for b in self.blocks for leaf in b.row_leaves}
        out: list[Leaf] = []
        for leaf in block.row_leaves:
            out.extend(_split(leaf, layout))
            for index, row in here:
                if row.after == leaf.id:
                    out.append(_extra_leaf(index, row, leaf.path[:-1]))
        if block is self.blocks[-1]:
            out.extend(_extra_leaf(i, e, ()) for i, e in here if e.after not in known)
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six headings. ``id`` is that of a table or of a text."""

    id: str
    heading: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    format: int
    name: str
    notice: str
    first_year: int
    last_year: int | None
    markers: tuple[str, ...]
    sections: tuple[Section, ...]
    tables: Mapping[str, Table]

    def holds_for(self, year: int) -> bool:
        return self.first_year <= year <= (self.last_year or year)

    @cached_property
    def repeats(self) -> tuple[tuple[str, str], ...]:
        """(table id, row id) of rows that an agency may split."""
        return tuple(
            (t.id, leaf.id)
            for t in self.tables.values()
            for b in t.blocks
            for leaf in b.row_leaves
            if leaf.node.repeat
        )

    def cells(self, layout: Layout = PLAIN) -> Mapping[str, Cell]:
        """Every official figure by id, in the order of the form. Local rows are not among them."""
        return _cells(self.format, _repeat_key(self, layout))

    def title_of(self, cell_id: str, layout: Layout = PLAIN) -> str:
        """How a person names a figure, also one of a local row."""
        cell = self.cells(layout).get(cell_id)
        if cell is not None:
            return cell.title
        if cell_id.startswith("extra["):
            index, _, col = cell_id[6:].partition("].")
            row = layout.extra[int(index)]
            return (
                f"{self.tables[row.table].name}“{row.label}”的“{self.column_label(row.table, col)}”"
            )
        return cell_id

    def column_label(self, table: str, col: str) -> str:
        for block in self.tables[table].blocks:
            for leaf in block.column_leaves:
                if leaf.id == col or leaf.path[-1].id == col:
                    return leaf.label
        return col

    def equations(self, layout: Layout = PLAIN) -> tuple[Equation, ...]:
        """All instances of all identities; local rows that stand inside a sum are terms of it."""
        return tuple(_equations(self, layout))

    def grid(self, table_id: str, layout: Layout = PLAIN) -> Grid:
        """The table as it is drawn, tiled without gap or overlap."""
        return _draw(self.tables[table_id], layout, self._computed)

    @cached_property
    def _computed(self) -> frozenset[str]:
        return frozenset(e.actual[0] for e in _equations(self, PLAIN) if e.identity.defines)


# --- loading ---------------------------------------------------------------------------------


@lru_cache
def load(format: int) -> Form:
    """The form of 2019 or 2021. Raises UnusableInput for any other number."""
    if format not in FORMATS:
        raise UnusableInput(f"没有 {format} 年版的格式，只有 2019 年版和 2021 年版。")
    text = files("nianbao").joinpath(f"forms/{format}.toml").read_text(encoding="utf-8")
    return _form(tomllib.loads(text))


def for_year(year: int) -> Form:
    """The form in force for a report year (2019–2020: 2019; 2021 on: 2021)."""
    for format in FORMATS:
        form = load(format)
        if form.holds_for(year):
            return form
    raise UnusableInput(f"{year} 年没有适用的年度报告格式：现行两种格式从 2019 年度起使用。")


def _form(data: dict[str, Any]) -> Form:
    headings = {s["id"]: s["heading"] for s in data["sections"]}
    return Form(
        format=data["format"],
        name=data["name"],
        notice=data["notice"],
        first_year=data["first_year"],
        last_year=data.get("last_year"),
        markers=tuple(data["markers"]),
        sections=tuple(
            Section(s["id"], s["heading"], tuple(s.get("aliases", ()))) for s in data["sections"]
        ),
        tables={key: _table(key, headings[key], t) for key, t in data["tables"].items()},
    )


def _table(id: str, heading: str, t: dict[str, Any]) -> Table:
    return Table(
        id=id,
        name=t["name"],
        heading=heading,
        label_columns=t["label_columns"],
        value_columns=t["value_columns"],
        blocks=tuple(
            Block(
                b.get("title", ""),
                b.get("corner", ""),
                _nodes(b["columns"]),
                _nodes(b.get("rows", ())),
            )
            for b in t["blocks"]
        ),
        identities=tuple(_identity(i) for i in t.get("identities", ())),
    )


def _identity(i: dict[str, Any]) -> Identity:
    return Identity(
        rule=i["rule"],
        per=i["per"],
        expected=tuple(i["expected"]),
        expected_name=i["expected_name"],
        actual=tuple(i["actual"]),
        actual_name=i["actual_name"],
        defines=i.get("defines", False),
    )


def _nodes(items: Any) -> tuple[Node, ...]:
    return tuple(
        Node(
            id=n.get("id", ""),
            label=n["label"],
            aliases=tuple(n.get("aliases", ())),
            kind=cast(Kind, n.get("kind", "count")),
            unit=n.get("unit", ""),
            repeat=n.get("repeat", False),
            nodes=_nodes(n.get("nodes", ())),
        )
        for n in items
    )


# --- walking the trees -----------------------------------------------------------------------


def _leaves(nodes: tuple[Node, ...], above: tuple[Node, ...] = ()) -> Iterator[Leaf]:
    for node in nodes:
        path = (*above, node)
        if node.nodes:
            yield from _leaves(node.nodes, path)
        else:
            yield Leaf(".".join(n.id for n in path if n.id), path)


def _split(leaf: Leaf, layout: Layout) -> Iterator[Leaf]:
    """A repeatable row as the report has it: one plain row, or one labelled row per name."""
    if not leaf.node.repeat:
        yield leaf
        return
    names = layout.names(leaf.id)
    for i, name in enumerate(names):
        id = f"{leaf.id}[{i}]"
        if names == (None,):
            yield Leaf(id, leaf.path)
        else:
            yield Leaf(id, (*leaf.path, Node(id="", label=name or "")))


def _extra_leaf(index: int, row: ExtraRow, above: tuple[Node, ...]) -> Leaf:
    return Leaf(f"extra[{index}]", (*above, Node(id="", label=row.label)), extra=index)


def _repeat_key(form: Form, layout: Layout) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    return tuple((row, tuple(layout.names(row))) for _, row in form.repeats)


@lru_cache(maxsize=256)
def _cells(
    format: int, repeats: tuple[tuple[str, tuple[str | None, ...]], ...]
) -> Mapping[str, Cell]:
    form = load(format)
    layout = Layout(dict(repeats))
    out: dict[str, Cell] = {}
    for table in form.tables.values():
        for block in table.blocks:
            rows = table.row_leaves(block, layout) or (Leaf("", ()),)
            for row in rows:
                for col in block.column_leaves:
                    cell = _cell(table, row, col)
                    out[cell.id] = cell
    computed = form._computed
    return {
        id: c if id not in computed else Cell(**{**_as_dict(c), "total": True})
        for id, c in out.items()
    }


def _as_dict(cell: Cell) -> dict[str, Any]:
    return {name: getattr(cell, name) for name in Cell.__slots__}


def _cell(table: Table, row: Leaf, col: Leaf) -> Cell:
    path = ".".join(p for p in (row.id, col.id) if p)
    head, _, last = path.rpartition(".")
    labels = " ".join(n.label for n in row.path if n.label)
    if row.id:
        title = f"{table.name}“{labels}”的“{col.label}”"
    else:
        title = f"{table.name}“{col.path[-2].label}”的“{col.label}”"
    return Cell(
        id=f"{table.id}.{path}",
        table=table.id,
        row=head,
        col=last,
        kind=col.node.kind,
        unit=col.node.unit,
        total=False,
        title=title,
    )


# --- identities ------------------------------------------------------------------------------


def _equations(form: Form, layout: Layout) -> Iterator[Equation]:
    for table in form.tables.values():
        rows = _row_names(table)
        cols = {leaf.node.id: leaf.label for b in table.blocks for leaf in b.column_leaves}
        for identity in table.identities:
            if identity.per == "column":
                yield from _per_column(table, identity, rows, cols, layout)
            else:
                yield from _per_row(table, identity, rows, layout)


def _row_names(table: Table) -> dict[str, str]:
    """Row id → label; in table 四, where groups are columns, group id → label."""
    rows = {leaf.id: leaf.label for b in table.blocks for leaf in b.row_leaves}
    if not rows:
        for block in table.blocks:
            for leaf in block.column_leaves:
                rows[leaf.id.rpartition(".")[0]] = leaf.path[-2].label
    return rows


def _extra_terms(table: Table, layout: Layout, rows: tuple[str, ...], col: str) -> list[str]:
    return [
        f"extra[{i}].{col}"
        for i, e in enumerate(layout.extra)
        if e.table == table.id and e.after in rows and col in e.values
    ]


def _per_column(
    table: Table, identity: Identity, rows: dict[str, str], cols: dict[str, str], layout: Layout
) -> Iterator[Equation]:
    def terms(prefixes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(r for p in prefixes for r in rows if r == p or r.startswith(p + "."))

    expected, actual = terms(identity.expected), terms(identity.actual)
    for col, label in cols.items():
        # A local row belongs to a sum only if it stands among the rows that the sum defines.
        extra = _extra_terms(table, layout, expected, col) if identity.defines else []
        yield Equation(
            identity,
            table.id,
            col,
            label,
            (*(f"{table.id}.{r}.{col}" for r in expected), *extra),
            tuple(f"{table.id}.{r}.{col}" for r in actual),
        )


def _per_row(
    table: Table, identity: Identity, rows: dict[str, str], layout: Layout
) -> Iterator[Equation]:
    for row, label in rows.items():
        yield Equation(
            identity,
            table.id,
            row,
            label,
            tuple(f"{table.id}.{row}.{c}" for c in identity.expected),
            tuple(f"{table.id}.{row}.{c}" for c in identity.actual),
        )
    for i, extra in enumerate(layout.extra):
        if extra.table == table.id and all(c in extra.values for c in identity.actual):
            yield Equation(
                identity,
                table.id,
                f"extra[{i}]",
                extra.label,
                tuple(f"extra[{i}].{c}" for c in identity.expected if c in extra.values),
                tuple(f"extra[{i}].{c}" for c in identity.actual),
            )


# --- drawing ---------------------------------------------------------------------------------


def _draw(table: Table, layout: Layout, computed: frozenset[str]) -> Grid:
    cells: list[GridCell] = []
    top = 0
    for block in table.blocks:
        if block.title:
            cells.append(
                GridCell(top, 0, 1, table.width, "block_title", block.title, scope="colgroup")
            )
            top += 1
        depth = max(len(leaf.path) for leaf in block.column_leaves)
        if block.corner:
            role: Role = "corner" if depth > 1 else "header"
            cells.append(
                GridCell(top, 0, depth, table.label_columns, role, block.corner, scope="col")
            )
        starts = _column_starts(table, block)
        _draw_headers(block.columns, top, 0, depth, starts, cells)
        top += depth
        rows = table.row_leaves(block, layout)
        if not rows:
            _draw_values(table, block, Leaf("", ()), top, starts, computed, cells)
            top += 1
        _draw_labels(rows, table.label_columns, top, cells)
        for row in rows:
            _draw_values(table, block, row, top, starts, computed, cells)
            top += 1
    cells.sort(key=lambda c: (c.row, c.col))
    return Grid(top, table.width, tuple(cells))


def _column_starts(table: Table, block: Block) -> tuple[int, ...]:
    """First grid column of each leaf, and the end: the last leaf takes what the others leave."""
    n = len(block.column_leaves)
    return (*range(table.label_columns, table.label_columns + n), table.width)


def _draw_headers(
    nodes: tuple[Node, ...],
    top: int,
    first: int,
    depth: int,
    starts: tuple[int, ...],
    cells: list[GridCell],
) -> int:
    for node in nodes:
        if node.nodes:
            last = _draw_headers(node.nodes, top + 1, first, depth - 1, starts, cells)
            span = 1
        else:
            last, span = first + 1, depth
        left = starts[first]
        width = starts[last] - left
        scope: Literal["col", "colgroup"] = "colgroup" if node.nodes else "col"
        cells.append(GridCell(top, left, span, width, "header", node.label, scope=scope))
        first = last
    return first


def _draw_labels(rows: tuple[Leaf, ...], columns: int, top: int, cells: list[GridCell]) -> None:
    for i, row in enumerate(rows):
        for depth, node in enumerate(row.path):
            is_leaf = depth == len(row.path) - 1
            if is_leaf:
                width = columns - depth
                role: Role = "sublabel" if depth and not node.id else "label"
                cells.append(
                    GridCell(top + i, depth, 1, width, role, node.label, id=None, scope="row")
                )
            elif i == 0 or _same_above(rows[i - 1], row, depth) is False:
                span = 1
                while i + span < len(rows) and _same_above(rows[i + span], row, depth):
                    span += 1
                cells.append(
                    GridCell(top + i, depth, span, 1, "label", node.label, scope="rowgroup")
                )


def _same_above(a: Leaf, b: Leaf, depth: int) -> bool:
    """Whether two rows share the grouping label at ``depth``."""
    return len(a.path) > depth + 1 and a.path[: depth + 1] == b.path[: depth + 1]


def _draw_values(
    table: Table,
    block: Block,
    row: Leaf,
    y: int,
    starts: tuple[int, ...],
    computed: frozenset[str],
    cells: list[GridCell],
) -> None:
    for i, col in enumerate(block.column_leaves):
        prefix = "" if row.extra is not None else f"{table.id}."
        id = prefix + ".".join(p for p in (row.id, col.id) if p)
        is_total = id in computed or (row.extra is not None and col.id in table.summed_columns)
        role: Role = "total" if is_total else "input"
        cells.append(GridCell(y, starts[i], 1, starts[i + 1] - starts[i], role, id=id))
