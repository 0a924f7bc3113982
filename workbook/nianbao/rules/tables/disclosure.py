"""T2-01 … T2-08: whether the figures of table 二 can be, and are likely."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.rules.case import Case, Verdict, declare
from nianbao.words.agencies import makes_no_regulations
from nianbao.words.figures import quoted, show

_DOCUMENTS = ("disclosure.regulations", "disclosure.normative_documents")
_ACTS = ("disclosure.licensing", "disclosure.penalties", "disclosure.coercion")
_MANY = 10


@declare(
    "T2-01",
    "现行有效件数减去本年制发、加上本年废止，不能是负数",
    "warning",
    basis="由三栏的名称推算上年末的现行有效件数",
    hint="核对现行有效件数，它是年末的存量，包括往年制发、至今有效的。",
    formats=(2021,),
    see_also=("Y-02",),
)
def stock_a_year_ago(case: Case) -> Iterator[Verdict]:
    blank: list[str] = []
    for row in _DOCUMENTS:
        stock, made, repealed = cells = _cells(row, "in_force", "made", "repealed")
        if case.before.get(stock) is not None:  # Y-02 compares with last year's figure itself
            continue
        if case[made] == 0:  # no stock is too small
            continue
        if any(case[c] is None for c in cells):
            blank += cells
            continue
        earlier = case[stock] - case[made] + case[repealed]
        if earlier < 0:
            yield Verdict(
                "fail",
                f"{case.plan.labels[row]}：现行有效 {case[stock]}，本年制发 {case[made]}，"
                f"本年废止 {case[repealed]}，推得上年末为 {earlier}。",
                cells,
                actual=earlier,
            )
    yield from case.gap("现行有效件数是否合理", tuple(blank))


def _cells(row: str, *cols: str) -> tuple[str, ...]:
    return tuple(f"{row}.{c}" for c in cols)


@declare(
    "T2-02",
    "上一年项目数量加上本年增减，不能是负数",
    "error",
    basis="2019年版表二栏名“上一年项目数量”“本年增/减”",
    kind="明文",
    hint="核对增减的正负号和上一年的数量，减少的项目不能多于原有的项目。",
    formats=(2019,),
    see_also=("T2-03", "Y-03"),
)
def items_left(case: Case) -> Iterator[Verdict]:
    blank: list[str] = []
    for row in case.plan.changing:
        items, change = cells = _cells(row, "items", "change")
        if case[change] is None or (case[items] is None and case[change] < 0):
            blank += cells
        elif case[items] is not None and case[items] + case[change] < 0:
            yield Verdict(
                "fail",
                f"{case.plan.labels[row]}：上一年项目数量 {case[items]}，"
                f"本年增/减 {show(case[change], 'change')}，得 {case[items] + case[change]}。",
                cells,
                actual=case[items] + case[change],
            )
    yield from case.gap("项目数量是否为负", tuple(blank))


@declare(
    "T2-03",
    "有处理决定就应有项目",
    "warning",
    basis="办件以有事项为前提",
    hint="核对项目数量和处理决定数量有没有填错栏，前者是事项数，后者是办件数。",
    formats=(2019,),
    see_also=("T2-02",),
)
def decisions_without_items(case: Case) -> Iterator[Verdict]:
    blank: list[str] = []
    for row in case.plan.deciding:
        items, change, decisions = cells = _cells(row, "items", "change", "decisions")
        if case[decisions] == 0 or (case[items] or 0) > 0 or (case[change] or 0) > 0:
            continue
        if any(case[c] is None for c in cells):
            blank += cells
        else:
            yield Verdict(
                "fail",
                f"{case.plan.labels[row]}：处理决定 {case[decisions]} 件，项目数量却是 0。",
                cells,
                actual=case[decisions],
            )
    yield from case.gap("有没有与处理决定相应的项目", tuple(blank))


@declare(
    "T2-04",
    "对外公开总数量不少于本年新公开数量",
    "warning",
    basis="由三栏的名称推算",
    hint="核对三栏数字：新制作、新公开只计本年，对外公开总数量计到年末。",
    formats=(2019,),
    see_also=("T2-07", "Y-04"),
)
def total_and_new(case: Case) -> Iterator[Verdict]:
    blank: list[str] = []
    for row in _DOCUMENTS:
        made, new, total = cells = _cells(row, "made", "disclosed", "total")
        label = case.plan.labels[row]
        if case[new] == 0:
            continue
        if any(case[c] is None for c in cells):
            blank += cells
            continue
        if case[total] < case[new]:
            message = f"{label}：对外公开总数量 {case[total]}，少于本年新公开数量 {case[new]}。"
            yield Verdict(
                "fail", message, (total, new), expected=case[new], actual=case[total], at=total
            )
        if case[new] > case[made]:
            message = f"{label}：本年新公开数量 {case[new]}，多于本年新制作数量 {case[made]}。"
            yield Verdict(
                "fail", message, (new, made), expected=case[made], actual=case[new], level="info"
            )
    yield from case.gap("公开的数量是否合理", tuple(blank))


@declare(
    "T2-05",
    "采购项目数量与采购总金额同时为 0 或同时不为 0",
    "warning",
    basis="有采购项目就有金额，反之亦然",
    hint="补上漏填的项目数量或金额，金额以万元为单位。",
    formats=(2019,),
    see_also=("V-04",),
)
def procurement(case: Case) -> Iterator[Verdict]:
    cells = projects, amount = _cells("disclosure.procurement", "projects", "amount")
    if case[projects] is None or case[amount] is None:
        yield from case.gap("采购的项目数量与金额是否相符", cells)
    elif (case[projects] == 0) != (case[amount] == 0):
        yield Verdict(
            "fail",
            f"采购项目数量是 {case[projects]} 个，采购总金额是 {show(case[amount])} 万元。",
            cells,
        )


@declare(
    "T2-06",
    "没有规章制定权的机关，规章各栏填 0",
    "warning",
    basis="规章由国务院部门、省级和设区的市、自治州的政府制定",
    hint="部门和区县及以下的机关不制定规章，核对是不是把规范性文件填到了规章一行。",
)
def regulations(case: Case) -> Iterator[Verdict]:
    if not makes_no_regulations(case.report.agency.name):
        yield Verdict("not_applicable", "从名称看不出有没有规章制定权。")
        return
    cells = tuple(c for c in case.plan.tables["disclosure"] if c.startswith(_DOCUMENTS[0] + "."))
    if some := tuple(c for c in cells if case[c]):
        name, figures = quoted(case.report.agency.name), "、".join(str(case[c]) for c in some)
        yield Verdict("fail", f"{name}的规章一行填了 {figures}。", some)
    else:
        yield from case.gap("规章一行是不是 0", cells)


@declare(
    "T2-07",
    "三栏数字相同且较大，疑为把公开的文件都算作规范性文件",
    "warning",
    basis="公开的年度报告中常见的误填，没有条文规定",
    hint="只统计规章和行政规范性文件，对外公开总数量要包括往年公开的。",
    formats=(2019,),
    see_also=("T2-04",),
)
def all_alike(case: Case) -> Iterator[Verdict]:
    blank: list[str] = []
    for row in _DOCUMENTS:
        cells = _cells(row, "made", "disclosed", "total")
        known = {case[c] for c in cells} - {None}
        if len(known) > 1 or (known and min(known) < _MANY):
            continue
        if any(case[c] is None for c in cells):
            blank += cells
        else:
            n = known.pop()
            message = f"{case.plan.labels[row]}的新制作、新公开、对外公开总数量都是 {n}。"
            yield Verdict("fail", message, cells, actual=n)
    yield from case.gap("三栏数字是否相同", tuple(blank))


@declare(
    "T2-08",
    "有许可、处罚职权而没有一件处理决定",
    "info",
    basis="与项目数量或上年数字比较得出，没有条文规定",
    hint="确实没有办件的保留 0，否则补上本年的处理决定数量。",
    see_also=("T2-03",),
)
def no_decisions(case: Case) -> Iterator[Verdict]:
    decisions = tuple(f"{row}.decisions" for row in _ACTS)
    if any(case[c] for c in decisions):
        return
    why = _has_items(case) if case.plan.changing else _once_decided(case)
    if why is None:
        yield Verdict("not_applicable", "看不出有没有许可、处罚的职权。")
    elif any(case[c] is None for c in decisions):
        yield from case.gap("有没有处理决定", decisions)
    elif why:
        yield Verdict("fail", f"{why}，本年许可、处罚、强制的处理决定都是 0。", decisions)


def _has_items(case: Case) -> str | None:
    """By the form of 2019: permits or penalties exist as items. '' if not, None if unknown."""
    rows = [(f"{r}.items", f"{r}.change") for r in _ACTS[:2]]
    known = [(i, c) for i, c in rows if None not in (case[i], case[c])]
    items = sum(case[i] + case[c] for i, c in known)
    if items > 0:
        return f"许可、处罚项目共 {items} 项"
    return "" if len(known) == len(rows) else None


def _once_decided(case: Case) -> str | None:
    """By last year's figures. '' if there were no decisions then either, None if unknown."""
    if case.previous is None:
        return None
    last = sum(case.before[f"{row}.decisions"] or 0 for row in _ACTS)
    return f"上年有处理决定 {last} 件" if last else ""


CHECKS = (
    stock_a_year_ago,
    items_left,
    decisions_without_items,
    total_and_new,
    procurement,
    regulations,
    all_alike,
    no_decisions,
)
