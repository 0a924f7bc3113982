"""All rules, by their codes and in that order, and ``check``: a report before all of them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from nianbao.errors import UnusableInput
from nianbao.form import FORMATS
from nianbao.ledgers import Ledger
from nianbao.report import Report
from nianbao.report.findings import Finding, Rule
from nianbao.rules import ledgers, parent
from nianbao.rules.case import Case, Check, Verdict
from nianbao.rules.prose import (
    absence,
    addition,
    aspects,
    claims,
    copies,
    fees,
    shares,
    wording,
    year_and_form,
)
from nianbao.rules.tables import (
    disclosure,
    disputes,
    history,
    identities,
    requests,
    structure,
    written,
)
from nianbao.rules.tables.structure import right_form
from nianbao.rules.verdicts import tell
from nianbao.words.figures import squash

_ON_TEXTS = (
    year_and_form,
    claims,
    shares,
    absence,
    addition,
    wording,
    aspects,
    copies,
    fees,
)
_BY_CODE: dict[str, Check] = {
    check.rule.code: check
    for family in (
        structure.CHECKS,
        written.CHECKS,
        disclosure.CHECKS,
        identities.CHECKS,
        requests.CHECKS,
        disputes.CHECKS,
        history.CHECKS,
        *(module.CHECKS for module in _ON_TEXTS),
        ledgers.CHECKS,
    )
    for check in family
}
CHECKS: tuple[Check, ...] = tuple(_BY_CODE[code] for code in sorted(_BY_CODE))
TEXT_RULES = frozenset(check.rule.code for module in _ON_TEXTS for check in module.CHECKS)
"""Codes of the rules on the texts, which the button 核对文字 runs."""


_RULES = {code: check.rule for code, check in _BY_CODE.items()} | parent.RULES


def all_rules() -> tuple[Rule, ...]:
    """The record of every rule, in the order of their codes.

    ``CHECKS`` look at one report; the rules on parent and children are in ``parent``.
    """
    return tuple(_RULES[code] for code in sorted(_RULES))


def version() -> str:
    """Which rules these are: another program, another record of any rule, or one form more, gives
    another text."""
    from hashlib import sha256

    from nianbao import __version__

    what = repr((FORMATS, all_rules()))
    return f"{__version__}-{sha256(what.encode()).hexdigest()[:12]}"


def rule(code: str) -> Rule:
    """The record of one rule. Raises UnusableInput for a code there is none of."""
    wanted = squash(code).upper()
    if wanted in _RULES:
        return _RULES[wanted]
    near = get_close_matches(wanted, _RULES, n=1, cutoff=0.0)
    raise UnusableInput(
        f"没有编号为“{code}”的规则，最接近的是 {near[0]}；nianbao rules 列出全部规则。"
    )


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
    if rule.withdrawn or case.report.format not in rule.on:
        return iter((Verdict("not_applicable", "这条规则不适用于这种格式。"),))
    if rule.previous is not None and (
        case.previous is None or case.previous.format not in rule.previous
    ):
        return iter((Verdict("not_applicable", "没有可以比较的上年报告。"),))
    return one.evaluate(case)
