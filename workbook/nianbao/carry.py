"""What of last year's report stands in this year's again: the carry-over of 表三, and on the form
of 2019 the number of items that the year began with.

Both follow from the names of the rows and columns; rules Y-01 and Y-03 check the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.figures import Value
from nianbao.report import Report


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
        now, then = report.repeats[row], previous.repeats.get(row, ())
        if sorted(now, key=str) == sorted(then, key=str):
            for i, name in enumerate(now):
                yield f"{table}.{row}[{i}]", f"{table}.{row}[{then.index(name)}]"
