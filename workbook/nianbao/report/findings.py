"""A rule as a record; a finding: what it found at which cells, with numbers and basis."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from nianbao.form import FORMATS, Span
from nianbao.words.figures import Value

Outcome = Literal["pass", "fail", "undecided", "not_applicable"]
Level = Literal["error", "warning", "info"]
BasisKind = Literal["明文", "推断"]
EVERY = Span()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says and rests on; the code that evaluates it is in ``nianbao.rules``.

    Codes are for ever: a rule that no longer holds stays, marked ``withdrawn``. ``level`` is the
    highest that its findings have. ``on``: the forms that it holds for, every form unless it says
    ``since`` or ``until``; ``previous``: those that last year's report must be on, None where the
    rule needs no report of last year.
    """

    code: str
    title: str
    level: Level
    basis: str
    basis_kind: BasisKind
    hint: str
    on: Span = EVERY
    previous: Span | None = None
    see_also: tuple[str, ...] = ()
    withdrawn: bool = False

    @property
    def formats(self) -> tuple[int, ...]:
        """Those forms there are that the rule holds for."""
        return tuple(f for f in FORMATS if f in self.on)

    @property
    def formats_before(self) -> tuple[int, ...]:
        """Those that last year's report may be on; empty where the rule needs none."""
        return tuple(f for f in FORMATS if self.previous and f in self.previous)


@dataclass(frozen=True, slots=True)
class Finding:
    """``message`` is a fact with its numbers, ``hint`` the advice."""

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
