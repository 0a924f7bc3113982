"""Rows that a local form adds, as every writer can write them and every reader reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from nianbao import form as forms
from nianbao.errors import UnusableInput
from nianbao.figures import Value, parse
from nianbao.form import ExtraRow, Form, Kind, Node, local_id
from nianbao.labels import SUBTOTALS, words
from nianbao.report.reading import Origin
from nianbao.texts import one_line

UNNAMED = "未命名的行"


def settled(
    form: Form, rows: tuple[ExtraRow, ...]
) -> tuple[tuple[ExtraRow, ...], Mapping[str, Origin]]:
    """The rows as they come back from a drawn table: in its order, with place and all columns.

    "At the end of the table" is below the last official row, a column left out is not filled in,
    and what stands in a cell is read as in an official one: the figure it says, else its words.
    Beside them, by cell id, the words that say no figure or say it oddly.
    Raises UnusableInput for a row in 表四, and for a figure in a column that is not of its block.
    """
    if not rows:
        return (), {}
    placed = [_placed(form, row) for row in rows]
    oddities: dict[str, Origin] = {}
    out: list[ExtraRow] = []
    for index in form.in_order(placed):
        row = placed[index]
        values: dict[str, Value | str] = {}
        for leaf in form.columns_of(row):
            values[leaf.id], issue = _figure(row.values.get(leaf.id), leaf.node.kind)
            if issue:
                text = one_line(str(row.values[leaf.id])) or ""
                oddities[local_id(len(out), leaf.id)] = Origin(None, text, issue)
        out.append(replace(row, values=values))
    return tuple(out), oddities


def _placed(form: Form, row: ExtraRow) -> ExtraRow:
    table = form.tables[row.table]
    label = one_line(row.label) or UNNAMED
    leaves = [leaf.id for block in table.blocks for leaf in block.row_leaves]
    if not leaves:
        raise UnusableInput(f"{table.name}只有一行数字，放不下另加的“{label}”行。")
    placed = replace(row, label=label, after=row.after if row.after in leaves else leaves[-1])
    columns = {leaf.id for leaf in form.columns_of(placed)}
    foreign = [c for c, value in row.values.items() if c not in columns and value is not None]
    if foreign:
        column = form.column_label(row.table, foreign[0])
        raise UnusableInput(f"{table.name}另加的“{label}”行所在的一段没有“{column}”这一栏。")
    return placed


def _figure(raw: Any, kind: Kind) -> tuple[Value | str, str | None]:
    """What a cell says, and the code of what is odd about it."""
    if raw is None:
        return None, None
    value, issue = parse(raw, kind)
    if value is None and issue != "V-02":
        return one_line(str(raw)), issue
    return value, issue


def unnameable(format: int, label: str) -> bool:
    """Whether a drawn table with a local row of this name would be read as another one.

    So it is with the labels of the form itself, with words for a sum, and without any letter.
    """
    said = words(label)
    return not said or said.isdecimal() or said in SUBTOTALS or said in _official(format)


@lru_cache
def _official(format: int) -> frozenset[str]:
    """The words of all row labels, block titles and corners of a form."""
    blocks = [b for t in forms.load(format).tables.values() for b in t.blocks]
    labels = (label for b in blocks for label in (b.title, b.corner, *_labels(b.rows)))
    return frozenset(map(words, labels))


def _labels(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        yield from (node.label, *node.aliases)
        yield from _labels(node.nodes)
