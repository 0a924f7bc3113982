"""Everything in a folder read and checked, whoever does the work, and kept in a journal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import msgspec

from nianbao import actions, reading
from nianbao.batch.folder import Arrived, arrived, files_in, sweep
from nianbao.batch.review.record import Examined, FileTask, LastYear, Record, examine, version
from nianbao.batch.review.stock import ReceivedFile, Stock, file_of, take_stock
from nianbao.batch.roster.owners import Matcher, Owners, whose
from nianbao.batch.roster.roster import Roster, Unit
from nianbao.batch.running.journal import Journal, open_journal
from nianbao.batch.running.runner import Crew, ShowProgress, run
from nianbao.batch.running.workers import crew
from nianbao.errors import CannotWrite, UnusableInput
from nianbao.formats.kinds import suffixes

JOURNAL = ".nianbao-review.jsonl"

Stop = Callable[[], bool]


@dataclass(frozen=True)
class Inbox:
    """What to look at. ``leave``: files and folders below that are ours; ``base``: the roster's
    folder, from which its paths count; ``previous``: a folder of reports of last year."""

    folder: Path
    roster: Roster | None = None
    base: Path = Path()
    previous: Path | None = None
    year: int | None = None
    listed_in: Path | None = None  # the file that the roster was read from
    leave: frozenset[Path] = frozenset()

    def refuse_as_output(self, output: Path, *inputs: Path | None) -> None:
        """Raises CannotWrite for a file that the run reads: one of ``inputs``, or one that came in
        and is no result of a batch. ``--force`` is for results."""
        for path in inputs:
            with suppress(OSError):
                if path is not None and output.samefile(path):
                    raise CannotWrite(
                        f"“{output}”是这次要读的文件，没有改动它；请换一个输出文件名。"
                    )
        folders = [f.resolve() for f in (self.folder, self.previous) if f is not None]
        within = any(f in output.resolve().parents for f in folders)
        if not within or output.suffix.lower() not in suffixes() or not output.is_file():
            return
        if not reading.result_of(actions.load_bytes(output)):
            raise CannotWrite(
                f"“{output}”在收到的文件里，又不是以前的结果，没有改动它；请换一个输出文件名。"
            )


@dataclass
class Review:
    """The stock, and the records of the files from the journal. ``left``: files not looked at."""

    stock: Stock
    left: int
    notes: tuple[str, ...]
    _journal: Journal
    _prefix: str
    _unkept: dict[str, Record] = field(default_factory=dict)

    def record(self, file: ReceivedFile) -> Record:
        """What was found in a file. One at a time: memory must not grow with their number."""
        if file.key in self._unkept:
            return self._unkept[file.key]
        entry = self._journal.get(self._prefix + file.key)
        return Record() if entry is None else msgspec.convert(entry.value, Record)


@contextmanager
def reviewed(
    inbox: Inbox,
    output: Path,
    *,
    jobs: int | None = None,
    dask: str | None = None,
    stop: Stop = lambda: False,
    show: ShowProgress | None = None,
) -> Iterator[Review]:
    """Look at every file; the journal stands beside ``output`` and is shared by check and collect.

    Raises UnusableInput, CannotWrite if nothing can be begun.
    """
    files = sorted(arrived(inbox.folder, inbox.leave), key=lambda a: a.key)
    if not files:
        raise UnusableInput(f"文件夹“{inbox.folder}”里没有文件。")
    with (
        open_journal(output.parent / JOURNAL, "review", version()) as journal,
        crew(jobs, dask, len(files)) as workers,
    ):
        sweep(output.parent)
        found = _Found(journal, _prefix(inbox.folder, output))
        last_year, notes = _last_year(inbox, workers, stop)
        kept = list(found.all(files, last_year, workers, stop, show))
        journal.flush()
        left = len(files) - len(kept)
        stock = take_stock(kept, inbox.roster, inbox.year, complete=not left)
        yield Review(stock, left, notes, journal, found.prefix, found.unkept)


class _Found:
    """Records on their way into the journal."""

    def __init__(self, journal: Journal, prefix: str) -> None:
        self.journal, self.prefix = journal, prefix
        self.unkept: dict[str, Record] = {}

    def all(
        self,
        files: Iterable[Arrived],
        last_year: LastYear | None,
        workers: Crew,
        stop: Stop,
        show: ShowProgress | None,
    ) -> Iterator[ReceivedFile]:
        files = list(files)
        by_path = {one.path: one for one in files}
        closed = {one.path for one in files if one.problem}
        for one in files:
            if one.problem:
                self.unkept[one.key] = Record(one.problem)
                yield file_of(one, self.unkept[one.key])
        tasks = (self._task(one) for one in files if one.path not in closed)
        total = len(files) - len(closed)
        work = partial(examine, last_year)
        dones = run(
            work, tasks, workers, name=_name, stop=stop, show=show, verb="核对", total=total
        )
        for done in dones:
            one = by_path[done.item.path]
            if done.value is None:
                self.unkept[one.key] = Record(done.problem or "")
                yield file_of(one, self.unkept[one.key])
            else:
                yield file_of(one, self._keep(one, done.value))

    def _task(self, one: Arrived) -> FileTask:
        entry = self.journal.get(self.prefix + one.key)
        if entry is None:
            return FileTask(one.path, one.key)
        held = msgspec.convert(entry.value, Record)
        return FileTask(one.path, one.key, (entry.source, held.name, held.code, held.year))

    def _keep(self, one: Arrived, found: Examined) -> Record:
        key = self.prefix + one.key
        if found.record is None:
            entry = self.journal.get(key)
            return Record() if entry is None else msgspec.convert(entry.value, Record)
        if found.source:
            self.journal.add(key, found.source, found.record)
        else:
            self.unkept[one.key] = found.record
        return found.record


def _name(task: FileTask) -> str:
    return task.key


def _prefix(folder: Path, output: Path) -> str:
    """What comes before a file's key in the journal: the way from the output to the folder."""
    try:
        way = os.path.relpath(folder, output.parent)
    except ValueError:  # on another drive
        way = str(folder.resolve())
    return Path(way).as_posix().encode("utf-8", "backslashreplace").decode() + "/"


