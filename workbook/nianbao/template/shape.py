"""What two workbooks must have in common to be made from one template: form and number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from nianbao.errors import UnusableInput
from nianbao.form import (
    PLAIN,
    Equation,
    ExtraRow,
    Form,
    Grid,
    Kind,
    Layout,
    for_year,
    load,
    local_cell,
    local_id,
)
from nianbao.form.model import Picker, picker
from nianbao.form.workbook import check_name, id_of

TEXT_CELLS = {"opening": 6, "overview": 30, "problems": 30, "other": 30}
"""How many cells, a paragraph each, the workbook has for a text."""

PREVIOUS = "previous."


@dataclass(frozen=True)
class Shape:
    """``splits``: rows that may be split and into how many (0: not split); ``extra``: local rows.

    The names of split and local rows are content of the workbook, not part of its shape.
    """

    format: int
    splits: tuple[tuple[str, int], ...]
    extra: tuple[tuple[str, str | None], ...]
    previous: Shape | None = None

    @cached_property
    def form(self) -> Form:
        return load(self.format)

    @cached_property
    def layout(self) -> Layout:
        """A layout of this shape, every column in local rows, with stand-ins for names.

        They are as long as names usually are, so that rows are made high enough.
        """
        plain = Layout(
            {
                row: tuple(f"单独列出的第{i + 1}项管理服务" for i in range(n))
                for row, n in self.splits
                if n
            },
            tuple(
                ExtraRow(table, f"本地增设的第{i + 1}行（自行命名）", {}, after)
                for i, (table, after) in enumerate(self.extra)
            ),
        )
        return self.form.complete(plain)

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        return self.form.equations(self.layout)

    @cached_property
    def sums(self) -> Mapping[str, tuple[str, ...]]:
        return self.form.sums(self.layout)

    @cached_property
    def adding(self) -> tuple[Total, ...]:
        """The totals, ready to be added up."""
        return tuple(Total(target, picker(parts)) for target, parts in self.sums.items())

    @cached_property
    def checks(self) -> tuple[CheckCell, ...]:
        """The check cells: of every identity, and of the carry-over from last year."""
        found = [
            CheckCell(id_of(check_name(e)) or "", e.table, e.expected, e.actual)
            for e in self.equations
        ]
        if self.previous is not None:
            for id in self.form.cells(self.layout):
                if id.startswith("requests.carried_in."):
                    col = id.rpartition(".")[2]
                    then = (f"{PREVIOUS}requests.carried_out.{col}",)
                    found.append(
                        CheckCell(f"check.Y_01.requests.{col}", "previous", then, (id,), then)
                    )
        return tuple(found)

    @cached_property
    def inputs(self) -> Mapping[str, tuple[str, ...]]:
        """The cells that the form asks for, by table: neither totals nor local rows."""
        cells = self.form.cells(self.layout).values()
        return {
            t: tuple(c.id for c in cells if c.table == t and not c.total) for t in self.form.tables
        }

    @cached_property
    def checks_of(self) -> Mapping[str, slice]:
        """Which of ``checks`` are told at a table."""
        found: dict[str, slice] = {}
        for i, check in enumerate(self.checks):
            found[check.table] = slice(found.get(check.table, slice(i, i)).start, i + 1)
        return found

    @cached_property
    def keys_before(self) -> tuple[str, ...]:
        """The keys under which the figures of this shape stand as last year's."""
        return tuple(PREVIOUS + id for id in self.form.cells(self.layout))

    @cached_property
    def asked(self) -> Mapping[str, Picker]:
        """What picks the values of ``inputs``, by table."""
        return {table: picker(ids) for table, ids in self.inputs.items()}

    @cached_property
    def asked_before(self) -> Picker:
        """What picks those of last year's tables."""
        inputs = self.previous.inputs.values() if self.previous else ()
        return picker([PREVIOUS + id for ids in inputs for id in ids])


@dataclass(frozen=True, slots=True)
class Total:
    """A total by its key; ``parts`` picks what it is the sum of."""

    target: str
    parts: Picker


@dataclass(frozen=True)
class CheckCell:
    """A check cell by its key, and the cells whose sums it compares. ``table`` is where it is told.

    ``asked``: it is silent while these are blank; empty: while all cells are.
    """

    key: str
    table: str
    expected: tuple[str, ...]
    actual: tuple[str, ...]
    asked: tuple[str, ...] = ()

    @cached_property
    def cells(self) -> Picker:
        """Picks the values of ``expected`` and then those of ``actual``."""
        return picker((*self.expected, *self.actual))

    @cached_property
    def blank(self) -> tuple[None, ...]:
        """What ``cells`` picks where nothing is filled in."""
        return (None,) * (len(self.expected) + len(self.actual))


def shape_of(format: int, layout: Layout, previous: Shape | None = None) -> Shape:
    """The shape of a report."""
    form = load(format)
    names = {row: layout.names(row) for _, row in form.repeats}
    splits = tuple((row, 0 if n == (None,) else len(n)) for row, n in names.items())
    return _shape(format, splits, tuple((e.table, e.after) for e in layout.extra), previous)


def shape_for(format: int, year: int, layout: Layout) -> Shape:
    """The shape of a workbook that knows nothing yet of the year before."""
    before = format_before(year)
    return shape_of(format, layout, shape_of(before, PLAIN) if before else None)


# One object for equal shapes: what is derived from it is derived once.
_shape = lru_cache(maxsize=32)(Shape)


def format_before(year: int) -> int | None:
    """The form of the year before, or None where there was none."""
    try:
        return for_year(year - 1).format
    except UnusableInput:
        return None


@lru_cache(maxsize=32)
def kinds(shape: Shape) -> Mapping[str, Kind]:
    """What each figure is, local rows included."""
    form, layout = shape.form, shape.layout
    out = {id: cell.kind for id, cell in form.cells(layout).items()}
    for i, row in enumerate(layout.extra):
        out |= {local_id(i, leaf.id): leaf.node.kind for leaf in form.columns_of(row)}
    return out


def label_keys(grid: Grid) -> dict[tuple[int, int], str]:
    """Position in a grid → key, for the labels that are a report's own: split and local rows."""
    ids = {c.row: c.id for c in grid.cells if c.id}
    out: dict[tuple[int, int], str] = {}
    for cell in grid.cells:
        id = ids.get(cell.row, "") if cell.role in ("label", "sublabel") else ""
        if not id or cell.rowspan > 1 or cell.scope != "row":
            continue
        row = id.rpartition(".")[0]
        if local := local_cell(id):
            out[cell.row, cell.col] = local_id(local.row, "label")
        elif cell.role == "sublabel":
            out[cell.row, cell.col] = f"{row}.name"
    return out
