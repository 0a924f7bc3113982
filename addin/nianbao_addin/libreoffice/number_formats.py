"""Number formats of one workbook: Calc's keys, Excel's codes, and what kind of value they show."""

from __future__ import annotations

import re
from typing import Any, Literal

from nianbao_addin.libreoffice.bridge import exception, struct
from nianbao_addin.libreoffice.values import Kind

Shows = Literal["general", "number", "text", "bool", "date"]

_DATE_OR_TIME, _TEXT, _LOGICAL = 2 | 4, 256, 1024  # com.sun.star.util.NumberFormat

# What Excel gives a cell in general format when a date, a time or a percentage is put into it.
_CODES: dict[Kind, str] = {
    "date": "yyyy/m/d",
    "datetime": "yyyy/m/d h:mm",
    "time": "h:mm:ss",
    "percent": "0.00%",
    "bool": "BOOLEAN",
}

# Languages in which the letters of a code (y, m, d, General) are those of English.
_ENGLISH_LETTERS = {"", "en", "zh", "ja", "ko"}

# A date code's letters, apart from what stands in quotes or brackets or after a backslash.
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|AM/PM|A/P|General|[A-Za-z]+')
_COLOUR = re.compile(r"\[(?:BLACK|BLUE|CYAN|GREEN|MAGENTA|RED|WHITE|YELLOW)\]")


class NumberFormats:
    """Calc knows a format by a number; codes are exchanged in English, as Excel's are."""

    def __init__(self, document: Any) -> None:
        self._formats = document.NumberFormats
        self._english = struct("lang.Locale", Language="en", Country="US")
        self._keys: dict[str, int] = {}
        self._known: dict[int, tuple[str, Shows]] = {}

    def shows(self, key: int) -> Shows:
        """What the cells with this format show."""
        return self._look_up(key)[1]

    def code(self, key: int) -> str:
        """Excel's code, ``General`` or ``yyyy/m/d``. A truth value has no format in Excel."""
        code, shows = self._look_up(key)
        return "General" if shows == "bool" else code

    def key(self, code: str) -> int:
        """The number of Excel's code; the format is made when the workbook has it not yet.

        Raises `ValueError` for a code that Calc does not understand.
        """
        if code == "General":
            return 0  # in the language of the workbook
        if code not in self._keys:
            key = self._formats.queryKey(code, self._english, False)
            if key < 0:
                key = self._add(code)
            self._keys[code] = key
        return self._keys[code]

    def for_kind(self, kind: Kind) -> int | None:
        """The number of the format for an entry of this kind in a general cell; None: as it is."""
        code = _CODES.get(kind)
        return None if code is None else self.key(code)

    def _add(self, code: str) -> int:
        try:
            return int(self._formats.addNew(code, self._english))
        except exception("util.MalformedNumberFormatException") as error:
            raise ValueError(f"not a number format: {code}") from error

    def _look_up(self, key: int) -> tuple[str, Shows]:
        if key not in self._known:
            found = self._formats.getByKey(key)
            if found.Locale.Language not in _ENGLISH_LETTERS:
                found = self._formats.getByKey(self._formats.getFormatForLocale(key, self._english))
            if key == self._formats.getStandardIndex(found.Locale):
                self._known[key] = "General", "general"  # Calc writes 常规 or Standard
            else:
                code, kind = found.FormatString, found.Type
                self._known[key] = _excel_code(code, kind), _shows(code, kind)
        return self._known[key]


def _shows(code: str, kind: int) -> Shows:
    if kind & _DATE_OR_TIME:
        return "date"
    if kind & _LOGICAL:
        return "bool"
    if kind & _TEXT and code == "@":
        return "text"
    return "general" if code == "General" else "number"


def _excel_code(code: str, kind: int) -> str:
    """Calc writes the letters of dates and the names of colours in capitals, Excel does not."""
    if not kind & _DATE_OR_TIME:
        return _COLOUR.sub(lambda match: match[0].title(), code)

    def small(match: re.Match[str]) -> str:
        text = match[0]
        if text.startswith("[") and text.strip("[]").isalpha() and len(set(text.lower())) <= 3:
            return text.lower()  # [H], [HH], [MM], [SS]: elapsed time
        keep = text.startswith(('"', "[", "\\")) or "/" in text or text == "General"
        return text if keep else text.lower()

    return _LITERAL.sub(small, code)
