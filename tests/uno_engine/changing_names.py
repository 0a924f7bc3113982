"""Defined names added, changed and deleted."""

from __future__ import annotations

import re
import uuid

from nianbao.formats.a1 import letters_of
from nianbao_addin.libreoffice import rectangle
from nianbao_addin.libreoffice.book import CalcBook
from nianbao_addin.libreoffice.bridge import NotPossible, guarded, struct
from nianbao_addin.libreoffice.names import CalcName
from nianbao_addin.libreoffice.rectangle import Rectangle, parse

_NAME = re.compile(r"(?![RrCc]\Z)(?:[^\W\d]|\\)[\w.\\?]*")
_PLAIN = r"[^'!:;,()\"&<>=+*/^%{}\[\]\s-]+"
_EXCEL_CELLS = re.compile(rf"=?(?:'((?:[^']|'')+)'|({_PLAIN}))!([$A-Za-z0-9:]+)\Z")


@guarded
class NamesParts:
    """For `Names`."""

    def add(self, name: str, refers_to: str) -> CalcName:
        """``refers_to`` as Excel writes it, ``='表 三'!$A$1``. A name that is there is replaced."""
        self.book.check_writable()
        self.app.observer.write(f"name {name}")
        owner, local = self._owner(name)
        _check_name(local)
        if owner.xl.hasByName(local):
            owner.xl.removeByName(local)
            owner.forget(local)
        # LibreOffice takes no dots in a new name, though it reads and keeps them: rename it.
        passing = f"nianbao_{uuid.uuid4().hex}"
        origin = struct("table.CellAddress", Sheet=0, Column=0, Row=0)
        owner.xl.addNewByName(passing, content_in_calc(self.book, refers_to), origin, 0)
        owner.xl.getByName(passing).Name = local
        return CalcName(owner, local)


@guarded
class NameParts:
    """For `CalcName`."""

    def delete(self) -> None:
        self.book.check_writable()
        self.app.observer.write(f"name {self._local}")
        self._names.xl.removeByName(self._local)
        self._names.forget(self._local)

    @CalcName.name.setter
    def name(self, value: str) -> None:
        self.book.check_writable()
        self.app.observer.write(f"name {self._local}")
        _check_name(value)
        self.api.Name = value
        self._names.forget(self._local)
        self._local = value

    @CalcName.refers_to.setter
    def refers_to(self, value: str) -> None:
        self.book.check_writable()
        self.app.observer.write(f"name {self._local}")
        self.api.setContent(content_in_calc(self.book, value))


@guarded
class RangeNameParts:
    """For `Range`."""

    @property
    def name(self) -> CalcName | None:
        """The defined name that stands for just these cells."""
        wanted = f"={rectangle.quoted(self.sheet.name)}!{self.address}"
        for name in self.book.names:
            if name.refers_to == wanted:
                return name
        return None

    @name.setter
    def name(self, value: str) -> None:
        self.book.names.add(value, f"={rectangle.quoted(self.sheet.name)}!{self.address}")


def _check_name(name: str) -> None:
    """Excel's rules for names, which LibreOffice does not apply to a name that is changed."""
    if not _NAME.fullmatch(name) or len(name) > 255 or rectangle.parse(name):
        raise NotPossible(f"“{name}”不能用作名称。")


def content_in_calc(book: CalcBook, refers_to: str) -> str:
    """What Calc stores for Excel's ``='表 三'!$A$1``."""
    cells = cells_of_excel(refers_to)
    if cells and cells[0] in book.sheets:
        return calc_content(*cells)
    text = refers_to if refers_to.startswith("=") else f"={refers_to}"
    return book.formulas.to_calc(text)[1:]


def cells_of_excel(reference: str) -> tuple[str, Rectangle] | None:
    """Sheet and area of ``='表 三'!$A$1:$B$2``; None for anything else."""
    match = _EXCEL_CELLS.match(reference)
    area = parse(match[3]) if match else None
    return (_unquoted(match[1], match[2]), area) if match and area else None


def calc_content(sheet: str, area: Rectangle) -> str:
    """What a defined name for these cells holds in Calc."""
    name = "$'" + sheet.replace("'", "''") + "'."
    first = f"${letters_of(area.column)}${area.row}"
    last = f"${letters_of(area.last_column)}${area.last_row}"
    return name + (first if area.is_cell else f"{first}:{last}")


def _unquoted(name: str | None, plain: str) -> str:
    return plain if name is None else name.replace("''", "'")
