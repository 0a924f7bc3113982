"""One file that came in: read, checked, and told as a record that a journal can keep.

What a worker does. The record holds all that the results are made of, so that a file that has not
changed is not read again. It holds what a report says, and of no ledger anything.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from nianbao import __version__, actions, reading, rules
from nianbao import form as forms
from nianbao.batch.review import alike
from nianbao.batch.roster.owners import Matcher
from nianbao.batch.running.journal import fingerprint_of
from nianbao.errors import NianbaoError
from nianbao.form import ExtraRow, Layout
from nianbao.report import Agency, Report, build, with_totals
from nianbao.report.findings import Finding
from nianbao.words.figures import Value

if TYPE_CHECKING:
    from nianbao.reading import Source

SUMMED = "汇总结果"
"""The role of the workbook that ``batch collect`` makes. It reads as a report; that of an agency,
sent by itself, goes before it."""

ALL = "全部单位"
"""The agency of a sum that has no other name: no agency's report."""

COMPARED = (
    "requests.received.total",
    "requests.total.total",
    "disputes.reconsideration.total",
    "disputes.litigation_direct.total",
    "disputes.litigation_after.total",
)
"""Figures whose value of last year is kept too, to be compared year on year."""


class RecordedFinding(msgspec.Struct, frozen=True, array_like=True):
    """A finding as the results show it; hint and basis are those of its rule."""

    rule: str
    outcome: str
    level: str
    message: str
    place: str
    expected: Any
    actual: Any
    difference: Any
    fingerprint: str


class Repeated(msgspec.Struct, frozen=True, array_like=True):
    """A text that repeats last year's: ``share`` of it in thousandths, and what it quotes."""

    text: str
    share: int
    passages: list[str]


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file as it was found; ``problem`` is the sentence if it could not be read.

    ``values`` are in the order of the form. ``against`` says which report of last year was used.
    """

    problem: str | None = None
    name: str = ""
    code: str | None = None
    year: int = 0
    format: int = 0
    values: list[Any] = msgspec.field(default_factory=list)
    repeats: dict[str, list[str | None]] = msgspec.field(default_factory=dict)
    extra: list[tuple[str, str, dict[str, Any], str | None]] = msgspec.field(default_factory=list)
    text: dict[str, str] = msgspec.field(default_factory=dict)
    findings: list[RecordedFinding] = msgspec.field(default_factory=list)
    against: str = ""
    notes: list[str] = msgspec.field(default_factory=list)
    repeated: list[Repeated] = msgspec.field(default_factory=list)
    sketches: dict[str, list[int]] = msgspec.field(default_factory=dict)
    role: str = ""  # what it is if a batch made it
    before: list[Any] = msgspec.field(default_factory=list)  # last year's, in order of `COMPARED`

    def report(self) -> Report:
        """The report that was read, without the trace of how."""
        cells = forms.load(self.format).cells(Layout(self.splits))
        return build(
            self.format,
            self.year,
            Agency(self.name, self.code),
            dict(zip(cells, self.values, strict=True)),
            repeats=self.splits,
            text=self.text,
            extra=tuple(ExtraRow(*row) for row in self.extra),
        )

    @property
    def splits(self) -> dict[str, tuple[str | None, ...]]:
        return {row: tuple(names) for row, names in self.repeats.items()}

    def figures(self) -> dict[str, Value]:
        """Official cells by id."""
        return dict(
            zip(forms.load(self.format).cells(Layout(self.splits)), self.values, strict=True)
        )


@dataclass(frozen=True, slots=True)
class LastYear:
    """Where reports of the years before are: by the row of the unit and the year.

    Year 0 stands for the report that the roster names, of whatever year it is.
    """

    units: Matcher
    paths: dict[tuple[int, int], Path] = field(default_factory=dict)

    def of(self, name: str, code: str | None, year: int) -> Path | None:
        """The report of the year before ``year`` of an agency."""
        unit = self.units.find(name, code)
        if unit is None:
            return None
        return self.paths.get((unit.row, 0)) or self.paths.get((unit.row, year - 1))


@dataclass(frozen=True)
class FileTask:
    """A file; ``known`` is what an earlier run has of it: fingerprint, agency, its code, year."""

    path: Path
    key: str
    known: tuple[str, str, str | None, int] | None = None


@dataclass(frozen=True)
class Examined:
    """``record`` is None where the one that is known still holds. ``source``: its fingerprint."""

    source: str
    record: Record | None


@lru_cache
def version() -> str:
    """Of the program and the rules; what another one has found is not taken over."""
    return f"{__version__} {fingerprint_of(repr(rules.all_rules()))[-12:]}"


def examine(last_year: LastYear | None, task: FileTask) -> Examined:
    """Read and check a file. What is wrong with the file is in the record; nothing is raised."""
    try:
        data = actions.load_bytes(task.path)
    except NianbaoError as error:
        return Examined("", Record(str(error)))
    before = last_year.of(*task.known[1:]) if last_year and task.known else None
    if task.known and _fingerprint(data, before) == task.known[0]:
        return Examined(task.known[0], None)
    try:
        source = reading.open(data, task.path.name)
        if source.result and source.result != SUMMED:
            problem = f"“{task.path.name}”是{source.result}，不是报告，没有采用。"
            return Examined(_fingerprint(data, None), Record(problem, role=source.result))
        if source.report.agency.name == ALL:
            problem = f"“{task.path.name}”是全部单位的汇总结果，不是一个单位的报告，没有采用。"
            return Examined(_fingerprint(data, None), Record(problem, role=SUMMED))
        before = _before(last_year, source.report)
        return Examined(_fingerprint(data, before), _record(source, before))
    except NianbaoError as error:
        return Examined(_fingerprint(data, None), Record(str(error)))


def _before(last_year: LastYear | None, report: Report) -> Path | None:
    agency = report.agency
    return last_year.of(agency.name, agency.code, report.year) if last_year else None


def _fingerprint(data: bytes, before: Path | None) -> str:
    """Of the file and of last year's report, which it is checked against."""
    return fingerprint_of(data, _bytes(before) if before else b"")


