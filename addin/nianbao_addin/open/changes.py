"""What a filling command puts into cells, and the way back.

A spreadsheet program forgets its own undo list when a program writes. So what stood in the cells
before is kept on a hidden sheet of the workbook, each cell as a formula that refers to it: it
follows the cell through inserted rows and renamed sheets, and survives saving.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from nianbao.errors import CannotWrite, NianbaoError, UnusableInput
from nianbao.formats import a1
from nianbao.formats.a1 import letters_of, quoted
from nianbao_addin.hosts.host import (
    CellBlock,
    FormulaText,
    Host,
    Place,
    Value,
    place_of,
)

SHEET = "撤销记录"
_MARK = "年报助手：撤销上次填充要用，请勿改动"
_TITLES = ("单元格", "原有种类", "原有内容", "填入种类", "填入内容")
_FIRST = 3  # row of the first cell that is kept
_BLANK, _FORMULA, _TEXT_OF_FORMULA, _TRUTH, _MOMENT = "空白", "公式", "公式文字", "逻辑值", "日期"

Content = Value | FormulaText


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: where it is, what stands there, and what is to stand there."""

    place: Place
    old: Content
    new: Content


@dataclass(frozen=True, slots=True)
class Kept:
    """The last filling: the label of its button, its cells as they are now, and how many of them
    have been deleted since."""

    label: str
    changes: tuple[Change, ...]
    gone: int


@dataclass
class CellContents:
    """Contents of cells; a sheet is read, in two calls, when it is first asked for."""

    host: Host
    _values: dict[str, CellBlock] = field(default_factory=dict)
    _formulas: dict[str, CellBlock] = field(default_factory=dict)

    def __getitem__(self, place: Place) -> Content:
        """A formula as such, a constant as its value."""
        sheet = place.sheet
        if sheet not in self._values:
            self._values[sheet] = self.host.read(sheet)
            self._formulas[sheet] = self.host.read_formulas(sheet)
        value = self._values[sheet].at(place.row, place.column)
        text = self._formulas[sheet].at(place.row, place.column)
        # A text that begins with = reads the same as what it says.
        is_formula = isinstance(text, str) and text.startswith("=") and text != value
        return FormulaText(text) if is_formula else value


def shown(content: Content) -> str:
    """A content as a message has it."""
    if is_blank(content):
        return "空白"
    if isinstance(content, float) and content.is_integer():
        return str(int(content))
    text = str(content)
    return text if len(text) <= _LONG else text[:_LONG] + "…"


_LONG = 40


def where(place: Place) -> str:
    """``表三!D5``."""
    return f"{place.sheet}!{letters_of(place.column)}{place.row}"


def same(one: Content, other: Content) -> bool:
    """Whether two contents are the same, whatever the program has made of them; 0 is not blank."""
    if isinstance(one, FormulaText) and isinstance(other, FormulaText):
        return _plain(one) == _plain(other)
    if _is_number(one) and _is_number(other):
        return Decimal(str(one)) == Decimal(str(other))
    if is_blank(one) or is_blank(other):
        return is_blank(one) and is_blank(other)
    return type(one) is type(other) and one == other


def is_blank(content: Content) -> bool:
    """Whether nothing is to be seen in the cell."""
    return content is None or content == ""


def _is_number(value: Content) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _plain(formula: str) -> str:
    """A formula without what programs write in different ways."""
    return "".join(c for c in formula.upper() if c not in " $'@")


def apply(host: Host, label: str, changes: Sequence[Change]) -> None:
    """Make the changes and keep the old contents for ``label``'s undoing: all, or none at all.

    Raises CannotWrite.
    """
    if not changes:
        return
    fresh = _make_sheet(host)
    try:
        _write(host, [(change.place, change.new) for change in changes])
        try:
            _keep(host, label, changes)
        except BaseException:
            with suppress(NianbaoError):
                _write(host, [(change.place, change.old) for change in changes])
            raise
    except BaseException:
        if fresh:
            with suppress(Exception):
                host.remove_sheet(SHEET)
        raise


def kept(host: Host) -> Kept | None:
    """The last filling that has not been undone; None if there is none."""
    sheet = _sheet(host)
    if sheet is None:
        return None
    values, formulas = host.read(sheet), host.read_formulas(sheet)
    label, count = values.at(1, 2), values.at(1, 3)
    changes, gone = [], 0
    for row in range(_FIRST, _FIRST + int(count if isinstance(count, float) else 0)):
        place = place_of(str(formulas.at(row, 1)))
        if place is None:
            gone += 1
            continue
        old, new = (_read(values, formulas, row, column, place.sheet) for column in (2, 4))
        changes.append(Change(place, old, new))
    return Kept(str(label), tuple(changes), gone) if changes or gone else None


def undo(host: Host, changes: Iterable[Change]) -> None:
    """Put the old contents back, and forget them. Raises CannotWrite, having changed nothing."""
    _write(host, [(change.place, change.old) for change in changes])
    _keep(host, "", ())
    with suppress(Exception):  # where the structure is protected the empty sheet stays
        host.remove_sheet(SHEET)


def _write(host: Host, contents: Sequence[tuple[Place, Content]]) -> None:
    """All of it, or nothing: sheets that were written before one refuses get back what they had."""
    before = CellContents(host)
    done: list[tuple[Place, Content]] = []
    sheets = dict.fromkeys(place.sheet for place, _ in contents)
    for sheet in sheets:
        mine = [(place, content) for place, content in contents if place.sheet == sheet]
        old = [(place, before[place]) for place, _ in mine]
        try:
            _write_sheet(host, before, mine)
        except NianbaoError:
            for name in dict.fromkeys(place.sheet for place, _ in done):
                with suppress(NianbaoError):
                    _write_sheet(host, before, [item for item in done if item[0].sheet == name])
            raise
        done += old


