"""What goes wrong with tables: each function does one damage to a table and says nothing of it.

All take the cells of a table in which every figure is another one, and a ``random.Random``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from layouts import Cells
from nianbao.reading.document import TableCell

Damage = Callable[[Cells, random.Random], Cells]


def is_figure(cell: TableCell) -> bool:
    return cell.text.lstrip("+-").isdigit()


def row_removed(cells: Cells, rng: random.Random) -> Cells:
    at = rng.choice(cells).row
    return [
        replace(c, row=c.row - (c.row > at), rowspan=c.rowspan - (c.row < at < c.row + c.rowspan))
        for c in cells
        if c.row != at
    ]


def cell_removed(cells: Cells, rng: random.Random) -> Cells:
    gone = rng.choice(cells)
    return [c for c in cells if c is not gone]


def cell_removed_and_closed_up(cells: Cells, rng: random.Random) -> Cells:
    """As a page does that has a ``td`` too few in a row of figures.

    Not in a header: that of 表四 with one group gone and the other moved to its place is a right
    one in another order.
    """
    rows = {c.row for c in cells if is_figure(c)}
    gone = rng.choice([c for c in cells if c.row in rows])
    return [_moved(c, gone, -gone.colspan) for c in cells if c is not gone]


def cell_inserted(cells: Cells, rng: random.Random) -> Cells:
    at = rng.choice(cells)
    return [TableCell(at.row, at.col, ""), *(_moved(c, at, 1, with_it=True) for c in cells)]


def row_shifted(cells: Cells, rng: random.Random) -> Cells:
    at, by = rng.choice(cells).row, rng.choice((1, -1))
    return [replace(c, col=max(c.col + by, 0)) if c.row == at else c for c in cells]


def figures_shifted(cells: Cells, rng: random.Random) -> Cells:
    at, by = rng.choice(cells).row, rng.choice((1, -1))
    return [
        replace(c, col=max(c.col + by, 0)) if c.row == at and is_figure(c) else c for c in cells
    ]


def rows_joined(cells: Cells, rng: random.Random) -> Cells:
    """Two rows in one, their texts below each other in the cells."""
    rows = sorted({c.row for c in cells})
    upper = rng.choice(rows[:-1])
    lower = rows[rows.index(upper) + 1]
    there = {(c.row, c.col): c for c in cells}

    def joined(cell: TableCell) -> TableCell:
        below = there.get((lower, cell.col)) if cell.row == upper else None
        return replace(cell, text=f"{cell.text}\n{below.text}") if below else cell

    return [joined(c) for c in cells if c.row != lower or (upper, c.col) not in there]


def cells_joined(cells: Cells, rng: random.Random) -> Cells:
    """A cell merged with the next one: of the two texts one is left, or both."""
    first = rng.choice(cells)
    after = [c for c in cells if (c.row, c.col) == (first.row, first.col + first.colspan)]
    text = first.text + rng.choice((" ", "\n")) + after[0].text if after else first.text
    wide = first.colspan + sum(c.colspan for c in after)
    return [
        replace(c, text=rng.choice((text, c.text)), colspan=wide) if c is first else c
        for c in cells
        if c not in after
    ]


def label_misspelt(cells: Cells, rng: random.Random) -> Cells:
    label = rng.choice([c for c in cells if len(c.text) > 1 and not is_figure(c)])
    at = rng.randrange(len(label.text))
    before, behind = label.text[:at], label.text[at:]
    text = rng.choice((before + behind[1:], f"{before}某{behind[1:]}", f"{before}某{behind}"))
    return [replace(c, text=text) if c is label else c for c in cells]


def label_lost(cells: Cells, rng: random.Random) -> Cells:
    label = rng.choice([c for c in cells if len(c.text) > 1 and not is_figure(c)])
    return [replace(c, text=rng.choice(("", "乱码文字"))) if c is label else c for c in cells]


def span_wrong(cells: Cells, rng: random.Random) -> Cells:
    at, by = rng.choice(cells), rng.choice((1, -1))
    down = rng.random() < 0.5
    wrong = (
        replace(at, rowspan=max(at.rowspan + by, 1))
        if down
        else replace(at, colspan=max(at.colspan + by, 1))
    )
    return [wrong if c is at else c for c in cells]


def header_missing(cells: Cells, rng: random.Random) -> Cells:
    first = min(c.row for c in cells if is_figure(c))
    return [c for c in cells if c.row >= first]


def header_repeated(cells: Cells, rng: random.Random) -> Cells:
    """A page break inside the table: its first header stands again above the rest."""
    first = min(c.row for c in cells if is_figure(c))
    rest = [r for r in {c.row for c in cells} if r > first]
    if not rest:
        return cells
    tear = rng.choice(rest)
    upper = [replace(c, rowspan=min(c.rowspan, tear - c.row)) for c in cells if c.row < tear]
    lower = [
        replace(c, row=max(c.row, tear) + first, rowspan=c.row + c.rowspan - max(c.row, tear))
        for c in cells
        if c.row + c.rowspan > tear
    ]
    return [*upper, *(replace(c, row=c.row + tear) for c in cells if c.row < first), *lower]


def remark_inside(cells: Cells, rng: random.Random) -> Cells:
    figure = rng.choice([c for c in cells if is_figure(c)])
    return [replace(c, text=f"{c.text}（其中修订16件）") if c is figure else c for c in cells]


def metadata_above(cells: Cells, _rng: random.Random) -> Cells:
    texts = ("索引号", "000014349", "发布日期", "2024-01-20"), ("名称", "规章", "文号", "12")
    above = [TableCell(y, x, text) for y, row in enumerate(texts) for x, text in enumerate(row)]
    return above + [replace(c, row=c.row + len(texts)) for c in cells]


def _moved(cell: TableCell, at: TableCell, by: int, *, with_it: bool = False) -> TableCell:
    behind = cell.row == at.row and (cell.col > at.col or (with_it and cell is at))
    return replace(cell, col=cell.col + by) if behind else cell


ALL: tuple[Damage, ...] = (
    row_removed,
    cell_removed,
    cell_removed_and_closed_up,
    cell_inserted,
    row_shifted,
    figures_shifted,
    rows_joined,
    cells_joined,
    label_misspelt,
    label_lost,
    span_wrong,
    header_missing,
    header_repeated,
    remark_inside,
    metadata_above,
)
# These ask nothing of a table: they may come on top of another.
BLIND: tuple[Damage, ...] = (cell_removed, cell_inserted, row_shifted, cells_joined, span_wrong)
# Where a heading is lost only the form tells the order: not with columns in another order.
HEADINGS_STAY: tuple[Damage, ...] = (cell_removed, figures_shifted, remark_inside, metadata_above)
