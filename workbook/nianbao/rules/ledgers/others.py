"""L-11 … L-16: the rows of the other two ledgers, how all of them are written, and the year."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from nianbao.formats.a1 import letters_of
from nianbao.ledgers import model, reckon, values
from nianbao.ledgers.values import Ledger, LedgerRow
from nianbao.rules.case import Case, Verdict, declare
from nianbao.rules.ledgers.faults import (
    Told,
    label,
    lacking,
    places,
    verdict,
    verdicts,
    with_ledger,
)

_COUNTING = "台账逐行汇总成表，少填或者写法不同的行会少计"


@declare(
    "L-11",
    "复议诉讼台账各行填写完整",
    "error",
    basis="表四按类别和结果分列（国办公开办函〔2021〕30号附件）",
    kind="明文",
    hint="补齐类别、收案日期；审结的补齐结案日期和结果，没有审结的结果选“尚未审结”，不填结案日期。",
    see_also=("L-20",),
)
@with_ledger
def cases(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    name = "cases"
    for key in ("group", "received"):
        yield from verdicts(ledger, name, key, lacking(ledger, name, key, ledger.cases))
    closed = [c for c in ledger.cases if c.closed]
    without = lacking(ledger, name, "result", closed)
    pending = (
        (c, f"有结案日期，{label(name, 'result')}却是尚未审结")
        for c in closed
        if c.result == "pending"
    )
    yield from verdicts(ledger, name, "result", chain(without, pending))
    decided = (c for c in ledger.cases if not c.closed and c.result not in (None, "pending"))
    yield from verdicts(ledger, name, "closed", lacking(ledger, name, "closed", decided))
    backwards = (
        (c, f"{label(name, 'closed')}早于收案日期")
        for c in closed
        if c.received and c.closed and c.closed < c.received
    )
    yield from verdicts(ledger, name, "closed", backwards)


@declare(
    "L-12",
    "规范性文件台账各行填写完整",
    "error",
    basis="表二按类别分行，按制发、废止、现行有效分列（国办公开办函〔2021〕30号附件）",
    kind="明文",
    hint="补齐类别、制发日期；废止或失效的补齐日期和方式。",
    see_also=("L-21", "Y-02"),
)
@with_ledger
def documents(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    name = "documents"
    for key in ("kind", "made"):
        yield from verdicts(ledger, name, key, lacking(ledger, name, key, ledger.documents))
    ended = [d for d in ledger.documents if d.ended]
    yield from verdicts(ledger, name, "ending", lacking(ledger, name, "ending", ended))
    undated = (d for d in ledger.documents if d.ending and not d.ended)
    yield from verdicts(ledger, name, "ended", lacking(ledger, name, "ended", undated))
    backwards = (
        (d, f"{label(name, 'ended')}早于制发日期")
        for d in ended
        if d.made and d.ended and d.ended < d.made
    )
    yield from verdicts(ledger, name, "ended", backwards)


# --- how it is written ------------------------------------------------------------------------


@declare(
    "L-13",
    "台账的写法能被工作簿的公式计入",
    "warning",
    basis=_COUNTING,
    hint="从下拉表中重选，日期按 2026-01-05 的样子重新输入；本工具认得出，公式不计。",
    see_also=("T3-10",),
)
@with_ledger
def spellings(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    for name in model.NAMES:
        by_row = {(r.sheet, r.row): r for r in ledger.rows(name)}
        keys: dict[str, list[Told]] = {}
        for sheet, row, key in places(ledger, name, ("spelling",)):
            fault = f"{label(name, key)}的写法与下拉表或者日期格式不同"
            keys.setdefault(key, []).append((by_row[sheet, row], fault))
        for key, told in keys.items():
            yield from verdicts(ledger, name, key, told)


@declare(
    "L-14",
    "台账的列都认得出",
    "warning",
    basis=_COUNTING,
    hint="把表头改成模板的写法，或者用 --ledger-mapping 给出的对应文件写明。",
)
@with_ledger
def headings(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    for p in ledger.problems:
        one = model.load()[p.ledger]
        if p.trouble == "column":
            missing = one.column(p.key).label
            yield Verdict(
                "fail",
                f"工作表“{p.sheet}”（{one.title}）没有“{missing}”列。",
                place=f"{p.sheet}!A{p.row}",
                section=one.table,
                subject=f"{p.ledger}|{p.key}",
            )
    for name in model.NAMES:
        strange = [p for p in ledger.problems if (p.ledger, p.trouble) == (name, "heading")]
        if strange:
            rows = [LedgerRow(sheet=p.sheet, row=p.row) for p in strange]
            where = "、".join(letters_of(p.column) for p in strange)
            yield verdict(
                *(ledger, name, "", rows[0]),
                f"第 {rows[0].row} 行有 {len(strange)} 个表头没有认出（{where} 列），没有读入。",
                "info",
                "headings",
            )
        sums = [p for p in ledger.problems if (p.ledger, p.trouble) == (name, "sum")]
        if sums:
            first = LedgerRow(sheet=sums[0].sheet, row=sums[0].row)
            said = f"第 {first.row} 行{'等' if len(sums) > 1 else ''}是合计，没有计入。"
            yield verdict(ledger, name, "", first, said, "info", "sums")


@declare(
    "L-15",
    "应答复日期涉及的年度都有节假日安排",
    "info",
    basis="国务院办公厅每年公布的节假日安排",
    hint="新一年的安排公布后更新本工具，再核对接近期限的申请。",
    see_also=("L-06", "L-07"),
)
@with_ledger
def holidays(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    days = (day for r in ledger.requests for day in (r.received, r.due) if day)
    sentence = values.uncovered(d.year for d in days if d.year >= values.FIRST_YEAR)
    if sentence:
        yield Verdict("fail", sentence, section="requests")


@declare(
    "L-16",
    "台账里有报告年度的内容",
    "warning",
    basis="年度报告统计当年 1 月 1 日至 12 月 31 日的情况",
    hint="核对台账和报告的年度；拿错了年度的请换一份，本年确实没有的不用改。",
    see_also=("T3-10", "L-20", "L-21"),
)
def of_the_year(case: Case) -> Iterator[Verdict]:
    ledger = case.ledger
    if ledger is None:
        yield Verdict("not_applicable", "没有台账。")
        return
    if ledger.empty:
        yield Verdict("fail", "台账里没有一行内容，没有可以核对的。", subject="empty")
        return
    for name in reckon(ledger, case.report.format, case.report.year).idle:
        rows = ledger.rows(name)
        said = f"有 {len(rows)} 行，没有一行涉及 {case.report.year} 年，没有与表里的数比较。"
        yield verdict(ledger, name, "", rows[0], said, None, "year")


CHECKS = (cases, documents, spellings, headings, holidays, of_the_year)
