"""A ledger that has been read: frozen rows, each with its place, and what could not be read.

The rows hold personal data. Nothing here prints a cell: a ``repr`` shows the place of a row only,
so that no traceback and no log can carry a name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from nianbao.ledgers import calendar

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
class Row:
    """A row of a ledger: its sheet, and its number from 1."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Row):
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
        return calendar.add(start, days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Row):
    """A review or suit of 复议诉讼台账."""

    number: str = field(default="", repr=False)
    request: str = field(default="", repr=False)
    group: str | None = field(default=None, repr=False)
    received: dt.date | None = field(default=None, repr=False)
    closed: dt.date | None = field(default=None, repr=False)
    result: str | None = field(default=None, repr=False)
    role: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Row):
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
    cases: tuple[Case, ...] = ()
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    as_of: dt.date = field(default_factory=_today)
    columns: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)

    def rows(self, name: str) -> tuple[Request, ...] | tuple[Case, ...] | tuple[Document, ...]:
        """The rows of ``requests``, ``cases`` or ``documents``."""
        found: tuple[Request, ...] | tuple[Case, ...] | tuple[Document, ...] = getattr(self, name)
        return found

    @property
    def empty(self) -> bool:
        """Whether no ledger has a single row."""
        return not (self.requests or self.cases or self.documents)
