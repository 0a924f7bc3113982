"""From ledgers to the figures of 表三, 表四 and the documents of 表二 (see ``ledgers.toml``).

The identities of the tables hold by construction where every request has a type and every closed
one a result and a date not before its receipt; rows that lack these are told by the rules L-01 ….
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from nianbao import form as forms
from nianbao.ledgers import declared
from nianbao.ledgers.declared import NAMES, Declared, Period, Tally
from nianbao.ledgers.values import Ledger, Row


def figures(ledger: Ledger, format: int, year: int) -> dict[str, int]:
    """Cell id → figure, totals included, for the tables whose ledgers have rows."""
    found: dict[str, int] = {}
    for name in NAMES:
        rows = ledger.rows(name)
        if rows:
            found |= _counted(declared.load()[name], rows, format, year)
    for target, parts in forms.load(format).sums().items():
        if all(p in found for p in parts):
            found[target] = sum(found[p] for p in parts)
    return found


def _counted(ledger: Declared, rows: Sequence[Row], format: int, year: int) -> Mapping[str, int]:
    counts = Counter[str](dict.fromkeys((t.cell for t in ledger.tallies(format)), 0))
    for row in rows:
        weight = weight_of(ledger, row)
        for cell in cells_of(ledger, row, format, year):
            counts[cell] += weight
    return dict(counts)


def weight_of(ledger: Declared, row: Row) -> int:
    """For how many a row counts; none where no number can be had."""
    return (getattr(row, ledger.weight) or 0) if ledger.weight else 1


def cells_of(ledger: Declared, row: Row, format: int, year: int) -> Iterator[str]:
    """The cells, no totals, in which a row counts."""
    if any(getattr(row, key) == code for key, code in ledger.excluded.items()):
        return
    choices = tuple(getattr(row, key) for key in _chosen_by(ledger.name, format))
    for tally in _possible(ledger.name, format, choices):
        if all(holds(getattr(row, key), period, year) for key, period in tally.dates):
            yield tally.cell


def counted_in(
    ledger: Ledger, cell: str, format: int, year: int
) -> tuple[Declared, tuple[Row, ...]] | None:
    """The rows that a cell of the form counts, also a total; None where no ledger fills it."""
    leaves = _leaves(forms.load(format).sums(), cell)
    for name in NAMES:
        one = declared.load()[name]
        if not leaves.isdisjoint(t.cell for t in one.tallies(format)):
            rows = (r for r in ledger.rows(name) if weight_of(one, r))
            return one, tuple(
                r for r in rows if not leaves.isdisjoint(cells_of(one, r, format, year))
            )
    return None


def _leaves(sums: Mapping[str, tuple[str, ...]], cell: str) -> set[str]:
    parts = sums.get(cell)
    return {cell} if parts is None else {leaf for part in parts for leaf in _leaves(sums, part)}


@lru_cache
def _chosen_by(name: str, format: int) -> tuple[str, ...]:
    """The columns whose choices decide where a row counts."""
    tallies = declared.load()[name].tallies(format)
    return tuple(dict.fromkeys(key for t in tallies for key, _ in t.chosen))


@lru_cache(maxsize=4096)
def _possible(name: str, format: int, choices: tuple[str | None, ...]) -> tuple[Tally, ...]:
    """The tallies that rows with these choices may count in, dates aside."""
    row = dict(zip(_chosen_by(name, format), choices, strict=True))
    tallies = declared.load()[name].tallies(format)
    return tuple(t for t in tallies if all(row[key] == code for key, code in t.chosen))


def holds(date: dt.date | None, period: Period, year: int) -> bool:
    if date is None:
        return period in ("open_at_start", "open_at_end")
    match period:
        case "in":
            return date.year == year
        case "before":
            return date.year < year
        case "until":
            return date.year <= year
        case "open_at_start":
            return date.year >= year
    return date.year > year
