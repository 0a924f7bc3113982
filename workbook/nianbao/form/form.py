"""The official forms, declared once in ``forms/<year>.toml``: a new form is a new file there.

Sources: 国办公开办函〔2019〕60号 (report years 2019, 2020), 国办公开办函〔2021〕30号 (from 2021).
A form goes by the first report year that it holds for, and holds until the next one begins.

A form has three tables; a table is a stack of blocks; a block is a tree of row labels crossed with
a tree of column labels. Ids join along the tree, so row ``refused.state_secret`` and column
``natural_person`` make the cell ``requests.refused.state_secret.natural_person``. In table 四 the
groups of disputes are column labels; there the id path of the column carries both.

Nothing else in the package knows a label, a span or an identity: grids, names, formulas, schema and
rules are derived from what is loaded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct

from nianbao.errors import UnusableInput
from nianbao.form.grid import draw
from nianbao.form.model import (
    PLAIN,
    Cell,
    Equation,
    ExtraRow,
    Grid,
    Identity,
    Layout,
    Leaf,
    Section,
    Table,
    decoded,
    local_cell,
    local_id,
)

_LONG = 20  # characters of a label that may be told by its short form
_REMARK = re.compile(r"(?<=.)（[^（）]*）$")


_FOLDER = files("nianbao").joinpath("form/forms")

FORMATS = tuple(sorted(int(f.name[:4]) for f in _FOLDER.iterdir() if f.name.endswith(".toml")))
"""The forms that there are, by their first years, the oldest first."""

LAST_YEAR = 2099
"""The last year that the form in force is taken to hold for: titles and texts are read for 20xx."""


class Form(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """``format``: the first report year. ``markers``: labels that tell a table of this form from
    one of another; not each form need have its own, see ``reading.report``."""

    format: int
    name: str
    notice: str
    markers: tuple[str, ...]
    sections: tuple[Section | Table, ...]

    @property
    def first_year(self) -> int:
        return self.format

    @property
    def last_year(self) -> int:
        return min((f - 1 for f in FORMATS if f > self.format), default=LAST_YEAR)

    def holds_for(self, year: int) -> bool:
        return self.first_year <= year <= self.last_year

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """The parts that are tables, by their ids."""
        return MappingProxyType({s.id: s for s in self.sections if isinstance(s, Table)})

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
        local = local_cell(cell_id)
        if local is None:
            return cell_id
        row = layout.extra[local.row]
        column = self.column_label(row.table, local.col)
        return f"{self.tables[row.table].name}“{_quotable(row.label)}”的“{column}”"

    def column_label(self, table: str, col: str) -> str:
        for block in self.tables[table].blocks:
            for leaf in block.column_leaves:
                if leaf.id == col or leaf.path[-1].id == col:
                    return leaf.label
        return col

    def equations(self, layout: Layout = PLAIN) -> tuple[Equation, ...]:
        """All instances of all identities; local rows that stand inside a sum are terms of it."""
        return self._with_local_rows(layout) if layout.extra else self._plain_equations

    @cached_property
    def _plain_equations(self) -> tuple[Equation, ...]:
        return self._with_local_rows(PLAIN)

    def _with_local_rows(self, layout: Layout) -> tuple[Equation, ...]:
        return tuple(_equations(self.tables.values(), layout))

    def complete(self, layout: Layout) -> Layout:
        """The same layout, every local row having a place for each column of its block."""
        return Layout(
            layout.repeats,
            tuple(
                replace(e, values={c.id: e.values.get(c.id) for c in self.columns_of(e)})
                for e in layout.extra
            ),
        )

    def sums(self, layout: Layout = PLAIN) -> Mapping[str, tuple[str, ...]]:
        """Each computed total and its parts, in an order in which they can be added up.

        （七）总计 × 总计, which two identities define, is added up across its row.
        """
        return {e.actual[0]: e.expected for e in self.equations(layout) if e.identity.defines}

    def columns_of(self, row: ExtraRow) -> tuple[Leaf, ...]:
        """The columns of a local row: those of the block that it stands in."""
        blocks = self.tables[row.table].blocks
        beside = (b for b in blocks if any(leaf.id == row.after for leaf in b.row_leaves))
        return next(beside, blocks[-1]).column_leaves

    def in_order(self, rows: Sequence[ExtraRow]) -> tuple[int, ...]:
        """The indices of local rows in the order in which they are drawn."""
        tables = list(self.tables)
        place = {
            (t.id, leaf.id): n
            for t in self.tables.values()
            for n, leaf in enumerate(leaf for b in t.blocks for leaf in b.row_leaves)
        }

        def key(index: int) -> tuple[int, float]:
            row = rows[index]
            return tables.index(row.table), place.get((row.table, row.after or ""), float("inf"))

        return tuple(sorted(range(len(rows)), key=key))

    def grid(self, table_id: str, layout: Layout = PLAIN) -> Grid:
        """The table as it is drawn, tiled without gap or overlap."""
        return draw(self.tables[table_id], layout, self._computed)

    @cached_property
    def _computed(self) -> frozenset[str]:
        return frozenset(e.actual[0] for e in self._plain_equations if e.identity.defines)


@lru_cache
def load(format: int) -> Form:
    """A form by its first year. Raises UnusableInput for a number that there is no form of."""
    if format not in FORMATS:
        raise UnusableInput(f"没有 {format} 年版的格式，只有 {each('和 ', ' 年版')}。")
    file = _FOLDER.joinpath(f"{format}.toml")
    form = decoded(file.read_bytes(), f"forms/{file.name}", Form)
    if form.format != format:
        raise UnusableInput(
            f"申明文件 forms/{file.name} 有误：format 应与文件名相同，现为 {form.format}。"
        )
    return form


def each(last: str, after: str = "") -> str:
    """The numbers of all forms in one phrase: ``each(" 或 ")`` is 2019 或 2021, of three forms
    2019、2021 或 2027. ``after`` follows each of them."""
    *others, newest = (f"{format}{after}" for format in FORMATS)
    return f"{'、'.join(others)}{last}{newest}" if others else newest


def years() -> range:
    """The report years that there is a form for."""
    return range(FORMATS[0], LAST_YEAR + 1)


def for_year(year: int) -> Form:
    """The form in force for a report year: the last that has begun (2020: that of 2019).

    Raises UnusableInput for a year that there is no form for.
    """
    if year in years():
        return load(max(f for f in FORMATS if f <= year))
    first, last = years()[0], years()[-1]
    raise UnusableInput(
        f"{year} 年没有适用的年度报告格式：现行{_HAN[len(FORMATS)]}种格式"
        f"用于 {first} 至 {last} 年度。"
    )


_HAN = "〇一两三四五六七八九"  # how many forms there are


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
                    cell = _cell(table, row, col, form._computed)
                    out[cell.id] = cell
    return MappingProxyType(out)


def _quotable(label: str) -> str:
    """A label within quotation marks: its own become single ones."""
    return label.replace("“", "‘").replace("”", "’")


def _cell(table: Table, row: Leaf, col: Leaf, computed: frozenset[str]) -> Cell:
    path = ".".join(p for p in (row.id, col.id) if p)
    head, _, last = path.rpartition(".")
    labels = _quotable(" ".join(n.label for n in row.path if n.label))
    if row.id:
        title = f"{table.name}“{labels}”的“{col.label}”"
        label = row.label
        if len(label) > _LONG:
            label = min((label, *row.path[-1].aliases), key=len)
    else:
        label = col.path[-2].label
        title = f"{table.name}“{label}”的“{col.label}”"
    id = f"{table.id}.{path}"
    return Cell(
        id=id,
        table=table.id,
        row=head,
        col=last,
        kind=col.node.kind,
        unit=col.node.unit,
        total=id in computed,
        title=title,
        brief=f"{table.name}“{_quotable(_REMARK.sub('', label))}”的“{_REMARK.sub('', col.label)}”",
    )


def _equations(tables: Iterable[Table], layout: Layout) -> Iterator[Equation]:
    """All instances of all identities, in the order of the form.

    An identity speaks of the blocks that have its rows and its columns; the others have no instance
    of it.
    """
    for table in tables:
        rows = _rows(table)
        cols = {leaf.node.id: leaf.label for b in table.blocks for leaf in b.column_leaves}
        for identity in table.identities:
            if identity.per == "column":
                yield from _per_column(table, identity, rows, cols, layout)
            else:
                yield from _per_row(table, identity, rows, layout)


class _Row(NamedTuple):
    """A row; in table 四, where groups are columns, a group. ``columns`` are those of its block."""

    label: str
    columns: frozenset[str]


def _rows(table: Table) -> dict[str, _Row]:
    """The rows by id."""
    rows: dict[str, _Row] = {}
    for block in table.blocks:
        columns = frozenset(leaf.node.id for leaf in block.column_leaves)
        rows |= {leaf.id: _Row(leaf.label, columns) for leaf in block.row_leaves}
        for leaf in () if block.rows else block.column_leaves:
            rows[leaf.id.rpartition(".")[0]] = _Row(leaf.path[-2].label, columns)
    return rows


def _extra_terms(table: Table, layout: Layout, rows: tuple[str, ...], col: str) -> list[str]:
    return [
        local_id(i, col)
        for i, e in enumerate(layout.extra)
        if e.table == table.id and e.after in rows and col in e.values
    ]


def _per_column(
    table: Table, identity: Identity, rows: dict[str, _Row], cols: dict[str, str], layout: Layout
) -> Iterator[Equation]:
    def terms(prefixes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(r for p in prefixes for r in rows if r == p or r.startswith(p + "."))

    expected, actual = terms(identity.expected), terms(identity.actual)
    for col, label in cols.items():
        if not all(col in rows[row].columns for row in (*expected, *actual)):
            continue
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
    table: Table, identity: Identity, rows: dict[str, _Row], layout: Layout
) -> Iterator[Equation]:
    for row, (label, columns) in rows.items():
        if not columns.issuperset((*identity.expected, *identity.actual)):
            continue
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
                local_id(i),
                extra.label,
                tuple(local_id(i, c) for c in identity.expected if c in extra.values),
                tuple(local_id(i, c) for c in identity.actual),
            )
