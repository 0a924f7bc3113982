"""All rules, by their codes, in the order in which they are evaluated."""

from __future__ import annotations

from difflib import get_close_matches

from nianbao.errors import UnusableInput
from nianbao.report.findings import Rule
from nianbao.rules import parent
from nianbao.rules.case import Check
from nianbao.rules.ledgers import others, tables
from nianbao.rules.ledgers import requests as ledger_rows
from nianbao.rules.prose import (
    absence,
    addition,
    aspects,
    claims,
    copies,
    fees,
    privacy,
    shares,
    wording,
    year_and_form,
)
from nianbao.rules.tables import (
    disclosure,
    disputes,
    history,
    identities,
    likeness,
    requests,
    structure,
    written,
)
from nianbao.words.figures import squash

_ON_TEXTS = (
    year_and_form,
    claims,
    shares,
    absence,
    addition,
    wording,
    aspects,
    privacy,
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
        likeness.CHECKS,
        *(module.CHECKS for module in _ON_TEXTS),
        tables.CHECKS,
        ledger_rows.CHECKS,
        others.CHECKS,
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
    """Which rules these are: another program or another record of any rule gives another text."""
    from hashlib import sha256

    from nianbao import __version__

    return f"{__version__}-{sha256(repr(all_rules()).encode()).hexdigest()[:12]}"


def rule(code: str) -> Rule:
    """The record of one rule. Raises UnusableInput for a code there is none of."""
    wanted = squash(code).upper()
    if wanted in _RULES:
        return _RULES[wanted]
    near = get_close_matches(wanted, _RULES, n=1, cutoff=0.0)
    raise UnusableInput(
        f"没有编号为“{code}”的规则，最接近的是 {near[0]}；nianbao rules 列出全部规则。"
    )
