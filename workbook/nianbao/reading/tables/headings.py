"""The header rows of a table → its column headings, by where they stand or by their order."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from nianbao.form import Form
from nianbao.reading.tables.cells import Lattice, TableSlot
from nianbao.reading.vocabulary.labels import LabelSpot


@dataclass(frozen=True, slots=True)
class Head:
    """A column heading from ``left`` up to ``right``, and the official columns that it may be.

    One that may be none is foreign.
    """

    slot: TableSlot
    spots: tuple[LabelSpot, ...]
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a band of rows in the order of the columns, and the tables they are of.

    ``ordered``: that order is known without positions; it is not where headings are left over that
    belong below none of those above, or where one of them is missing.
    """

    heads: tuple[Head, ...]
    tables: frozenset[str]
    ordered: bool = True

    def columns(self, table: str, block: int, parent: str | None = None) -> list[LabelSpot | None]:
        """For each heading the column of that block it stands for; each column once.

        ``parent`` narrows it to the columns below one group. Headings that may be several columns
        (结果维持 without its group) are taken in the order of the form, if none of them is missing.
        """
        fitting = [
            [
                s
                for s in head.spots
                if (s.table, s.block) == (table, block)
                and (parent is None or s.id.startswith(parent + "."))
            ]
            for head in self.heads
        ]
        sure = {spots[0].id for spots in fitting if len(spots) == 1}
        vague = [[s for s in spots if s.id not in sure] for spots in fitting]
        waiting = Counter(
            s.label
            for fit, free in zip(fitting, vague, strict=True)
            if len(fit) > 1
            for s in free[:1]
        )
        out: list[LabelSpot | None] = []
        seen: set[str] = set()
        for fit, free in zip(fitting, vague, strict=True):
            whole = len(fit) > 1 and bool(free) and waiting[free[0].label] == len(free)
            choice = fit if len(fit) == 1 else free if whole else []
            new = next((s for s in choice if s.id not in seen), None)
            out.append(new)
            seen |= {new.id} if new else set()
        return out

    def guessed(self, table: str, block: int) -> bool:
        """Whether headings of a block were given columns by nothing but the form's order."""
        here = [[s for s in h.spots if (s.table, s.block) == (table, block)] for h in self.heads]
        sure = {spots[0].id for spots in here if len(spots) == 1}
        return any(sum(s.id not in sure for s in spots) > 1 for spots in here)

    def share(self, form: Form, table: str, block: int) -> float:
        """How much of a block's columns is named."""
        named = sum(c is not None for c in self.columns(table, block))
        return named / len(form.tables[table].blocks[block].column_leaves)

    def complete(self, form: Form) -> bool:
        """Whether all columns of some block are named beyond doubt."""
        return any(
            self.share(form, table, b) == 1 and not self.guessed(table, b)
            for table in self.tables
            for b in range(len(form.tables[table].blocks))
        )

    @property
    def overlapping(self) -> bool:
        """Whether headings stand above the same column: then positions say nothing."""
        return any(a.right > b.left for a, b in pairwise(self.heads))


def is_header_row(row: Sequence[TableSlot]) -> bool:
    """Whether a row names columns: official ones, and holds no figure."""
    return any(s.match.columns and not s.match.rows for s in row) and not any(s.figure for s in row)


MAX_HEADS = 64  # of the widest table 15 are official
_MOST = 4 * MAX_HEADS  # headings of all rows of a band, merges undone


def header(lattice: Lattice, start: int) -> tuple[Header, int]:
    """The header band that begins at row ``start``, and the row after it."""
    end = start
    while end < len(lattice.rows) and is_header_row(lattice.rows[end]):
        end += 1
    # Where spans are right only they tell which heading belongs to which group; where they are
    # wrong only the order does, if nothing is missing from it.
    found = [_Parser(lattice, start, end, filled=filled).read() for filled in (True, False)]
    if not lattice.ragged:
        placed = [_in_place(lattice, start, end, filled=filled) for filled in (True, False)]
        found = placed + [band for band in found if band.ordered]
    return max(found, key=_clearness), end


