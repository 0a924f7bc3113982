"""Rows that a local form adds, as every writer can write them and every reader reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from nianbao.errors import UnusableInput
from nianbao.form import ExtraRow, Form, Identity, Kind, Leaf, Node, Table, load, local_id
from nianbao.report.trace import Origin
from nianbao.words.characters import one_line
from nianbao.words.figures import Value, parse
from nianbao.words.labels import SUBTOTALS, normalise, number_and_words, number_value, words

#
# Whether it stands inside a sum hangs on that place. The figures decide wherever only one answer
# lets the sums hold; otherwise the row's own number, which may go on with that of a group;
# otherwise it stands at the end of the table, in no sum.


def with_places(
    form: Form, rows: Sequence[ExtraRow], figures: Mapping[str, Any]
) -> tuple[ExtraRow, ...]:
    """The rows, each with the official row that it follows; ``figures`` are the official ones.

    Tables without rows are left alone.
    """
    out = list(rows)
    for table in form.tables.values():
        leaves = [leaf for block in table.blocks for leaf in block.row_leaves]
        known = {leaf.id for leaf in leaves}
        lost = [i for i, row in enumerate(rows) if row.table == table.id and row.after not in known]
        if not lost or not leaves:
            continue
        here = [row for row in rows if row.table == table.id and row.after in known]
        chosen = _numbered(leaves, [rows[i].label for i in lost])
        for identity in (i for i in table.identities if i.per == "column" and i.defines):
            sums = _Sums(table, identity, leaves, here, figures)
            chosen = sums.better([rows[i] for i in lost], chosen)
        for i, after in zip(lost, chosen, strict=True):
            out[i] = replace(rows[i], after=after)
    return tuple(out)


def _numbered(leaves: Sequence[Leaf], labels: Sequence[str]) -> list[str]:
    """For each label the last row of the group that its number goes on with, else of the table.

    Two groups may end with one number: the later one is taken, it is the one of other reasons.
    """
    ends: dict[int, str] = {}
    for group in dict.fromkeys(leaf.path[:-1] for leaf in leaves):
        last = [leaf for leaf in leaves if leaf.path[:-1] == group][-1]
        if (number := _number(last.label)) is not None:
            ends[number] = last.id
    out = []
    for label in labels:
        number = _number(label)
        after = ends.get(number - 1) if number is not None else None
        if number is not None and after is not None:
            ends[number] = after  # the next local row may go on with this one
        out.append(after or leaves[-1].id)
    return out


def _number(label: str) -> int | None:
    """The 3 of ``3.其他``; ``（三）`` and ``三、`` number whole groups and count nothing."""
    number, _ = number_and_words(normalise(label))
    return number_value(number) if number[:1].isdigit() else None


class _Sums:
    """What a table's columns should add up to, with the local rows that are certainly in them."""

    def __init__(
        self,
        table: Table,
        identity: Identity,
        leaves: Sequence[Leaf],
        inside: Sequence[ExtraRow],
        figures: Mapping[str, Any],
    ) -> None:
        self.terms = [leaf.id for leaf in leaves if _within(leaf.id, identity.expected)]
        self.end = leaves[-1].id
        self.wanting: dict[str, int] = {}  # column → what the rows add up to too little
        inside = [row for row in inside if row.after in self.terms]
        for column in table.blocks[0].column_leaves:
            parts: list[Any] = [figures.get(f"{table.id}.{row}.{column.id}") for row in self.terms]
            parts += [_count(row, column.id) or 0 for row in inside]
            total = figures.get(f"{table.id}.{identity.actual[0]}.{column.id}")
            if total is not None and None not in parts:
                self.wanting[column.id] = total - sum(parts)

    def better(self, rows: Sequence[ExtraRow], chosen: Sequence[str]) -> list[str]:
        """The places, those that let the sums hold if the chosen ones do not and only they do."""
        now = [after in self.terms for after in chosen]
        alone = [[i == n for i in range(len(rows))] for n in range(len(rows))]
        ways = (now, [False] * len(rows), [True] * len(rows), *alone)
        right = next((way for way in ways if self._holds(rows, way)), now)
        return [
            after if inside == stands else self.terms[-1] if stands else self.end
            for after, inside, stands in zip(chosen, now, right, strict=True)
        ]

    def _holds(self, rows: Sequence[ExtraRow], way: Sequence[bool]) -> bool:
        counted = [row for row, stands in zip(rows, way, strict=True) if stands]
        return bool(self.wanting) and all(
            sum(_count(row, column) or 0 for row in counted) == missing
            for column, missing in self.wanting.items()
        )


def _within(row: str, groups: Sequence[str]) -> bool:
    return any(row == g or row.startswith(f"{g}.") for g in groups)


def _count(row: ExtraRow, column: str) -> Any:
    """A figure of a local row; None if there is none."""
    return parse(row.values.get(column), "count").value


UNNAMED = "未命名的行"


def settled(
    form: Form, rows: tuple[ExtraRow, ...], figures: Mapping[str, Any]
) -> tuple[tuple[ExtraRow, ...], Mapping[str, Origin]]:
    """The rows as they come back from a drawn table: in its order, with place and all columns.

    A row that says no place is given one (see `placing`), a column left out is not filled
    in, and what stands in a cell is read as in an official one: the figure it says, else its words.
    Beside them, by cell id, the words that say no figure or say it oddly.
    Raises UnusableInput for a row in 表四, and for a figure in a column that is not of its block.
    """
    if not rows:
        return (), {}
    rows = with_places(form, rows, figures)
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
    placed = replace(row, label=label)
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
    blocks = [b for t in load(format).tables.values() for b in t.blocks]
    labels = (label for b in blocks for label in (b.title, b.corner, *_labels(b.rows)))
    return frozenset(map(words, labels))


def _labels(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        yield from (node.label, *node.aliases)
        yield from _labels(node.nodes)
