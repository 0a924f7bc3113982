"""校验结果 of an open workbook: findings and marks put there, answers and places read from it.

Everything is one block: it is read at once and written at once, whatever the number of findings,
and no cell's own format is touched. A workbook made before the template had the sheet gets a plain
one, which marks no cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nianbao.errors import UnusableInput
from nianbao.formats import a1
from nianbao.formats.a1 import letters_of, quoted
from nianbao.formats.book import text_of
from nianbao.report import Report
from nianbao.report.findings import Finding
from nianbao.template.results import ANSWERED, COLUMNS, FIRST, INDEX, LEVELS, MARKS, SHEET, TITLES
from nianbao_addin.hosts.host import (
    CellBlock,
    FormulaText,
    Host,
    Place,
    Value,
    raw_of,
)
from nianbao_addin.open.workbook import OpenWorkbook, target_of

_RANK = {"error": 0, "warning": 1, "info": 2}

Line = list[Value | FormulaText]


class Answer(NamedTuple):
    """What a person has written beside a finding."""

    handling: str = ""
    reason: str = ""


class ListedFinding(NamedTuple):
    """A finding as it is listed; ``row`` on the sheet."""

    row: int
    level: str
    rule: str
    place: str
    message: str
    fingerprint: str
    answer: Answer


@dataclass(frozen=True)
class ResultsSheet:
    """The sheet as it was read. ``left``: its first column, ``marks``: it can mark cells.

    ``answers`` by fingerprint, also to findings that are not listed at present; ``own``: what a
    person has written beside no finding, by row from the first; ``used``: how many rows there are.
    """

    sheet: str
    first: int = FIRST
    left: int = 1
    marks: bool = False
    entries: tuple[ListedFinding, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    own: Mapping[int, Answer] = field(default_factory=dict)
    used: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is listed or marked."""
        return not self.entries


def read(host: Host) -> ResultsSheet | None:
    """The sheet; None when there is none.

    Raises UnusableInput when a sheet of somebody else's bears the name.
    """
    target = target_of(host, MARKS["error"])
    if target is not None:
        left = target.column - INDEX["error"]
        return _read(host.read(target.sheet), target.sheet, target.row, left, marks=True)
    if SHEET not in host.sheets():
        return None
    block = host.read(SHEET)
    if [block.at(TITLES, i) for i in range(1, len(COLUMNS) + 1)] != _titles():
        raise UnusableInput(f"已有一张不是本工具建立的“{SHEET}”表，没有改动它；请先给它改名。")
    return _read(block, SHEET, FIRST, 1, marks=False)


def add(host: Host) -> ResultsSheet:
    """A plain sheet for a workbook that has none; it stands behind all others."""
    host.add_sheet(SHEET, widths=[column.width for column in COLUMNS])
    host.write(SHEET, 1, 1, [[SHEET]])
    host.write(SHEET, TITLES, 1, [_titles()])
    return ResultsSheet(SHEET)


def write(
    host: Host, listed: ResultsSheet, findings: Sequence[Finding], opened: OpenWorkbook
) -> tuple[Finding, ...]:
    """List the findings and mark their cells; the findings that nobody has answered."""
    answered = {f.fingerprint for f in findings if _is_answered(f, listed.answers)}
    open_ones = tuple(f for f in findings if f.fingerprint not in answered)
    closed = [f for f in findings if f.fingerprint in answered]
    lines = [
        _line(n, f, listed.answers.get(f.fingerprint, Answer()), opened.report)
        for n, f in enumerate((*open_ones, *closed), 1)
    ]
    marked = _marked(open_ones, opened)
    present = {f.fingerprint for f in findings}
    kept = {id: answer for id, answer in listed.answers.items() if id not in present}
    _put(host, listed, lines or [_nothing_found()], marked, kept)
    return open_ones


def clear(host: Host, listed: ResultsSheet) -> None:
    """Take away everything but the answers, which come back with their findings."""
    if not (listed.marks or listed.answers or listed.own):
        host.remove_sheet(listed.sheet)
        return
    _put(host, listed, [], {}, listed.answers)


def place_at(text: str) -> Place | None:
    """The cell of ``表三!D5``, whatever the sheet is called."""
    sheet, _, cell = text.rpartition("!")
    area = a1.parse(cell)
    return Place(sheet, *area.first) if sheet and area and area.is_cell else None


def _titles() -> list[Value | FormulaText]:
    return [column.title for column in COLUMNS]


