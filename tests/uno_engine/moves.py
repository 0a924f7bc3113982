"""Where ranges lead to, and cutting, joining and shifting of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.formats.a1 import COLUMNS, ROWS
from nianbao_addin.libreoffice import rectangle
from nianbao_addin.libreoffice.blocks import CONTENTS
from nianbao_addin.libreoffice.bridge import NotPossible, enum, struct
from nianbao_addin.libreoffice.rectangle import Rectangle

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.range import CalcRange


def end(block: CalcRange, direction: str) -> CalcRange:
    """The cell that Ctrl and an arrow key lead to from the first one."""
    way = direction[0].lower()
    row, column = block.row, block.column
    if way in "ud":
        line, here, last = Rectangle(1, column, ROWS, 1), row, ROWS
    elif way in "lr":
        line, here, last = Rectangle(row, 1, 1, COLUMNS), column, COLUMNS
    else:
        raise ValueError(f"no direction: {direction!r}")
    filled = sorted(
        (area.row, area.last_row) if way in "ud" else (area.column, area.last_column)
        for address in block.at(line).xl.queryContentCells(CONTENTS).RangeAddresses
        for area in [rectangle.from_calc(address)]
    )
    if way in "ul":  # look along the mirrored line, on which it is the way forward
        mirrored = [(last + 1 - b, last + 1 - a) for a, b in reversed(filled)]
        target = last + 1 - _forward(mirrored, last + 1 - here, last)
    else:
        target = _forward(filled, here, last)
    place = Rectangle(target, column, 1, 1) if way in "ud" else Rectangle(row, target, 1, 1)
    return block.at(place)


def _forward(filled: list[tuple[int, int]], here: int, last: int) -> int:
    """The last filled cell without a gap between, else the next filled one, else the edge."""
    joined: list[tuple[int, int]] = []
    for start, stop in filled:  # numbers and texts are told apart, and meet
        if joined and joined[-1][1] + 1 == start:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    for start, stop in joined:
        if start <= here < stop:
            return stop
        if start > here:
            return start
    return last


def merge_area(block: CalcRange) -> CalcRange:
    """The merged cells around the first cell, or that cell."""
    first = block.at(block.area._replace(rows=1, columns=1))
    cursor = block.sheet.xl.createCursorByRange(first.xl)
    cursor.collapseToMergedArea()
    return block.at(rectangle.from_calc(cursor.RangeAddress))


def merge(block: CalcRange, across: bool) -> None:
    """Join the cells, by rows when ``across``; only the first one's content stays, as in Excel."""
    area = block.area
    rows = [area._replace(row=area.row + i, rows=1) for i in range(area.rows)] if across else [area]
    for part in rows:
        for covered in _all_but_first(part):
            block.at(covered).xl.clearContents(CONTENTS)
        block.at(part).xl.merge(True)


def _all_but_first(area: Rectangle) -> list[Rectangle]:
    beside = Rectangle(area.row, area.column + 1, 1, area.columns - 1)
    below = Rectangle(area.row + 1, area.column, area.rows - 1, area.columns)
    return [part for part in (beside, below) if part.rows > 0 and part.columns > 0]


def insert(block: CalcRange, shift: str | None) -> None:
    """Make room; where no shift is said, by the shape, as Excel guesses."""
    area = block.area
    if area.is_rows:
        mode = "ROWS"
    elif area.is_columns:
        mode = "COLUMNS"
    else:
        shift = shift or ("right" if area.rows > area.columns else "down")
        mode = {"down": "DOWN", "right": "RIGHT"}[shift]
    block.sheet.xl.insertCells(block.xl.RangeAddress, enum("sheet.CellInsertMode", mode))
    block.sheet.shifted()


def delete(block: CalcRange, shift: str | None) -> None:
    """Take the cells out; where no shift is said, by the shape, as Excel guesses."""
    area = block.area
    if area.is_rows:
        mode = "ROWS"
    elif area.is_columns:
        mode = "COLUMNS"
    else:
        shift = shift or ("left" if area.rows > area.columns else "up")
        mode = {"up": "UP", "left": "LEFT"}[shift]
    block.sheet.xl.removeRange(block.xl.RangeAddress, enum("sheet.CellDeleteMode", mode))
    block.sheet.shifted()


def copy(block: CalcRange, destination: Any) -> None:
    """Copy content and formats to the range (of xlwings) in the same book."""
    target = _target(block, destination)
    target.formatting("copy")
    block.sheet.xl.copyRange(_cell(target), block.xl.RangeAddress)


def move(block: CalcRange, destination: Any) -> None:
    """Move content and formats to the range in the same book; references follow."""
    target = _target(block, destination)
    block.formatting("move")
    target.formatting("move")
    block.sheet.xl.moveRange(_cell(target), block.xl.RangeAddress)
    block.sheet.shifted()
    target.sheet.shifted()


def _target(block: CalcRange, destination: Any) -> CalcRange:
    if destination is None:
        raise NotImplementedError("without a window there is no clipboard")
    target: CalcRange = getattr(destination, "impl", destination)
    if target.book is not block.book:
        raise NotPossible("不能复制到另一个工作簿。")
    return target


def _cell(block: CalcRange) -> Any:
    address = block.xl.RangeAddress
    return struct(
        "table.CellAddress",
        Sheet=address.Sheet,
        Column=address.StartColumn,
        Row=address.StartRow,
    )
