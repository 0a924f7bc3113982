"""``check``: a report before all rules, the verdicts made into findings and put in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nianbao.figures import Value
from nianbao.findings import Finding, Rule
from nianbao.ledgers import Ledger
from nianbao.report import TEXTS, Report
from nianbao.rules.case import Case, Check, Verdict
from nianbao.rules.registry import CHECKS
from nianbao.rules.structure import right_form

_RANK: Final = {"error": 0, "warning": 1, "info": 2}
_UNDECIDED, _PASS, _NOT_APPLICABLE = 3, 4, 5
_TOLD = ("fail", "undecided")


def check(
    report: Report,
    previous: Report | None = None,
    ledger: Ledger | None = None,
    *,
    everything: bool = False,
) -> tuple[Finding, ...]:
    """What the rules find in a report: errors, warnings, infos, undecided, each in form order.

    ``previous`` is last year's report of the same agency, ``ledger`` what this one is counted from.
    With ``everything`` the rules that are kept or do not apply are told too, one finding a rule. A
    report on the wrong form gets that one finding alone.
    """
    case = Case(report, previous, ledger)
    structural = _findings(case, right_form, everything=False)
    if structural:
        return tuple(finding for _, finding in structural)
    found: list[tuple[tuple[int, float], Finding]] = []
    for one in CHECKS:
        found += _findings(case, one, everything=everything)
    found.sort(key=lambda pair: pair[0])
    return tuple(finding for _, finding in found)


def _findings(
    case: Case, one: Check, *, everything: bool
) -> list[tuple[tuple[int, float], Finding]]:
    verdicts = [v for v in _verdicts(case, one) if v.outcome in _TOLD]
    if not verdicts and everything:
        verdicts = [next(_verdicts(case, one), Verdict("pass", "符合。"))]
    return [(_key(case, one.rule, v), _finding(case, one.rule, v)) for v in verdicts]


def _verdicts(case: Case, one: Check) -> Iterator[Verdict]:
    rule = one.rule
    if rule.withdrawn or case.report.format not in rule.formats:
        return iter((Verdict("not_applicable", "这条规则不适用于这种格式。"),))
    if rule.previous and (case.previous is None or case.previous.format not in rule.previous):
        return iter((Verdict("not_applicable", "没有可以比较的上年报告。"),))
    return one.evaluate(case)


def _finding(case: Case, rule: Rule, v: Verdict) -> Finding:
    return Finding(
        rule=rule.code,
        outcome=v.outcome,
        level=v.level or rule.level,
        cells=v.cells,
        message=v.message,
        place=v.place or _place(case.report, v),
        expected=v.expected,
        actual=v.actual,
        difference=_difference(v.expected, v.actual),
        hint=rule.hint,
        basis=rule.basis,
        basis_kind=rule.basis_kind,
        subject=v.subject,
    )


def _difference(expected: Value, actual: Value) -> Value:
    if expected is None or actual is None:
        return None
    return max(expected, actual) - min(expected, actual)


def _place(report: Report, v: Verdict) -> str | None:
    cells = (v.at, *v.cells) if v.at else v.cells
    return next((place for c in cells if (place := report.place(c))), None)


def _key(case: Case, rule: Rule, v: Verdict) -> tuple[int, float]:
    if v.outcome == "fail":
        return _RANK[v.level or rule.level], _position(case, v)
    if v.outcome == "undecided":
        return _UNDECIDED, _position(case, v)
    return _PASS if v.outcome == "pass" else _NOT_APPLICABLE, 0


def _position(case: Case, v: Verdict) -> float:
    """Where in the form a verdict belongs: title and opening, 一, the tables, 五, 六."""
    order, end = case.plan.order, len(case.plan.order)
    if v.cells:
        return _cell_position(case, v.cells[0])
    if v.section in case.plan.tables:
        return order[case.plan.tables[v.section][0]] - 0.5
    return dict(zip(TEXTS, (-2, -1, end, end + 1), strict=True)).get(v.section, -3)


def _cell_position(case: Case, cell: str) -> float:
    if cell in case.plan.order:
        return case.plan.order[cell]
    row = case.extra_row(cell)
    before = [c for c in case.plan.tables[row.table] if c.startswith(f"{row.table}.{row.after}")]
    return case.plan.order[(before or case.plan.tables[row.table])[-1]] + 0.5
