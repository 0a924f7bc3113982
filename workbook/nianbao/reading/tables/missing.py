"""What the form has and a source does not: whole tables, rows, columns, single figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from nianbao.form import Cell, Form, Layout, Table
from nianbao.report import Note

SHOWN = 5  # examples in a message


def missing(
    form: Form, found: Collection[str], layout: Layout, told: Collection[str] = ()
) -> Iterator[Note]:
    """A note for each table on its absent rows, columns and single figures, with their cells;
    ``told``: what is not found and needs no more words."""
    for table in form.tables.values():
        cells = [c for c in form.cells(layout).values() if c.table == table.id and c.id not in told]
        gone = [c for c in cells if c.id not in found]
        if len(gone) == len(cells):
            yield _note(f"没有找到{table.name}“{table.heading}”。", gone)
        else:
            yield from _in_table(form, table, gone, [c for c in cells if c.id in found])


def _in_table(form: Form, table: Table, gone: list[Cell], there: list[Cell]) -> Iterator[Note]:
    rows, columns = {c.row for c in there}, {c.col for c in there}
    lost_rows = [c for c in gone if c.row not in rows]
    lost_columns = [c for c in gone if c.row in rows and c.col not in columns]
    single = [c for c in gone if c.row in rows and c.col in columns]
    if lost_rows:
        names = dict.fromkeys(row_name(c) for c in lost_rows)
        yield _note(f"{table.name}缺少 {len(names)} 行：{_listed(names)}。", lost_rows)
    if lost_columns:
        labels = dict.fromkeys(f"“{form.column_label(table.id, c.col)}”" for c in lost_columns)
        yield _note(f"{table.name}缺少 {len(labels)} 列：{_listed(labels)}。", lost_columns)
    if single:
        names = dict.fromkeys(c.title.removeprefix(table.name) for c in single)
        yield _note(f"{table.name}有 {len(single)} 格没有找到：{_listed(names)}。", single)


def _note(message: str, cells: Iterable[Cell]) -> Note:
    return Note("missing", message, cells=tuple(c.id for c in cells))


def row_name(cell: Cell) -> str:
    """The row of a figure as a person names it, in quotes: “（三）不予公开 1.属于国家秘密”."""
    row = cell.title.rpartition("的“")[0]
    return row[row.index("“") :]


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return "、".join(every[:SHOWN]) + ("等" if len(every) > SHOWN else "")
