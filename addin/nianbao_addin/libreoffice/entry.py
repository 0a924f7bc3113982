"""What Excel makes of a text that is put into a cell.

``Range.value = "12"`` stores a number in Excel, as if a person had typed it, and ``"=A1"`` a
formula. UNO takes every text as it is. So that code which writes an identity number without an
apostrophe fails in our tests as it would fail at a clerk's desk, texts are read here by Excel's
rules: leading ``=`` a formula, leading ``'`` a text without it, then numbers, percentages, dates,
times and TRUE. (Excel knows more, such as currencies and fractions; what is not read here stays a
text.)
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["blank", "text", "number", "percent", "bool", "date", "datetime", "time", "formula"]

_NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[+-]?)(?P<digits>\d{1,3}(?:,\d{3})+|\d+)?(?P<rest>\.\d*)?"
    r"(?P<exponent>[eE][+-]?\d{1,3})?(?P<percent>%)?(?(open)\))\Z",
    re.ASCII,
)
_DATE = re.compile(
    r"(?P<year>\d{4})(?:-|/|年)(?P<month>\d{1,2})(?:(?:-|/|月)(?P<day>\d{1,2})日?|月)?"
    r"(?:[ T]+(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?\Z",
    re.ASCII,
)
_DAY = re.compile(r"(?P<month>\d{1,2})(?:-|/|月)(?P<day>\d{1,2})日?\Z", re.ASCII)
_TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d{1,6})?))?\Z", re.ASCII
)

_ANY_DAY = dt.datetime(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell to be written: ``content`` is what Calc stores, a text or a number."""

    kind: Kind
    content: str | float

    @property
    def is_number(self) -> bool:
        return not isinstance(self.content, str)


BLANK = Entry("blank", "")


def typed(text: str, epoch: dt.datetime, year: int | None = None) -> Entry:
    """The entry of ``text`` in a cell that is not formatted as text.

    ``epoch`` is the day 0 of the workbook; ``year`` completes 3-5 to a date (now's by default).
    """
    if not text:
        return BLANK
    if text[0] == "'":
        return Entry("text", text[1:])
    if text[0] == "=" and len(text) > 1:
        return Entry("formula", text)
    return _literal(text.strip(" "), epoch, year) or Entry("text", text)


def is_plain(text: str) -> bool:
    """Whether the text is stored as it is, whatever the format of its cell."""
    return (
        text[:1] not in {"'", "="} and _literal(text.strip(" "), dt.datetime(1899, 12, 30)) is None
    )


def _literal(text: str, epoch: dt.datetime, year: int | None = None) -> Entry | None:
    """A number, date, time or truth value; None for what is only a text."""
    if text.upper() in {"TRUE", "FALSE"}:
        return Entry("bool", float(text.upper() == "TRUE"))
    if (match := _NUMBER.match(text)) and (match["digits"] or len(match["rest"] or "") > 1):
        return _number(match)
    if match := _TIME.match(text):
        seconds = _seconds(match)
        return None if seconds is None else Entry("time", seconds / 86400)
    match = _DATE.match(text) or _DAY.match(text)
    return _date(match, epoch, year) if match else None


def _number(match: re.Match[str]) -> Entry | None:
    digits = (match["digits"] or "").replace(",", "")
    value = float(f"{match['sign']}{digits}{match['rest'] or ''}{match['exponent'] or ''}" or "0")
    if value in {float("inf"), float("-inf")}:
        return None
    if match["open"]:
        if match["sign"]:
            return None
        value = -value
    return Entry("percent", value / 100) if match["percent"] else Entry("number", value)


def _seconds(match: re.Match[str]) -> float | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), float(match["second"] or 0)
    return hour * 3600 + minute * 60 + second if minute < 60 and second < 60 else None


def _date(match: re.Match[str], epoch: dt.datetime, year: int | None) -> Entry | None:
    parts = match.groupdict()
    try:
        day = dt.datetime(
            int(parts.get("year") or year or dt.date.today().year),
            int(parts["month"]),
            int(parts["day"] or 1),
        )
    except ValueError:
        return None
    if day < dt.datetime(1900, 1, 1):
        return None
    clock = _TIME.match(parts.get("time") or "")
    seconds = _seconds(clock) if clock else 0
    if seconds is None:
        return None
    return Entry("datetime" if clock else "date", (day - epoch).days + seconds / 86400)
