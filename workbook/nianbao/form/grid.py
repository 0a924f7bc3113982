"""A table as it is drawn: label and value cells with their spans."""

from __future__ import annotations

from typing import Literal

from nianbao.form.model import Block, Grid, GridCell, Layout, Leaf, Node, Role, Table


def draw(table: Table, layout: Layout, computed: frozenset[str]) -> Grid:
    cells: list[GridCell] = []
    top = 0
    for block in table.blocks:
        if block.title:
            cells.append(
                GridCell(top, 0, 1, table.width, "block_title", block.title, scope="colgroup")
            )
            top += 1
        depth = max(len(leaf.path) for leaf in block.column_leaves)
        if block.corner:
            role: Role = "corner" if depth > 1 else "header"
            cells.append(
                GridCell(top, 0, depth, table.label_columns, role, block.corner, scope="col")
            )
        starts = _column_starts(table, block)
        _draw_headers(block.columns, top, 0, depth, starts, cells)
        top += depth
        rows = table.row_leaves(block, layout)
        if not rows:
            _draw_values(table, block, Leaf("", ()), top, starts, computed, cells)
            top += 1
        _draw_labels(rows, table.label_columns, top, cells)
        for row in rows:
            _draw_values(table, block, row, top, starts, computed, cells)
            top += 1
    cells.sort(key=lambda c: (c.row, c.col))
    return Grid(top, table.width, tuple(cells))


def _column_starts(table: Table, block: Block) -> tuple[int, ...]:
    """First grid column of each leaf, and the end: the last leaf takes what the others leave."""
    n = len(block.column_leaves)
    return (*range(table.label_columns, table.label_columns + n), table.width)


def _draw_headers(
    nodes: tuple[Node, ...],
    top: int,
    first: int,
    depth: int,
    starts: tuple[int, ...],
    cells: list[GridCell],
) -> int:
    for node in nodes:
        if node.nodes:
            last = _draw_headers(node.nodes, top + 1, first, depth - 1, starts, cells)
            span = 1
        else:
            last, span = first + 1, depth
        left = starts[first]
        width = starts[last] - left
        scope: Literal["col", "colgroup"] = "colgroup" if node.nodes else "col"
        cells.append(GridCell(top, left, span, width, "header", node.label, scope=scope))
        first = last
    return first


def _draw_labels(rows: tuple[Leaf, ...], columns: int, top: int, cells: list[GridCell]) -> None:
    for i, row in enumerate(rows):
        for depth, node in enumerate(row.path):
            is_leaf = depth == len(row.path) - 1
            if is_leaf:
                width = columns - depth
                role: Role = "sublabel" if depth and not node.id else "label"
                cells.append(
                    GridCell(top + i, depth, 1, width, role, node.label, id=None, scope="row")
                )
            elif i == 0 or _same_above(rows[i - 1], row, depth) is False:
                span = 1
                while i + span < len(rows) and _same_above(rows[i + span], row, depth):
                    span += 1
                cells.append(
                    GridCell(top + i, depth, span, 1, "label", node.label, scope="rowgroup")
                )


def _same_above(a: Leaf, b: Leaf, depth: int) -> bool:
    """Whether two rows share the grouping label at ``depth``."""
    return len(a.path) > depth + 1 and a.path[: depth + 1] == b.path[: depth + 1]


def _draw_values(
    table: Table,
    block: Block,
    row: Leaf,
    y: int,
    starts: tuple[int, ...],
    computed: frozenset[str],
    cells: list[GridCell],
) -> None:
    for i, col in enumerate(block.column_leaves):
        prefix = "" if row.extra is not None else f"{table.id}."
        id = prefix + ".".join(p for p in (row.id, col.id) if p)
        is_total = id in computed or (row.extra is not None and col.id in table.summed_columns)
        role: Role = "total" if is_total else "input"
        cells.append(GridCell(y, starts[i], 1, starts[i + 1] - starts[i], role, id=id))
