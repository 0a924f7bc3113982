"""All rules, by their codes, in the order in which they are evaluated."""

from __future__ import annotations

from difflib import get_close_matches

from nianbao.errors import UnusableInput
from nianbao.figures import squash
from nianbao.findings import Rule
from nianbao.rules import (
    disclosure,
    disputes,
    history,
    identities,
    ledger,
    ledger_others,
    ledger_rows,
    likeness,
    prose,
    requests,
    structure,
    written,
)
from nianbao.rules.case import Check

_BY_CODE: dict[str, Check] = {
    check.rule.code: check
    for family in (
        structure.CHECKS,
        prose.CHECKS,
        written.CHECKS,
        disclosure.CHECKS,
        identities.CHECKS,
        requests.CHECKS,
        disputes.CHECKS,
        history.CHECKS,
        likeness.CHECKS,
        ledger.CHECKS,
        ledger_rows.CHECKS,
        ledger_others.CHECKS,
    )
    for check in family
}
CHECKS: tuple[Check, ...] = tuple(_BY_CODE[code] for code in sorted(_BY_CODE))


def all_rules() -> tuple[Rule, ...]:
    """The record of every rule, in the order of their codes."""
    return tuple(check.rule for check in CHECKS)


def rule(code: str) -> Rule:
    """The record of one rule. Raises UnusableInput for a code there is none of."""
    wanted = squash(code).upper()
    if wanted in _BY_CODE:
        return _BY_CODE[wanted].rule
    near = get_close_matches(wanted, _BY_CODE, n=1, cutoff=0.0)
    raise UnusableInput(
        f"没有编号为“{code}”的规则，最接近的是 {near[0]}；nianbao rules 列出全部规则。"
    )
