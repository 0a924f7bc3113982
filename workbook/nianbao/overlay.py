"""A report laid over one that is there already: what it does not say stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nianbao.carry import numbered, twins
from nianbao.figures import Value
from nianbao.form import ExtraRow, Layout, local_cell
from nianbao.report import Agency, Reading, Report, build, with_totals


def lay_over(held: Report, report: Report) -> Report:
    """``report`` with ``held`` showing through wherever it has no figure, text, row or code.

    Totals that it leaves open are added up anew, never taken from ``held``. Both must be of one
    form and year; otherwise ``report`` itself comes back.
    """
    if (held.format, held.year) != (report.format, report.year):
        return report
    repeats = {
        row: held.repeats[row] if _unsaid(report, table, row) else names
        for (table, row), names in zip(report.form.repeats, report.repeats.values(), strict=True)
    }
    cells = report.form.cells(Layout(repeats))
    below = _below(held, repeats)
    values = {
        id: value if (value := report.values.get(id)) is not None or cell.total else below.get(id)
        for id, cell in cells.items()
    }
    return with_totals(
        build(
            report.format,
            report.year,
            Agency(report.agency.name or held.agency.name, report.agency.code or held.agency.code),
            values,
            repeats=repeats,
            text={t: words or held.text[t] for t, words in report.text.items()},
            extra=_rows(held, report),
            reading=_without_local_rows(report.reading),
        )
    )


def _below(held: Report, repeats: Mapping[str, tuple[str | None, ...]]) -> dict[str, Value]:
    """The figures of ``held`` by their ids under ``repeats``; split rows go by their names."""
    found = {id: value for id, value in held.values.items() if "[" not in id}
    for table, row in held.form.repeats:
        for i, j in twins(repeats[row], held.repeats[row]) or ():
            there = f"{table}.{row}[{j}]."
            found |= {
                f"{table}.{row}[{i}].{id.removeprefix(there)}": value
                for id, value in held.values.items()
                if id.startswith(there)
            }
    return found


def _rows(held: Report, report: Report) -> tuple[ExtraRow, ...]:
    """Local rows of both; those of one name at one place are one row, what it leaves open shows."""
    below = dict(zip(numbered(map(_place, held.extra)), held.extra, strict=True))
    rows: list[ExtraRow] = []
    for key, row in zip(numbered(map(_place, report.extra)), report.extra, strict=True):
        under = below.pop(key, row)
        totals = report.form.tables[row.table].summed_columns
        values = {
            col: under.values.get(col) if value is None and col not in totals else value
            for col, value in row.values.items()
        }
        rows.append(replace(row, values=values))
    return (*rows, *below.values())


def _place(row: ExtraRow) -> tuple[str, str | None, str]:
    return row.table, row.after, row.label


def _without_local_rows(reading: Reading) -> Reading:
    """The trace but for local rows, which are numbered anew among those of both."""
    origins = {id: origin for id, origin in reading.origins.items() if not local_cell(id)}
    return replace(reading, origins=origins)


def _unsaid(report: Report, table: str, row: str) -> bool:
    prefix = f"{table}.{row}["
    return report.repeats[row] == (None,) and all(
        value is None for id, value in report.values.items() if id.startswith(prefix)
    )
