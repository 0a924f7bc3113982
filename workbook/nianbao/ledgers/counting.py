"""From ledgers to the figures of 表三, 表四 and the documents of 表二 (see ``ledgers.toml``).

The identities of the tables hold by construction where every request has a type and every closed
one a result and a date not before its receipt; rows that lack these are told by the rules L-01 ….
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nianbao import form as forms
from nianbao.ledgers import model
from nianbao.ledgers.model import NAMES, Declared, Period, Tally
from nianbao.ledgers.values import Ledger, Row


def figures(ledger: Ledger, format: int, year: int) -> dict[str, int]:
    """Cell id → figure, totals included, for the tables whose ledgers have rows."""
    found: dict[str, int] = {}
    for name in NAMES:
        rows = ledger.rows(name)
        if rows:
            found |= _counted(model.load()[name], rows, format, year)
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
    if any(getattr(row, key) == code for key, code in ledger.excluded):
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
        one = model.load()[name]
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
    tallies = model.load()[name].tallies(format)
    return tuple(dict.fromkeys(key for t in tallies for key, _ in t.chosen))


@lru_cache(maxsize=4096)
def _possible(name: str, format: int, choices: tuple[str | None, ...]) -> tuple[Tally, ...]:
    """The tallies that rows with these choices may count in, dates aside."""
    row = dict(zip(_chosen_by(name, format), choices, strict=True))
    tallies = model.load()[name].tallies(format)
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


# --- What of the figures of a ledger can be relied on: neither short of rows that nobody can place,
# nor of another year.

_WHOLE = "*"  # that a row counts at all, or for how many


@dataclass(frozen=True, slots=True)
class Reckoned:
    """``figures``: cell id → figure, only of those that are certain. ``uncertain``: cells, no
    totals, that faulty rows may touch. ``idle``: ledgers without a row of the year."""

    figures: dict[str, int]
    uncertain: frozenset[str]
    idle: tuple[str, ...]


def reckon(ledger: Ledger, format: int, year: int) -> Reckoned:
    """The figures of a ledger, those left out that a row with a fault may make wrong."""
    uncertain: set[str] = set()
    idle: list[str] = []
    dropped: set[str] = set()
    for name in NAMES:
        one, rows = model.load()[name], ledger.rows(name)
        doubtful = frozenset(_touched(one, ledger, format, year))
        uncertain |= doubtful
        if rows and not doubtful and not _counts(one, rows, format, year):
            idle.append(name)
            dropped |= {t.cell for t in one.tallies(format)}
    wrong = uncertain | dropped
    for target, parts in forms.load(format).sums().items():  # the inner sums come first
        if not wrong.isdisjoint(parts):
            wrong.add(target)
    known = {c: n for c, n in figures(ledger, format, year).items() if c not in wrong}
    return Reckoned(known, frozenset(uncertain), tuple(idle))


def missing(ledger: Ledger, name: str) -> tuple[str, ...]:
    """Columns that a ledger must have and one of its sheets has not: their labels."""
    one = model.load()[name]
    sheets = {sheet for sheet, _ in ledger.columns} & {r.sheet for r in ledger.rows(name)}
    return tuple(
        one.column(key).label
        for key in one.required
        if any((sheet, key) not in ledger.columns for sheet in sheets)
    )


def _counts(one: Declared, rows: Iterable[Row], format: int, year: int) -> bool:
    return any(True for row in rows for _ in cells_of(one, row, format, year))


def _touched(one: Declared, ledger: Ledger, format: int, year: int) -> Iterator[str]:
    """The cells in which a row may count whose place is not known for certain."""
    tallies = one.tallies(format)
    keys = tuple(dict.fromkeys(k for t in tallies for k, _ in (*t.chosen, *t.dates)))
    unread: dict[tuple[str, int], set[str]] = {}
    for p in ledger.problems:
        if p.ledger == one.name and p.trouble in ("date", "choice", "number"):
            unread.setdefault((p.sheet, p.row), set()).add(p.key)
    absent = {
        sheet: {k for k in keys if (sheet, k) not in ledger.columns}
        for sheet in {sheet for sheet, _ in ledger.columns}
    }
    seen: set[object] = set()
    for row in ledger.rows(one.name):
        if any(getattr(row, key) == code for key, code in one.excluded):
            continue
        doubts = _doubts(one, row, unread.get((row.sheet, row.row), set()))
        doubts |= absent.get(row.sheet, set())
        if not doubts:
            continue
        alike = (frozenset(doubts), *(getattr(row, k) for k in keys))
        if alike not in seen:
            seen.add(alike)
            yield from (t.cell for t in tallies if _may(t, row, doubts, year))


def _doubts(one: Declared, row: Row, unread: set[str]) -> set[str]:
    """Columns of a row whose value is not known."""
    found = set(unread)
    if one.weight in unread or not unread.isdisjoint(key for key, _ in one.excluded):
        found.add(_WHOLE)
    if one.weight and getattr(row, one.weight) is None:
        found.add(_WHOLE)
    start, end, outcome = _PAIRS[one.name]
    first: dt.date | None = getattr(row, start)
    last: dt.date | None = getattr(row, end)
    if first is None:
        found.add(start)
    if first and last and last < first:
        found |= {start, end}
    said = getattr(row, outcome)
    if last and said in (None, "pending"):
        found.add(outcome)
    if last is None and said not in (None, "pending"):
        found.add(end)
    if outcome in unread and last is None:
        found.add(end)  # something came of it, and nobody knows when
    kind = _KINDS[one.name]
    if getattr(row, kind) is None:
        found.add(kind)
    return found


_PAIRS = {
    "requests": ("received", "closed", "result"),
    "cases": ("received", "closed", "result"),
    "documents": ("made", "ended", "ending"),
}
"""The date that each row has, the date that ends it, and what came of it."""

_KINDS = {"requests": "applicant_type", "cases": "group", "documents": "kind"}


def _may(tally: Tally, row: Row, doubts: set[str], year: int) -> bool:
    """Whether a row may count there and it depends on what is not known."""
    depends = _WHOLE in doubts
    for key, code in tally.chosen:
        if key in doubts:
            depends = True
        elif getattr(row, key) != code:
            return False
    for key, period in tally.dates:
        if key in doubts:
            depends = True
        elif not holds(getattr(row, key), period, year):
            return False
    return depends
