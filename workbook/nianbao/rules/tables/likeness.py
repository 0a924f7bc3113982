"""Y-07, Y-08: figures too unlike those of last year, and too like them."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.form import FORMATS
from nianbao.rules.case import Case, Verdict, declare, listed

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
    previous=FORMATS,
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
    previous=FORMATS,
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


CHECKS = (leaps, copied)
