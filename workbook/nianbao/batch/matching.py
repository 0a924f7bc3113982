"""Whose report a file is: by code, name or alias, as the roster has them."""

from __future__ import annotations

from collections.abc import Iterable

from nianbao.batch.roster import Unit
from nianbao.figures import squash


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
