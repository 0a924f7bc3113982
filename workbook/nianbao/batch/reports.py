"""Whose reports there are in a folder, of this year and of the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from nianbao import actions
from nianbao.batch import folder
from nianbao.batch.roster.owners import Matcher
from nianbao.batch.roster.roster import Roster
from nianbao.batch.running.runner import Crew, Tell, run


@dataclass(frozen=True, slots=True)
class Found:
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
    tell: Tell | None = None,
) -> Found:
    """Whose reports there are in a folder, of this year and of the last. Raises UnusableInput."""
    matcher = Matcher(roster.units)
    found = Found()
    notes: list[str] = []
    files = list(folder.files_in(reports))
    dones = run(whose, files, workers, stop=stop, tell=tell, verb="查看已有报告", total=len(files))
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
    report = actions.open_file(path).report
    return report.agency.name, report.agency.code, report.year