def _clearness(band: Header) -> tuple[int, int, bool]:
    """Columns of one table named beyond doubt; fewer other headings; an order that is known."""
    sure = {h.spots[0] for h in band.heads if len(h.spots) == 1}
    most = max(Counter(s.table for s in sure).values(), default=0)
    return most, most - len(band.heads), band.ordered


def _headings(lattice: Lattice, y: int, *, filled: bool) -> list[TableSlot]:
    """The headings that begin in a row, from the left.

    ``filled``: a heading that stands below itself, or a group beside itself, is a merge undone.
    """

    row = lattice.rows[y]
    above: dict[int, list[TableSlot]] = {}  # by its left edge
    beside: dict[int, list[TableSlot]] = {}  # by its right edge
    for s in lattice.rows[y - 1] if y else []:
        above.setdefault(s.left, []).append(s)
    for s in row:
        beside.setdefault(s.right, []).append(s)

    def repeats(slot: TableSlot) -> bool:
        grouping = any(not s.leaf for s in slot.match.columns)
        near = above.get(slot.left, []) + (beside.get(slot.left, []) if grouping else [])
        return any(s.match == slot.match for s in near)

    return [
        s
        for s in row
        if s.top == y
        and s.wording
        and not (s.match.corner or s.match.title is not None)
        and not (filled and not lattice.ragged and s.match and repeats(s))
    ]


def _header(lattice: Lattice, end: int, heads: Sequence[Head], *, ordered: bool = True) -> Header:
    if len(heads) > MAX_HEADS:
        heads = [h for h in heads if h.spots][:MAX_HEADS]
    heads = _without_label_columns(lattice, end, heads)
    return Header(tuple(heads), frozenset(s.table for h in heads for s in h.spots), ordered)


def _without_label_columns(lattice: Lattice, end: int, heads: Sequence[Head]) -> Sequence[Head]:
    """Without the words above the row labels (项目, 类别), which head no figures."""
    if lattice.ragged:
        first = next((i for i, h in enumerate(heads) if h.spots), len(heads))
        return heads[first:]
    labels = {(s.left, s.right) for row in lattice.rows[end:] for s in row if s.match.rows}
    for row in lattice.rows[end:]:
        groups = {(s.left, s.right) for s in row if any(not c.leaf for c in s.match.columns)}
        labels |= groups if groups and any(s.figure for s in row) else set()
    return [h for h in heads if h.spots or not any(a < h.right and h.left < b for a, b in labels)]


def _in_place(lattice: Lattice, start: int, end: int, *, filled: bool) -> Header:
    """What stands below the heading of a group is a column of it, and nothing else is."""
    slots = [s for y in range(start, end) for s in _headings(lattice, y, filled=filled)]
    if len(slots) > _MOST:
        return Header((), frozenset(), ordered=False)
    groups = [s for s in slots if any(not c.leaf for c in s.match.columns)]
    inner = {c for g in groups for c in g.match.columns if not c.leaf}
    heads = []
    for slot in slots:
        above = [g for g in groups if _over(g, slot)]
        spots = [s for s in slot.match.columns if _fits(s, above, inner)]
        if not any(s.leaf for s in spots) and any(_over(slot, other) for other in slots):
            continue  # a group, known or not, with its columns below
        heads.append(Head(slot, tuple(s for s in spots if s.leaf), slot.left, slot.right))
    heads = _merged(sorted(heads, key=lambda h: h.left))
    apart = all(a.right <= b.left for a, b in pairwise(heads))
    # Two headings of one column below one group: the headings were moved, who knows how far.
    sure = [h.spots for h in heads if len(h.spots) == 1]
    return _header(lattice, end, heads, ordered=apart and len(set(sure)) == len(sure))


def _over(group: TableSlot, slot: TableSlot) -> bool:
    return group.bottom <= slot.top and group.left <= slot.left and slot.right <= group.right


