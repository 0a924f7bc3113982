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
    likeness,
    parent,
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
    )
    for check in family
}
CHECKS: tuple[Check, ...] = tuple(_BY_CODE[code] for code in sorted(_BY_CODE))


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
