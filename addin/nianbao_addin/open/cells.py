"""What a program gives for cells, as the readers of files know it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from nianbao.formats.book import Cells, Raw
from nianbao_addin.hosts.host import CellBlock, Value


def cells_of(block: CellBlock) -> Cells:
    """All that is not blank, by row and column from 0."""
    return {
        (block.row - 1 + r, block.column - 1 + c): raw
        for r, row in enumerate(block.rows)
        for c, value in enumerate(row)
        if (raw := raw_of(value)) is not None
    }


def raw_of(value: Value) -> Raw | None:
    """As the readers of files give it: dates as text, nothing for blanks."""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == dt.time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        return float(value)
    return None if value == "" else value
