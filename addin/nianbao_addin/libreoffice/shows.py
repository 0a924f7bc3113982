"""Which cells of a block show dates or truth values, and areas as sets of places within a block.

A place is (row, column) counted from 0 within the block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from nianbao_addin.libreoffice import a1
from nianbao_addin.libreoffice.a1 import Area
from nianbao_addin.libreoffice.entry import Kind
from nianbao_addin.libreoffice.formats import Shows

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.range import Range

SHOWN = 1  # what a search looks at: not formulas but what they give

# What a truth value (in the words of the program's language) or a date looks like on the screen. A
# text that looks so costs a look at its cell's format and no more.
LOOKS = r"^({}|{})$|[0-9][-/][0-9]|[年月日:]"

_CONSTANT_DATES = 2  # com.sun.star.sheet.CellFlags.DATETIME


def forget_truth(block: Range) -> list[Area]:
    """Take the format of truth values off before the cells get others, which it would disguise.

    The areas that had it.
    """
    areas = [area for area, shows in _shown(block, _looks(block)) if shows == "bool"]
    for area in areas:
        block.at(area).xl.NumberFormat = block.book.formats.key("General")
    return areas


def show_as(block: Range, areas: list[Area], kind: Kind) -> None:
    if areas:
        block.book.ranges(block.sheet, areas).NumberFormat = block.book.formats.for_kind(kind)


def shown(block: Range) -> Iterator[tuple[Area, Shows]]:
    """What each part of the block shows; the parts make up the block."""
    for area, key in format_keys(block):
        yield area, block.book.formats.shows(key)


def format_keys(block: Range) -> list[tuple[Area, int]]:
    """The number of the format of each part of the block."""
    if block.uniform("NumberFormat"):
        return [(block.area, block.xl.NumberFormat)]
    groups = block.xl.getUniqueCellFormatRanges()
    parts = []
    for index in range(groups.Count):
        group = groups.getByIndex(index)
        key = group.NumberFormat
        parts += [(a1.from_calc(address), key) for address in group.RangeAddresses]
    return parts


def special(block: Range, data: Any) -> dict[tuple[int, int], Shows]:
    """The places (from 0) of numbers that are shown as dates or as truth values."""
    numbers = {at for at in positions(data) if isinstance(data[at[0]][at[1]], float)}
    if not numbers:
        return {}
    if block.uniform("NumberFormat"):
        shows = block.book.formats.shows(block.xl.NumberFormat)
        return dict.fromkeys(numbers, shows) if shows in {"bool", "date"} else {}
    found: dict[tuple[int, int], Shows] = {}
    for address in block.xl.queryContentCells(_CONSTANT_DATES).RangeAddresses:
        found.update(dict.fromkeys(inside(block, a1.from_calc(address)), "date"))
    rest = numbers - found.keys()
    areas = [area for area in _looks(block) if not rest.isdisjoint(inside(block, area))]
    for area, shows in _shown(block, areas):
        if shows in {"bool", "date"}:
            found.update(dict.fromkeys(rest.intersection(inside(block, area)), shows))
    return {at: shows for at, shows in found.items() if at in numbers}


def _looks(block: Range) -> list[Area]:
    """The parts of the block that look like dates or truth values on the screen."""
    if block.area.is_cell or block.uniform("NumberFormat"):
        return [block.area]
    found = block.xl.findAll(block.book.looks)
    return [] if found is None else [a1.from_calc(address) for address in found.RangeAddresses]


def _shown(block: Range, areas: Iterable[Area]) -> Iterator[tuple[Area, Shows]]:
    for area in areas:
        yield from shown(block if area == block.area else block.at(area))


def positions(rows: Any) -> Iterator[tuple[int, int]]:
    return ((r, c) for r, row in enumerate(rows) for c in range(len(row)))


def inside(block: Range, area: Area) -> Iterator[tuple[int, int]]:
    """The places of an area within the block."""
    top, left = area.row - block.area.row, area.column - block.area.column
    return ((top + r, left + c) for r in range(area.rows) for c in range(area.columns))


def moved(block: Range, area: Area) -> Area:
    """An area that counts from 0 within the block, as one of the sheet."""
    return area._replace(row=block.area.row + area.row, column=block.area.column + area.column)


def rectangles(places: Iterable[tuple[int, int]]) -> list[Area]:
    """Few areas (counting as the places do) that together are the places."""
    runs: list[Area] = []
    for r, c in sorted(places):
        last = runs[-1] if runs else None
        if last and last.row == r and last.column + last.columns == c:
            runs[-1] = last._replace(columns=last.columns + 1)
        else:
            runs.append(Area(r, c, 1, 1))
    merged: dict[tuple[int, int, int], Area] = {}  # by columns and the row that comes next
    for run in runs:
        above = merged.pop((run.column, run.columns, run.row), run._replace(rows=0))
        grown = above._replace(rows=above.rows + 1)
        merged[run.column, run.columns, run.row + 1] = grown
    return list(merged.values())
