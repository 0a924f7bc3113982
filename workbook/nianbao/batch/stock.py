"""Taking stock: which agencies have reported, with which of the files that came in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from nianbao.batch.examine import Record
from nianbao.batch.inbox import Arrived
from nianbao.batch.matching import Matcher
from nianbao.batch.roster import Roster, Unit
from nianbao.errors import UnusableInput
from nianbao.figures import quoted, squash
from nianbao.rules.agencies import clearly_differ

State = Literal["missing", "unreadable", "wrong", "doubtful", "passed"]
STATES: dict[State, str] = {
    "missing": "○ 未报",
    "unreadable": "✘ 无法读取",
    "wrong": "✘ 有错",
    "doubtful": "! 有提醒",
    "passed": "√ 通过",
}
LEVELS = ("error", "warning", "info", "undecided")


@dataclass(frozen=True, slots=True)
class File:
    """A file and what came of it, without its figures, texts and findings."""

    key: str
    modified: int
    problem: str | None = None
    name: str = ""
    code: str | None = None
    year: int = 0
    format: int = 0
    counts: tuple[int, ...] = (0, 0, 0, 0)  # of findings, as `LEVELS`
    against: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agency stands. ``file`` is the one that counts; ``reason`` says what is to be known.

    ``listed``: it is in the roster, or there is none. ``number``: from 0, in the order told.
    """

    number: int
    unit: Unit
    state: State
    file: File | None = None
    reason: str = ""
    listed: bool = True

    @property
    def reported(self) -> bool:
        """Whether there is a report that can be read and is of the right year."""
        return self.state in ("wrong", "doubtful", "passed")

    def tally(self) -> dict[str, int]:
        """Numbers of findings by level."""
        return dict(zip(LEVELS, self.file.counts if self.file else (0,) * 4, strict=True))


@dataclass(frozen=True, slots=True)
class Fate:
    """What a file was taken for. ``outcome``: 采用, 重复, 年度不符, 无法读取."""

    file: File
    unit: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Stock:
    year: int
    standings: tuple[Standing, ...]
    fates: tuple[Fate, ...]
    roster: Roster | None = None

    def tally(self) -> dict[State, int]:
        """How many agencies are in each state."""
        states = Counter(s.state for s in self.standings)
        return {state: states[state] for state in STATES}


def file_of(one: Arrived, record: Record) -> File:
    """The little that is kept in memory of a file."""
    groups = Counter(f.level if f.outcome == "fail" else f.outcome for f in record.findings)
    return File(
        one.key,
        one.modified,
        record.problem,
        record.name,
        record.code,
        record.year,
        record.format,
        tuple(groups[level] for level in LEVELS),
        record.against,
        tuple(record.notes),
    )


def take_stock(files: Sequence[File], roster: Roster | None, year: int | None = None) -> Stock:
    """Whose the files are. ``year``: the one reported on; None for that of most files.

    Of several reports of one agency and year the last modified counts. Raises UnusableInput where
    no year can be told.
    """
    year = year or _usual_year(files)
    owners = _Owners(roster)
    by_owner: dict[int, list[File]] = {}
    fates: dict[str, Fate] = {}
    for file in files:
        owner = owners.of(file)
        if owner is None:
            fates[file.key] = Fate(file, "", "无法读取", file.problem or "")
        else:
            by_owner.setdefault(owner, []).append(file)
    standings: list[Standing] = []
    for owner, unit in owners.all():
        listed = owners.listed(owner)
        if owner not in by_owner and not listed:
            continue
        standing, told = _stand(len(standings), unit, by_owner.get(owner, []), year, listed)
        standings.append(standing)
        fates |= {fate.file.key: fate for fate in told}
    for file in files:  # nobody's, but not to be lost in the overview
        if fates[file.key].unit == "" and file.problem:
            unit = Unit(PurePosixPath(file.key).name)
            standings.append(
                Standing(len(standings), unit, "unreadable", file, file.problem, roster is None)
            )
    return Stock(year, tuple(standings), tuple(fates[f.key] for f in files), roster)


def _usual_year(files: Iterable[File]) -> int:
    years = Counter(f.year for f in files if f.problem is None)
    if not years:
        raise UnusableInput(
            "文件夹里没有一份能读的报告，看不出是哪一年度的；请用 --year 写明年度。"
        )
    return max(years, key=lambda y: (years[y], y))


