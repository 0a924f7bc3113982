"""The named cells of a workbook of ours: which figure each is, and what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from nianbao.form import FORMATS, Kind, load
from nianbao.form.workbook import id_of, name_of
from nianbao.formats.book import Book, Formula, Names, Raw, SheetArea, address, text_of
from nianbao.report import Note, Origin
from nianbao.words.figures import Value, parse

PREVIOUS = "previous."
# Last year's, what is no part of a report, and what the workbook says itself.
_ASIDE = (PREVIOUS, "facts.", "generated.", "check.", "ledger.", "results.")
LEDGER = name_of("ledger.")
"""What the formulas have in common that take a figure from a ledger."""

# A workbook can hold any name; no report has rows of more than a few digits.
INDEX = re.compile(r"\[([0-9]{1,6})\]")

_id_of = lru_cache(maxsize=4096)(id_of)


class FigurePlace(NamedTuple):
    """Where a figure belongs: its table, row label, column label and kind."""

    table: str
    row: str
    col: str
    kind: Kind


class NamedRow(NamedTuple):
    """A row of named figures on a sheet: which it is, and the sheet column of each figure."""

    table: str
    row: str
    part: int  # number of a split row, else 0
    columns: dict[str, int]


class Split(NamedTuple):
    """One of the rows that a repeatable row is split into."""

    name: str | None
    areas: dict[str, SheetArea]


Rows = Mapping[tuple[int, int], NamedRow]  # by sheet and sheet row, in this order
Splits = Mapping[str, list[Split]]


@dataclass
class Named:
    """The names of one report in a workbook, this year's or last year's, and what is read there."""

    book: Book
    areas: Mapping[str, SheetArea | None]
    origins: dict[str, Origin] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    uncomputed: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)  # figures that a ledger gives, without result
    found: frozenset[str] = frozenset()  # whose names are gone, found by what stands beside them

    def at(self, area: SheetArea) -> Raw | None:
        return self.book.cells(area.sheet).get((area.top, area.left))

    def text(self, id: str) -> str:
        """What stands in a named cell; '' if that is nothing, or not known, or the name is gone."""
        area = self.areas.get(id)
        raw = None if area is None else self.at(area)
        return "" if isinstance(raw, Formula) else text_of(raw)

    def place(self, area: SheetArea) -> str:
        return f"{self.book.sheets[area.sheet].name}!{address(area.top, area.left)}"

    def figure(self, id: str, area: SheetArea, kind: Kind, *, total: bool) -> Value:
        """The figure in a cell, remembered with its place; a total or a link to a ledger that has
        no result is owed."""
        raw = self.at(area)
        if total and isinstance(raw, Formula):
            self.uncomputed.append(id)
            self.origins[id] = Origin(self.place(area))  # nobody wrote anything there
            return None
        if isinstance(raw, Formula) and LEDGER in raw.lower():
            self.linked.append(id)
            self.origins[id] = Origin(self.place(area), str(raw))
            return None
        value, issue = parse(raw, kind)
        self.origins[id] = Origin(self.place(area), text_of(raw), issue)
        return value


def named(book: Book, prefix: str = "") -> Named:
    """The named cells of this year's report, or of last year's with ``PREVIOUS``."""
    return Named(book, _areas(_Names(book.names), prefix))


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of a book, equal to themselves only: they are many, and workbooks filled from one
    template have one and the same mapping."""

    names: Names

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Names) and self.names is other.names

    def __hash__(self) -> int:
        return id(self.names)


@lru_cache(maxsize=32)
def _areas(book: _Names, prefix: str) -> Mapping[str, SheetArea | None]:
    """Areas by the id that their name says, without what is no part of a report."""
    found: dict[str, SheetArea | None] = {}
    for name, area in book.names.items():
        id_ = _id_of(name)
        if id_ is not None and id_.startswith(prefix):
            id_ = id_[len(prefix) :]
            if not id_.startswith(_ASIDE):
                found[id_] = area
    return MappingProxyType(found)


@lru_cache
def figure_places(format: int) -> Mapping[str, FigurePlace]:
    """Every figure of the plain form by id, a split row standing as its first part."""
    found: dict[str, FigurePlace] = {}
    for table in load(format).tables.values():
        for block in table.blocks:
            for row in [leaf.id for leaf in table.row_leaves(block)] or [""]:
                for col in block.column_leaves:
                    id = ".".join(p for p in (table.id, row, col.id) if p)
                    found[id] = FigurePlace(table.id, INDEX.sub("", row), col.id, col.node.kind)
    return found


def figure_place(id: str, format: int) -> FigurePlace | None:
    """Where a figure belongs by its id; None for an id that the form does not have."""
    return figure_places(format).get(INDEX.sub("[0]", id) if "[" in id else id)


def coverage(ids: Mapping[str, object], year: int | None = None) -> int | None:
    """The form that most of these cells belong to, None if they belong to none; of several that
    have as many of them, the one of the ``year`` (if it is known), else the oldest."""
    counts = {f: sum(figure_place(id, f) is not None for id in ids) for f in FORMATS}
    most = max(counts.values())
    best = [f for f in FORMATS if counts[f] == most]
    if not most:
        return None
    return next((f for f in best if year is not None and load(f).holds_for(year)), best[0])


def rows_of(named: Named, format: int) -> Rows:
    """The rows of official figures, wherever they have moved to."""
    rows: dict[tuple[int, int], NamedRow] = {}
    for id, area in named.areas.items():
        place = figure_place(id, format)
        if place is None or area is None:
            continue
        index = INDEX.search(id) if "[" in id else None
        part = int(index[1]) if index else 0
        first = rows.get((area.sheet, area.top))
        if first is None:
            first = rows[area.sheet, area.top] = NamedRow(place.table, place.row, part, {})
        if first[:3] == (place.table, place.row, part):
            first.columns[place.col] = area.left  # else a cell of another row was moved beside it
    return dict(sorted(rows.items()))


def splits_of(named: Named, format: int) -> Splits:
    """The parts of each repeatable row. One whose cells are all gone was deleted on purpose."""
    form = load(format)
    found: dict[str, dict[str, Split]] = {row: {} for _, row in form.repeats}
    for id, area in named.areas.items():
        index = INDEX.search(id) if "[" in id else None
        if index is None or area is None or (place := figure_place(id, format)) is None:
            continue
        part = id[: index.end()]
        name = named.text(f"{part}.name").strip() or None
        found[place.row].setdefault(part, Split(name, {})).areas[place.col] = area
    return {row: list(parts.values()) for row, parts in found.items()}
