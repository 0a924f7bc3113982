"""Rows that stand on several sheets of a workbook, as on those of months and of the year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from nianbao.figures import squash
from nianbao.ledgers.values import Problem

_STARTS = {"requests": "received", "cases": "received", "documents": "made"}


def once(name: str, rows: Sequence[Any]) -> tuple[list[Any], list[Problem]]:
    """The rows of a ledger, those that stand on another sheet, too, only once; and the others.

    One and the same are rows with one number and one date, as numbers may start anew each month,
    and rows without a number that say the same. What one sheet has twice stays twice. Of two the
    one that is closed is kept, as it is the newer.
    """
    if len({row.sheet for row in rows}) < 2:
        return list(rows), []
    kept: dict[object, Any] = {}
    copies: list[Problem] = []
    counts = Counter[object]()
    for row in rows:
        same = _same(name, row)
        counts[same, row.sheet] += 1
        at = same, counts[same, row.sheet]
        first = kept.setdefault(at, row)
        if first is row:
            continue
        if _closed(row) and not _closed(first):
            kept[at] = row
        spare = first if kept[at] is row else row
        copies.append(Problem("copy", name, spare.sheet, spare.row, 0, "number", kept[at].sheet))
    return list(kept.values()), copies


def _same(name: str, row: Any) -> object:
    number, start = squash(row.number), getattr(row, _STARTS[name])
    if number and start:
        return number, start
    return tuple(getattr(row, f.name) for f in fields(row) if f.name not in ("sheet", "row"))


def _closed(row: Any) -> bool:
    return bool(getattr(row, "closed", None) or getattr(row, "ended", None))
