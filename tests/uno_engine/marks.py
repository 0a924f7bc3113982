"""Conditional formats: added without touching the cells' own formats, removed without a trace.

UNO's newer interface (``sheet.ConditionalFormats``) is used: the older one on a range takes that
range out of the formats that are there. How a cell looks under a format is a cell style; ours are
shared by look, named after their look, and removed with their last use.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import xlwings as xw

from nianbao_addin.libreoffice import rectangle
from nianbao_addin.libreoffice.bridge import guarded
from nianbao_addin.libreoffice.rectangle import Rectangle
from uno_engine.conditions import (
    CONDITION,
    EXPRESSION,
    OPERATORS,
    colour,
    condition,
    excel_formula,
    style_of,
    styles,
    sweep,
    traits,
    without,
)
from uno_engine.looks import BOLD, Colour

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.range import CalcRange


def add_conditional_format(
    cells: xw.Range,
    formula: str,
    *,
    fill_color: Colour | None = None,
    font_color: Colour | None = None,
    font_bold: bool = False,
) -> None:
    """Mark the cells for which the formula (Excel's, with ``=``) is true; one write.

    Relative references mean the first cell of the range, and move along. (Excel takes them from the
    active cell instead: use absolute ones, ``ROW()`` and ``COLUMN()``.)
    """
    look = {"fill_color": fill_color, "font_color": font_color, "font_bold": font_bold or None}
    ConditionalFormats(cells.impl).add_custom({"formula": formula, "stop_if_true": False} | look)


def remove_conditional_formats(sheet: xw.Sheet, containing: str) -> int:
    """Remove those whose formula contains this text, such as a sheet's name; how many were."""
    formats = ConditionalFormats(sheet.impl.cells)
    ours = [found for found in formats if containing in (found.formula or "")]
    for found in ours:
        found.remove()
    if ours:
        sweep(formats.book)
    return len(ours)


@guarded
class ConditionalFormat:
    """One condition of a conditional format."""

    def __init__(self, block: CalcRange, group: Any, entry: Any) -> None:
        self.app, self.book, self._block = block.app, block.book, block
        self._group, self._entry = group, entry
        # LibreOffice's other entries (scales, bars, icons) have no operator.
        self._operator: int | None = entry.Operator if entry.getType() == CONDITION else None

    @property
    def api(self) -> Any:
        """UNO's XConditionEntry."""
        return self._entry

    @property
    def type(self) -> str:
        if self._operator is None:
            return "unknown"
        if self._operator == EXPRESSION:
            return "custom"
        return "cell_value" if self._operator in OPERATORS.values() else "unknown"

    @property
    def stop_if_true(self) -> bool | None:
        """LibreOffice always stops at the first condition of a format that is true."""
        return None if self.type == "unknown" else True

    @property
    def operator(self) -> str | None:
        names = {number: name for name, number in OPERATORS.items()}
        return None if self._operator is None else names.get(self._operator)

    @property
    def formula(self) -> str | None:
        return self._formula("Formula1") if self.type == "custom" else None

    @property
    def formula1(self) -> str | None:
        return self._formula("Formula1") if self.type == "cell_value" else None

    @property
    def formula2(self) -> str | None:
        two = self.operator in {"between", "not_between"}
        return self._formula("Formula2") if two else None

    def _formula(self, name: str) -> str:
        return excel_formula(self.book, str(getattr(self._entry, name)))

    @property
    def fill_color(self) -> Colour | None:
        return colour(self._style("CellBackColor"))

    @property
    def font_color(self) -> Colour | None:
        return colour(self._style("CharColor"))

    @property
    def font_bold(self) -> bool | None:
        weight = self._style("CharWeight")
        return None if weight is None else weight >= BOLD

    @property
    def font_italic(self) -> bool | None:
        posture = self._style("CharPosture")
        return None if posture is None else posture.value != "NONE"

    def _style(self, name: str) -> Any:
        if self.type == "unknown":
            return None
        return getattr(styles(self.book).getByName(self._entry.StyleName), name)

    def set(self, changes: dict[str, Any]) -> None:
        """Change the condition; another look is another format: delete and add."""
        if changes.keys() - {"operator", "formula", "formula1", "formula2", "stop_if_true"}:
            raise NotImplementedError("the look of a conditional format cannot be changed")
        self._block.formatting("conditional format")
        for name, value in condition(self._block, {"operator": self.operator} | changes).items():
            setattr(self._entry, name, value)
        self._operator = self._entry.Operator

    def delete(self) -> None:
        """Remove it, with its style when that is ours and nobody else uses it."""
        self.remove()
        sweep(self.book)

    def remove(self) -> None:
        """Remove it and leave its style; `sweep` is to follow."""
        self._block.formatting("conditional format")
        if self._group.Count == 1:
            self._block.sheet.xl.ConditionalFormats.removeByID(self._group.ID)
            return
        mine = traits(self._entry)
        for index in range(self._group.Count):
            if traits(self._group.getByIndex(index)) == mine:
                self._group.removeByIndex(index)
                return


@guarded
class ConditionalFormats:
    """Those that concern any cell of a range."""

    def __init__(self, block: CalcRange) -> None:
        self.app, self.book, self._block = block.app, block.book, block
        self._xl = block.sheet.xl.ConditionalFormats

    @property
    def api(self) -> Any:
        """UNO's XConditionalFormats of the sheet."""
        return self._xl

    def __call__(self, index: int) -> ConditionalFormat:
        found = self._all()
        if not 1 <= index <= len(found):
            raise KeyError(index)
        return found[index - 1]

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, index: int) -> bool:
        return 1 <= index <= len(self)

    def __iter__(self) -> Iterator[ConditionalFormat]:
        return iter(self._all())

    def _all(self) -> list[ConditionalFormat]:
        self._block.reading("conditional formats")
        return [
            ConditionalFormat(self._block, group, group.getByIndex(index))
            for group, areas in self._groups()
            if any(area.shared(self._block.area) for area in areas)
            for index in range(group.Count)
        ]

    def add_custom(self, spec: dict[str, Any]) -> ConditionalFormat:
        return self._add(spec)

    def add_cell_value(self, spec: dict[str, Any]) -> ConditionalFormat:
        return self._add(spec)

    def _add(self, spec: dict[str, Any]) -> ConditionalFormat:
        self._block.formatting("conditional format")
        settings = condition(self._block, spec)  # refuses before anything is made
        cells = self.book.ranges(self._block.sheet, [self._block.area])
        number = self._xl.createByRange(cells)
        group = next(g for g in self._xl.getConditionalFormats() if number == g.ID)
        group.createEntry(CONDITION, 0)
        entry = group.getByIndex(0)
        entry.StyleName = style_of(self.book, spec)
        for name, value in settings.items():
            setattr(entry, name, value)
        return ConditionalFormat(self._block, group, entry)

    def clear(self) -> None:
        """Take this range out of all conditional formats; those with no other cells are removed."""
        mine = self._block.area
        groups = [(g, areas) for g, areas in self._groups() if any(a.shared(mine) for a in areas)]
        if not groups:
            return
        self._block.formatting("conditional formats")
        for group, areas in groups:
            rest = [part for area in areas for part in without(area, mine)]
            if rest:
                group.Range = self.book.ranges(self._block.sheet, rest)
            else:
                self._xl.removeByID(group.ID)
        sweep(self.book)

    def _groups(self) -> Iterator[tuple[Any, list[Rectangle]]]:
        for group in self._xl.getConditionalFormats():
            yield group, [rectangle.from_calc(address) for address in group.Range.RangeAddresses]
