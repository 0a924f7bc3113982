"""A report laid over one that is there already: what it does not say stays as it was."""

from __future__ import annotations

from nianbao.form import Layout
from nianbao.report import Agency, Report, build, with_totals


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
    same = repeats == held.repeats
    values = {
        id: value
        if (value := report.values.get(id)) is not None or cell.total
        else (held.values.get(id) if same or "[" not in id else None)
        for id, cell in cells.items()
    }
    known = {(row.table, row.label) for row in report.extra}
    return with_totals(
        build(
            report.format,
            report.year,
            Agency(report.agency.name or held.agency.name, report.agency.code or held.agency.code),
            values,
            repeats=repeats,
            text={t: words or held.text[t] for t, words in report.text.items()},
            extra=(
                *report.extra,
                *(row for row in held.extra if (row.table, row.label) not in known),
            ),
            reading=report.reading,
        )
    )


def _unsaid(report: Report, table: str, row: str) -> bool:
    prefix = f"{table}.{row}["
    return report.repeats[row] == (None,) and all(
        value is None for id, value in report.values.items() if id.startswith(prefix)
    )