def _read(block: CellBlock, sheet: str, first: int, left: int, *, marks: bool) -> ResultsSheet:
    entries: list[ListedFinding] = []
    answers: dict[str, Answer] = {}
    own: dict[int, Answer] = {}
    used = 0
    for row in range(first, block.row + len(block.rows)):

        def text(key: str, row: int = row) -> str:
            return text_of(raw_of(block.at(row, left + INDEX[key]))).strip()

        if not any(text(column.key) for column in COLUMNS):
            continue
        used = row - first + 1
        answer = Answer(text("handling"), text("reason"))
        if text("level"):
            texts = {name: text(name) for name in ListedFinding._fields[1:-1]}
            entries.append(ListedFinding(row=row, answer=answer, **texts))
            if text("fingerprint") and any(answer):
                answers[text("fingerprint")] = answer
        elif any(answer):
            own[row - first] = answer
        if kept := text("kept_fingerprint"):
            answers.setdefault(kept, Answer(text("kept_handling"), text("kept_reason")))
    return ResultsSheet(sheet, first, left, marks, tuple(entries), answers, own, used)


def _put(
    host: Host,
    listed: ResultsSheet,
    lines: Sequence[Line],
    marked: Mapping[str, Sequence[str]],
    kept: Mapping[str, Answer],
) -> None:
    """Everything at once, and blanks over whatever more there was."""
    archive = [[id, *answer] for id, answer in kept.items()]
    own = _below(len(lines), listed.own)
    lengths = (len(lines), len(archive), listed.used, *map(len, marked.values()))
    block: list[Line] = []
    for i in range(max(*lengths, *(row + 1 for row in own), 0)):
        line: Line = list(lines[i]) if i < len(lines) else _blank(own.get(i, Answer()))
        line += [_nth(marked.get(level, ()), i) for level in MARKS]
        line += archive[i] if i < len(archive) else [None, None, None]
        block.append(line)
    host.write(listed.sheet, listed.first, listed.left, block)


def _below(lines: int, own: Mapping[int, Answer]) -> dict[int, Answer]:
    """Where a person's own texts go: they stay, or make room for the findings."""
    found: dict[int, Answer] = {}
    for row, texts in sorted(own.items()):
        free = max(row, lines)
        while free in found:
            free += 1
        found[free] = texts
    return found


def _blank(own: Answer) -> Line:
    line: Line = [None] * (INDEX["fingerprint"] + 1)
    line[INDEX["handling"]], line[INDEX["reason"]] = own
    return line


def _nth(items: Sequence[str], i: int) -> str | None:
    return items[i] if i < len(items) else None


def _line(number: int, finding: Finding, answer: Answer, report: Report) -> Line:
    place = finding.place
    cell = place_at(place) if place else None
    basis = f"{finding.basis}（{finding.basis_kind}）" if finding.basis else ""
    return [
        number,
        level_of(finding) + ANSWERED * _answers(finding, answer),
        finding.rule,
        _link(cell, str(place)) if cell else place,
        finding.actual,
        finding.expected,
        finding.difference,
        finding.message,
        finding.hint,
        basis,
        answer.handling,
        answer.reason,
        finding.fingerprint,
    ]


def _nothing_found() -> Line:
    line = _blank(Answer())
    line[INDEX["level"]] = LEVELS["pass"]
    line[INDEX["message"]] = "没有发现问题。"
    return line


def level_of(finding: Finding) -> str:
    """Sign and word."""
    return LEVELS[finding.level if finding.outcome == "fail" else finding.outcome]


def _link(cell: Place, shown: str) -> FormulaText:
    target = f"#{quoted(cell.sheet)}!{letters_of(cell.column)}{cell.row}"
    strings = (text.replace('"', '""') for text in (target, shown))
    return FormulaText('=HYPERLINK("{}","{}")'.format(*strings))


def _is_answered(finding: Finding, answers: Mapping[str, Answer]) -> bool:
    return _answers(finding, answers.get(finding.fingerprint, Answer()))


def _answers(finding: Finding, answer: Answer) -> bool:
    """Whether a reason settles it: never an error."""
    return bool(answer.reason) and finding.outcome == "fail" and finding.level != "error"


def _marked(findings: Iterable[Finding], opened: OpenWorkbook) -> dict[str, list[str]]:
    """Keys of the cells to be marked, by level; a cell only in the gravest list."""
    levels: dict[str, str] = {}
    for finding in findings:
        if finding.outcome != "fail":
            continue
        for key in _keys(finding, opened):
            if _RANK[finding.level] < _RANK.get(levels.get(key, ""), len(_RANK)):
                levels[key] = finding.level
    return {m: [key for key, level in levels.items() if level == m] for m in MARKS}


def _keys(finding: Finding, opened: OpenWorkbook) -> Iterator[str]:
    # What a text says is marked at the figures it is compared with and at the text itself.
    places = [*(opened.report.place(cell) for cell in finding.cells), finding.place]
    for place in dict.fromkeys(places):
        cell = place_at(place) if place else None
        if cell:
            title = opened.titles.get(cell.sheet, cell.sheet)
            yield f"{title}!${letters_of(cell.column)}${cell.row}"
