"""T3-01, T3-02, T3-03, T4-01 and whatever else: the linear identities that the forms declare.

The sums, their names and the code of the rule come from the forms; what is said of the known ones
besides is here, and one that is not yet among them is a rule as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nianbao.form import FORMATS, Identity, Span, Table, load
from nianbao.report.findings import Rule
from nianbao.rules.case import Case, Check, Sum, Verdict, listed
from nianbao.words.figures import quoted

# More equations of one rule than this, each with one blank, are told together.
_TOLD_APART = 5


class _Words(NamedTuple):
    hint: str
    basis: str = ""
    see_also: tuple[str, ...] = ()


_WORDS = {
    "T3-01": _Words(
        "逐项核对本列四项数字，新收、结转的件数应与办结、未办结的件数相符。",
        basis="表三表头注明的勾稽关系",
        see_also=("T3-02", "Y-01"),
    ),
    "T3-02": _Words(
        "逐行核对本列各种办理结果，总计应由各行相加得出。",
        see_also=("T3-01", "T3-03"),
    ),
    "T3-03": _Words(
        "核对这一行六类申请人的件数，总计应由它们相加得出。",
        see_also=("T3-02",),
    ),
    "T4-01": _Words("核对这一组四种结果的件数，总计应由它们相加得出。"),
}


_DEFINED = "{}名为“{}”的格，是其余各格之和"
_STATED = "{}各格之间的勾稽关系"


def _checks() -> Iterator[Check]:
    """A rule for each code, in the words of the newest form that declares it."""
    found: dict[str, list[tuple[int, Table, Identity]]] = {}
    for format in FORMATS:
        for table in load(format).tables.values():
            for identity in table.identities:
                found.setdefault(identity.rule, []).append((format, table, identity))
    for code, declared in found.items():
        on = [format for format, _, _ in declared]
        span = Span(
            None if on[0] == FORMATS[0] else on[0],
            None if on[-1] == FORMATS[-1] else on[-1],
        )
        yield _check(code, span, *declared[-1][1:])


def _check(code: str, on: Span, table: Table, identity: Identity) -> Check:
    each = "各列" if identity.per == "column" else "各行" if table.label_columns else "各组"
    sides = f"{identity.expected_name}等于{identity.actual_name}"
    hint, basis, see_also = _WORDS.get(code, _Words(f"核对等式两边的各个数，{sides}。"))
    rule = Rule(
        code,
        f"{table.name}{each}：{sides}",
        "error",
        basis
        or (_DEFINED if identity.defines else _STATED).format(table.name, identity.actual_name),
        "明文",
        hint,
        on,
        see_also=see_also,
    )
    return Check(rule, lambda case: _evaluate(case, code))


def _evaluate(case: Case, code: str) -> Iterator[Verdict]:
    sums = case.sums.get(code, ())
    if sums and sums[0].equation.table in case.empty_tables:
        yield Verdict("not_applicable", "这张表没有填写。")
        return
    one_blank: list[Verdict] = []
    more_blank: list[Sum] = []
    for one in sums:
        figures = one.terms(case.figures)
        if None not in figures:
            expected, actual = sum(figures[: one.left]), sum(figures[one.left :])
            if expected != actual:
                yield _unequal(one, expected, actual)
            continue
        if figures.count(None) > 1:
            more_blank.append(one)
            continue
        verdict = _one_blank(case, one, figures)
        if verdict.outcome == "fail":
            yield verdict
        else:
            one_blank.append(verdict)
    yield from one_blank if len(one_blank) <= _TOLD_APART else _together(case, one_blank)
    if more_blank:
        yield _undecidable(case, more_blank)


def _unequal(one: Sum, expected: int, actual: int) -> Verdict:
    e, i = one.equation, one.equation.identity
    return Verdict(
        "fail",
        f"{e.subject}：{i.expected_name} {expected}，{i.actual_name} {actual}，"
        f"相差 {abs(expected - actual)}。",
        e.cells,
        expected,
        actual,
        at=e.actual[0],
    )


def _one_blank(case: Case, one: Sum, figures: tuple[int | None, ...]) -> Verdict:
    """What the blank would have to be; a failure where nothing that may stand there fits."""
    e, i = one.equation, one.equation.identity
    index = figures.index(None)
    expected = sum(f for f in figures[: one.left] if f is not None)
    actual = sum(f for f in figures[one.left :] if f is not None)
    needed = actual - expected if index < one.left else expected - actual
    blank = e.cells[index]
    if (words := case.words(blank)) is not None:
        should = f"，按勾稽关系应为 {needed}" if needed >= 0 else ""
        message = f"{case.name(blank)}写作“{quoted(words)}”，不是数{should}。"
        return Verdict(
            "undecided", message, e.cells, expected=needed if needed >= 0 else None, at=blank
        )
    if needed >= 0:
        message = f"{case.name(blank)}为空，按勾稽关系应为 {needed}。"
        return Verdict("undecided", message, e.cells, expected=needed, at=blank)
    message = (
        f"{case.name(blank)}为空，要填 {needed} 才能使{i.expected_name}等于{i.actual_name}，"
        "填什么数都不成立。"
    )
    return Verdict("fail", message, e.cells, expected, actual, at=blank)


def _together(case: Case, one_blank: list[Verdict]) -> Iterator[Verdict]:
    blanks = [
        case.name(v.at) + (f"应为 {v.expected}" if v.expected is not None else "不是数")
        for v in one_blank
        if v.at
    ]
    yield Verdict(
        "undecided",
        f"有 {len(one_blank)} 处勾稽关系各缺一个数：{listed(blanks)}。",
        tuple(dict.fromkeys(c for v in one_blank for c in v.cells)),
        at=one_blank[0].at,
        subject="one blank",
    )


def _undecidable(case: Case, sums: list[Sum]) -> Verdict:
    cells = tuple(dict.fromkeys(c for s in sums for c in s.equation.cells))
    return Verdict(
        "undecided",
        f"有 {len(sums)} 处勾稽关系缺两个以上的数，无法判断："
        f"{listed([s.equation.subject for s in sums])}。",
        cells,
        at=next(c for c in cells if case[c] is None),
        subject="more blanks",
    )


CHECKS = tuple(_checks())
