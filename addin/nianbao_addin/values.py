"""What a program gives for a cell, as the readers of files know it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from nianbao.formats.book import Raw
from nianbao_addin.hosts.host import Value


def raw_of(value: Value) -> Raw | None:
    """As the readers of files give it: dates as text, nothing for blanks."""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == dt.time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        return float(value)
    return None if value == "" else value
