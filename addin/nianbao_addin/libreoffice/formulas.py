"""Formulas between Excel's way of writing (commas, ``'表 三'!A1``) and Calc's (``$'表 三'.A1``).

Only separators differ in most formulas; they are changed here. References to other sheets go
through LibreOffice's own parser, and what it would lose (error constants, references to other
files) is kept out of its hands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nianbao.formats.a1 import unquoted
from nianbao_addin.libreoffice.bridge import struct
from nianbao_addin.libreoffice.rectangle import Rectangle

_CALC, _XL_A1, _XL_OOX = 0, 1, 3  # com.sun.star.sheet.AddressConvention

_TEXT = re.compile(r'"(?:[^"]|"")*"')
_QUOTED = re.compile(r'("(?:[^"]|"")*"|\'(?:[^\']|\'\')*\')')
_EXCEL_SHEET = re.compile(r"('(?:[^']|'')+'|[^\W\d][\w.]*)!")
_CALC_SHEET = re.compile(r"\$?(?:'(?:[^']|'')+'|[^\W\d]\w*)\.\$?[A-Z#]|\[")
ERRORS = ("#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#REF!")
_ERROR = re.compile(rf"(?<![.!$\w])(?:{'|'.join(map(re.escape, ERRORS))})(?![.!$\w])")
_PLACE = re.compile(r"zzerror(\d)zz", re.IGNORECASE)
_TRUTH = re.compile(r"(?<![\w.])(TRUE|FALSE)\(\)")
_BARE_TRUTH = re.compile(r"(?<![\w.$!])(TRUE|FALSE)(?![\w.(!])", re.IGNORECASE)
_FUTURE = re.compile(r"_xlfn\.(?:_xlws\.)?")

# Between arguments and columns of an array; between rows of an array.
_TO_CALC = str.maketrans({",": ";", ";": "|"})
_TO_EXCEL = str.maketrans({";": ",", "|": ";", "~": ","})

# Errors that Excel would not let in; all others are results of a formula that it does let in.
_REFUSED = {501, 507, 508, 509, 510, 511, 512, 514, 516, 517, 518, 520, 533}


def is_refused(code: int) -> bool:
    """Whether a cell's error code means that the formula could not be read."""
    return code in _REFUSED


class Formulas:
    """Translates for one workbook; texts with their leading ``=``."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._sheets = document.Sheets
        self._parsers: dict[int, Any] = {}
        self._done: dict[tuple[str, bool, tuple[str, ...]], str] = {}

    def to_calc(self, formula: str) -> str:
        """``=SUM('表 三'!A1,B2)`` → ``=SUM($'表 三'.A1;B2)``.

        Raises `ValueError` for what Excel refuses and Calc does not: cells of a sheet that is not
        there, parentheses that do not match.
        """
        if "'file:" in formula:  # another file's cells, as `to_excel` leaves them
            return formula
        text = outside_quotes(_in_calc, formula)
        unquoted = _ERROR.sub("", _TEXT.sub("", formula))
        bare = _QUOTED.sub("", formula)
        if bare.count("(") != bare.count(")"):
            raise ValueError("parentheses do not match")
        if "#REF!" in unquoted or not ("!" in unquoted or "[" in unquoted):
            return text
        return self._parsed(text, from_excel=True)

    def to_excel(self, formula: str) -> str:
        """The other way; the braces of an array formula fall away, as in Excel's ``Formula``.

        References to other files stay as Calc writes them: Excel's way needs the open file.
        """
        if formula.startswith("{="):
            formula = formula[1:-1]
        unquoted = _ERROR.sub("", _TEXT.sub("", formula))
        if "'file:" in unquoted or "#REF!" in unquoted:
            return formula
        if _CALC_SHEET.search(unquoted):
            return outside_quotes(_tidy, self._parsed(formula, from_excel=False))
        return outside_quotes(lambda part: _tidy(part.translate(_TO_EXCEL)), formula)

    def filled(self, formula: str, area: Rectangle) -> list[list[str]]:
        """Calc's formulas for all cells of the area when Excel's stands in the first of them."""
        parser = self._parser(_CALC)
        text = self.to_calc(formula)
        tokens = parser.parseFormula(_shielded(text)[1:], _cell(area.row, area.column))
        return [
            [
                _restored("=" + parser.printFormula(tokens, _cell(row, column)))
                for column in range(area.column, area.column + area.columns)
            ]
            for row in range(area.row, area.row + area.rows)
        ]

    def _parsed(self, formula: str, from_excel: bool) -> str:
        names = self._sheets.ElementNames
        key = formula, from_excel, names  # a missing sheet may come, or be renamed
        if key not in self._done:
            if from_excel:
                _check_sheets(formula, names)
            source, target = (_XL_A1, _CALC) if from_excel else (_CALC, _XL_OOX)
            here = _cell(1, 1)
            tokens = self._parser(source).parseFormula(_shielded(formula)[1:], here)
            self._done[key] = _restored("=" + self._parser(target).printFormula(tokens, here))
        return self._done[key]

    def _parser(self, convention: int) -> Any:
        if convention not in self._parsers:
            parser = self._document.createInstance("com.sun.star.sheet.FormulaParser")
            parser.CompileEnglish = True
            parser.FormulaConvention = convention
            self._parsers[convention] = parser
        return self._parsers[convention]


def _check_sheets(formula: str, names: tuple[str, ...]) -> None:
    known = {name.casefold() for name in names}
    for name in _EXCEL_SHEET.findall(_TEXT.sub("", _shielded(formula))):
        wanted = unquoted(name)
        if not known.issuperset(title.casefold() for title in wanted.split(":")):
            raise ValueError(f"no such sheet: {wanted}")


def outside_quotes(change: Callable[[str], str], formula: str) -> str:
    """Changes the formula, but neither its texts nor its quoted sheet names."""
    parts = _QUOTED.split(formula)
    return "".join(part if i % 2 else change(part) for i, part in enumerate(parts))


def _in_calc(part: str) -> str:
    """TRUE without its parentheses would become 1."""
    return _BARE_TRUTH.sub(r"\1()", _FUTURE.sub("", part)).translate(_TO_CALC)


def _tidy(part: str) -> str:
    """Excel writes TRUE where Calc writes TRUE(), and no prefix to the functions it knows."""
    return _FUTURE.sub("", _TRUTH.sub(r"\1", part))


def _shielded(formula: str) -> str:
    """Error constants as names, which the parser lets pass."""
    return outside_quotes(
        lambda part: _ERROR.sub(lambda m: f"zzerror{ERRORS.index(m[0])}zz", part), formula
    )


def _restored(formula: str) -> str:
    return _PLACE.sub(lambda m: ERRORS[int(m[1])], formula)


def _cell(row: int, column: int) -> Any:
    return struct("table.CellAddress", Sheet=0, Column=column - 1, Row=row - 1)
