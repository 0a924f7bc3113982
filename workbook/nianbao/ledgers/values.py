"""A ledger that has been read: frozen rows, each with its place, and what could not be read.

The rows hold personal data. Nothing here prints a cell: a ``repr`` shows the place of a row only,
so that no traceback and no log can carry a name.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal

# Working days in China: weekends, public holidays, and the weekends worked in their place
#
# The dates are those of the yearly notices of 国务院办公厅, kept by ``chinesecalendar``.
# A year that it does not cover yet counts from Monday to Friday; ``uncovered`` gives the sentence
# that has to be told with it.

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


Trouble = Literal["date", "choice", "number", "spelling", "heading", "column", "sum", "copy"]
"""``spelling``: understood, but not written so that the workbook's formulas count it. ``sum``: a
row of sums. ``copy``: a row that stands on another sheet, too; neither is among the rows."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read: in which ledger, where, and of what kind; never what stood there.

    ``row`` and ``column`` count from 1; 0 where the whole sheet is meant. ``key`` is the column of
    the ledger, '' for a heading that is none. ``other``: the sheet on which a copy is counted.
    """

    trouble: Trouble
    ledger: str
    sheet: str
    row: int = 0
    column: int = 0
    key: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A row of a ledger: its sheet, and its number from 1."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(LedgerRow):
    """A request of 依申请台账. ``weight``: for how many it counts, None where that is no number."""

    number: str = field(default="", repr=False)
    received: dt.date | None = field(default=None, repr=False)
    channel: str | None = field(default=None, repr=False)
    applicant: str = field(default="", repr=False)
    applicant_type: str | None = field(default=None, repr=False)
    content: str = field(default="", repr=False)
    weight: int | None = field(default=1, repr=False)
    corrected: dt.date | None = field(default=None, repr=False)
    third_party_days: int | None = field(default=0, repr=False)
    extended: str | None = field(default=None, repr=False)
    closed: dt.date | None = field(default=None, repr=False)
    result: str | None = field(default=None, repr=False)
    fee_notified: dt.date | None = field(default=None, repr=False)
    fee_due: Decimal | None = field(default=None, repr=False)
    fee_paid: Decimal | None = field(default=None, repr=False)

    @property
    def due(self) -> dt.date | None:
        """应答复日期: the reply is due on that day. None without a date of receipt.

        20 working days from receipt, or from the receipt of what was to be corrected; 20 more if
        extended; the time in which third parties were heard does not count (条例 第三十三条).
        """
        start = self.corrected or self.received
        if start is None:
            return None
        days = TERM + (TERM if self.extended == "yes" else 0) + (self.third_party_days or 0)
        return add(start, days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute(LedgerRow):
    """A review or suit of 复议诉讼台账."""

    number: str = field(default="", repr=False)
    request: str = field(default="", repr=False)
    group: str | None = field(default=None, repr=False)
    received: dt.date | None = field(default=None, repr=False)
    closed: dt.date | None = field(default=None, repr=False)
    result: str | None = field(default=None, repr=False)
    role: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation(LedgerRow):
    """A document of 规范性文件台账."""

    name: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    kind: str | None = field(default=None, repr=False)
    made: dt.date | None = field(default=None, repr=False)
    disclosed: dt.date | None = field(default=None, repr=False)
    ended: dt.date | None = field(default=None, repr=False)
    ending: str | None = field(default=None, repr=False)


TERM = 20
"""Working days in which a request is answered (条例 第三十三条)."""


def _today() -> dt.date:
    return dt.datetime.now().date()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows of the ledgers of one agency. ``as_of``: the day on which it was read.

    ``columns``: where each column stands, by (sheet, key), from 1.
    """

    requests: tuple[Request, ...] = ()
    cases: tuple[Dispute, ...] = ()
    documents: tuple[Regulation, ...] = ()
    problems: tuple[Problem, ...] = ()
    as_of: dt.date = field(default_factory=_today)
    columns: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)

    def rows(self, name: str) -> tuple[Request, ...] | tuple[Dispute, ...] | tuple[Regulation, ...]:
        """The rows of ``requests``, ``cases`` or ``documents``."""
        found: tuple[Request, ...] | tuple[Dispute, ...] | tuple[Regulation, ...] = getattr(
            self, name
        )
        return found

    @property
    def empty(self) -> bool:
        """Whether no ledger has a single row."""
        return not (self.requests or self.cases or self.documents)