def _last_year(inbox: Inbox, workers: Crew, stop: Stop) -> tuple[LastYear | None, tuple[str, ...]]:
    """Reports that the roster names, and those of a folder."""
    roster = inbox.roster
    units = list(roster.units) if roster else []
    paths = {(u.row, 0): inbox.base / u.previous for u in units if u.previous}
    notes: tuple[str, ...] = ()
    if inbox.previous is not None:
        notes = tuple(_in_folder(inbox.previous, units, paths, roster is None, workers, stop))
    if not paths:
        return None, notes
    slim = (replace(u, data={}, contact="", phone="") for u in units)
    return LastYear(Matcher(slim), paths), notes


def _in_folder(
    previous: Path,
    units: list[Unit],
    paths: dict[tuple[int, int], Path],
    open_list: bool,
    workers: Crew,
    stop: Stop,
) -> Iterator[str]:
    """Add the reports of a folder, where there is no roster also the units; yields notes."""
    matcher = Matcher(units)
    strangers = Owners(None)
    for done in run(whose, files_in(previous), workers, stop=stop, verb="查看上年报告"):
        name = done.item.relative_to(previous)
        if done.value is None:
            yield done.problem or ""
            continue
        agency, code, year = done.value
        if open_list:
            number = strangers.of_report(agency, code) + 1
            if number > len(units):
                units.append(Unit(agency, code, row=number))
            row: int | None = number
        else:
            unit = matcher.find(agency, code)
            row = unit.row if unit else None
        if row is None:
            yield f"“{name}”是“{agency}”的报告，名单里没有这个单位，没有使用。"
        elif paths.setdefault((row, year), done.item) != done.item:
            yield f"“{name}”与前面一份都是“{agency}”{year} 年度的报告，没有使用。"
