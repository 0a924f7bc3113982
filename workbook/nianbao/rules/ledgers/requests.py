"""L-01 … L-10: the rows of 依申请台账."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nianbao.ledgers import model, values
from nianbao.ledgers.values import TERM, Ledger, LedgerRow, Request
from nianbao.rules.case import Case, Verdict, declare
from nianbao.rules.ledgers.faults import (
    Fault,
    copies,
    label,
    lacking,
    places,
    verdicts,
    with_ledger,
)
from nianbao.words.figures import squash

_COLUMNS = "表三按申请人类型分列、按办理结果分行（国办公开办函〔2021〕30号附件）"
_SUMS = "表三表头注明的勾稽关系：台账每行只有符合这一条，两边才相等"
_TERMS = (
    "《中华人民共和国政府信息公开条例》第三十三条："
    "自收到申请之日起 20 个工作日内答复，可延长 20 个工作日"
)


@declare(
    "L-01",
    "依申请台账每行都有申请人类型",
    "error",
    basis=_COLUMNS,
    kind="明文",
    hint="从下拉表中选申请人类型；没有类型的行表三各列都不计。",
    see_also=("T3-10",),
)
@with_ledger
def types(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    found = lacking(ledger, "requests", "applicant_type", ledger.requests)
    yield from verdicts(ledger, "requests", "applicant_type", found)


@declare(
    "L-02",
    "依申请台账的办结日期和办理结果成对填写",
    "error",
    basis=_COLUMNS,
    kind="明文",
    hint="已经办结的补齐办结日期和办理结果，没有办结的两格都不填。",
    see_also=("T3-10",),
)
@with_ledger
def pairs(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    closed = (r for r in ledger.requests if r.closed and not r.result)
    yield from verdicts(ledger, "requests", "result", lacking(ledger, "requests", "result", closed))
    answered = (r for r in ledger.requests if r.result and not r.closed)
    yield from verdicts(
        ledger, "requests", "closed", lacking(ledger, "requests", "closed", answered)
    )
    unread = places(ledger, "requests", ("choice",))
    odd = (r for r in ledger.requests if not (r.closed or r.result))
    strange = (
        (r, f"{label('requests', 'result')}不是可用的内容")
        for r in odd
        if (r.sheet, r.row, "result") in unread
    )
    yield from verdicts(ledger, "requests", "result", strange)


@declare(
    "L-03",
    "依申请台账的办结日期不早于收到日期",
    "error",
    basis=_SUMS,
    kind="明文",
    hint="核对这一行的两个日期。",
)
@with_ledger
def order(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    both = ((r, r.received, r.closed) for r in ledger.requests)
    found = (
        (r, f"{label('requests', 'closed')}早于收到日期# {(got - done).days} 天")
        for r, got, done in both
        if got and done and done < got
    )
    yield from verdicts(ledger, "requests", "closed", found)


@declare(
    "L-04",
    "依申请台账的日期齐全、可用、不晚于今天",
    "error",
    basis="《中华人民共和国政府信息公开条例》第三十一条：收到政府信息公开申请的时间按规定确定",
    kind="明文",
    hint="按 2026-01-05 的样子填日期；晚于今天的，核对年份。",
)
@with_ledger
def dates(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    name = "requests"
    yield from verdicts(
        ledger, name, "received", lacking(ledger, name, "received", ledger.requests)
    )
    for key in ("received", "closed"):
        future = (
            (r, f"{label(name, key)}晚于今天")
            for r in ledger.requests
            if (day := getattr(r, key)) and day > ledger.as_of
        )
        yield from verdicts(ledger, name, key, future)
    by_row = {(r.sheet, r.row): r for r in ledger.requests}
    for sheet, row, key in places(ledger, name, ("date",)):
        other_rules = {"received"} | ({"closed"} if by_row[sheet, row].result else set())
        if key not in other_rules:  # L-02 and the above tell those
            fault = f"{label(name, key)}不是可用的日期"
            yield from verdicts(ledger, name, key, [(by_row[sheet, row], fault)])


@declare(
    "L-05",
    "登记编号、案件编号不重复",
    "warning",
    basis="一件申请、一个案件只统计一次",
    hint="核对是不是重复登记；确是两件的，分别编号。",
)
@with_ledger
def numbers(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    for name in ("requests", "cases"):
        yield from copies(ledger, name)
        first: dict[str, LedgerRow] = {}
        found: list[Fault] = []
        for row in ledger.rows(name):
            number = squash(row.number)
            if number and number in first:
                other = first[number]
                where = "" if other.sheet == row.sheet else f"工作表“{other.sheet}”"
                fault = f"{label(name, 'number')}重复#，与{where}第 {other.row} 行相同"
                found.append((row, fault))
            elif number:
                first[number] = row
        yield from verdicts(ledger, name, "number", found)


@declare(
    "L-06",
    "在应答复日期之前答复",
    "warning",
    basis=_TERMS,
    kind="明文",
    hint="核对有没有漏填补正收到日期、延期、征求第三方用时；确实超期的，说明原因。",
    see_also=("L-07", "L-15"),
)
@with_ledger
def in_time(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    old = {(r.sheet, r.row) for r, _ in _old(case, ledger)}
    found: list[Fault] = []
    for r in ledger.requests:
        due = r.due
        if due is None:
            continue
        if r.closed and r.closed > due:
            days = values.between(due, r.closed)
            fault = f"{label('requests', 'closed')}晚于应答复日期# {days} 个工作日"
            found.append((r, fault))
        elif not r.closed and ledger.as_of > due and (r.sheet, r.row) not in old:
            days = values.between(due, ledger.as_of)
            found.append((r, f"没有办结，已超过{label('requests', 'due')}# {days} 个工作日"))
    yield from verdicts(ledger, "requests", "closed", found)


@declare(
    "L-07",
    "年末没有办结的申请收到不满 40 个工作日",
    "warning",
    basis=_TERMS,
    kind="明文",
    hint="已经办结的补填办结日期和结果；确实没有办结的，说明原因。",
    see_also=("L-06", "T3-05"),
)
@with_ledger
def old_ones(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    yield from verdicts(ledger, "requests", "received", _old(case, ledger))


def _old(case: Case, ledger: Ledger) -> Iterator[Fault]:
    """Requests open at the end of the year, or today if that is earlier, for too long."""
    end = min(dt.date(case.report.year, 12, 31), ledger.as_of)
    for r in ledger.requests:
        start = r.corrected or r.received
        if start is None or start > end or (r.closed and r.closed <= end):
            continue
        days = values.between(start, end) - (r.third_party_days or 0)
        if days > 2 * TERM:
            yield r, f"到 {end.year} 年 {end.month} 月 {end.day} 日没有办结，已满 40 个工作日"


@declare(
    "L-08",
    "同一申请人的同一内容没有答复两次",
    "info",
    basis="《中华人民共和国政府信息公开条例》第三十六条第（六）项",
    hint="已就同一内容答复过的，告知不予重复处理，办理结果选“重复申请”。",
    see_also=("L-05",),
)
@with_ledger
def twice(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    first: dict[tuple[str, str], Request] = {}
    found: list[Fault] = []
    for r in ledger.requests:
        who, what = squash(r.applicant), squash(r.content)
        if not (who and what and r.closed and r.result) or r.result == "R52":
            continue
        earlier = first.setdefault((who, what), r)
        if earlier is not r:
            fault = f"的申请人、{label('requests', 'content')}与前面相同，都已答复"
            found.append((r, f"{fault}#（第 {earlier.row} 行）"))
    yield from verdicts(ledger, "requests", "content", found)


@declare(
    "L-09",
    "申请人类型与申请人的名称相称",
    "info",
    basis="按名称中的字样推断",
    hint="核对申请人类型；名称与性质不同的，不用改。",
)
@with_ledger
def likely_types(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    choices = model.load()["requests"].column("applicant_type").choices
    hints = [(hint, c) for c in (choices.entries if choices else ()) for hint in c.hints]
    hints.sort(key=lambda pair: -len(pair[0]))
    found: list[Fault] = []
    for r in ledger.requests:
        likely = next((c for hint, c in hints if r.applicant.strip().endswith(hint)), None)
        if likely and r.applicant_type and likely.code != r.applicant_type:
            fault = f"{label('requests', 'applicant_type')}与名称不相称#，更像“{likely.label}”"
            found.append((r, fault))
    yield from verdicts(ledger, "requests", "applicant_type", found)


@declare(
    "L-10",
    "拆分件数和征求用时是整数",
    "error",
    basis=_COLUMNS + "，单位是件",
    kind="明文",
    hint="拆分件数填不小于 1 的整数，按 1 件计的可以不填；征求用时填工作日数。",
)
@with_ledger
def weights(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    for key in ("weight", "third_party_days"):
        found = lacking(ledger, "requests", key, ledger.requests)
        yield from verdicts(ledger, "requests", key, found)


CHECKS = (
    types,
    pairs,
    order,
    dates,
    numbers,
    in_time,
    old_ones,
    twice,
    likely_types,
    weights,
)
