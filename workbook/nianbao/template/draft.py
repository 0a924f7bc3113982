"""The template while it is being built: sheets, and for each cell what will stand in it."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form.workbook import name_of
from nianbao.formats.a1 import Area, Position, quoted, reference
from nianbao.template import styles
from nianbao.template.shape import Shape


class Draft:
    """A workbook with slots.

    ``slots`` says by sheet and position which key's value stands there, be it typed in or the
    result of a formula; ``places`` where the figure or text of a key is entered.
    """

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.book = Workbook()
        del self.book[self.book.sheetnames[0]]
        self.wardrobe = styles.Wardrobe()
        self.slots: dict[str, dict[Position, str]] = {}
        self.heights: dict[str, dict[int, str]] = {}
        self.places: dict[str, tuple[str, Position]] = {}
        self.checks: dict[str, list[tuple[str, Position]]] = {}

    def add_sheet(self, title: str, colour: str) -> Worksheet:
        ws = styles.new_sheet(self.book, title)
        ws.sheet_properties.tabColor = colour
        self.slots[title] = {}
        self.heights[title] = {}
        return ws

    def sheet(self, title: str) -> Worksheet:
        ws: Worksheet = self.book[title]
        return ws

    def put(
        self, ws: Worksheet, row: int, col: int, value: str | int | None, look: styles.Look
    ) -> Cell:
        """A fixed content."""
        cell = styles.cell_at(ws, row, col)
        self.wardrobe.dress(cell, look)
        cell.value = value
        return cell

    def merge(self, ws: Worksheet, row: int, col: int, last_row: int, last_col: int) -> None:
        """Merge, the look of the first cell being that of all."""
        for r in range(row, last_row + 1):
            for c in range(col, last_col + 1):
                ws.cell(r, c)._style = ws.cell(row, col)._style  # type: ignore[union-attr]
        styles.merge(ws, row, col, last_row, last_col)

    def slot(self, ws: Worksheet, row: int, col: int, key: str, *, name: bool = True) -> None:
        """The cell takes the value of ``key``; ``name``: it is the place that readers look for."""
        self.slots[ws.title][row, col] = key
        if name:
            self.places[key] = ws.title, (row, col)
            self.name(key, ws, (row, col))

    def formula(
        self, ws: Worksheet, row: int, col: int, text: str, key: str, look: styles.Look | None
    ) -> None:
        """A formula whose result is the value of ``key``; ``=key``: one that shows that value."""
        cell = styles.cell_at(ws, row, col)
        cell.value = text
        if look:
            self.wardrobe.dress(cell, look)
        self.slots[ws.title][row, col] = key

    def name(self, key: str, ws: Worksheet, first: Position, last: Position | None = None) -> None:
        """Give a cell, or a column of cells, the defined name of a key."""
        name = name_of(key)
        area = Area(*first, *(last or first)).written("$", "$")
        where = f"{quoted(ws.title)}!{area}"
        self.book.defined_names[name] = DefinedName(name, attr_text=where)

    def ref(self, key: str, ws: Worksheet) -> str:
        """How a formula on ``ws`` calls the cell of a key."""
        title, position = self.places[key]
        cell = reference(*position)
        return cell if title == ws.title else f"{quoted(title)}!{cell}"

    def areas(self, keys: Iterable[str], ws: Worksheet) -> list[str]:
        """The same for many keys that stand on one sheet, as few areas."""
        spots = [self.places[k] for k in keys]
        return self.around(spots, ws)

    def around(self, spots: Iterable[tuple[str, Position]], ws: Worksheet) -> list[str]:
        """Areas that hold just these places, all on one sheet."""
        found = list(spots)
        areas = styles.areas(position for _, position in found)
        if not found or found[0][0] == ws.title:
            return areas
        return [f"{quoted(found[0][0])}!{a}" for a in areas]
