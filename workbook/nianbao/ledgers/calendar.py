"""Working days in China: weekends, public holidays, and the weekends worked in their place.

The dates are those of the yearly notices of 国务院办公厅, kept by the library ``chinesecalendar``.
A year that it does not cover yet counts from Monday to Friday; ``uncovered`` gives the sentence
that has to be told with it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

FIRST_YEAR = 2008
"""条例 is in force since 2008-05-01; nothing in a ledger is older."""


@lru_cache
def covered() -> tuple[int, int]:
    """The first and the last year whose holidays are known."""
    from chinese_calendar.constants import holidays

    return min(holidays).year, max(holidays).year


def uncovered(years: Iterable[int]) -> str | None:
    """The sentence about years whose holidays are not known; None if all are."""
    first, last = covered()
    unknown = sorted({year for year in years if not first <= year <= last})
    if not unknown:
        return None
    which = "、".join(map(str, unknown))
    return f"节假日安排只有 {first} 年到 {last} 年的，{which} 年按周一至周五计算应答复日期。"


@lru_cache
def working_days(year: int) -> tuple[int, ...]:
    """The working days of a year as ordinals (``date.toordinal``), ascending."""
    from chinese_calendar.constants import holidays, workdays

    days = range(dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal() + 1)
    known = covered()[0] <= year <= covered()[1]
    found = []
    for day in days:
        date = dt.date.fromordinal(day)
        usual = date.weekday() < 5
        if known:
            usual = date in workdays or (usual and date not in holidays)
        if usual:
            found.append(day)
    return tuple(found)


@lru_cache
def _span(first: int, last: int) -> tuple[int, ...]:
    return tuple(day for year in range(first, last + 1) for day in working_days(year))


def add(start: dt.date, days: int) -> dt.date:
    """The day that is so many working days after ``start``, which itself does not count."""
    last = min(start.year + 1 + days // 200, dt.MAXYEAR)
    span = _span(start.year - 1, last)
    at = bisect_right(span, start.toordinal()) - 1 + days
    return dt.date.fromordinal(span[min(at, len(span) - 1)])


def between(start: dt.date, end: dt.date) -> int:
    """How many working days there are after ``start`` up to ``end``; 0 if that is not later."""
    if end <= start:
        return 0
    span = _span(start.year, end.year)
    return bisect_right(span, end.toordinal()) - bisect_right(span, start.toordinal())
