"""The workbook that is open in a program, read as a file would be: one block a sheet.

It is turned into what the readers of files know as a `Book`, so that there is one way to read a
report, whether it comes from a disk or from a screen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from nianbao.errors import UnusableInput
from nianbao.form.workbook import PREFIX, id_of, name_of
from nianbao.formats.book import Book, Cells, Sheet, SheetArea
from nianbao.formats.zip import Unreadable
from nianbao.ledgers import Ledger
from nianbao.reading.ledgers import ledger
from nianbao.reading.ours.report import read_material, read_named, read_previous
from nianbao.report import Report
from nianbao.report.material import Material
from nianbao.template import results
from nianbao_addin.hosts.host import Host, Place, cells_of, place_of
from nianbao_addin.open import ledgers

_ARGUMENT = re.compile(r"(?:'(?:[^']|'')*'|[^',])+")


@dataclass(frozen=True)
class OpenWorkbook:
    """A workbook of ours that is open. ``report`` as it stands now, ``previous`` the year before's
    as kept on 上年数据, None where there is none; ``places`` where each named cell is now."""

    report: Report
    previous: Report | None
    places: Mapping[str, Place | None]
    titles: Mapping[str, str]
    """Name of a sheet now → as the template calls it."""
    book: Book
    """Its sheets, those that have been read and those that have not."""
    ledger: Ledger | None = None
    """The rows of the ledgers; None where there are none."""


def read(host: Host) -> OpenWorkbook:
    """The report in the open workbook.

    Raises UnusableInput when it is not made from our template, or does not say its year.
    """
    host.calculate()
    book = _OpenBook(host)
    try:
        report = read_named(book, host.name)
        previous = read_previous(book, host.name)
    except Unreadable as error:
        raise UnusableInput(f"“{host.name}”{error}") from error
    if report is None:
        raise not_ours(host)
    ledger = ledger_in(host, book.places.cells)
    return OpenWorkbook(report, previous, book.places.cells, book.places.titles, book, ledger)


def material(book: OpenWorkbook) -> tuple[Material, Mapping[str, str]]:
    """What 文字素材 holds, and the fingerprints of generated texts by id; one sheet is read."""
    return read_material(book.book)


def ledger_in(host: Host, places: Mapping[str, Place | None]) -> Ledger | None:
    """The rows of the ledgers of the open workbook; None if there are none. ``places`` as in
    `ledgers.filled`."""
    pages = list(ledgers.filled(host, places))
    if not pages:
        return None
    found = ledger.read(ledgers.LedgerBook(host, pages), None, None)
    return None if found is None or found.empty else found


def not_ours(host: Host) -> UnusableInput:
    """The error for a workbook that is not made from our template."""
    return UnusableInput(
        f"“{host.name}”不是年报工作簿，没有改动它；请打开用年报模板生成的工作簿再点一次。"
    )


@dataclass(frozen=True)
class _NamedCells:
    """Where the named cells of a workbook are, by id."""

    cells: Mapping[str, Place | None]
    titles: Mapping[str, str]


def target_of(host: Host, key: str) -> Place | None:
    """The cells that a key's name means; in an .xls by LibreOffice it has ``_`` for each dot."""
    name = name_of(key)
    return host.target(name) or host.target(name.replace(".", "_"))


def named_cells(host: Host) -> Mapping[str, Place | None]:
    """Where every named cell of the workbook is, checks too, by id; None where it is gone."""
    found = _places(host).cells
    if any(id.startswith("check.") for id in found):
        return found
    return _by_name(host)  # an older workbook, whose list has no checks


def _places(host: Host) -> _NamedCells:
    """From the list that the template keeps; in older workbooks name by name, which is slow."""
    target = target_of(host, results.PLACES)
    if target is not None:
        cells: dict[str, Place | None] = {}
        titles: dict[str, str] = {}
        for title, ids, formula in host.read_formulas(target).rows:
            found = arguments(str(formula))
            if len(found) != len(str(ids).split()):
                break  # somebody has been there
            cells |= zip(str(ids).split(), found, strict=True)
            titles |= {place.sheet: str(title) for place in found if place}
        else:
            return _NamedCells(cells, titles)
    if target_of(host, "year") is None:
        return _NamedCells({}, {})
    return _NamedCells(_by_name(host), {})


def _by_name(host: Host) -> Mapping[str, Place | None]:
    by_name = {name.lower(): place for name, place in host.names().items()}
    ours = {name: place for name, place in by_name.items() if name.startswith(PREFIX)}
    return {id_of(name) or name: place for name, place in ours.items()}


def arguments(formula: str) -> list[Place | None]:
    """The cells in ``=0*COUNT('表 三'!$D$5,表二!#REF!,…)``."""
    _, _, inside = formula.partition("(")
    return [place_of(argument) for argument in _ARGUMENT.findall(inside.removesuffix(")"))]


class _OpenBook:
    """The open workbook as `nianbao.formats.book.Book`; sheets are read when asked for."""

    kind = "xlsx"
    keywords = ""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._cells: dict[int, Cells] = {}

    @cached_property
    def places(self) -> _NamedCells:
        return _places(self.host)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        return tuple(Sheet(name, False) for name in self.host.sheets())

    @cached_property
    def names(self) -> Mapping[str, SheetArea | None]:
        index = {sheet.name: i for i, sheet in enumerate(self.sheets)}
        return {name_of(id): _area(place, index) for id, place in self.places.cells.items()}

    def cells(self, sheet: int) -> Cells:
        if sheet not in self._cells:
            self._cells[sheet] = cells_of(self.host.read(self.sheets[sheet].name))
        return self._cells[sheet]

    def merges(self, sheet: int) -> tuple[SheetArea, ...]:
        return ()  # would be a call for each cell; names do without


def _area(place: Place | None, index: Mapping[str, int]) -> SheetArea | None:
    if place is None or place.sheet not in index:
        return None
    top, left = place.row - 1, place.column - 1
    return SheetArea(index[place.sheet], top, left, top + place.rows - 1, left + place.columns - 1)
