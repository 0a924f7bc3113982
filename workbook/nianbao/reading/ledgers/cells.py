"""From a cell of a ledger to its value: dates, choices, numbers, in the ways people write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Literal

from nianbao.formats.book import Formula, Raw, text_of
from nianbao.ledgers.model import LedgerColumn, spelling
from nianbao.words.figures import parse, squash

_SERIALS = range(20_000, 80_000)  # 1954 to 2119 in the calendar of spreadsheets
_YEARS = range(1949, 2100)  # of documents in force, and of requests that may be registered
_LONGEST = 999  # working days in which third parties are heard
_EPOCH = dt.date(1899, 12, 30).toordinal()
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?: 00:00:00)?")
_DATE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_NUMBERED = re.compile(r"\d{1,2}\.|\([一二三四五六七八]\)")
_CODED = re.compile(r"[a-z]\d{1,2}(?!\d)")
_TIME = re.compile(r"[\sT]+(?=\d{1,2}[:：])")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Unread:
    """That a cell says nothing that its column can hold."""

    trouble: Literal["date", "choice", "number"]


@dataclass(frozen=True, slots=True)
class LedgerCell:
    """A cell that is not empty, its column, and spellings of choices that a mapping gives."""

    column: LedgerColumn
    raw: Raw
    given: Mapping[str, str]

    @property
    def as_the_formulas_want(self) -> bool:
        """Whether the formulas of the workbook count it: dates as such, choices word for word."""
        if self.column.type == "date":
            serial = isinstance(self.raw, int | float) and int(self.raw) in _SERIALS
            return serial or bool(_ISO.fullmatch(text_of(self.raw)))
        if self.column.choices:
            return text_of(self.raw) in self.column.choices.labels.values()
        return self.column.type != "count" or isinstance(self.raw, int | float)


def value_of(cell: LedgerCell) -> Any:
    """A date, the code of a choice, an int, a Decimal (元) or a text; `Unread` for what is none."""
    match cell.column.type:
        case "date" | "due":
            return _date(cell.raw) or Unread("date")
        case "choice":
            return _choice(cell) or Unread("choice")
        case "count":
            return _count(cell)
        case "money":
            return _money(cell.raw)
    return "" if isinstance(cell.raw, Formula) else text_of(cell.raw).strip()


def _date(raw: Raw) -> dt.date | None:
    if isinstance(raw, bool | Formula):
        return None
    if isinstance(raw, int | float) and int(raw) in _SERIALS:
        date: dt.date | None = dt.date.fromordinal(_EPOCH + int(raw))
    else:
        date = _date_in(text_of(raw))
    return date if date and date.year in _YEARS else None


@lru_cache(maxsize=1024)
def _date_in(written: str) -> dt.date | None:
    text = squash(_TIME.split(written, maxsplit=1)[0])
    match = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is None:
        return None
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        return None


def _choice(cell: LedgerCell) -> str | None:
    """By the mapping, by name, as the form numbers it, by the code in front (``R31 国家秘密``)."""
    if isinstance(cell.raw, Formula) or cell.column.choices is None:
        return None
    spelled = spelling(text_of(cell.raw))
    codes = cell.column.choices.codes
    found = cell.given.get(spelled) or codes.get(spelled)
    if found is None and (number := _NUMBERED.match(spelled)):
        found = codes.get(spelled[number.end() :])
    if found is None and (code := _CODED.match(spelled)):
        found = codes.get(code[0])
    return found


def _count(cell: LedgerCell) -> int | Unread:
    value = None if isinstance(cell.raw, Formula) else parse(cell.raw, "count").value
    least, most = (1, None) if cell.column.key == "weight" else (0, _LONGEST)
    if value is None or value < least or (most is not None and value > most):
        return Unread("number")
    return int(value)


def _money(raw: Raw) -> Decimal | Unread:
    if isinstance(raw, bool | Formula):
        return Unread("number")
    try:
        amount = Decimal(squash(text_of(raw)).replace(",", "").removesuffix("元"))
    except InvalidOperation:
        return Unread("number")
    return amount if amount.is_finite() and amount >= 0 else Unread("number")
