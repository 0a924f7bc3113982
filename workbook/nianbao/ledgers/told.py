"""What texts tell and no table holds, counted from 依申请台账: ways of applying, fees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from nianbao.figures import as_money
from nianbao.ledgers import declared
from nianbao.ledgers.values import Ledger, Request
from nianbao.material import PREFIX, Material, Value, items

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
    choices = declared.load()["requests"].column("channel").choices
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
