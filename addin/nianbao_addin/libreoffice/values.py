"""Python's values and Calc's numbers, and what Excel makes of a text that is put into a cell.

Dates are days since an epoch, truth is a format, errors are a kind of their own.

``Range.value = "12"`` stores a number in Excel, as if a person had typed it, and ``"=A1"`` a
formula. UNO takes every text as it is. So that code which writes an identity number without an
apostrophe fails in our tests as it would fail at a clerk's desk, texts are read here by Excel's
rules: leading ``=`` a formula, leading ``'`` a text without it, then numbers, percentages, dates,
times and TRUE. (Excel knows more, such as currencies and fractions; what is not read here stays a
text.)
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

DAY_ZERO = dt.datetime(1899, 12, 30)  # what Excel's COM interface and LibreOffice count from

Rows = list[list[Any]]


class CellError(str):
    """A cell's error (``#DIV/0!``, ``Err:502``) as a value of its own kind, not a text."""

    __slots__ = ()


def to_datetime(serial: float, epoch: dt.datetime = DAY_ZERO) -> dt.datetime | None:
    """The moment of a serial number, to the millisecond; None beyond Python's calendar."""
    try:
        days, part = divmod(serial, 1)
        return epoch + dt.timedelta(days=days, milliseconds=round(part * 86_400_000))
    except OverflowError:
        return None


def to_serial(moment: dt.date | dt.time, epoch: dt.datetime = DAY_ZERO) -> float:
    """Days since the epoch, a time being a part of a day; time zones are dropped as Excel does."""
    if isinstance(moment, dt.time):
        moment = dt.datetime.combine(epoch, moment)
    elif not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time())
    return (moment.replace(tzinfo=None) - epoch) / dt.timedelta(days=1)


def entry_of(value: Any, epoch: dt.datetime, as_text: bool = False) -> CellEntry:
    """The entry for one value; ``as_text`` for a cell whose number format is ``@``.

    Raises `ValueError` for what no cell holds: infinities and objects of other kinds.
    """
    if value is None or value == "":
        return BLANK
    if isinstance(value, str):
        return CellEntry("text", value.removeprefix("'")) if as_text else typed(str(value), epoch)
    if isinstance(value, bool):
        return CellEntry("bool", float(value))
    if isinstance(value, dt.date | dt.time):
        return CellEntry(_kind(value), to_serial(value, epoch))
    if not isinstance(value, int | float | Decimal) or math.isinf(value):
        raise ValueError(f"a cell holds no {value!r}")
    return BLANK if math.isnan(value) else CellEntry("number", float(value))


def _kind(moment: dt.date | dt.time) -> Kind:
    if isinstance(moment, dt.time):
        return "time"
    timed = isinstance(moment, dt.datetime) and moment.time() != dt.time()
    return "datetime" if timed else "date"


def depends_on_format(value: Any) -> bool:
    """Whether a text would be stored otherwise in a cell formatted as text."""
    return isinstance(value, str) and value != "" and not is_plain(value)


def clean_rows(
    rows: Sequence[Sequence[Any]],
    datetime_builder: Callable[..., Any],
    empty_as: Any,
    number_builder: Callable[[float], Any] | None,
    err_to_str: bool,
) -> Rows:
    """What xlwings gives its user for the raw values of a block (the read options applied)."""

    def clean(value: Any) -> Any:
        if value is None or value == "":
            return empty_as
        if isinstance(value, CellError):
            return str(value) if err_to_str else None
        if isinstance(value, dt.datetime):
            return datetime_builder(
                year=value.year,
                month=value.month,
                day=value.day,
                hour=value.hour,
                minute=value.minute,
                second=value.second,
                microsecond=value.microsecond,
                tzinfo=None,
            )
        if number_builder is not None and isinstance(value, float):
            return number_builder(value)
        return value

    return [[clean(value) for value in row] for row in rows]


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


@dataclass(frozen=True, slots=True)
class CellEntry:
    """One cell to be written: ``content`` is what Calc stores, a text or a number."""

    kind: Kind
    content: str | float

    @property
    def is_number(self) -> bool:
        return not isinstance(self.content, str)


BLANK = CellEntry("blank", "")


def typed(text: str, epoch: dt.datetime, year: int | None = None) -> CellEntry:
    """The entry of ``text`` in a cell that is not formatted as text.

    ``epoch`` is the day 0 of the workbook; ``year`` completes 3-5 to a date (now's by default).
    """
    if not text:
        return BLANK
    if text[0] == "'":
        return CellEntry("text", text[1:])
    if text[0] == "=" and len(text) > 1:
        return CellEntry("formula", text)
    return _literal(text.strip(" "), epoch, year) or CellEntry("text", text)


def is_plain(text: str) -> bool:
    """Whether the text is stored as it is, whatever the format of its cell."""
    return text[:1] not in {"'", "="} and _literal(text.strip(" "), DAY_ZERO) is None


def _literal(text: str, epoch: dt.datetime, year: int | None = None) -> CellEntry | None:
    """A number, date, time or truth value; None for what is only a text."""
    if text.upper() in {"TRUE", "FALSE"}:
        return CellEntry("bool", float(text.upper() == "TRUE"))
    if (match := _NUMBER.match(text)) and (match["digits"] or len(match["rest"] or "") > 1):
        return _number(match)
    if match := _TIME.match(text):
        seconds = _seconds(match)
        return None if seconds is None else CellEntry("time", seconds / 86400)
    match = _DATE.match(text) or _DAY.match(text)
    return _date(match, epoch, year) if match else None


def _number(match: re.Match[str]) -> CellEntry | None:
    digits = (match["digits"] or "").replace(",", "")
    value = float(f"{match['sign']}{digits}{match['rest'] or ''}{match['exponent'] or ''}" or "0")
    if value in {float("inf"), float("-inf")}:
        return None
    if match["open"]:
        if match["sign"]:
            return None
        value = -value
    return CellEntry("percent", value / 100) if match["percent"] else CellEntry("number", value)


def _seconds(match: re.Match[str]) -> float | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), float(match["second"] or 0)
    return hour * 3600 + minute * 60 + second if minute < 60 and second < 60 else None


def _date(match: re.Match[str], epoch: dt.datetime, year: int | None) -> CellEntry | None:
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
    return CellEntry("datetime" if clock else "date", (day - epoch).days + seconds / 86400)
