"""Taking stock: which agencies have reported, with which of the files that came in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from nianbao.batch.folder import Arrived
from nianbao.batch.review.record import Record
from nianbao.batch.roster.owners import Owners
from nianbao.batch.roster.roster import Roster, Unit
from nianbao.errors import UnusableInput
from nianbao.words.agencies import clearly_differ
from nianbao.words.figures import quoted

State = Literal["missing", "unreadable", "wrong", "doubtful", "passed", "unseen"]
STATES: dict[State, str] = {
    "missing": "○ 未报",
    "unreadable": "✘ 无法读取",
    "wrong": "✘ 有错",
    "doubtful": "! 有提醒",
    "passed": "√ 通过",
    "unseen": "○ 未查",  # of a run that was stopped: its file, if there is one, was not looked at
}
LEVELS = ("error", "warning", "info", "undecided")


@dataclass(frozen=True, slots=True)
class ReceivedFile:
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
    role: str = ""  # what it is if a batch made it: 汇总结果, 核查结果, …


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agency stands. ``file`` is the one that counts; ``reason`` says what is to be known.

    ``listed``: it is in the roster, or there is none. ``number``: from 0, in the order told.
    """

    number: int
    unit: Unit
    state: State
    file: ReceivedFile | None = None
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
    """What a file was taken for. ``outcome``: 采用, 重复, 年度不符, 无法读取, 不是报告."""

    file: ReceivedFile
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

    def unread(self) -> int:
        """How many files could not be read."""
        return sum(fate.outcome == "无法读取" for fate in self.fates)

    def nobodys(self) -> int:
        """How many files are no agency's: no report, or unreadable and of a strange name."""
        return sum(not fate.unit for fate in self.fates)

    def above(self, unit: Unit) -> str | None:
        """The name of the agency above a unit, as the roster has it."""
        above = self.roster.parent(unit) if self.roster else None
        return above.name if above else unit.parent


def file_of(one: Arrived, record: Record) -> ReceivedFile:
    """The little that is kept in memory of a file."""
    groups = Counter(f.level if f.outcome == "fail" else f.outcome for f in record.findings)
    return ReceivedFile(
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
        record.role,
    )


def take_stock(
    files: Sequence[ReceivedFile],
    roster: Roster | None,
    year: int | None = None,
    *,
    complete: bool = True,
) -> Stock:
    """Whose the files are. ``year``: the one reported on; None for that of most files.

    Of several reports of one agency and year the last modified counts. ``complete``: these are all
    files; else who has none may have one that was not looked at. Raises UnusableInput where no year
    can be told.
    """
    year = year or _usual_year(files)
    owners = Owners(roster)
    by_owner: dict[int, list[ReceivedFile]] = {}
    fates: dict[str, Fate] = {}
    for file in files:
        owner = _owner(owners, file)
        if owner is None:
            outcome = "不是报告" if file.role else "无法读取"
            fates[file.key] = Fate(file, "", outcome, file.problem or "")
        else:
            by_owner.setdefault(owner, []).append(file)
    standings: list[Standing] = []
    for owner, unit in owners.all():
        listed = owners.listed(owner)
        standing, fates_here = _stand(len(standings), unit, by_owner.get(owner, []), year, listed)
        fates |= {fate.file.key: fate for fate in fates_here}
        if standing.state == "missing" and not listed:
            continue  # a stranger's report of another year
        if standing.state == "missing" and not complete:
            standing = replace(standing, state="unseen")
        standings.append(standing)
    for file in files if roster is None else ():  # it may be the report of an agency
        if fates[file.key].outcome == "无法读取" and not fates[file.key].unit:
            unit = Unit(PurePosixPath(file.key).name)
            fates[file.key] = replace(fates[file.key], unit=unit.name)
            problem = file.problem or ""
            standings.append(Standing(len(standings), unit, "unreadable", file, problem))
    return Stock(year, tuple(standings), tuple(fates[f.key] for f in files), roster)


