"""Column headings: from the header rows of a table to the official column of each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nianbao.form import Form
from nianbao.sources.lattice import Slot
from nianbao.sources.lexicon import Spot


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
    """The headings of a band of rows in the order of the columns, and the tables they are of.

    ``ordered``: that order is known without positions; it is not where headings are left over that
    belong below none of those above, or where one of them is missing.
    """

    heads: tuple[Head, ...]
    tables: frozenset[str]
    ordered: bool = True

    def columns(self, table: str, block: int, parent: str | None = None) -> list[Spot | None]:
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
        out: list[Spot | None] = []
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


def is_header_row(row: Sequence[Slot]) -> bool:
    """Whether a row names columns: official ones, and holds no figure."""
    return any(s.match.columns and not s.match.rows for s in row) and not any(s.figure for s in row)
