"""Of a range: array formulas, clearing, what hangs on it, where it leads, how it is cut."""

from __future__ import annotations

from typing import Any

from nianbao_addin.libreoffice import blocks, rectangle
from nianbao_addin.libreoffice.bridge import guarded
from nianbao_addin.libreoffice.range import CalcRange
from uno_engine import links, moves, notes
from uno_engine.marks import ConditionalFormats

NOTES, FORMATS = 8, 32 | 64 | 256  # com.sun.star.sheet.CellFlags; formats of all kinds


@guarded
class RangeParts:
    """For `nianbao_addin.libreoffice.range.Range`."""

    @property
    def formula_array(self) -> str | None:
        self.reading("formula")
        text = str(self.xl.getArrayFormula())
        return self.book.formulas.to_excel(text) if text else None

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        self.writing("formula")
        self.xl.setArrayFormula(self.book.formulas.to_calc(value))

    @property
    def has_array(self) -> bool:
        return bool(self.xl.getArrayFormula())

    def clear_contents(self) -> None:
        if not self.empty:
            self.writing("clear contents")
            blocks.forget_truth(self)
            self.xl.clearContents(blocks.CONTENTS)

    def clear_formats(self) -> None:
        """Formats, conditional ones, validation."""
        self.formatting("clear formats")
        self.conditional_formats.clear()
        self.xl.clearContents(FORMATS)

    def clear(self) -> None:
        """Everything."""
        if not self.empty:
            self.formatting("clear")
            self.conditional_formats.clear()
            self.xl.clearContents(blocks.CONTENTS | NOTES | FORMATS)

    # What hangs on it

    @property
    def note(self) -> notes.Note | None:
        return notes.note_of(self)

    def add_note(self, text: str) -> notes.Note:
        return notes.add_note(self, text)

    @property
    def comment(self) -> None:
        """Threaded comments: LibreOffice has none."""
        return

    @property
    def table(self) -> None:
        """Excel's tables: LibreOffice has none."""
        return

    @property
    def conditional_formats(self) -> ConditionalFormats:
        return ConditionalFormats(self)

    @property
    def hyperlink(self) -> str:
        self.reading("hyperlink")
        return links.get(self)

    def add_hyperlink(
        self, address: str, text_to_display: str | None = None, screen_tip: str | None = None
    ) -> None:
        self.writing("hyperlink")
        links.add(self, address, text_to_display or address)

    # Where it leads, how it is cut

    def end(self, direction: str) -> CalcRange:
        self.reading("end")
        return moves.end(self, direction)

    @property
    def current_region(self) -> CalcRange:
        self.reading("current region")
        cursor = self.sheet.xl.createCursorByRange(self.xl)
        cursor.collapseToCurrentRegion()
        return self.at(rectangle.from_calc(cursor.RangeAddress))

    @property
    def merge_area(self) -> CalcRange:
        self.reading("merge area")
        return moves.merge_area(self)

    @property
    def merge_cells(self) -> bool:
        """Whether one merged cell covers it."""
        area = self.merge_area.area
        return not area.is_cell and area.contains(self.area)

    def merge(self, across: bool = False) -> None:
        self.formatting("merge")
        moves.merge(self, across)

    def unmerge(self) -> None:
        self.formatting("unmerge")
        self.xl.merge(False)

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        self.formatting("insert")
        moves.insert(self, shift)

    def delete(self, shift: str | None = None) -> None:
        self.formatting("delete")
        moves.delete(self, shift)

    def copy(self, destination: Any = None) -> None:
        moves.copy(self, destination)

    def move(self, destination: Any) -> None:
        moves.move(self, destination)
