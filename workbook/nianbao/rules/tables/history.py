"""Y-01 … Y-08: this year's report beside last year's. None is evaluated without last year's.

The cells of a finding are this year's; last year's figures are in the message.
"""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.form import Span
from nianbao.report.findings import EVERY
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
    since=2021,
    previous=Span(since=2021),
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
    until=2019,
    previous=Span(until=2019),
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
    until=2019,
    previous=Span(until=2019),
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
    since=2021,
    previous=Span(until=2019),
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
    previous=EVERY,
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


_LEAP = 5  # times as much, or as little
_SMALL = 20  # figures below this leap without meaning anything
# What stays from year to year may well be the same: items, documents in force.
_STANDING = ("regulations.total", "normative_documents.total", ".in_force", ".items")


@declare(
    "Y-07",
    "与上年相比没有成倍的升降",
    "info",
    basis="与上年比较得出，没有条文规定",
    hint="核对这些数字有没有填错行、错栏，属实的可在总体情况中说明。",
    previous=EVERY,
    see_also=("V-05", "Y-08"),
)
def leaps(case: Case) -> Iterator[Verdict]:
    for table, cells in case.plan.tables.items():
        found = []
        for cell in cells:
            now, then = case[cell], case.before.get(cell)
            if now == then or now is None or then is None or max(now, then) < _SMALL:
                continue
            if (now > _LEAP * then or _LEAP * now < then) and _comparable(case, cell):
                found.append(cell)
        if found:
            words = [f"{case.name(c)}由 {case.before[c]} 变为 {case[c]}" for c in found]
            yield Verdict(
                "fail",
                f"与上年相差 {_LEAP} 倍以上：{listed(words)}。",
                tuple(found),
                subject=table,
            )


def _comparable(case: Case, cell: str) -> bool:
    """A count of the same thing as last year: not a change, not money, not a row named anew."""
    if case.plan.form.cells(case.report.layout)[cell].kind != "count":
        return False
    return "[" not in cell or _same_split(case)


@declare(
    "Y-08",
    "表二、表四不应与上年完全相同",
    "warning",
    basis="公开的年度报告有连年照抄数字的，没有条文规定",
    hint="核对是不是沿用了上年的数字，属实的保留并在备查材料中注明。",
    previous=EVERY,
    see_also=("Y-07",),
)
def copied(case: Case) -> Iterator[Verdict]:
    for table in ("disclosure", "disputes"):
        cells = case.plan.tables[table]
        if not _same_table(case, cells):
            continue
        pairs = [(case[c], case.before[c]) for c in cells]
        if any(a != b for a, b in pairs if a is not None and b is not None):
            continue
        moving = [c for c in cells if case[c] and not c.endswith(_STANDING)]
        if not moving:
            continue
        gap = tuple(case.gap("数字是否与上年完全相同", cells, before=cells))
        if gap:
            yield from gap
            continue
        name, some = case.plan.form.tables[table].name, sum(1 for now, _ in pairs if now)
        yield Verdict(
            "fail",
            f"{name}的 {len(cells)} 个数与上年完全相同，其中 {some} 个不是 0。",
            cells,
            at=moving[0],
            subject=table,
        )


def _same_table(case: Case, cells: tuple[str, ...]) -> bool:
    """Whether last year's table has the same cells, split rows of the same names among them."""
    split = any("[" in c for c in cells)
    return all(c in case.before for c in cells) and (not split or _same_split(case))


def _same_split(case: Case) -> bool:
    return dict(case.repeats_before) == dict(case.report.repeats)


CHECKS = (carried, stock, items, disclosed, stock_across_formats, pending, leaps, copied)
