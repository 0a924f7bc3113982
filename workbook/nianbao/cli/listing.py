"""Findings, notes and rules as a person reads them in a terminal: signs, no colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, get_args

from nianbao import form as forms
from nianbao.report import Report
from nianbao.report.findings import Finding, Level, Rule
from nianbao.template.results import COUNTED, SIGNS
from nianbao.words.figures import quoted, show

_GROUPS = COUNTED | {"pass": "符合", "not_applicable": "不适用"}
_FAMILIES = {
    "F": "格式与文字",
    "L": "台账",
    "V": "填写",
    "T2": "表二",
    "T3": "表三",
    "T4": "表四",
    "Y": "与上年衔接",
    "P": "汇总与所属单位",
    "N": "文字里的数字",
    "Q": "文字的质量",
    "FE": "信息处理费",
}
_CELLS = 3  # figures named with each finding


def findings_text(findings: Iterable[Finding], source: str, report: Report | None = None) -> str:
    """The findings of one source, grouped by level, with a line that sums them up.

    ``report`` gives the figures their names; without it they are told by their ids.
    """
    findings = tuple(findings)
    followers = _followers(findings, report)
    grouped: dict[str, list[Finding]] = {group: [] for group in _GROUPS}
    for finding in findings:
        if finding not in followers:
            grouped[_group(finding)].append(finding)
    lines = [_header(source, report)]
    explained: set[str] = set()
    counts = {group: len(members) for group, members in grouped.items()}
    counts["undecided"] += len(followers)
    for group, members in grouped.items():
        if counts[group]:
            lines += ["", f"{SIGNS[group]} {_GROUPS[group]}（{counts[group]}）"]
        for number, finding in enumerate(members, 1):
            lines.append(_headline(finding, number))
            if finding.outcome in ("fail", "undecided"):
                lines += _details(finding, report, basis=finding.rule not in explained)
                explained.add(finding.rule)
        if report and followers and group == "undecided":
            lines += _folded(followers, len(members) + 1, report)
    lines += ["", _summary(counts)]
    return _visible("\n".join(lines))


def findings_json(findings: Iterable[Finding], source: str) -> list[dict[str, Any]]:
    """The contract's objects, each with its ``source``. Money stays Decimal."""
    return [finding.to_dict() | {"source": source} for finding in findings]


def unreadable_json(problem: str, source: str) -> dict[str, Any]:
    """The same for a source that could not be read: no rule has looked at it."""
    unread = Finding("", "undecided", "error", (), problem).to_dict()
    nothing = {"rule": None, "basis_kind": None, "fingerprint": ""}
    return unread | nothing | {"source": source}


def _group(finding: Finding) -> str:
    return finding.level if finding.outcome == "fail" else finding.outcome


def _header(source: str, report: Report | None) -> str:
    if report is None:
        return source
    return f"{source}：{report.agency.name}，{report.year} 年度，{report.form.name}格式"


def _headline(f: Finding, number: int) -> str:
    where = f"  {f.place}" if f.place else ""
    return f"  {number}. [{f.rule}]{where}  {f.message}"


def _details(f: Finding, report: Report | None, *, basis: bool) -> Iterator[str]:
    """Figures, cells, advice; what a rule rests on is told with its first finding only."""
    if f.expected is not None and "相差" not in f.message:
        numbers = (("应为", f.expected), ("现为", f.actual), ("相差", f.difference))
        yield "     " + "，".join(f"{name} {show(n)}" for name, n in numbers if n is not None)
    names = [_name(c, report) for c in f.cells[:_CELLS]]
    # A message may name its figures itself, with the table's name once for all of them.
    if any(name[name.find("“") :] not in f.message for name in names):
        more = f"等 {len(f.cells)} 格" if len(f.cells) > _CELLS else ""
        yield f"     涉及：{'、'.join(_briefly(f.cells[:_CELLS], report))}{more}"
    if f.hint:
        yield f"     建议：{f.hint}"
    if basis:
        yield f"     依据：{f.basis}（{f.basis_kind}）"


def _name(cell: str, report: Report | None) -> str:
    return report.form.title_of(cell, report.layout) if report else cell


def _brief(cell: str, report: Report | None) -> str:
    official = report.form.cells(report.layout).get(cell) if report else None
    return official.brief if official else _name(cell, report)


def _briefly(cells: Sequence[str], report: Report | None) -> Iterator[str]:
    """Cells in few words, a table's name only where it changes."""
    before = ""
    for cell in cells:
        table, quote, rest = _brief(cell, report).partition("“")
        yield quote + rest if quote and table == before else table + quote + rest
        before = table


