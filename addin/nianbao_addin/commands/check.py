"""校验, 核对文字, 上一处, 下一处, 清除标记: what the rules find, listed and walked through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nianbao import rules
from nianbao.errors import UnusableInput
from nianbao.report.findings import Finding
from nianbao.template.results import ANSWERED, COUNTED
from nianbao_addin.commands import Outcome
from nianbao_addin.hosts.host import Host, Place
from nianbao_addin.open import results, workbook
from nianbao_addin.open.results import ListedFinding, ResultsSheet

PLAIN = "工作簿里没有模板自带的“校验结果”表，问题只列在新加的表里，不能在各表标出。"


def check(host: Host) -> Outcome:
    """List what is wrong and go to the first place. Raises UnusableInput, CannotWrite."""
    book = workbook.read(host)
    findings = rules.check(book.report, book.previous, book.ledger)
    sheet = results.read(host) or results.add(host)
    remaining = results.write(host, sheet, findings, book)
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
        place = results.place_at(finding.place) if finding.place else None
        if place and finding.outcome == "fail":
            host.select(place)
            return


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


def following(host: Host) -> Outcome:
    """To the next place, the first one when the selection is at none."""
    return _walk(host, 1)


def previous(host: Host) -> Outcome:
    """To the place before, the last one when the selection is at none."""
    return _walk(host, -1)


def _walk(host: Host, step: int) -> Outcome:
    sheet = results.read(host)
    if sheet is None or sheet.empty:
        raise UnusableInput("“校验结果”是空的，请先点“校验”。")
    stops = _stops(sheet)
    if not stops:
        return Outcome("没有需要查看的问题。")
    places = list(stops)
    at = _here(host.current(), sheet, places)
    to = at + step if at is not None else 0 if step > 0 else len(places) - 1
    if not 0 <= to < len(places):
        return Outcome("后面没有问题了。" if step > 0 else "前面没有问题了。")
    place, entry = places[to], stops[places[to]]
    if place.sheet not in host.sheets():
        raise UnusableInput(f"没有工作表“{place.sheet}”了，请再点一次“校验”。")
    host.select(place)
    where = f"第 {to + 1}/{len(places)} 处"
    return Outcome(status=f"{where} {entry.level} {entry.rule} {entry.message}"[:200])


def _stops(sheet: ResultsSheet) -> dict[Place, ListedFinding]:
    """Each place once, with the first finding there; what has been answered is passed over."""
    stops: dict[Place, ListedFinding] = {}
    for entry in sheet.entries:
        place = results.place_at(entry.place)
        if place and not entry.level.endswith(ANSWERED):
            stops.setdefault(place, entry)
    return stops


def _here(now: Place | None, sheet: ResultsSheet, places: list[Place]) -> int | None:
    """Which of the places the selection is at; on the list, that of its line."""
    if now is None:
        return None
    if now.sheet == sheet.sheet:
        line = next((entry for entry in sheet.entries if entry.row == now.row), None)
        place = results.place_at(line.place) if line else None
    else:
        place = Place(now.sheet, now.row, now.column)
    return places.index(place) if place in places else None


def clear(host: Host) -> Outcome:
    """Empty 校验结果, which puts out all marks. Raises UnusableInput, CannotWrite."""
    sheet = results.read(host)
    if sheet is None or sheet.empty:
        return Outcome("没有校验留下的标记。")
    results.clear(host, sheet)
    kept = "；填写过的处理情况和说明会在再次校验时恢复" if sheet.answers else ""
    return Outcome(f"已清除校验标记和清单{kept}。")
