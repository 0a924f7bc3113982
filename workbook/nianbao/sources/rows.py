"""What is read from one table, and what it says of the next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from nianbao.report import Note
from nianbao.sources.document import TextCell
from nianbao.sources.header import Header
from nianbao.sources.lexicon import Spot

RowKind = Literal["official", "part", "group", "local"]


@dataclass(frozen=True, slots=True)
class Row:
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
    values: dict[str, TextCell | None]
    place: str | None
    name: str | None = None
    run: int = 0  # rows below one header; tells a table that stands twice from one that goes on
    headed: bool = True  # stands below headings of its columns, not only in the form's order
    shared: tuple[tuple[TextCell, tuple[str, ...]], ...] = ()  # cells over several rows or columns


def text_of(cell: TextCell | None) -> str:
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
    last: Spot | None = None  # the official row above
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
class Reading:
    """The outcome for one table."""

    rows: list[Row] = field(default_factory=list)
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
