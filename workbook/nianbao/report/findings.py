"""A rule as a record; a finding: what it found at which cells, with numbers and basis."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from nianbao.form import FORMATS
from nianbao.words.figures import Value

Outcome = Literal["pass", "fail", "undecided", "not_applicable"]
Level = Literal["error", "warning", "info"]
BasisKind = Literal["明文", "推断"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says and rests on; the code that evaluates it is in ``nianbao.rules``.

    Codes are for ever: a rule that no longer holds stays, marked ``withdrawn``. ``level`` is the
    highest that its findings have. ``formats`` are the forms it holds for; ``previous`` those that
    last year's report must be on, empty where the rule needs none.
    """

    code: str
    title: str
    level: Level
    basis: str
    basis_kind: BasisKind
    hint: str
    formats: tuple[int, ...] = FORMATS
    previous: tuple[int, ...] = ()
    see_also: tuple[str, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """See contract, section 2. ``message`` is a fact with its numbers, ``hint`` the advice."""

    rule: str
    outcome: Outcome
    level: Level
    cells: tuple[str, ...]
    message: str
    place: str | None = None
    expected: Value = None
    actual: Value = None
    difference: Value = None
    hint: str = ""
    basis: str = ""
    basis_kind: BasisKind = "推断"
    subject: str = ""  # tells findings apart that have a rule and cells in common (texts)

    @property
    def fingerprint(self) -> str:
        """Stable across runs: rule and cells, not the numbers found there."""
        key = "|".join((self.rule, self.subject, *sorted(self.cells)))
        return hashlib.sha256(key.encode()).hexdigest()[:12]

    def to_dict(self) -> dict[str, Any]:
        """The finding as the contract's JSON object."""
        names = (
            "rule outcome level cells place message expected actual difference "
            "hint basis basis_kind fingerprint"
        )
        return {name: getattr(self, name) for name in names.split()}


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether a finding of level error has failed (exit code 1)."""
    return any(f.level == "error" and f.outcome == "fail" for f in findings)
