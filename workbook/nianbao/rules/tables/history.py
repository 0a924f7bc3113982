"""Y-01 … Y-06: this year's report beside last year's. None is evaluated without last year's.

The cells of a finding are this year's; last year's figures are in the message.
"""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.form import FORMATS
from nianbao.report.years import twins
from nianbao.rules.case import Case, Verdict, declare, listed

_DOCUMENTS = ("disclosure.regulations", "disclosure.normative_documents")


@declare(
    "Y-01",
    "上年结转等于上年报告的结转下年度继续办理",
    "error",
    basis="表三行名“上年结转政府信息公开申请数量”“结转下年度继续办理”",
    kind="明文",
    hint="按上年报告改正上年结转；上年报告有误或机构改革致数字变动的，保留并说明。",
    see_also=("T3-01",),
)
def carried(case: Case) -> Iterator[Verdict]:
    if case.unusable:
        # Without a usable report of last year no rule of this family is evaluated; told once.
        yield Verdict("undecided", case.unusable, level="warning", subject="previous")
        return
    if case.previous is None:
        yield Verdict("not_applicable", "没有上年报告。")
        return
    if case.unknown_before("requests"):
        yield Verdict("not_applicable", "上年报告的表三没有填写。")
        return
    undecided: list[tuple[str, str]] = []
    for col in case.plan.applicants:
        cell = f"requests.carried_in.{col}"
        now, then = case[cell], case.before[f"requests.carried_out.{col}"]
        label = case.column(col)
        if then is None:
            undecided.append((cell, f"{label}（上年没有填）"))
        elif now is None:
            undecided.append((cell, f"{label}应为 {then}"))
        elif now != then:
            yield Verdict(
                "fail",
                f"{label}：上年报告结转下年度 {then} 件，本年填的上年结转 {now} 件，"
                f"相差 {abs(now - then)}。",
                (cell,),
                then,
                now,
            )
    if undecided and "requests" not in case.empty_tables:
        what = listed([words for _, words in undecided], len(case.plan.applicants))
        yield Verdict(
            "undecided",
            f"上年结转无法与上年报告核对：{what}。",
            tuple(c for c, _ in undecided),
            subject="blank",
        )


@declare(
    "Y-02",
    "现行有效件数等于上年末件数加本年制发减本年废止",
    "warning",
    basis="由三栏的名称推算；失效、划转、清理更正会使两边不等",
    hint="核对三栏数字；因失效、划转或清理更正而不等的，说明原因。",
    formats=(2021,),
    previous=(2021,),
    see_also=("T2-01", "Y-05"),
)
def stock(case: Case) -> Iterator[Verdict]:
    for row in _DOCUMENTS:
        yield from _stock(case, row, f"{row}.in_force", "现行有效件数")


def _stock(case: Case, row: str, before: str, name: str) -> Iterator[Verdict]:
    """This year's stock beside last year's figure, called ``name``, and what was added since."""
    cells = tuple(f"{row}.{c}" for c in ("in_force", "made", "repealed"))
    label = case.plan.labels[row]
    gap = tuple(case.gap(f"{label}的件数与上年是否衔接", cells, before=(before,)))
    if gap:
        yield from gap
        return
    now, made, repealed = (case[c] for c in cells)
    expected = case.before[before] + made - repealed
    if now != expected:
        yield Verdict(
            "fail",
            f"{label}：上年{name} {case.before[before]}，本年制发 {made}、废止 {repealed}，"
            f"算得 {expected}，现行有效件数填的是 {now}，相差 {abs(now - expected)}。",
            cells,
            expected,
            now,
        )