def _write_sheet(
    host: Host, before: CellContents, contents: Sequence[tuple[Place, Content]]
) -> None:
    """Without the protection of the sheet only where it is in the way."""
    sheet = contents[0][0].sheet
    runs = tuple(_runs(before, contents))
    formulas = [place for place, content in contents if isinstance(content, FormulaText)]

    def write() -> None:
        for place in formulas:
            host.let_calculate(place)
        for run in runs:
            host.write(sheet, *run[:2], [run[2]])

    try:
        write()
    except CannotWrite:
        with host.unlocked(sheet):
            write()


def _runs(
    before: CellContents, contents: Sequence[tuple[Place, Content]]
) -> Iterator[tuple[int, int, list[Content]]]:
    """Cells of a row with nothing but blank ones between them, to be written in one call, the
    blank ones as blank: row, first column, contents."""
    row = column = 0
    run: list[Content] = []
    for place, content in sorted(contents, key=lambda item: item[0][1:3]):
        gap = range(column + len(run), place.column)
        free = (before[Place(place.sheet, place.row, c)] is None for c in gap)
        if run and place.row == row and all(free):
            run += [*(None for _ in gap), content]
            continue
        if run:
            yield row, column, run
        row, column, run = place.row, place.column, [content]
    if run:
        yield row, column, run


def _sheet(host: Host) -> str | None:
    """The sheet with the record. Raises UnusableInput for a sheet of a person's with its name."""
    if SHEET not in host.sheets():
        return None
    if host.read(SHEET).at(1, 1) != _MARK:
        raise UnusableInput(f"工作簿里有一张自己的“{SHEET}”表，请先把它改名再点一次。")
    return SHEET


def _make_sheet(host: Host) -> bool:
    """Whether there was none. Raises CannotWrite where the structure is protected."""
    if _sheet(host) is not None:
        return False
    host.add_sheet(SHEET, hidden=True)
    _keep(host, "", ())
    return True


def _keep(host: Host, label: str, changes: Sequence[Change]) -> None:
    used = host.read(SHEET)
    rows: list[list[Content]] = [
        [_MARK, label, float(len(changes)), None, None],
        list(_TITLES),
        *(
            [_reference(c.place), *_kept(c.old, c.place.sheet), *_kept(c.new, c.place.sheet)]
            for c in changes
        ),
    ]
    blank: list[Content] = [None] * len(_TITLES)
    rows += [blank] * (used.row + len(used.rows) - 1 - len(rows))
    host.write(SHEET, 1, 1, rows)


def _reference(place: Place) -> FormulaText:
    return FormulaText(f"={quoted(place.sheet)}!${letters_of(place.column)}${place.row}")


def _kept(content: Content, sheet: str) -> tuple[str, Content]:
    """The kind and content of a cell, so that no text is taken for a date or calculated.

    A formula is kept as one, so that it follows its cells like the reference in the first column.
    """
    if is_blank(content):
        return _BLANK, None
    if isinstance(content, FormulaText):
        moved = _abroad(content, sheet)
        return (_TEXT_OF_FORMULA, str(content)) if moved is None else (_FORMULA, FormulaText(moved))
    if isinstance(content, bool):
        return _TRUTH, "是" if content else "否"
    if isinstance(content, dt.datetime):
        return _MOMENT, content.isoformat()
    if isinstance(content, int | float | Decimal):
        return "数", float(content)
    return "文字", content


def _read(values: CellBlock, formulas: CellBlock, row: int, column: int, sheet: str) -> Content:
    kind, content = values.at(row, column), values.at(row, column + 1)
    if kind == _FORMULA:
        return FormulaText(_at_home(str(formulas.at(row, column + 1)), sheet))
    if kind == _TEXT_OF_FORMULA:
        return FormulaText(str(content))
    if kind == _TRUTH:
        return content == "是"
    if kind == _MOMENT:
        return dt.datetime.fromisoformat(str(content))
    return None if kind == _BLANK else content


# formulas on another sheet and back, so that they go on meaning the same cells

_NAME = re.compile(r"[^\W\d][\w.]*")


def _abroad(formula: str, sheet: str) -> str | None:
    """A formula of a cell on ``sheet`` as it would have to be on another one; None where that
    is not clear, as with columns of a table."""
    prefix = quoted(sheet) + "!"
    sure = True

    def moved(operand: str) -> str:
        nonlocal sure
        if a1.parse_typed(operand):
            return prefix + operand
        sure = sure and (("!" in operand and "[" not in operand) or bool(_NAME.fullmatch(operand)))
        return operand

    text = _with_operands(formula, moved)
    return text if sure else None


def _at_home(formula: str, sheet: str) -> str:
    """The way back: what it says of ``sheet`` without that sheet's name."""
    prefixes = (quoted(sheet) + "!", sheet + "!")

    def moved(operand: str) -> str:
        for prefix in prefixes:
            if operand.startswith(prefix):
                return operand.removeprefix(prefix)
        return operand

    return _with_operands(formula, moved)


def _with_operands(formula: str, moved: Callable[[str], str]) -> str:
    from openpyxl.formula import Tokenizer

    tokens = Tokenizer(formula).items
    return "=" + "".join(moved(t.value) if t.subtype == "RANGE" else t.value for t in tokens)
