"""What a form is made of: label trees, tables, figures, drawn cells, identities.

Plain frozen values without behaviour beyond walking the trees. Those that a file declares are
structs that msgspec decodes (`decoded`): the fields are the keys of the file, and no others are
taken. ``form.py`` loads them, and the modules beside it derive figures, equations and drawings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from nianbao.errors import UnusableInput

Kind = Literal["count", "change", "money"]
Role = Literal["block_title", "header", "corner", "label", "sublabel", "input", "total"]
Declared = TypeVar("Declared")
Picker = Callable[[Mapping[str, Any]], tuple[Any, ...]]


def decoded(data: bytes, file: str, type: type[Declared]) -> Declared:
    """A declaration out of TOML. Raises UnusableInput naming the ``file`` and the place in it for
    a key that is unknown, missing or of another type."""
    try:
        return msgspec.toml.decode(data, type=type)
    except msgspec.DecodeError as error:
        raise UnusableInput(f"申明文件 {file} 有误：{error}") from error


def picker(keys: Sequence[str]) -> Picker:
    """A function that gives the values of these keys, in their order; many at once are several
    times faster than one after the other."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda mapping: tuple(mapping[key] for key in keys)


class Span(Struct, frozen=True, forbid_unknown_fields=True):
    """From which form on, and until which, something holds; forms go by their first year.

    Both are included. What says neither holds for every form there is and will be.
    """

    since: int | None = None
    until: int | None = None

    def __contains__(self, format: int) -> bool:
        return (self.since is None or self.since <= format) and (
            self.until is None or format <= self.until
        )


class Node(Struct, frozen=True, forbid_unknown_fields=True):
    """One label of a row or column tree. ``id`` is empty where a label only groups others."""

    label: str
    id: str = ""
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

    In the sums a row is asked for like an official one as soon as anything stands in it: what is
    blank then leaves them undecided. A row that is blank as a whole is in no sum.
    """

    table: str
    label: str
    values: Mapping[str, Any]
    after: str | None = None

    @property
    def blank(self) -> bool:
        return all(value is None for value in self.values.values())


class LocalCell(NamedTuple):
    """A figure of a local row: the row's index in ``Layout.extra`` and the column id."""

    row: int
    col: str


_LOCAL = re.compile(r"extra\[([0-9]{1,9})\]\.(.+)")


def local_id(row: int, col: str = "") -> str:
    """``extra[0].total``: the id of a figure of a local row; without ``col`` that of the row."""
    return f"extra[{row}].{col}" if col else f"extra[{row}]"


def local_cell(id: str) -> LocalCell | None:
    """Where in the local rows a figure stands, None for an official one."""
    match = _LOCAL.fullmatch(id) if id.startswith("extra[") else None
    return LocalCell(int(match[1]), match[2]) if match else None


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
    brief: str  # its own row and column in few words
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


class Identity(Struct, frozen=True, forbid_unknown_fields=True):
    """A linear identity: the terms of both sides, for each column or each row.

    ``rule`` is the code of the rule that tells where it does not hold.
    """

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


class Block(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """Rows crossed with columns. Table 四 has no rows: there the groups are columns as well."""

    columns: tuple[Node, ...]
    rows: tuple[Node, ...] = ()
    title: str = ""
    corner: str = ""

    @cached_property
    def column_leaves(self) -> tuple[Leaf, ...]:
        return tuple(_leaves(self.columns))

    @cached_property
    def row_leaves(self) -> tuple[Leaf, ...]:
        """Leaves of the plain form: no local rows, repeated rows once. Empty for table 四."""
        return tuple(_leaves(self.rows))


class Section(
    Struct, frozen=True, forbid_unknown_fields=True, dict=True, tag_field="kind", tag="text"
):
    """One of the six parts of a report, a text or a `Table`, by its heading."""

    id: str
    heading: str
    aliases: tuple[str, ...] = ()


class Table(Section, frozen=True, kw_only=True, tag="table"):
    """A part that is a table; ``name`` is what people call it (表三), columns are of the grid."""

    name: str
    label_columns: int
    value_columns: int
    blocks: tuple[Block, ...]
    identities: tuple[Identity, ...] = ()

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
    return Leaf(local_id(index), (*above, Node(id="", label=row.label)), extra=index)