def _bytes(path: Path) -> bytes:
    try:
        return actions.load_bytes(path)
    except NianbaoError as error:
        return str(error).encode()


def _record(source: Source, before: Path | None) -> Record:
    notes: list[str] = []
    report, kept, ledger = source.report, source.previous, source.ledger
    previous, against = _previous(kept, before, notes)
    findings = rules.check(report, previous, ledger)
    agency = report.agency.name
    words = {t: alike.plain(report.text[t], agency) for t in alike.TEXTS}
    return Record(
        name=agency,
        code=report.agency.code,
        year=report.year,
        format=report.format,
        values=list(report.values.values()),
        repeats={row: list(names) for row, names in report.repeats.items()},
        extra=[(e.table, e.label, dict(e.values), e.after) for e in report.extra],
        text=dict(report.text),
        findings=[_recorded(f, report) for f in findings],
        against=against,
        notes=notes,
        repeated=list(_repeated(report, previous, words)),
        role=source.result,
        sketches={t: s for t in alike.TEXTS if (s := alike.sketch(words[t]))},
        before=_before_of(report, previous),
    )


def _previous(
    own: Report | None, before: Path | None, notes: list[str]
) -> tuple[Report | None, str]:
    """Last year's report: the one that is given, else ``own``, what the workbook keeps of it."""
    if before is not None:
        try:
            return actions.read(before), f"上年报告“{before.name}”"
        except NianbaoError as error:
            notes.append(f"上年报告不能用：{error}")
    return own, "工作簿里的“上年数据”" if own else ""


def _before_of(report: Report, previous: Report | None) -> list[Value]:
    if previous is None or previous.year != report.year - 1:
        return []
    figures = with_totals(previous).values
    return [figures[cell] for cell in COMPARED]


def _recorded(f: Finding, report: Report) -> RecordedFinding:
    place = f.place or (report.form.title_of(f.cells[0], report.layout) if f.cells else "")
    return RecordedFinding(
        f.rule,
        f.outcome,
        f.level,
        f.message,
        place,
        f.expected,
        f.actual,
        f.difference,
        f.fingerprint,
    )


def _repeated(report: Report, previous: Report | None, words: dict[str, str]) -> Iterator[Repeated]:
    if previous is None or previous.year != report.year - 1:
        return
    for text, now in words.items():
        then = alike.plain(previous.text[text], previous.agency.name)
        share = alike.likeness(now, then)
        if share >= alike.NOTABLE:
            quoted = alike.passages(report.text[text], report.agency.name, then)
            yield Repeated(text, round(share * 1000), quoted)


def compact(hashes: list[int]) -> array[int]:
    """A sketch as a few bytes."""
    return array("I", hashes)
