"""Notes on cells, which Excel used to call comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao_addin.libreoffice.bridge import guarded
from nianbao_addin.libreoffice.rectangle import Rectangle

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.range import CalcRange
    from nianbao_addin.libreoffice.sheet import CalcSheet


def all_notes(sheet: CalcSheet) -> list[Note]:
    """Every note of the sheet."""
    sheet.app.observer.read("notes")
    notes = sheet.annotations
    positions = [notes.getByIndex(index).Position for index in range(notes.Count)]
    return [Note(sheet.at(Rectangle(place.Row + 1, place.Column + 1, 1, 1))) for place in positions]


def note_of(cell: CalcRange) -> Note | None:
    """The note of the first cell, or None."""
    first = cell.at(cell.area._replace(rows=1, columns=1))
    first.reading("note")
    return Note(first) if first.cell(0, 0).Annotation.String else None


def add_note(cell: CalcRange, text: str) -> Note:
    """Write a note where there is none."""
    note = Note(cell)
    note.text = text
    return note


@guarded
class Note(base_classes.Note):
    """The note of one cell."""

    def __init__(self, cell: CalcRange) -> None:
        self.app, self.book, self._cell = cell.app, cell.book, cell

    @property
    def api(self) -> Any:
        """UNO's annotation."""
        return self._cell.cell(0, 0).Annotation

    @property
    def text(self) -> str:
        self._cell.reading("note")
        return str(self.api.String)

    @text.setter
    def text(self, value: str) -> None:
        self._cell.formatting("note")
        self._cell.sheet.annotations.insertNew(self._address(), value)

    @property
    def author(self) -> str:
        self._cell.reading("note")
        return str(self.api.Author)

    @property
    def location(self) -> CalcRange:
        return self._cell

    def delete(self) -> None:
        self._cell.formatting("note")
        notes, here = self._cell.sheet.annotations, self._address()
        for index in range(notes.Count):
            position = notes.getByIndex(index).Position
            if (position.Row, position.Column) == (here.Row, here.Column):
                notes.removeByIndex(index)
                return

    def _address(self) -> Any:
        return self._cell.cell(0, 0).CellAddress
