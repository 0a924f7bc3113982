"""``check``: a report before all rules, the verdicts made into findings and put in order."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.ledgers import Ledger
from nianbao.report import Report
from nianbao.report.findings import Finding, Rule
from nianbao.rules.case import Case, Check, Verdict
from nianbao.rules.registry import CHECKS
from nianbao.rules.tables.structure import right_form
from nianbao.rules.verdicts import tell

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
    if structural := _said(case, right_form, everything=False):
        return tell(case, structural)
    return tell(case, (pair for c in CHECKS for pair in _said(case, c, everything=everything)))


def _said(case: Case, one: Check, *, everything: bool) -> list[tuple[Rule, Verdict]]:
    verdicts = [v for v in _verdicts(case, one) if v.outcome in _TOLD]
    if not verdicts and everything:
        verdicts = [next(_verdicts(case, one), Verdict("pass", "符合。"))]
    return [(one.rule, v) for v in verdicts]


def _verdicts(case: Case, one: Check) -> Iterator[Verdict]:
    rule = one.rule
    if rule.withdrawn or case.report.format not in rule.formats:
        return iter((Verdict("not_applicable", "这条规则不适用于这种格式。"),))
    if rule.previous and (case.previous is None or case.previous.format not in rule.previous):
        return iter((Verdict("not_applicable", "没有可以比较的上年报告。"),))
    return one.evaluate(case)
