"""Blocks of cells, read and written in one call each, with Excel's notion of what a value is.

UNO gives and takes numbers and texts. Dates and truth values are numbers with a format, which is
looked up here, as seldom as possible; formulas, and texts that Excel would read as something else,
are recognised on the way in (see `values.typed`).

A place is (row, column) counted from 0 within the block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from nianbao_addin.libreoffice import rectangle
from nianbao_addin.libreoffice.bridge import FormulaRefused
from nianbao_addin.libreoffice.formulas import ERRORS, is_refused
from nianbao_addin.libreoffice.number_formats import Shows
from nianbao_addin.libreoffice.rectangle import Rectangle
from nianbao_addin.libreoffice.values import (
    CellEntry,
    CellError,
    Kind,
    Rows,
    depends_on_format,
    entry_of,
    to_datetime,
)

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.range import CalcRange

# com.sun.star.sheet.CellFlags: numbers, dates, texts, formulas; notes
CONTENTS, _NOTES = 1 | 2 | 4 | 16, 8
SHOWN = 1  # what a search looks at: not formulas but what they give

# What a truth value (in the words of the program's language) or a date looks like on the screen. A
# text that looks so costs a look at its cell's format and no more.
LOOKS = r"^({}|{})$|[0-9][-/][0-9]|[年月日:]"

_CONSTANT_DATES = 2  # com.sun.star.sheet.CellFlags.DATETIME
_NEEDS_FORMAT = {"date", "datetime", "time", "percent", "bool"}


def read(block: CalcRange, with_errors: bool = False) -> Rows:
    """The values: None, float, str, bool, datetime, `CellError` (its text only ``with_errors``)."""
    data = block.xl.getDataArray()
    looks_special = special(block, data)
    epoch = block.book.epoch
    rows: Rows = [[None if value == "" else value for value in row] for row in data]
    errors = {at for at in positions(data) if data[at[0]][at[1]] is None}
    for (r, c), text in _errors(block, errors, with_errors).items():
        rows[r][c] = CellError(text)
    for (r, c), shows in looks_special.items():
        number = data[r][c]
        if shows == "bool":
            rows[r][c] = bool(number)
        else:
            rows[r][c] = to_datetime(number, epoch) or number
    return rows


def read_formulas(block: CalcRange) -> Rows:
    """Excel's ``Formula``: formulas, and constants as one would type them in; all are texts."""
    texts = block.xl.getFormulaArray()
    data = block.xl.getDataArray()
    rows: Rows = [list(row) for row in texts]
    maybe_bool = False
    for r, c in positions(data):
        text, value = texts[r][c], data[r][c]
        if _is_formula(text, value):
            rows[r][c] = block.book.formulas.to_excel(text)
        elif isinstance(value, str):
            rows[r][c] = value  # Calc marks a text that looks like a number by an apostrophe
        else:
            maybe_bool = maybe_bool or value in {0.0, 1.0}
    if maybe_bool:
        for (r, c), shows in special(block, data).items():
            if shows == "bool" and not _is_formula(texts[r][c], data[r][c]):
                rows[r][c] = "TRUE" if data[r][c] else "FALSE"
    return rows


def write(block: CalcRange, rows: Rows) -> None:
    """Put the values of ``rows``, which has the block's shape, into its cells.

    Raises `FormulaRefused` when a formula cannot be read; then nothing has changed.
    """
    entries = _entries(block, rows)
    formulas = {at: str(e.content) for at, e in _each(entries) if e.kind == "formula"}
    translated = _translated(block, formulas)
    before = (block.xl.getDataArray(), block.xl.getFormulaArray()) if formulas else None
    truth = forget_truth(block)
    _put(block, [["" if e.kind == "formula" else e.content for e in row] for row in entries])
    if before is None:
        _format(block, entries)
        return
    try:
        _put_formulas(block, translated)
        _check(block, formulas)
    except FormulaRefused:
        _restore(block, *before)
        show_as(block, truth, "bool")
        raise
    if _format(block, entries):  # a formula takes its format from the cells that it refers to
        _put_formulas(block, translated)


def fill_formula(block: CalcRange, formula: str) -> None:
    """One formula into all cells, its relative references moving along, as Excel does it."""
    before = block.xl.getDataArray(), block.xl.getFormulaArray()
    try:
        filled = block.book.formulas.filled(formula, block.area)
    except ValueError as error:
        raise FormulaRefused(block.address, formula) from error
    truth = forget_truth(block)
    _put_formulas(block, {(r, c): filled[r][c] for r, c in positions(filled)})
    try:
        _check(block, dict.fromkeys(positions(filled), formula))
    except FormulaRefused:
        _restore(block, *before)
        show_as(block, truth, "bool")
        raise


