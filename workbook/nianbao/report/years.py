"""What of last year's report stands in this year's again: the carry-over of 表三, and on the form
of 2019 the number of items that the year began with.

Both follow from the names of the rows and columns; rules Y-01 and Y-03 check the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from nianbao.errors import UnusableInput
from nianbao.form import ExtraRow, Layout, local_cell
from nianbao.report import Agency, Report, Trace, build, with_totals
from nianbao.words.figures import Value

_Name = TypeVar("_Name", bound=Hashable)


def carried_over(report: Report, previous: Report) -> dict[str, Value]:
    """Cells of this year's report, no totals, and the figures that last year's report has for them.

    A figure that last year's report does not give is left out. ``previous`` is of the year before.
    """
    found = {**_requests(report, previous), **dict(_items(report, previous))}
    totals = report.form.sums(report.layout)
    return {id: v for id, v in found.items() if v is not None and id not in totals}


def _requests(report: Report, previous: Report) -> dict[str, Value]:
    """二、上年结转 is last year's 四、结转下年度继续办理, column by column."""
    before, after = "requests.carried_in.", "requests.carried_out."
    return {
        id: previous.values.get(after + id.removeprefix(before))
        for id in report.values
        if id.startswith(before)
    }


def _items(report: Report, previous: Report) -> Iterator[tuple[str, Value]]:
    """上一年项目数量 is last year's number of items, and what was added or taken away since."""
    twins = dict(_parts(report, previous))
    for id in report.values:
        row, _, column = id.rpartition(".")
        then = twins.get(row, row if "[" not in row else "")
        if column != "items" or f"{then}.change" not in previous.values:
            continue
        items, change = previous.values[f"{then}.items"], previous.values[f"{then}.change"]
        if items is not None and change is not None:
            yield id, items + change


def _parts(report: Report, previous: Report) -> Iterator[tuple[str, str]]:
    """Parts of split rows in both reports, by their names; none where the names differ."""
    for table, row in report.form.repeats:
        for i, j in twins(report.repeats[row], previous.repeats.get(row, ())) or ():
            yield f"{table}.{row}[{i}]", f"{table}.{row}[{j}]"


def twins(
    now: Sequence[str | None], then: Sequence[str | None]
) -> tuple[tuple[int, int], ...] | None:
    """Indices of the rows that go by one name in both, the k-th of a name with the k-th of it.

    None where the names are not the same ones.
    """
    there = {named: j for j, named in enumerate(numbered(then))}
    here = numbered(now)
    if set(here) != there.keys():
        return None
    return tuple((i, there[named]) for i, named in enumerate(here))


def numbered(names: Iterable[_Name]) -> tuple[tuple[_Name, int], ...]:
    """Each name with how many of the same went before it, so that no two are equal."""
    seen: Counter[_Name] = Counter()
    out: list[tuple[_Name, int]] = []
    for name in names:
        out.append((name, seen[name]))
        seen[name] += 1
    return tuple(out)


def refuse_other_year(report: Report, previous: Report | None) -> None:
    """Raises UnusableInput where what was given as last year's report is of another year."""
    if previous is not None and previous.year != report.year - 1:
        raise UnusableInput(
            f"上年数据应是 {report.year - 1} 年度的，给出的是 {previous.year} 年度的。"
        )


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
            trace=_without_local_rows(report.trace),
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


def _without_local_rows(trace: Trace) -> Trace:
    """The trace but for local rows, which are numbered anew among those of both."""
    origins = {id: origin for id, origin in trace.origins.items() if not local_cell(id)}
    return replace(trace, origins=origins)


def _unsaid(report: Report, table: str, row: str) -> bool:
    prefix = f"{table}.{row}["
    return report.repeats[row] == (None,) and all(
        value is None for id, value in report.values.items() if id.startswith(prefix)
    )
