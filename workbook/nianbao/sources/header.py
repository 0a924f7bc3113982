"""Column headings: from the header rows of a table to the official column of each figure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from nianbao.form import Form
from nianbao.sources.lattice import Lattice, Slot
from nianbao.sources.lexicon import Spot

MAX_HEADS = 64  # of the widest table 15 are official


@dataclass(frozen=True, slots=True)
class Head:
    """A column heading from ``left`` up to ``right``, and the official columns that it may be.

    One that may be none is foreign.
    """

    slot: Slot
    spots: tuple[Spot, ...]
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a band of rows in the order of the columns, and the tables they are of."""

    heads: tuple[Head, ...]
    tables: frozenset[str]

    def columns(self, table: str, block: int, parent: str | None = None) -> list[Spot | None]:
        """For each heading the column of that block it stands for; each column once.

        ``parent`` narrows it to the columns below one group. Headings that may be several columns
        (结果维持 without its group) are taken in the order of the form.
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
        out: list[Spot | None] = []
        seen: set[str] = set()
        for spots in fitting:
            free = [s for s in spots if s.id not in seen and (len(spots) == 1 or s.id not in sure)]
            out.append(free[0] if free else None)
            seen.update(s.id for s in free[:1])
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


def is_header_row(row: Sequence[Slot]) -> bool:
    """Whether a row names columns: official ones, and holds no figure."""
    return any(s.match.columns and not s.match.rows for s in row) and not any(s.figure for s in row)


def header(lattice: Lattice, start: int) -> tuple[Header, int]:
    """The header band that begins at row ``start``, and the row after it."""
    end = start
    while end < len(lattice.rows) and is_header_row(lattice.rows[end]):
        end += 1
    bands = [_Parser(lattice, start, end, filled=filled).heads() for filled in (True, False)]
    best = max(bands, key=_clearness)
    return Header(tuple(best), frozenset(s.table for h in best for s in h.spots)), end


def _clearness(heads: Sequence[Head]) -> tuple[int, int]:
    """Columns named beyond doubt; fewer headings that name none."""
    sure = {h.spots[0] for h in heads if len(h.spots) == 1}
    return len(sure), len(sure) - len(heads)


class _Parser:
    """Reads a band row by row: what stands below a group in the form is taken for its children, in
    order. So neither wrong spans nor missing ones lead astray.

    ``filled``: a heading that stands below itself is a merge undone, not another one.
    """

    def __init__(self, lattice: Lattice, start: int, end: int, *, filled: bool) -> None:
        self.lattice, self.end, self.filled = lattice, end, filled
        self.queues = [
            deque(s for s in row if s.top == y and s.wording and not self.no_heading(s, y))
            for y, row in enumerate(lattice.rows[start:end], start)
        ]
        self.opened: set[Spot] = set()  # groups whose children were found

    def no_heading(self, slot: Slot, y: int) -> bool:
        """A corner, a title, or what stands above or, of a group, on the left already."""
        if slot.match.corner or slot.match.title is not None:
            return True
        if not self.filled or self.lattice.ragged or not slot.match:
            return False
        above = self.lattice.rows[y - 1] if y else []
        grouping = any(not s.leaf for s in slot.match.columns)
        return any(s.left == slot.left and s.match == slot.match for s in above) or any(
            grouping and s.right == slot.left and s.match == slot.match
            for s in self.lattice.rows[y]
        )

    def heads(self) -> list[Head]:
        out: list[Head] = []
        for level, queue in enumerate(self.queues):
            while queue:
                out += self.expand(queue.popleft(), level, None)
        if not self.lattice.ragged:
            in_place = sorted(out, key=lambda h: h.left)
            if all(a.right <= b.left for a, b in pairwise(in_place)):
                out = _merged(in_place)
        if len(out) > MAX_HEADS:
            out = [h for h in out if h.spots][:MAX_HEADS]
        return self.without_label_columns(out)

    def expand(self, slot: Slot, level: int, groups: Sequence[Spot] | None) -> list[Head]:
        spots = [s for s in slot.match.columns if groups is None or _child(s, groups)]
        inner = [s for s in spots if not s.leaf]
        if inner and (heads := self.children(slot, level, inner)):
            self.opened.update(inner)
            return heads
        if inner and self.opened.issuperset(inner):
            return []  # a group heading repeated above each of its columns
        return [Head(slot, tuple(s for s in spots if s.leaf), slot.left, slot.right)]

    def children(self, group: Slot, level: int, spots: Sequence[Spot]) -> list[Head]:
        for below in range(level + 1, len(self.queues)):
            if heads := self.take(group, below, spots):
                return heads
        return []

    def take(self, group: Slot, level: int, spots: Sequence[Spot]) -> list[Head]:
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
        return out

    def without_label_columns(self, heads: list[Head]) -> list[Head]:
        """Without the words above the row labels (项目, 类别), which head no figures."""
        if self.lattice.ragged:
            first = next((i for i, h in enumerate(heads) if h.spots), len(heads))
            return heads[first:]
        labels = {
            (s.left, s.right) for row in self.lattice.rows[self.end :] for s in row if s.match.rows
        }
        return [
            h for h in heads if h.spots or not any(a < h.right and h.left < b for a, b in labels)
        ]


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


def _child(spot: Spot, groups: Sequence[Spot]) -> bool:
    return any(
        spot.table == g.table and spot.block == g.block and spot.path[:-1] == g.path for g in groups
    )
