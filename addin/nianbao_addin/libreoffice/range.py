"""A range of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from nianbao_addin.libreoffice import a1, blocks, links, moves, notes, shows
from nianbao_addin.libreoffice.bridge import guarded
from nianbao_addin.libreoffice.cells import Cells
from nianbao_addin.libreoffice.errors import NotPossible
from nianbao_addin.libreoffice.looks import Font, Looks
from nianbao_addin.libreoffice.values import Rows

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.marks import ConditionalFormats
    from nianbao_addin.libreoffice.names import Name

NOTES, FORMATS = 8, 32 | 64 | 256  # com.sun.star.sheet.CellFlags; formats of all kinds


@guarded
class Range(Cells, Looks, base_classes.Range):
    """The cells of an area of a sheet.

    It stays where it is when rows are inserted above (Excel's would move along): take a new one
    from a name after that.
    """

    # What it holds

    @property
    def raw_value(self) -> Any:
        """A value, or rows of values as tuples: what Excel gives over COM."""
        if self.empty:
            return None
        self.reading("value")
        rows = blocks.read(self, bool(self.options.get("err_to_str")))
        return rows[0][0] if self.area.is_cell else tuple(map(tuple, rows))

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        if not self.empty:
            self._put("value", data)

    @property
    def formula(self) -> Any:
        if self.empty:
            return None
        self.reading("formula")
        rows = blocks.read_formulas(self)
        return rows[0][0] if self.area.is_cell else tuple(map(tuple, rows))

    @formula.setter
    def formula(self, value: Any) -> None:
        if not self.empty:
            self._put("formula", value)

    formula2 = formula

    def _put(self, what: str, data: Any) -> None:
        self.writing(what)
        if isinstance(data, str) and data[:1] == "=" and not self.area.is_cell:
            blocks.fill_formula(self, data)
        else:
            blocks.write(self, self._shaped(data))

    def _shaped(self, data: Any) -> Rows:
        """Rows of the range's shape; one value goes everywhere. Raises `ValueError`."""
        rows, columns = self.shape
        if not isinstance(data, Sequence) or isinstance(data, str):
            return [[data] * columns for _ in range(rows)]
        block = [
            row if isinstance(row, Sequence) and not isinstance(row, str) else None for row in data
        ]
        nested: list[Sequence[Any]] = [data] if None in block else list(data)
        if len(nested) != rows or any(len(row) != columns for row in nested):
            raise ValueError(f"{len(nested)} rows for the {rows} by {columns} cells {self.address}")
        return [list(row) for row in nested]

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
            shows.forget_truth(self)
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
    def font(self) -> Font:
        return Font(self)

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
        from nianbao_addin.libreoffice.marks import ConditionalFormats

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

    @property
    def name(self) -> Name | None:
        """The defined name that stands for just these cells."""
        wanted = f"={a1.quoted(self.sheet.name)}!{self.address}"
        for name in self.book.names:
            if name.refers_to == wanted:
                return name
        return None

    @name.setter
    def name(self, value: str) -> None:
        self.book.names.add(value, f"={a1.quoted(self.sheet.name)}!{self.address}")

    def to_pdf(self, path: str, quality: str = "standard") -> None:
        self.book.export_pdf(path, quality, Selection=self.xl)

    # Where it leads

    def end(self, direction: str) -> Range:
        self.reading("end")
        return moves.end(self, direction)

    @property
    def current_region(self) -> Range:
        self.reading("current region")
        cursor = self.sheet.xl.createCursorByRange(self.xl)
        cursor.collapseToCurrentRegion()
        return self.at(a1.from_calc(cursor.RangeAddress))

    def select(self) -> None:
        """Raises `NotPossible` when the sheet is not the active one, as Excel does."""
        controller = self.book.xl.CurrentController
        if controller.ActiveSheet.Name != self.sheet.name:
            raise NotPossible(f"要先切换到工作表“{self.sheet.name}”才能选中它的单元格。")
        controller.select(self.xl)

    # How it is cut

    @property
    def merge_area(self) -> Range:
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
