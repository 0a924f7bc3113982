"""校验: every rule on the workbook as it stands, the findings listed, their cells marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nianbao import rules
from nianbao.report.findings import Finding
from nianbao.template.results import COUNTED
from nianbao_addin import listed, opened
from nianbao_addin.commands import Outcome
from nianbao_addin.hosts.host import Host

PLAIN = "工作簿里没有模板自带的“校验结果”表，问题只列在新加的表里，不能在各表标出。"


def check(host: Host) -> Outcome:
    """List what is wrong and go to the first place. Raises UnusableInput, CannotWrite."""
    book = opened.read(host)
    findings = rules.check(book.report, book.previous, book.ledger)
    sheet = listed.read(host) or listed.add(host)
    remaining = listed.write(host, sheet, findings, book)
    go_to_first(host, remaining)
    said = summary(remaining, answered=len(findings) - len(remaining))
    return Outcome(said if sheet.marks else f"{said}{PLAIN}")


def summary(findings: Sequence[Finding], answered: int = 0) -> str:
    """``3 处错误，2 处提醒。``"""
    counts = Counter[str](f.level if f.outcome == "fail" else f.outcome for f in findings)
    parts = [f"{counts[key]} 处{words}" for key, words in COUNTED.items() if counts[key]]
    if answered:
        parts.append(f"另有 {answered} 处提醒已说明原因")
    return "，".join(parts or ["没有发现问题"]) + "。"


def go_to_first(host: Host, findings: Sequence[Finding]) -> None:
    """Select the first place at which a rule is broken."""
    for finding in findings:
        place = listed.place_at(finding.place) if finding.place else None
        if place and finding.outcome == "fail":
            host.select(place)
            return
