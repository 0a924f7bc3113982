"""Verdicts made into findings and put in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nianbao.report import TEXTS, Report
from nianbao.report.findings import Finding, Rule
from nianbao.rules.case import Case, Verdict
from nianbao.words.figures import Value

_RANK: Final = {"error": 0, "warning": 1, "info": 2}
_UNDECIDED, _PASS, _NOT_APPLICABLE = 3, 4, 5


def tell(case: Case, said: Iterable[tuple[Rule, Verdict]]) -> tuple[Finding, ...]:
    """The findings: errors, warnings, infos, undecided, then the rest, each in form order."""
    found = [(_key(case, rule, v), _finding(case.report, rule, v)) for rule, v in said]
    found.sort(key=lambda pair: pair[0])
    return tuple(finding for _, finding in found)


def _finding(report: Report, rule: Rule, v: Verdict) -> Finding:
    return Finding(
        rule=rule.code,
        outcome=v.outcome,
        level=v.level or rule.level,
        cells=v.cells,
        message=v.message,
        place=v.place or _place(report, v),
        expected=v.expected,
        actual=v.actual,
        difference=difference(v.expected, v.actual) if v.apart else None,
        hint=rule.hint,
        basis=rule.basis,
        basis_kind=rule.basis_kind,
        subject=v.subject,
    )


def difference(expected: Value, actual: Value) -> Value:
    """How far two figures are apart, None if one of them is not known."""
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
    row = case.extra_row(cell)
    if row is None:
        return case.plan.order[cell]
    before = [c for c in case.plan.tables[row.table] if c.startswith(f"{row.table}.{row.after}")]
    return case.plan.order[(before or case.plan.tables[row.table])[-1]] + 0.5
