"""An official workbook for every agency of a roster, with all that is known of it filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal

from nianbao import __version__, actions, reading
from nianbao.batch import folder
from nianbao.batch.folder import safe_names
from nianbao.batch.roster.owners import FolderReports, find_reports
from nianbao.batch.roster.roster import Roster, Unit
from nianbao.batch.running.journal import Journal, fingerprint_of, open_journal
from nianbao.batch.running.runner import Done, ShowProgress, run
from nianbao.batch.running.workers import crew
from nianbao.errors import CannotWrite, NianbaoError, UnusableInput
from nianbao.formats.xlsx.mould import Recent
from nianbao.ledgers import Ledger
from nianbao.reading import Source
from nianbao.report import Agency, Report, build
from nianbao.report.material import NOTHING, Material
from nianbao.report.years import carried_over, lay_over
from nianbao.words.figures import squash

JOURNAL = ".nianbao-fill.jsonl"
SAMPLE = 64
"""Of so many workbooks one is read back, and the first of its kind in a chunk of them."""

State = Literal["written", "kept"]


@dataclass(frozen=True, slots=True)
class Options:
    """What is the same for all workbooks of a run."""

    year: int
    format: int
    directory: Path
    force: bool = False


@dataclass(frozen=True)
class WorkbookTask:
    """One workbook: ``file`` is its name; ``data`` and ``previous`` are reports to fill in, what
    ``ledger`` comes to fills what they leave open.

    ``known``: fingerprints of the sources and of the workbook that an earlier run made of them.
    """

    unit: Unit
    file: str
    data: Path | None
    previous: Path | None
    ledger: Path | None = None
    known: tuple[str, str] | None = None
    sample: bool = False


@dataclass(frozen=True)
class Before:
    """What a worker hands on from one workbook to the next: the sheets ``recent`` ones were made
    of, and the kinds of which one was read back."""

    recent: Recent = field(default_factory=dict)
    read_back: set[tuple[object, ...]] = field(default_factory=set)


@dataclass(frozen=True)
class Made:
    """``kept``: it stood there already, just as it is to be.

    Fingerprints as in ``WorkbookTask.known``.
    """

    file: str
    state: State
    notes: tuple[str, ...]
    source: str
    result: str


def fill_all(
    roster: Roster,
    options: Options,
    *,
    base: Path,
    reports: Path | None = None,
    jobs: int | None = None,
    dask: str | None = None,
    stop: Callable[[], bool] = lambda: False,
    show: ShowProgress | None = None,
) -> Iterator[Done[WorkbookTask, Made] | str]:
    """Make the workbooks, in the order of the roster; yields what came of each, and notes.

    ``base``: the roster's folder, from which its paths count. ``reports``: a folder of reports of
    this year or the last. Raises CannotWrite, UnusableInput if nothing can be begun.
    """
    if reports is not None:
        folder.must_be(reports)
    if dask is not None:  # its workers stand in other folders
        base, directory = base.absolute(), options.directory.absolute()
        options, reports = replace(options, directory=directory), reports and reports.absolute()
    with (
        open_journal(options.directory / JOURNAL, "fill", __version__) as journal,
        crew(jobs, dask, len(roster.units)) as workers,
    ):
        folder.sweep(options.directory, alone=True)
        found = FolderReports()
        if reports is not None:
            found = find_reports(roster, options.year, reports, workers, stop, show)
            yield from found.notes
        dones = run(
            partial(make, options, Before()),
            _tasks(roster, options, base, found, journal),
            workers,
            name=_name,
            stop=stop,
            show=show,
            verb="生成工作簿",
            total=len(roster.units),
        )
        written = False
        try:
            for done in dones:
                made = done.value
                if made is not None:
                    written |= made.state == "written"
                    if done.item.known != (made.source, made.result):
                        journal.add(made.file, made.source, made.result)
                yield done
        finally:
            if written:
                folder.settle()


def _tasks(
    roster: Roster, options: Options, base: Path, found: FolderReports, journal: Journal
) -> Iterator[WorkbookTask]:
    names = safe_names(((u.name, u.code) for u in roster.units), f"{options.year}年年报.xlsx")
    for number, (unit, file) in enumerate(zip(roster.units, names, strict=True)):
        entry = journal.get(file)
        yield WorkbookTask(
            unit,
            file,
            found.data.get(unit.row),
            base / unit.previous if unit.previous else found.previous.get(unit.row),
            base / unit.ledger if unit.ledger else None,
            (entry.source, entry.value) if entry else None,
            number % SAMPLE == 0,
        )


def _name(task: WorkbookTask) -> str:
    return task.unit.name


def make(options: Options, before: Before, task: WorkbookTask) -> Made:
    """The workbook of one agency. What a worker does, who hands ``before`` on to the next one.

    Raises NianbaoError that names the agency.
    """
    try:
        if task.unit.problems:
            raise UnusableInput(f"{'；'.join(task.unit.problems)}。")
        return _make(options, before, task)
    except NianbaoError as error:
        raise type(error)(f"{task.unit.name}（名单第 {task.unit.row} 行）：{error}") from error


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an agency: figures, texts and 文字素材 of this year, figures of the last."""

    report: Report
    previous: Report | None = None
    ledger: Ledger | None = None
    facts: Material = NOTHING
    generated: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def _make(options: Options, before: Before, task: WorkbookTask) -> Made:
    mapping = actions.mapping_beside(task.ledger) if task.ledger else None
    given = (task.data, task.previous, task.ledger, mapping)
    contents = {p: actions.load_bytes(p) for p in given if p}
    unit = task.unit
    about = repr((options.year, options.format, unit.name, unit.code, *sorted(unit.data.items())))
    source = fingerprint_of(
        about, *(f"{p is not None}" for p in given), *(contents[p] for p in given if p)
    )
    path = options.directory / task.file
    standing = folder.content(path)
    if standing and task.known == (source, fingerprint_of(standing)):
        return Made(task.file, "kept", (), source, task.known[1])
    known = _known_of(options, task, contents)
    if task.ledger:
        names = (contents[mapping], mapping.name) if mapping else None
        ledger = actions.ledger_in(contents[task.ledger], task.ledger.name, names)
        known = replace(known, ledger=ledger)
    data, notes = _workbook(known, None, task, before)
    if standing and standing != data:
        if not options.force:
            raise CannotWrite(f"“{path}”已经存在，没有改动它；确要重新填入请加 --force。")
        held = reading.open_ours(standing, task.file)
        if held is None:
            notes = (*notes, folder.aside(path))
        else:
            data, notes = _into_standing(known, held, task, before)
    result = Made(task.file, "kept", (*known.notes, *notes), source, fingerprint_of(data))
    if standing == data:
        return result
    folder.put(path, data)
    return replace(result, state="written")