def _errors(
    block: CalcRange, places: set[tuple[int, int]], with_texts: bool
) -> dict[tuple[int, int], str]:
    """The errors at these places; where nobody asks for the texts, any will do."""
    if not with_texts:
        return dict.fromkeys(places, "#N/A")
    texts: dict[tuple[int, int], str] = {}
    if len(places) > len(ERRORS):  # a search for each text instead of a look at each cell
        search = block.xl.createSearchDescriptor()
        search.SearchType, search.SearchWords = SHOWN, True
        for search.SearchString in ERRORS:
            found = block.xl.findAll(search)
            for address in found.RangeAddresses if found else ():
                here = places.intersection(inside(block, rectangle.from_calc(address)))
                texts.update(dict.fromkeys(here, search.SearchString))
    return texts | {(r, c): block.cell(r, c).String for r, c in places - texts.keys()}


def _entries(block: CalcRange, rows: Rows) -> list[list[CellEntry]]:
    """What is to be stored; cells formatted as text are looked for only if that can matter."""
    texts: set[tuple[int, int]] = set()
    if any(depends_on_format(rows[r][c]) for r, c in positions(rows)):
        for area, shows in shown(block):
            if shows == "text":
                texts.update(inside(block, area))
    epoch = block.book.epoch
    return [
        [entry_of(value, epoch, (r, c) in texts) for c, value in enumerate(row)]
        for r, row in enumerate(rows)
    ]


def _translated(
    block: CalcRange, formulas: dict[tuple[int, int], str]
) -> dict[tuple[int, int], str]:
    translated = {}
    for at, formula in formulas.items():
        try:
            translated[at] = block.book.formulas.to_calc(formula)
        except ValueError as error:
            raise FormulaRefused(block.at(_place(block, at)).address, formula) from error
    return translated


def _put(block: CalcRange, contents: Rows) -> None:
    """Numbers and texts into the cells. UNO's block write would take their notes away."""
    noted = _noted(block)
    if not noted:
        block.xl.setDataArray(tuple(map(tuple, contents)))
        return
    for area in rectangles(set(positions(contents)) - noted):
        block.at(moved(block, area)).xl.setDataArray(_cut(area, lambda r, c: contents[r][c]))
    for r, c in noted:
        cell, content = block.cell(r, c), contents[r][c]
        if content == "":
            cell.clearContents(CONTENTS)
        elif isinstance(content, str):
            cell.setString(content)
        else:
            cell.setValue(content)


def _put_formulas(block: CalcRange, formulas: dict[tuple[int, int], str]) -> None:
    noted = _noted(block) & formulas.keys()
    for area in rectangles(formulas.keys() - noted):
        block.at(moved(block, area)).xl.setFormulaArray(_cut(area, lambda r, c: formulas[r, c]))
    for r, c in noted:
        block.cell(r, c).setFormula(formulas[r, c])


def _noted(block: CalcRange) -> set[tuple[int, int]]:
    """The places of cells that have a note."""
    if not block.sheet.annotations.Count:
        return set()
    addresses = block.xl.queryContentCells(_NOTES).RangeAddresses
    return {at for address in addresses for at in inside(block, rectangle.from_calc(address))}


def _cut(area: Rectangle, content: Callable[[int, int], Any]) -> tuple[tuple[Any, ...], ...]:
    return tuple(
        tuple(content(r, c) for c in range(area.column, area.last_column + 1))
        for r in range(area.row, area.last_row + 1)
    )


def _check(block: CalcRange, formulas: dict[tuple[int, int], str]) -> None:
    """Raises `FormulaRefused` for a formula that is shown as Err:5xx because it cannot be read."""
    data = block.xl.getDataArray()
    for (r, c), formula in formulas.items():
        if data[r][c] is None and is_refused(block.cell(r, c).getError()):
            raise FormulaRefused(block.at(_place(block, (r, c))).address, formula)


def _restore(block: CalcRange, data: Any, texts: Any) -> None:
    _put(block, [["" if value is None else value for value in row] for row in data])
    _put_formulas(
        block,
        {(r, c): texts[r][c] for r, c in positions(data) if _is_formula(texts[r][c], data[r][c])},
    )


def _format(block: CalcRange, entries: list[list[CellEntry]]) -> bool:
    """Give dates and percentages in general cells a format, truth values theirs everywhere.

    Whether there were any.
    """
    wanted = {at: entry.kind for at, entry in _each(entries) if entry.kind in _NEEDS_FORMAT}
    if not wanted:
        return False
    general = {at for area, s in shown(block) if s == "general" for at in inside(block, area)}
    for kind in sorted(set(wanted.values())):
        cells = {at for at, k in wanted.items() if k == kind and (k == "bool" or at in general)}
        show_as(block, [moved(block, area) for area in rectangles(cells)], kind)
    return True


def _is_formula(text: str, value: Any) -> bool:
    """A text that starts with = is given as it is, a formula too; only a text is its own value."""
    return text.startswith(("=", "{=")) and text != value


