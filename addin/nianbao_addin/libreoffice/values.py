"""Python's values and Calc's numbers: dates as days since an epoch, truth as a format, errors."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from nianbao_addin.libreoffice.entry import BLANK, Entry, Kind, is_plain, typed

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


def entry_of(value: Any, epoch: dt.datetime, as_text: bool = False) -> Entry:
    """The entry for one value; ``as_text`` for a cell whose number format is ``@``.

    Raises `ValueError` for what no cell holds: infinities and objects of other kinds.
    """
    if value is None or value == "":
        return BLANK
    if isinstance(value, str):
        return Entry("text", value.removeprefix("'")) if as_text else typed(str(value), epoch)
    if isinstance(value, bool):
        return Entry("bool", float(value))
    if isinstance(value, dt.date | dt.time):
        return Entry(_kind(value), to_serial(value, epoch))
    if not isinstance(value, int | float | Decimal) or math.isinf(value):
        raise ValueError(f"a cell holds no {value!r}")
    return BLANK if math.isnan(value) else Entry("number", float(value))


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
