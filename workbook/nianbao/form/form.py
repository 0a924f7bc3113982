"""The official forms, declared once in ``forms/<year>.toml``.

Sources: 国办公开办函〔2019〕60号 (report years 2019, 2020), 国办公开办函〔2021〕30号 (from 2021).

A form has three tables; a table is a stack of blocks; a block is a tree of row labels crossed with
a tree of column labels. Ids join along the tree, so row ``refused.state_secret`` and column
``natural_person`` make the cell ``requests.refused.state_secret.natural_person``. In table 四 the
groups of disputes are column labels; there the id path of the column carries both.

Nothing else in the package knows a label, a span or an identity: grids, names, formulas, schema and
rules are derived from what is loaded here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from nianbao.errors import UnusableInput
from nianbao.form import declared
from nianbao.form import equations as identities
from nianbao.form import grid as drawing
from nianbao.form.model import (
    PLAIN,
    Cell,
    Equation,
    ExtraRow,
    Grid,
    Layout,
    Leaf,
    Section,
    Table,
    local_cell,
)

_LONG = 20  # characters of a label that may be told by its short form
_REMARK = re.compile(r"(?<=.)（[^（）]*）$")


FORMATS = (2019, 2021)
LAST_YEAR = 2099
"""The last year that the form in force is taken to hold for: titles and texts are read for 20xx."""


@dataclass(frozen=True)
class Form:
    format: int
    name: str
    notice: str
    first_year: int
    last_year: int
    markers: tuple[str, ...]
    sections: tuple[Section, ...]
    tables: Mapping[str, Table]

    def holds_for(self, year: int) -> bool:
        return self.first_year <= year <= self.last_year

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
        return tuple(identities.equations(self.tables.values(), layout))

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
        return drawing.draw(self.tables[table_id], layout, self._computed)

    @cached_property
    def _computed(self) -> frozenset[str]:
        return frozenset(e.actual[0] for e in self._plain_equations if e.identity.defines)


# --- loading ---------------------------------------------------------------------------------


@lru_cache
def load(format: int) -> Form:
    """The form of 2019 or 2021. Raises UnusableInput for any other number."""
    if format not in FORMATS:
        raise UnusableInput(f"没有 {format} 年版的格式，只有 2019 年版和 2021 年版。")
    text = files("nianbao").joinpath(f"form/forms/{format}.toml").read_text(encoding="utf-8")
    return _form(tomllib.loads(text))


def years() -> range:
    """The report years that there is a form for."""
    return range(load(FORMATS[0]).first_year, load(FORMATS[-1]).last_year + 1)


def for_year(year: int) -> Form:
    """The form in force for a report year (2019–2020: 2019; 2021 on: 2021).

    Raises UnusableInput for a year that there is no form for.
    """
    for format in FORMATS:
        form = load(format)
        if form.holds_for(year):
            return form
    first, last = years()[0], years()[-1]
    raise UnusableInput(
        f"{year} 年没有适用的年度报告格式：现行两种格式用于 {first} 至 {last} 年度。"
    )


def _form(data: dict[str, Any]) -> Form:
    headings = {s["id"]: s["heading"] for s in data["sections"]}
    return Form(
        format=data["format"],
        name=data["name"],
        notice=data["notice"],
        first_year=data["first_year"],
        last_year=data.get("last_year", LAST_YEAR),
        markers=tuple(data["markers"]),
        sections=tuple(
            Section(s["id"], s["heading"], tuple(s.get("aliases", ()))) for s in data["sections"]
        ),
        tables=MappingProxyType(
            {key: declared.table(key, headings[key], t) for key, t in data["tables"].items()}
        ),
    )


# --- figures ---------------------------------------------------------------------------------


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