@declare(
    "Y-03",
    "上一年项目数量等于上年报告的项目数量加其增减",
    "warning",
    basis="2019年版表二栏名“上一年项目数量”“本年增/减”",
    hint="核对上年报告的项目数量和增减，属实的说明项目为什么变动。",
    formats=(2019,),
    previous=(2019,),
    see_also=("T2-02",),
)
def items(case: Case) -> Iterator[Verdict]:
    blank: list[str] = []
    lost: list[str] = []
    for label, rows, earlier in _same_rows(case):
        now = tuple(f"{r}.items" for r in rows)
        then = tuple(f"{r}.{c}" for r in earlier for c in ("items", "change"))
        if None in map(case.figures.get, now) or None in map(case.before.get, then):
            blank += now
            lost += then
            continue
        actual = sum(case[c] for c in now)
        expected = sum(case.before[c] for c in then)
        if actual != expected:
            yield Verdict(
                "fail",
                f"{label}：上年报告的项目数量加增减得 {expected}，本年填的上一年项目数量 {actual}，"
                f"相差 {abs(actual - expected)}。",
                now,
                expected,
                actual,
            )
    yield from case.gap("项目数量与上年是否衔接", tuple(blank), before=tuple(lost))


def _same_rows(case: Case) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Label, rows of this year, rows of last year that say the same thing.

    Split rows go by their names; where the names differ, only their sums can be compared.
    """
    for row in case.plan.changing:
        if not row.endswith("]"):
            yield case.plan.labels[row], (row,), (row,)
    for table, row in case.plan.form.repeats:
        now, then = case.report.repeats[row], case.repeats_before[row]
        ids, earlier = (
            tuple(f"{table}.{row}[{i}]" for i in range(len(names))) for names in (now, then)
        )
        pairs = twins(now, then)
        if pairs is None:
            yield f"{case.plan.labels[f'{table}.{row}']}合计", ids, earlier
        else:
            yield from ((case.plan.labels[ids[i]], (ids[i],), (earlier[j],)) for i, j in pairs)


@declare(
    "Y-04",
    "对外公开总数量不多于上年总数量加本年新公开数量",
    "warning",
    basis="由各栏的名称推算；格式没有废止一栏，所以只能比较大小",
    hint="核对总数量，它是到年末累计公开、仍然有效的件数。",
    formats=(2019,),
    previous=(2019,),
    see_also=("T2-04",),
)
def disclosed(case: Case) -> Iterator[Verdict]:
    for row in _DOCUMENTS:
        total, new = cells = (f"{row}.total", f"{row}.disclosed")
        if case[total] == 0:
            continue
        label = case.plan.labels[row]
        gap = tuple(case.gap(f"{label}的总数量与上年是否衔接", cells, before=(total,)))
        if gap:
            yield from gap
            continue
        most = case.before[total] + case[new]
        if case[total] > most:
            yield Verdict(
                "fail",
                f"{label}：对外公开总数量 {case[total]}，多于上年 {case.before[total]} "
                f"与本年新公开 {case[new]} 之和 {most}。",
                cells,
                most,
                case[total],
            )


@declare(
    "Y-05",
    "换用新格式时，现行有效件数与上年公开总数量大体衔接",
    "info",
    basis="两种格式的概念不同：一为公开的件数，一为现行有效的件数",
    hint="看看差额是不是来自未公开或已失效的文件，属实的保留。",
    formats=(2021,),
    previous=(2019,),
    see_also=("Y-02",),
)
def stock_across_formats(case: Case) -> Iterator[Verdict]:
    row = _DOCUMENTS[1]
    yield from _stock(case, row, f"{row}.total", "对外公开总数量")


@declare(
    "Y-06",
    "上年尚未审结的案件，本年应当仍在表四",
    "warning",
    basis="由“尚未审结”的名称推算：上年未结的案件本年或已审结，或仍未审结",
    hint="核对上年未审结的案件本年有没有漏填。",
    previous=FORMATS,
    see_also=("T4-03",),
)
def pending(case: Case) -> Iterator[Verdict]:
    for before in case.plan.tables["disputes"]:
        if not before.endswith(".pending") or case.before[before] == 0:
            continue
        group = before.removesuffix(".pending")
        total = f"{group}.total"
        label = case.plan.labels[group]
        gap = tuple(case.gap(f"{label}的未结案件有没有漏填", (total,), before=(before,)))
        if gap:
            yield from gap
        elif case[total] < case.before[before]:
            yield Verdict(
                "fail",
                f"{label}：上年尚未审结 {case.before[before]} 件，本年总计只有 {case[total]} 件。",
                (total,),
                actual=case[total],
            )


CHECKS = (carried, stock, items, disclosed, stock_across_formats, pending)
