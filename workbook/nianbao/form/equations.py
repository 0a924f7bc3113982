"""The linear identities of the tables, instance by instance, as sums of cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nianbao.form.model import Equation, Identity, Layout, Table, local_id


def equations(tables: Iterable[Table], layout: Layout) -> Iterator[Equation]:
    """All instances of all identities, in the order of the form."""
    for table in tables:
        rows = _row_names(table)
        cols = {leaf.node.id: leaf.label for b in table.blocks for leaf in b.column_leaves}
        for identity in table.identities:
            if identity.per == "column":
                yield from _per_column(table, identity, rows, cols, layout)
            else:
                yield from _per_row(table, identity, rows, layout)


def _row_names(table: Table) -> dict[str, str]:
    """Row id → label; in table 四, where groups are columns, group id → label."""
    rows = {leaf.id: leaf.label for b in table.blocks for leaf in b.row_leaves}
    if not rows:
        for block in table.blocks:
            for leaf in block.column_leaves:
                rows[leaf.id.rpartition(".")[0]] = leaf.path[-2].label
    return rows


def _extra_terms(table: Table, layout: Layout, rows: tuple[str, ...], col: str) -> list[str]:
    return [
        local_id(i, col)
        for i, e in enumerate(layout.extra)
        if e.table == table.id and e.after in rows and col in e.values
    ]


def _per_column(
    table: Table, identity: Identity, rows: dict[str, str], cols: dict[str, str], layout: Layout
) -> Iterator[Equation]:
    def terms(prefixes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(r for p in prefixes for r in rows if r == p or r.startswith(p + "."))

    expected, actual = terms(identity.expected), terms(identity.actual)
    for col, label in cols.items():
        # A local row belongs to a sum only if it stands among the rows that the sum defines.
        extra = _extra_terms(table, layout, expected, col) if identity.defines else []
        yield Equation(
            identity,
            table.id,
            col,
            label,
            (*(f"{table.id}.{r}.{col}" for r in expected), *extra),
            tuple(f"{table.id}.{r}.{col}" for r in actual),
        )


def _per_row(
    table: Table, identity: Identity, rows: dict[str, str], layout: Layout
) -> Iterator[Equation]:
    for row, label in rows.items():
        yield Equation(
            identity,
            table.id,
            row,
            label,
            tuple(f"{table.id}.{row}.{c}" for c in identity.expected),
            tuple(f"{table.id}.{row}.{c}" for c in identity.actual),
        )
    for i, extra in enumerate(layout.extra):
        if extra.table == table.id and all(c in extra.values for c in identity.actual):
            yield Equation(
                identity,
                table.id,
                local_id(i),
                extra.label,
                tuple(local_id(i, c) for c in identity.expected if c in extra.values),
                tuple(local_id(i, c) for c in identity.actual),
            )
