"""From ledgers to the figures of 表三, 表四 and the documents of 表二 (see ``ledgers.toml``), and
with these into a report.

The identities of the tables hold by construction where every request has a type and every closed
one a result and a date not before its receipt; rows that lack these are told by the rules L-01 ….
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from nianbao import form as forms
from nianbao.ledgers import model
from nianbao.ledgers.model import NAMES, Declared, Period, Tally
from nianbao.ledgers.values import Ledger, LedgerRow, Request
from nianbao.report import Report, with_totals
from nianbao.report.material import PREFIX, Material, Value, items
from nianbao.words.figures import as_money


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


def _counted(
    ledger: Declared, rows: Sequence[LedgerRow], format: int, year: int
) -> Mapping[str, int]:
    counts = Counter[str](dict.fromkeys((t.cell for t in ledger.tallies(format)), 0))
    for row in rows:
        weight = weight_of(ledger, row)
        for cell in cells_of(ledger, row, format, year):
            counts[cell] += weight
    return dict(counts)


def weight_of(ledger: Declared, row: LedgerRow) -> int:
    """For how many a row counts; none where no number can be had."""
    return (getattr(row, ledger.weight) or 0) if ledger.weight else 1


def cells_of(ledger: Declared, row: LedgerRow, format: int, year: int) -> Iterator[str]:
    """The cells, no totals, in which a row counts."""
    if any(getattr(row, key) == code for key, code in ledger.excluded.items()):
        return
    choices = tuple(getattr(row, key) for key in _chosen_by(ledger.name, format))
    for tally in _possible(ledger.name, format, choices):
        if all(holds(getattr(row, key), period, year) for key, period in tally.dates):
            yield tally.cell


def counted_in(
    ledger: Ledger, cell: str, format: int, year: int
) -> tuple[Declared, tuple[LedgerRow, ...]] | None:
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


# What of the figures of a ledger can be relied on: neither short of rows that nobody can place,
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


def _counts(one: Declared, rows: Iterable[LedgerRow], format: int, year: int) -> bool:
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
        if any(getattr(row, key) == code for key, code in one.excluded.items()):
            continue
        doubts = _doubts(one, row, unread.get((row.sheet, row.row), set()))
        doubts |= absent.get(row.sheet, set())
        if not doubts:
            continue
        alike = (frozenset(doubts), *(getattr(row, k) for k in keys))
        if alike not in seen:
            seen.add(alike)
            yield from (t.cell for t in tallies if _may(t, row, doubts, year))


def _doubts(one: Declared, row: LedgerRow, unread: set[str]) -> set[str]:
    """Columns of a row whose value is not known."""
    found = set(unread)
    if one.weight in unread or not unread.isdisjoint(one.excluded):
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


def _may(tally: Tally, row: LedgerRow, doubts: set[str], year: int) -> bool:
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


_NAMED = 5  # figures named in a sentence
_ROWS = 8  # rows with blanks named in a sentence


def lay(report: Report, ledger: Ledger) -> tuple[Report, tuple[str, ...]]:
    """The report with its blanks filled from the ledger, and sentences on what was done.

    What was typed stays and is compared. Totals of what was filled are added up anew, unless a
    person has stated another number. A cell that a row with a fault may touch stays blank, and so
    does a table whose ledger has no row of the report's year.
    """
    reckoned = reckon(ledger, report.format, report.year)
    counted = reckoned.figures
    sums = report.form.sums(report.layout)
    values: dict[str, Any] = dict(report.values)
    leaves = {cell: n for cell, n in counted.items() if cell in values and cell not in sums}
    filled = {cell for cell in leaves if values[cell] is None}
    differing = [c for c, n in leaves.items() if c not in filled and values[c] != n]
    changed = set(filled)
    for target, parts in sums.items():
        known = [report[p] for p in parts if report[p] is not None]
        if changed.intersection(parts) and target in values and values[target] == sum(known):
            values[target] = None
            changed.add(target)
    values |= {cell: leaves[cell] for cell in filled}
    notes = [f"按台账填入 {len(filled)} 个数。"] if filled else []
    if differing:
        named = "；".join(
            f"{report.form.title_of(c, report.layout)}填的是 {values[c]}，台账是 {leaves[c]}"
            for c in differing[:_NAMED]
        )
        more = f"等 {len(differing)} 处" if len(differing) > _NAMED else ""
        notes.append(f"与台账不一致的数保留原样：{named}{more}。")
        notes.append("不一致的数要以台账为准的，请清空这些格再填一次。")
    notes += _left_blank(report, ledger, reckoned)
    return with_totals(replace(report, values=MappingProxyType(values))), tuple(notes)


def _left_blank(report: Report, ledger: Ledger, reckoned: Reckoned) -> list[str]:
    """What the ledger does not fill, and why."""
    if ledger.empty:
        return ["台账里没有一行内容，没有按台账填数。"]
    said = []
    if copies := sum(p.trouble == "copy" for p in ledger.problems):
        said.append(f"台账有 {copies} 行在两张工作表里都有，只计一次。")
    for name in reckoned.idle:
        title, rows = model.load()[name].title, len(ledger.rows(name))
        said.append(
            f"{title}有 {rows} 行，没有一行涉及 {report.year} 年，没有按它填数；"
            "拿错年度的请换一份，本年确实没有的请直接填 0。"
        )
    for name in model.NAMES:
        if lacking := missing(ledger, name):
            labels = "、".join(f"“{label}”" for label in lacking)
            said.append(
                f"{model.load()[name].title}没有认出{labels}列，要用到的数没有填；"
                "把表头改成这个名称，或者用 --ledger-mapping 写明是哪一列。"
            )
    blank = [c for c in reckoned.uncertain if c in report.values and report.values[c] is None]
    if blank:
        named = _by_rows(report, blank)
        said.append(
            f"台账有的行缺日期、类型、结果或者认不出，{len(blank)} 个数可能因此少计，没有填入："
            f"{named}；改好台账再填一次。"
        )
    return said


def _by_rows(report: Report, blank: list[str]) -> str:
    """Cells of the form, named row by row, in the order of the form."""
    order = {cell: i for i, cell in enumerate(report.values)}
    rows: dict[str, list[str]] = {}
    for cell in sorted(blank, key=order.__getitem__):
        row, _, column = report.form.title_of(cell, report.layout).rpartition("的“")
        rows.setdefault(row, []).append(column.rstrip("”"))
    named = [f"{row}的{'、'.join(columns)}" for row, columns in rows.items()]
    return "；".join(named[:_ROWS]) + (f"；等 {len(named)} 行" if len(named) > _ROWS else "")


# What texts tell and no table holds, counted from 依申请台账: ways of applying, fees

_FEES = ("fee_notices", "fee_due", "fee_received")


def with_counted(facts: Material, ledger: Ledger | None, format: int, year: int) -> Material:
    """The facts, and beside them those that the rows of 依申请台账 come to.

    What a person has filled in stays; where the ledger says something else, that is told and
    nothing of that group is taken from the ledger.
    """
    if ledger is None or not ledger.requests:
        return facts
    notes = list(facts.notes)
    values = dict(facts.values)
    for counted in (
        _ways(ledger.requests, year, notes),
        _fees(ledger.requests, year, notes) if _FEES[0] in items(format) else {},
    ):
        differing = [k for k, n in counted.items() if k in values and values[k] != n]
        for key in differing:
            item = items(format)[key]
            notes.append(
                f"“文字素材”的“{item.label}”填的是 {values[key]}{item.unit}，"
                f"台账是 {counted[key]}{item.unit}，文字用了填写的。"
            )
        if not differing:
            values |= counted
    return Material(MappingProxyType(values), tuple(notes))


def _ways(rows: Sequence[Request], year: int, notes: list[str]) -> Mapping[str, Value]:
    """The requests received by the way they came; nothing unless each row says how."""
    received = [r for r in rows if r.received and r.received.year == year]
    if not any(r.channel for r in received):
        return {}
    if unsaid := sum(not r.channel or r.weight is None for r in received):
        notes.append(f"依申请台账有 {unsaid} 行没有填申请方式或拆分件数，申请方式没有按台账统计。")
        return {}
    choices = model.load()["requests"].column("channel").choices
    entries = choices.entries if choices else ()
    keys = {c.code: c.cell.removeprefix(PREFIX) for c in entries}
    counts = Counter(dict.fromkeys(keys.values(), 0))
    for row in received:
        counts[keys[row.channel or ""]] += row.weight or 0
    return dict(counts)


def _fees(rows: Sequence[Request], year: int, notes: list[str]) -> Mapping[str, Value]:
    """The notices of fees of the year and what they came to, as far as every row says it.

    A ledger without any notice says nothing: its columns may never have been used.
    """
    undated = sum(not r.fee_notified and bool(r.fee_due or r.fee_paid) for r in rows)
    if undated:
        notes.append(
            f"依申请台账有 {undated} 行填了收费金额、没有填收费通知日期，收费情况没有按台账统计。"
        )
        return {}
    sent = [r for r in rows if r.fee_notified and r.fee_notified.year == year]
    if not sent:
        return {}
    sums = (_sum(r.fee_due for r in sent), _sum(r.fee_paid for r in sent))
    known = {key: n for key, n in zip(_FEES[1:], sums, strict=True) if n is not None}
    return {_FEES[0]: len(sent), **known}


def _sum(amounts: Iterable[Decimal | None]) -> Value | None:
    """In 元; None if one of them is not known."""
    found = list(amounts)
    known = [a for a in found if a is not None]
    return as_money(sum(known, Decimal(0))) if len(known) == len(found) else None