def _each(entries: list[list[CellEntry]]) -> Iterator[tuple[tuple[int, int], CellEntry]]:
    return (((r, c), entry) for r, row in enumerate(entries) for c, entry in enumerate(row))


def _place(block: CalcRange, at: tuple[int, int]) -> Rectangle:
    return Rectangle(block.area.row + at[0], block.area.column + at[1], 1, 1)


# dates and truth values among the numbers


def forget_truth(block: CalcRange) -> list[Rectangle]:
    """Take the format of truth values off before the cells get others, which it would disguise.

    The areas that had it.
    """
    areas = [area for area, shows in _shown(block, _looks(block)) if shows == "bool"]
    for area in areas:
        block.at(area).xl.NumberFormat = block.book.formats.key("General")
    return areas


def show_as(block: CalcRange, areas: list[Rectangle], kind: Kind) -> None:
    if areas:
        block.book.ranges(block.sheet, areas).NumberFormat = block.book.formats.for_kind(kind)


def shown(block: CalcRange) -> Iterator[tuple[Rectangle, Shows]]:
    """What each part of the block shows; the parts make up the block."""
    for area, key in format_keys(block):
        yield area, block.book.formats.shows(key)


def format_keys(block: CalcRange) -> list[tuple[Rectangle, int]]:
    """The number of the format of each part of the block."""
    if block.uniform("NumberFormat"):
        return [(block.area, block.xl.NumberFormat)]
    groups = block.xl.getUniqueCellFormatRanges()
    parts = []
    for index in range(groups.Count):
        group = groups.getByIndex(index)
        key = group.NumberFormat
        parts += [(rectangle.from_calc(address), key) for address in group.RangeAddresses]
    return parts


def special(block: CalcRange, data: Any) -> dict[tuple[int, int], Shows]:
    """The places (from 0) of numbers that are shown as dates or as truth values."""
    numbers = {at for at in positions(data) if isinstance(data[at[0]][at[1]], float)}
    if not numbers:
        return {}
    if block.uniform("NumberFormat"):
        shows = block.book.formats.shows(block.xl.NumberFormat)
        return dict.fromkeys(numbers, shows) if shows in {"bool", "date"} else {}
    found: dict[tuple[int, int], Shows] = {}
    for address in block.xl.queryContentCells(_CONSTANT_DATES).RangeAddresses:
        found.update(dict.fromkeys(inside(block, rectangle.from_calc(address)), "date"))
    rest = numbers - found.keys()
    areas = [area for area in _looks(block) if not rest.isdisjoint(inside(block, area))]
    for area, shows in _shown(block, areas):
        if shows in {"bool", "date"}:
            found.update(dict.fromkeys(rest.intersection(inside(block, area)), shows))
    return {at: shows for at, shows in found.items() if at in numbers}


def _looks(block: CalcRange) -> list[Rectangle]:
    """The parts of the block that look like dates or truth values on the screen."""
    if block.area.is_cell or block.uniform("NumberFormat"):
        return [block.area]
    found = block.xl.findAll(block.book.looks)
    addresses = () if found is None else found.RangeAddresses
    return [rectangle.from_calc(address) for address in addresses]


def _shown(block: CalcRange, areas: Iterable[Rectangle]) -> Iterator[tuple[Rectangle, Shows]]:
    for area in areas:
        yield from shown(block if area == block.area else block.at(area))


def positions(rows: Any) -> Iterator[tuple[int, int]]:
    return ((r, c) for r, row in enumerate(rows) for c in range(len(row)))


def inside(block: CalcRange, area: Rectangle) -> Iterator[tuple[int, int]]:
    """The places of an area within the block."""
    top, left = area.row - block.area.row, area.column - block.area.column
    return ((top + r, left + c) for r in range(area.rows) for c in range(area.columns))


def moved(block: CalcRange, area: Rectangle) -> Rectangle:
    """An area that counts from 0 within the block, as one of the sheet."""
    return area._replace(row=block.area.row + area.row, column=block.area.column + area.column)


def rectangles(places: Iterable[tuple[int, int]]) -> list[Rectangle]:
    """Few areas (counting as the places do) that together are the places."""
    runs: list[Rectangle] = []
    for r, c in sorted(places):
        last = runs[-1] if runs else None
        if last and last.row == r and last.column + last.columns == c:
            runs[-1] = last._replace(columns=last.columns + 1)
        else:
            runs.append(Rectangle(r, c, 1, 1))
    merged: dict[tuple[int, int, int], Rectangle] = {}  # by columns and the row that comes next
    for run in runs:
        above = merged.pop((run.column, run.columns, run.row), run._replace(rows=0))
        grown = above._replace(rows=above.rows + 1)
        merged[run.column, run.columns, run.row + 1] = grown
    return list(merged.values())
