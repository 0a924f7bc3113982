"""Whose the files are: units of the roster, and others as they are met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nianbao.batch.matching import Matcher
from nianbao.batch.roster import Roster, Unit
from nianbao.figures import squash


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
