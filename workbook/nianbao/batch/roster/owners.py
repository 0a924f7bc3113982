"""Whose report a file is: by code, name or alias, as the roster has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from nianbao import actions
from nianbao.batch import folder
from nianbao.batch.roster.roster import Roster, Unit
from nianbao.batch.running.runner import Crew, ShowProgress, run
from nianbao.words.figures import squash


class Matcher:
    """Looks units up. What two units are called by is nobody's, unless the code decides."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._codes: dict[str, Unit] = {}
        self._names: dict[str, list[Unit]] = {}
        for unit in units:
            if unit.code:
                self._codes.setdefault(squash(unit.code), unit)
            for name in dict.fromkeys(squash(n) for n in unit.names):
                self._names.setdefault(name, []).append(unit)

    def find(self, name: str, code: str | None = None) -> Unit | None:
        """The unit of a report that gives this agency and code; None where that is not certain.

        Where the code is one unit's and the name another's, the name counts: who fills in a copy
        of a neighbour's workbook changes the name and forgets the code.
        """
        coded = self._codes.get(squash(code)) if code else None
        named = self._names.get(squash(name), ())
        if coded is not None and (coded in named or len(named) != 1):
            return coded
        return named[0] if len(named) == 1 else None

    def in_file_name(self, stem: str) -> Unit | None:
        """The unit whose name a file's name contains, for files that cannot be read.

        Of several the one with the longest code or name, 某市财政局 being part of 某市财政局办公室.
        """
        text = squash(stem)
        codes = [c for c in self._codes if len(c) > 5 and c in text]
        if codes:
            return self._codes[max(codes, key=len)]
        fitting = [n for n in self._names if n and n in text]
        longest = max(fitting, key=len, default="")
        found = self._names.get(longest, ())
        return found[0] if len(found) == 1 else None


# Whose the files are: units of the roster, and others as they are met


class Owners:
    """Units by a number: those of the roster first, then the others as they are met."""

    def __init__(self, roster: Roster | None) -> None:
        self._listed = bool(roster)
        self._units: dict[int, Unit] = dict(enumerate(roster.units)) if roster else {}
        self._known = len(self._units)
        self._rows = {unit.row: number for number, unit in self._units.items()}
        self._matcher = Matcher(self._units.values())
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = {}

    def listed(self, owner: int) -> bool:
        """Whether a unit is in the roster, or there is none."""
        return not self._listed or owner < self._known

    def all(self) -> Iterator[tuple[int, Unit]]:
        return iter(self._units.items())

    def of_report(self, name: str, code: str | None) -> int:
        """Whose the report is that gives this agency and code."""
        unit = self._matcher.find(name, code)
        return self._rows[unit.row] if unit else self._stranger(name, code)

    def by_file_name(self, stem: str) -> int | None:
        """The unit of the roster whose name or code a file's name contains."""
        unit = self._matcher.in_file_name(stem)
        return self._rows[unit.row] if unit else None

    def _stranger(self, name: str, code: str | None) -> int:
        """A report that gives no code is that of the one agency of its name."""
        plain, called = squash(code or ""), self._by_name.setdefault(squash(name), [])
        if plain in self._by_code:
            return self._by_code[plain]
        for number in called:
            if not plain or not self._units[number].code:
                self._units[number] = replace(
                    self._units[number], code=self._units[number].code or code
                )
                break
        else:
            number = len(self._units)
            self._units[number] = Unit(name, code)
            called.append(number)
        if plain:
            self._by_code[plain] = number
        return number


@dataclass(frozen=True, slots=True)
class FolderReports:
    """Reports of a folder: this year's and last year's by the unit's row, and what was odd."""

    data: dict[int, Path] = field(default_factory=dict)
    previous: dict[int, Path] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def find_reports(
    roster: Roster,
    year: int,
    reports: Path,
    workers: Crew,
    stop: Callable[[], bool] = lambda: False,
    show: ShowProgress | None = None,
) -> FolderReports:
    """Whose reports there are in a folder, of this year and of the last. Raises UnusableInput."""
    matcher = Matcher(roster.units)
    found = FolderReports()
    notes: list[str] = []
    files = list(folder.files_in(reports))
    dones = run(whose, files, workers, stop=stop, show=show, verb="查看已有报告", total=len(files))
    for done in dones:
        name = done.item.relative_to(reports)
        if done.value is None:
            notes.append(done.problem or "")
            continue
        agency, code, of_year = done.value
        unit = matcher.find(agency, code)
        place = {year: found.data, year - 1: found.previous}.get(of_year)
        if unit is None:
            notes.append(f"“{name}”是“{agency}”的报告，名单里没有这个单位，没有使用。")
        elif place is None:
            notes.append(f"“{name}”是 {of_year} 年度的报告，没有使用。")
        elif unit.row in place:
            first = place[unit.row].relative_to(reports)
            notes.append(f"“{name}”与“{first}”都是“{agency}”{of_year} 年度的报告，只用了后者。")
        else:
            place[unit.row] = done.item
    return replace(found, notes=tuple(notes))


def whose(path: Path) -> tuple[str, str | None, int]:
    """Agency, code and year of the report in a file. Raises UnusableInput."""
    report = actions.read(path)
    return report.agency.name, report.agency.code, report.year
