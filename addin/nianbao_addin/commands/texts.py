"""核对文字: the rules on the texts alone; what is listed of the tables stays listed."""

from __future__ import annotations

from nianbao import rules
from nianbao_addin.commands import Outcome
from nianbao_addin.commands.check import PLAIN, go_to_first, summary
from nianbao_addin.hosts.host import Host
from nianbao_addin.open import results, workbook

_OURS = rules.TEXT_RULES | {"F-01"}
"""On the wrong form no text is looked at, and that is what is told."""


def texts(host: Host) -> Outcome:
    """List what is wrong in the texts and go to the first place. Of what is listed already, that
    which still holds is kept. Raises UnusableInput, CannotWrite."""
    book = workbook.read(host)
    sheet = results.read(host) or results.add(host)
    shown = {entry.fingerprint for entry in sheet.entries}
    findings = [
        finding
        for finding in rules.check(book.report, book.previous)
        if finding.rule in _OURS or finding.fingerprint in shown
    ]
    remaining = results.write(host, sheet, findings, book)
    ours = [finding for finding in remaining if finding.rule in _OURS]
    go_to_first(host, ours)
    answered = sum(finding.rule in _OURS for finding in findings) - len(ours)
    said = f"文字：{summary(ours, answered=answered)}"
    return Outcome(said if sheet.marks else f"{said}{PLAIN}")
