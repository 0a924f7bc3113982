"""Rows of our own workbooks that the official form does not have.

Those that came with the report are named; those that a person inserted carry no names and are found
by lying between rows that do, with figures in their columns.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from nianbao.form import ExtraRow, Form, Kind, local_cell, local_id
from nianbao.formats.book import SheetArea, text_of
from nianbao.reading.ours.names import Named, NamedRow, Rows, Split, Splits, figure_places
from nianbao.reading.vocabulary.labels import lexicon
from nianbao.report import Note
from nianbao.words.figures import parse


class _LocalRow(NamedTuple):
    """A local row before its figures are read: where it stands and what follows from that."""

    table: str
    after: str | None
    label: str
    columns: Mapping[str, SheetArea]


def local_rows(named: Named, form: Form, rows: Rows, splits: Splits) -> list[ExtraRow]:
    """All local rows from top to bottom. An inserted part of a split row goes into ``splits``."""
    areas = [row for row in _named_areas(named) if not _nameless(named, form, rows, row)]
    found = [_named_row(named, row, rows) for row in areas]
    taken = {(a.sheet, a.top) for row in areas for a in row.values()}
    for (sheet, y), row in _between(named, rows):
        columns = {c: SheetArea(sheet, y, x, y, x) for c, x in row.columns.items()}
        if (sheet, y) in taken or not _has_figures(named, form, row, columns):
            continue
        labels = _labels(named, sheet, y, min(row.columns.values()))
        label = " ".join(labels.values())
        first = named.areas.get(f"{row.table}.{row.row}[{row.part}].name")
        if row.row in splits and first is not None and min(labels, default=-1) >= first.left:
            splits[row.row].append(Split(label or None, columns))
        elif not _lost_its_names(form, row.table, [*labels.values()], rows):
            found.append(_LocalRow(row.table, row.row or None, label, columns))
    tables = list(form.tables)
    found.sort(key=lambda row: (tables.index(row.table), min(row.columns.values())))
    return [_extra(named, form, n, row) for n, row in enumerate(found)]


def _named_areas(named: Named) -> list[dict[str, SheetArea]]:
    """For each named local row its columns' cells, and that of ``label``."""
    found: dict[int, dict[str, SheetArea]] = {}
    for id, area in named.areas.items():
        local = local_cell(id)
        if local and area is not None:
            found.setdefault(local.row, {})[local.col] = area
    return [row for row in found.values() if row.keys() != {"label"}]


def _nameless(named: Named, form: Form, rows: Rows, row: dict[str, SheetArea]) -> bool:
    """Whether the table that a row stands in has lost all its names: then labels tell of both."""
    there = {r.table for r in rows.values()}
    sheets = {t.name for t in form.tables.values() if t.id not in there}
    return named.book.sheets[next(iter(row.values())).sheet].name in sheets


def _named_row(named: Named, areas: dict[str, SheetArea], rows: Rows) -> _LocalRow:
    columns = {col: area for col, area in areas.items() if col != "label"}
    table, after = _above(rows, next(iter(areas.values())))
    label = text_of(named.at(areas["label"])).strip() if "label" in areas else ""
    return _LocalRow(table, after, label, columns)


def _above(rows: Rows, area: SheetArea) -> tuple[str, str | None]:
    """The table that a row stands in and the official row that it follows, if any."""
    here = [(y, row) for (sheet, y), row in rows.items() if sheet == area.sheet]
    above = [row for y, row in here if y < area.top]
    if above:
        return above[-1].table, above[-1].row or None
    below = [row for _, row in here] or list(rows.values())
    return below[0].table, None


def _between(named: Named, rows: Rows) -> Iterator[tuple[tuple[int, int], NamedRow]]:
    """Rows with content between two named rows of a table, each with the named row above it."""
    filled = {s: sorted({y for y, _ in named.book.cells(s)}) for s in {s for s, _ in rows}}
    for ((sheet, y), row), ((sheet_below, below), next_row) in pairwise(rows.items()):
        if sheet_below == sheet and next_row.table == row.table:
            inner = slice(bisect_right(filled[sheet], y), bisect_left(filled[sheet], below))
            yield from (((sheet, at), row) for at in filled[sheet][inner])


def _has_figures(named: Named, form: Form, row: NamedRow, columns: Mapping[str, SheetArea]) -> bool:
    kinds = _kinds(form.format, row.table, row.row)
    return any(parse(named.at(a), kinds[c]).value is not None for c, a in columns.items())


def _labels(named: Named, sheet: int, y: int, end: int) -> dict[int, str]:
    """The words left of a row's figures by the column where they stand."""
    cells = named.book.cells(sheet)
    return {x: text_of(cells[y, x]).strip() for x in range(end) if (y, x) in cells}


def _lost_its_names(form: Form, table: str, labels: list[str], rows: Rows) -> bool:
    """Whether it is an official row after all, of which no figure has a name any more."""
    there = {(row.table, row.row) for row in rows.values()}
    spots = lexicon(form.format).look_up(labels[-1]).rows if labels else ()
    return any(spot.table == table and (table, spot.id) not in there for spot in spots)


@lru_cache(maxsize=256)
def _kinds(format: int, table: str, row: str) -> Mapping[str, Kind]:
    places = figure_places(format).values()
    return {s.col: s.kind for s in places if (s.table, s.row) == (table, row)}


def _extra(named: Named, form: Form, n: int, row: _LocalRow) -> ExtraRow:
    kinds = _kinds(form.format, row.table, row.after or "")
    totals = form.tables[row.table].summed_columns
    values: dict[str, Any] = {}
    for col, area in row.columns.items():
        id = local_id(n, col)
        value = named.figure(id, area, kinds.get(col, "count"), total=col in totals)
        origin = named.origins[id]
        # What is no figure is kept as it was written.
        is_text = value is None and origin.issue not in (None, "V-02")
        values[col] = origin.text if is_text else value
    place = named.place(next(iter(row.columns.values())))
    name = form.tables[row.table].name
    cells = tuple(local_id(n, col) for col in row.columns)
    message = f"{name}中有自行增加的一行“{row.label}”，已保留"
    named.notes.append(Note("extra", message, place, cells))
    return ExtraRow(row.table, row.label, values, row.after)