def _followers(findings: Sequence[Finding], report: Report | None) -> list[Finding]:
    """What cannot be decided only for figures that V-02 has told to be blank."""
    blank = {c for f in findings if f.rule == "V-02" for c in f.cells}
    if report is None or not blank:
        return []
    return [
        f
        for f in findings
        if f.outcome == "undecided"
        and (lacking := {c for c in f.cells if report[c] is None})
        and lacking <= blank
    ]


def _folded(followers: Sequence[Finding], number: int, report: Report) -> Iterator[str]:
    """All of them in one line, and below it what the blanks should be where that is known."""
    codes = "、".join(dict.fromkeys(f.rule for f in followers))
    count = f" {len(followers)} 处" if len(followers) > 1 else ""
    yield f"  {number}. 因上面没有填的数，另有{count}核对无法判断（{codes}）。"
    should = {
        f"{_brief(c, report)}应为 {show(f.expected)}"
        for f in followers
        if f.expected is not None
        for c in f.cells
        if report[c] is None
    }
    if should:
        more = f"等 {len(should)} 处" if len(should) > _CELLS else ""
        yield f"     按勾稽关系：{'、'.join(sorted(should)[:_CELLS])}{more}"


def _summary(counts: dict[str, int]) -> str:
    parts = [f"{counts[group]} 处{_GROUPS[group]}" for group in COUNTED if counts[group]]
    if not parts:
        return "没有发现问题。"
    return ("" if counts["error"] else "没有错误，") + "，".join(parts) + "。"


def _visible(text: str) -> str:
    """Nothing that a file brought along may move the cursor or colour the terminal."""
    return "".join(c if c.isprintable() or c in "\n\u3000\u00a0" else "\ufffd" for c in text)


def notes_text(report: Report) -> Iterator[str]:
    """What was not read as it stands, one line each: nothing is dropped or guessed unsaid."""
    for note in report.trace.notes:
        yield _told(note.place, " ".join((note.whole or note.message).split()))
    for cell, origin in report.trace.origins.items():
        if origin.issue is None or not origin.text.strip():
            continue
        value = report[cell]
        done = "没有读入" if value is None else f"按 {show(value)} 读入"
        name = report.form.title_of(cell, report.layout)
        yield _told(origin.place, f"{name}写作“{quoted(origin.text)}”，{done}")


def _told(place: str | None, message: str) -> str:
    # A note may name its place itself.
    where = f"{place}：" if place and place not in message else ""
    return _visible(f"{where}{message.rstrip('。')}。")


def rules_text(rules: Iterable[Rule]) -> str:
    """All rules, one line each, by family."""
    lines: list[str] = []
    family = ""
    for rule in rules:
        if (head := rule.code.partition("-")[0]) != family:
            family = head
            lines += ["", _FAMILIES.get(family, family)]
        gone = "（已停用）" if rule.withdrawn else ""
        lines.append(f"  {SIGNS[rule.level]} {rule.code:<6} {rule.title}{gone}")
    signs = "，".join(
        f"{SIGNS[level]} {name}" for level, name in COUNTED.items() if level in get_args(Level)
    )
    lines += ["", f"{signs}。nianbao rules 加编号，可看一条规则的依据和改法。"]
    return "\n".join(lines).lstrip()


def rule_text(rule: Rule) -> str:
    """One rule explained: what it says, where it holds, what it rests on, what to do."""
    gone = "（已停用）" if rule.withdrawn else ""
    lines = [
        f"{rule.code}  {rule.title}{gone}",
        f"  级别：{SIGNS[rule.level]} {COUNTED[rule.level]}",
        f"  适用：{_formats(rule.formats)}格式",
        f"  依据：{rule.basis}（{rule.basis_kind}）",
        f"  改法：{rule.hint}",
    ]
    if rule.previous is not None:
        lines.insert(3, f"  要有：上年报告（{_formats(rule.formats_before)}格式）")
    if rule.see_also:
        lines.append(f"  参见：{'、'.join(rule.see_also)}")
    return "\n".join(lines)


def rule_dict(rule: Rule) -> dict[str, Any]:
    """The record for machines."""
    spans = {"on": ("formats", rule.formats), "previous": ("previous", rule.formats_before)}
    return dict(spans.get(key, (key, value)) for key, value in asdict(rule).items())


def _formats(formats: tuple[int, ...]) -> str:
    return "、".join(forms.load(f).name for f in formats)
