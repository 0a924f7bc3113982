"""What the ledgers come to, put into the cells of a report that are still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from nianbao.ledgers import model
from nianbao.ledgers.counting import Reckoned, missing, reckon
from nianbao.ledgers.values import Ledger, Request
from nianbao.report import Report, with_totals
from nianbao.report.material import PREFIX, Material, Value, items
from nianbao.words.figures import as_money

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