def _fits(spot: LabelSpot, above: Iterable[TableSlot], groups: Iterable[LabelSpot]) -> bool:
    """Whether a column may stand here: below its own groups, as far as these are in the header."""
    here = {c for g in above for c in g.match.columns if not c.leaf and _within(spot, c)}
    if any(not any(c in here for c in g.match.columns) for g in above):
        return False
    return all(g in here for g in groups if _within(spot, g))


def _within(spot: LabelSpot, group: LabelSpot) -> bool:
    depth = len(group.path)
    return (
        (spot.table, spot.block) == (group.table, group.block)
        and len(spot.path) > depth
        and spot.path[:depth] == group.path
    )


class _Parser:
    """Reads a band row by row: what stands below a group in the form is taken for its children, in
    order. So neither wrong spans nor missing ones lead astray.

    ``ordered`` turns false where something is missing or left over.
    """

    def __init__(self, lattice: Lattice, start: int, end: int, *, filled: bool) -> None:
        self.lattice, self.end = lattice, end
        self.queues = [deque(_headings(lattice, y, filled=filled)) for y in range(start, end)]
        self.opened: set[LabelSpot] = set()  # groups whose children were found
        self.ordered = True

    def read(self) -> Header:
        out: list[Head] = []
        groups = any(not c.leaf for q in self.queues for s in q for c in s.match.columns)
        for level, queue in enumerate(self.queues):
            if groups and out and queue:
                self.ordered = False
            while queue:
                out += self.expand(queue.popleft(), level, None)
        if not self.lattice.ragged:
            in_place = sorted(out, key=lambda h: h.left)
            if all(a.right <= b.left for a, b in pairwise(in_place)):
                out = _merged(in_place)
        return _header(self.lattice, self.end, out, ordered=self.ordered)

    def expand(self, slot: TableSlot, level: int, groups: Sequence[LabelSpot] | None) -> list[Head]:
        spots = [s for s in slot.match.columns if groups is None or _child(s, groups)]
        inner = [s for s in spots if not s.leaf]
        if inner and (heads := self.children(slot, level, inner)):
            self.opened.update(inner)
            return heads
        if inner and self.opened.issuperset(inner):
            return []  # a group heading repeated above each of its columns
        self.ordered = self.ordered and not inner
        return [Head(slot, tuple(s for s in spots if s.leaf), slot.left, slot.right)]

    def children(self, group: TableSlot, level: int, spots: Sequence[LabelSpot]) -> list[Head]:
        for below in range(level + 1, len(self.queues)):
            if heads := self.take(group, below, spots):
                return heads
        return []

    def take(self, group: TableSlot, level: int, spots: Sequence[LabelSpot]) -> list[Head]:
        queue = self.queues[level]
        out: list[Head] = []
        taken: set[tuple[str, str]] = set()
        while queue:
            slot = queue[0]
            fresh = [
                s
                for s in slot.match.columns
                if _child(s, spots) and (s.table, s.path[-1].label) not in taken
            ]
            foreign = not slot.match.columns and group.left <= slot.left < group.right
            if not fresh and not (foreign and out and not self.lattice.ragged):
                break
            queue.popleft()
            taken |= {(s.table, s.path[-1].label) for s in fresh}
            out += self.expand(slot, level, spots)
        wanted = {(s.table, n.label) for s in spots for n in s.path[-1].nodes}
        self.ordered = self.ordered and (not out or taken == wanted)
        return out


def _merged(heads: list[Head]) -> list[Head]:
    """Equal headings side by side as one: a merge undone and filled."""
    out: list[Head] = []
    for head in heads:
        last = out[-1] if out else None
        if last and last.spots and last.spots == head.spots and last.right == head.left:
            out[-1] = replace(last, right=head.right)
        else:
            out.append(head)
    return out


def _child(spot: LabelSpot, groups: Sequence[LabelSpot]) -> bool:
    return any(
        spot.table == g.table and spot.block == g.block and spot.path[:-1] == g.path for g in groups
    )