class _Owners:
    """Units by a number: those of the roster first, then the others as they are met."""

    def __init__(self, roster: Roster | None) -> None:
        self._roster = roster
        self._units: dict[int, Unit] = dict(enumerate(roster.units)) if roster else {}
        self._known = len(self._units)
        self._rows = {unit.row: number for number, unit in self._units.items()}
        self._matcher = Matcher(self._units.values())
        self._strangers: dict[str, int] = {}

    def listed(self, owner: int) -> bool:
        return self._roster is None or owner < self._known

    def all(self) -> Iterator[tuple[int, Unit]]:
        return iter(self._units.items())

    def of(self, file: File) -> int | None:
        """The owner; None for a file that cannot be read and whose name tells nothing."""
        stem = PurePosixPath(file.key).stem
        if file.problem is not None or not file.name:
            unit = self._matcher.in_file_name(stem) if self._roster else None
            if unit is not None:
                return self._rows[unit.row]
            return None if file.problem is not None else self._stranger(stem, None)
        unit = self._matcher.find(file.name, file.code) if self._roster else None
        return self._rows[unit.row] if unit else self._stranger(file.name, file.code)

    def _stranger(self, name: str, code: str | None) -> int:
        key = squash(code) if code else squash(name)
        if key not in self._strangers:
            number = len(self._units)
            self._strangers[key] = number
            self._units[number] = Unit(name, code)
        return self._strangers[key]


def _stand(
    number: int, unit: Unit, files: Sequence[File], year: int, listed: bool
) -> tuple[Standing, list[Fate]]:
    fates: list[Fate] = []
    fitting: list[File] = []
    for file in files:
        if file.problem is not None:
            fates.append(Fate(file, unit.name, "无法读取", file.problem))
        elif file.year != year:
            reason = f"是 {file.year} 年度的报告，这次要 {year} 年度的。"
            fates.append(Fate(file, unit.name, "年度不符", reason))
        else:
            fitting.append(file)
    reasons = [] if listed else ["名单里没有这个单位。"]
    if not fitting:
        unread = next((f for f in files if f.problem is not None), None)
        reasons += [f"“{f.file.key}”：{f.reason}" for f in fates if f.outcome == "年度不符"]
        reasons += [f.problem for f in files if f.problem]
        state: State = "unreadable" if unread else "missing"
        return Standing(number, unit, state, unread, "".join(reasons), listed), fates
    used = max(fitting, key=lambda f: (f.modified, f.key))
    for file in fitting:
        if file is used:
            fates.append(Fate(file, unit.name, "采用"))
        else:
            reason = f"与“{used.key}”是同一单位、同一年度的，采用了修改时间较晚的后者。"
            fates.append(Fate(file, unit.name, "重复", reason))
    reasons += _remarks(unit, used, [f for f in fates if f.file is not used])
    return Standing(number, unit, _state(used), used, "".join(reasons), listed), fates


def _state(file: File) -> State:
    errors, warnings, _, undecided = file.counts
    return "wrong" if errors else "doubtful" if warnings or undecided else "passed"


def _remarks(unit: Unit, used: File, others: Sequence[Fate]) -> Iterator[str]:
    doubles = [f.file.key for f in others if f.outcome == "重复"]
    if doubles:
        yield f"重复报送 {len(doubles) + 1} 份，采用修改时间最晚的；没有采用：{_some(doubles)}。"
    if rest := [f.file.key for f in others if f.outcome != "重复"]:
        yield f"另有 {len(rest)} 个文件没有采用：{_some(rest)}。"
    names = (unit.name, *unit.aliases)
    if used.name and all(clearly_differ(used.name, name) for name in names):
        yield f"报告里的机关名称是“{quoted(used.name)}”。"
    if not used.name:
        yield "报告没有写机关名称，按文件名认定。"
    yield from used.notes


def _some(keys: Sequence[str], most: int = 3) -> str:
    return "、".join(f"“{k}”" for k in keys[:most]) + ("等" if len(keys) > most else "")


def counted(counts: Mapping[State, int]) -> str:
    """``12 个单位：未报 2，有错 3，通过 7``."""
    told = [f"{STATES[state][2:]} {n}" for state, n in counts.items() if n]
    return f"{sum(counts.values())} 个单位：{'，'.join(told)}"
