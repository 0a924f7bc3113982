"""What of last year's report stands in this year's again: the carry-over of 表三, and on the form
of 2019 the number of items that the year began with.

Both follow from the names of the rows and columns; rules Y-01 and Y-03 check the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from nianbao.figures import Value
from nianbao.report import Report

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
