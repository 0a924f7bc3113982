"""Reports added up: figure by figure, totals anew, rows that only some have by their names."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from nianbao import form as forms
from nianbao.batch.examine import Record
from nianbao.form import ExtraRow, Layout, local_cell, local_id
from nianbao.report import Agency, Report, build, with_totals

UNSPLIT = "未分列"
"""The name of a row that others have split and one has not, in the sum."""

_Split = tuple[str, str, str | None, str]  # table, row, name, column
_Local = tuple[str, str | None, str]  # table, row that it follows, label


class Gaps(NamedTuple):
    """What of a report could not be added. ``blank``: figures not filled in, counted as nothing;
    ``words``: cells of local rows with words; ``bare``: totals without their parts."""

    blank: int = 0
    words: int = 0
    bare: int = 0


class Adding:
    """The sum of any number of reports on one form; keeps the sum, not the reports."""

    def __init__(self, format: int, year: int) -> None:
        self.form, self.year, self.count = forms.load(format), year, 0
        self._plain: dict[str, int | Decimal] = {}
        self._split: dict[_Split, int | Decimal | None] = {}
        self._local: dict[_Local, dict[str, int | Decimal]] = {}

    def add(self, record: Record) -> Gaps:
        """Count a report in. It must be of the same form and year."""
        self.count += 1
        figures = record.figures()
        blank = 0
        cells = self.form.cells(Layout(record.splits))
        for id, value in figures.items():
            if cells[id].total:
                continue
            blank += value is None
            if "[" in id:
                self._add_split(id, value, record.splits)
            elif value is not None:
                self._plain[id] = self._plain.get(id, 0) + value
        words = sum(self._add_local(ExtraRow(*row)) for row in record.extra)
        return Gaps(blank, words, self._bare(record, figures))

    def _add_split(self, id: str, value: Any, splits: Mapping[str, Any]) -> None:
        table, rest = id.split(".", 1)
        row, rest = rest.split("[", 1)
        index, column = rest.split("].", 1)
        key = table, row, splits[row][int(index)], column
        before = self._split.setdefault(key, None)
        if value is not None:
            self._split[key] = (before or 0) + value

    def _add_local(self, row: ExtraRow) -> int:
        summed = self.form.tables[row.table].summed_columns
        sums = self._local.setdefault((row.table, row.after, row.label), {})
        for column, value in row.values.items():
            if column not in summed and not isinstance(value, str | None):
                sums[column] = sums.get(column, 0) + value
        return sum(isinstance(value, str) for value in row.values.values())

    def _bare(self, record: Record, figures: Mapping[str, Any]) -> int:
        rows = tuple(ExtraRow(*row) for row in record.extra)
        local = {local_id(i, c): v for i, row in enumerate(rows) for c, v in row.values.items()}
        known = {**figures, **local}
        sums = self.form.sums(Layout(record.splits, rows))
        return sum(
            bool(figures.get(total)) and all(known.get(part) is None for part in parts)
            for total, parts in sums.items()
            if not local_cell(total)
        )

    def report(self, name: str, code: str | None = None) -> Report:
        """The sum as a report of the agency ``name``; what nobody has filled in stays blank."""
        found: dict[str, dict[str | None, None]] = {}
        for _, row, part, _ in self._split:
            found.setdefault(row, {})[part] = None
        names: dict[str, list[str | None]] = {}
        for row, parts in found.items():
            alone = len(parts) == 1
            names[row] = list(dict.fromkeys(p if alone else p or UNSPLIT for p in parts))
        values: dict[str, Any] = dict(self._plain)
        for (table, row, part, column), value in self._split.items():
            index = names[row].index(part if part in names[row] else UNSPLIT)
            id = f"{table}.{row}[{index}].{column}"
            values[id] = value if values.get(id) is None else values[id] + (value or 0)
        repeats = {row: tuple(parts) for row, parts in names.items()}
        extra = tuple(
            ExtraRow(table, label, dict(sums), after)
            for (table, after, label), sums in self._local.items()
        )
        agency = Agency(name, code)
        return with_totals(
            build(self.form.format, self.year, agency, values, repeats=repeats, extra=extra)
        )