def _owner(owners: Owners, file: ReceivedFile) -> int | None:
    """Whose a file is; None for one that is no report, or whose name tells nothing."""
    if file.problem is None and file.name:
        return owners.of_report(file.name, file.code)
    if file.problem is not None and file.role:
        return None
    stem = PurePosixPath(file.key).stem
    owner = owners.by_file_name(stem)
    if owner is None and file.problem is None:
        return owners.of_report(stem, file.code)
    return owner


def _usual_year(files: Iterable[ReceivedFile]) -> int:
    years = Counter(f.year for f in files if f.problem is None)
    if not years:
        raise UnusableInput(
            "文件夹里没有一份能读的报告，看不出是哪一年度的；请用 --year 写明年度。"
        )
    return max(years, key=lambda y: (years[y], y))


def _stand(
    number: int, unit: Unit, files: Sequence[ReceivedFile], year: int, listed: bool
) -> tuple[Standing, list[Fate]]:
    fates: list[Fate] = []
    fitting: list[ReceivedFile] = []
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
    used = max(fitting, key=lambda f: _worth(unit, f))
    for file in fitting:
        if file is used:
            fates.append(Fate(file, unit.name, "采用"))
        else:
            reason = f"与“{used.key}”是同一单位、同一年度的，{_preferred(unit, used, file)}。"
            fates.append(Fate(file, unit.name, "重复", reason))
    reasons += _remarks(unit, used, [f for f in fates if f.file is not used])
    return Standing(number, unit, _state(used), used, "".join(reasons), listed), fates


def _worth(unit: Unit, file: ReceivedFile) -> tuple[bool, bool, bool, int, str]:
    """Of several reports of a unit the greatest counts."""
    fits = unit.is_called(file.name), unit.may_have(file.code)
    return (not file.role, *fits, file.modified, file.key)


def _preferred(unit: Unit, used: ReceivedFile, other: ReceivedFile) -> str:
    if other.role and not used.role:
        return f"这一份是{other.role}，采用了那一份"
    if not unit.is_called(other.name) and unit.is_called(used.name):
        return f"这一份写的机关名称是“{quoted(other.name)}”，采用了名称相符的那一份"
    if not unit.may_have(other.code) and unit.may_have(used.code):
        return f"这一份写的单位代码是“{other.code}”，采用了代码相符的那一份"
    return "采用了修改时间较晚的那一份"


def _state(file: ReceivedFile) -> State:
    errors, warnings, _, undecided = file.counts
    return "wrong" if errors else "doubtful" if warnings or undecided else "passed"


def _remarks(unit: Unit, used: ReceivedFile, others: Sequence[Fate]) -> Iterator[str]:
    doubles = [f.file.key for f in others if f.outcome == "重复"]
    if doubles:
        yield f"重复报送 {len(doubles) + 1} 份，采用了“{used.key}”；没有采用：{_some(doubles)}。"
    if rest := [f.file.key for f in others if f.outcome != "重复"]:
        yield f"另有 {len(rest)} 个文件没有采用：{_some(rest)}。"
    if used.name and all(clearly_differ(used.name, name) for name in unit.names):
        yield f"报告里的机关名称是“{quoted(used.name)}”。"
    if not unit.may_have(used.code):
        yield f"报告里的单位代码是“{quoted(used.code or '')}”，名单里是“{unit.code}”。"
    if used.role:
        yield f"采用的是一份{used.role}，不是它自己填报的。"
    if not used.name:
        yield "报告没有写机关名称，按文件名认定。"
    yield from used.notes


def _some(keys: Sequence[str], most: int = 3) -> str:
    return "、".join(f"“{k}”" for k in keys[:most]) + ("等" if len(keys) > most else "")


def counted(stock: Stock) -> str:
    """``12 个单位：未报 2，有错 3，通过 7；另有 1 个文件不是报告或认不出单位``."""
    counts = stock.tally()
    parts = [f"{STATES[state][2:]} {n}" for state, n in counts.items() if n]
    return f"{sum(counts.values())} 个单位：{'，'.join(parts)}{others(stock)}"


def others(stock: Stock) -> str:
    """``；另有 1 个文件不是报告或认不出单位``; nothing where there is none."""
    count = stock.nobodys()
    return f"；另有 {count} 个文件不是报告或认不出单位" if count else ""
