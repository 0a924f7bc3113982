"""L-11 … L-16: the rows of the other two ledgers, how all of them are written, and the year; T3-10,
L-20, L-21: the tables against the ledgers that they are counted from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from nianbao.formats.a1 import letters_of
from nianbao.ledgers import model, reckon, values
from nianbao.ledgers.values import Ledger, LedgerRow
from nianbao.rules.case import LISTED, Case, Verdict, declare
from nianbao.rules.ledgers.faults import (
    Fault,
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
        keys: dict[str, list[Fault]] = {}
        for sheet, row, key in places(ledger, name, ("spelling",)):
            fault = f"{label(name, key)}的写法与下拉表或者日期格式不同"
            keys.setdefault(key, []).append((by_row[sheet, row], fault))
        for key, faulty in keys.items():
            yield from verdicts(ledger, name, key, faulty)


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


_APART = 10  # more cells than this that differ are told together
_ARTICLE = "《中华人民共和国政府信息公开条例》第五十条：年度报告应当包括{}"
_HINT = "先按台账各行核对，再改台账或者表里的数；填充公式可以把空格接到台账上。"


@declare(
    "T3-10",
    "表三各数与依申请台账一致",
    "error",
    basis=_ARTICLE.format("行政机关收到和处理政府信息公开申请的情况"),
    kind="明文",
    hint=_HINT,
    see_also=("L-01", "L-02", "L-20", "L-21"),
)
def requests_as_counted(case: Case) -> Iterator[Verdict]:
    yield from _compared(case, "requests")


@declare(
    "L-20",
    "表四各数与复议诉讼台账一致",
    "error",
    basis=_ARTICLE.format("因政府信息公开工作被申请行政复议、提起行政诉讼的情况"),
    kind="明文",
    hint=_HINT,
    see_also=("T3-10", "T4-02"),
)
def cases_as_counted(case: Case) -> Iterator[Verdict]:
    yield from _compared(case, "disputes")


@declare(
    "L-21",
    "表二规章、规范性文件各数与规范性文件台账一致",
    "error",
    basis=_ARTICLE.format("行政机关主动公开政府信息的情况"),
    kind="明文",
    hint=_HINT,
    see_also=("T3-10", "Y-02"),
)
def documents_as_counted(case: Case) -> Iterator[Verdict]:
    yield from _compared(case, "disclosure")


def _compared(case: Case, table: str) -> Iterator[Verdict]:
    """Each figure that is no total: a total follows from the others."""
    sums = case.plan.form.sums()
    counted = {
        cell: n
        for cell, n in case.from_ledger.items()
        if case.table_of(cell) == table and cell not in sums
    }
    if not counted:
        yield Verdict("not_applicable", "没有台账，或者台账里没有这张表的内容。")
        return
    wrong = [c for c, n in counted.items() if case[c] is not None and case[c] != n]
    if len(wrong) > _APART:
        each = (f"{case.name(c)} {case[c]}、台账 {counted[c]}" for c in wrong[:LISTED])
        yield Verdict(
            "fail",
            f"有 {len(wrong)} 个数与台账不一致：{'；'.join(each)}；等 {len(wrong)} 处。",
            tuple(wrong),
        )
        wrong = []
    for cell in wrong:
        yield Verdict(
            "fail",
            f"{case.name(cell)}填的是 {case[cell]}，台账算出来是 {counted[cell]}，"
            f"相差 {abs(case[cell] - counted[cell])}。",
            (cell,),
            expected=counted[cell],
            actual=case[cell],
        )
    yield from case.gap("是否与台账一致", tuple(c for c in counted if case[c] is None))


CHECKS = (
    cases,
    documents,
    spellings,
    headings,
    holidays,
    of_the_year,
    requests_as_counted,
    cases_as_counted,
    documents_as_counted,
)
