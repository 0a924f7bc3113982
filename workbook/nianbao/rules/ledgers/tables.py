"""T3-10, L-20, L-21: the tables against the ledgers that they are counted from."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.rules.case import LISTED, Case, Verdict, declare

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
def requests(case: Case) -> Iterator[Verdict]:
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
def cases(case: Case) -> Iterator[Verdict]:
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
def documents(case: Case) -> Iterator[Verdict]:
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


CHECKS = (requests, cases, documents)