def _known_of(options: Options, task: WorkbookTask, contents: dict[Path, bytes]) -> _Known:
    """What is known: the roster's figures, then those of the folder, then last year's."""
    unit = task.unit
    agency = Agency(unit.name, unit.code)
    known = _Known(build(options.format, options.year, agency, unit.data))
    if task.data:
        source = reading.open(contents[task.data], task.data.name)
        given = source.report
        if given.format != options.format:
            raise UnusableInput(f"“{task.data.name}”是 {given.format} 年版格式，没有填入。")
        report = lay_over(replace(given, agency=agency), known.report)
        facts = source.material
        known = _Known(report, facts=facts, generated=source.generated, notes=facts.notes)
    if not task.previous:
        return known
    previous = reading.open(contents[task.previous], task.previous.name).report
    if previous.year != options.year - 1:
        raise UnusableInput(
            f"上年报告“{task.previous.name}”是 {previous.year} 年度的，"
            f"应是 {options.year - 1} 年度的。"
        )
    notes = known.notes
    if squash(previous.agency.name) not in map(squash, unit.names):
        notes += (f"上年报告“{task.previous.name}”的机关名称是“{previous.agency.name}”。",)
    report = known.report
    carried = build(
        report.format,
        report.year,
        agency,
        carried_over(report, previous),
        repeats=report.repeats,
    )
    return replace(known, report=lay_over(carried, report), previous=previous, notes=notes)


def _workbook(
    known: _Known, target: Source | None, task: WorkbookTask, before: Before
) -> tuple[bytes, tuple[str, ...]]:
    """The workbook, its blanks filled from the ledger.

    It is read back and compared if it is a sample or the first of its kind.
    """
    report, previous = known.report, known.previous
    kind = (
        report.format,
        *map(len, report.repeats.values()),
        len(report.extra),
        previous and previous.format,
    )
    sample = task.sample or target is not None or kind not in before.read_back
    before.read_back.add(kind)
    report, laid = actions.with_ledger(report, known.ledger)
    data, notes = actions.filled(
        *(report, previous, target, task.file),
        facts=known.facts,
        generated=known.generated,
        read_back=sample,
        recent=None if target else before.recent,
    )
    return data, (*laid, *notes)


def _into_standing(
    known: _Known, held: Source, task: WorkbookTask, before: Before
) -> tuple[bytes, tuple[str, ...]]:
    """A workbook of ours filled; all else in it stays.

    Raises CannotWrite for one of another agency.
    """
    whose, unit = held.report.agency, task.unit
    if not (unit.is_called(whose.name) and unit.may_have(whose.code)):
        code = f"（代码 {whose.code}）" if whose.code else ""
        raise CannotWrite(
            f"“{task.file}”里是“{whose.name}”{code}的数据，不是这个单位的，没有改动它；"
            "请先移走或改名。"
        )
    return _workbook(replace(known, report=lay_over(held.report, known.report)), held, task, before)


def tally(found: Sequence[Done[WorkbookTask, Made]]) -> dict[str, int]:
    """How many workbooks were written, kept, and not made."""
    states = [d.value.state if d.value else "failed" for d in found]
    return {state: states.count(state) for state in ("written", "kept", "failed")}
