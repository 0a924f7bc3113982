"""The ledgers of the workbook that is open: where their rows are, and how they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nianbao.form.workbook import name_of
from nianbao.formats.book import Cells, Sheet, SheetArea
from nianbao.ledgers import model
from nianbao.ledgers.model import Declared
from nianbao.template.ledger_formulas import FIRST, LAST, ROWS, key_of
from nianbao_addin.hosts.host import CellBlock, Host, Place, Value, cells_of


@dataclass(frozen=True)
class FilledLedger:
    """A ledger that has rows: its sheet as it is called now, and the rows of its headings and of
    the last entry."""

    ledger: Declared
    sheet: str
    headings: int
    last: int


def filled(host: Host, places: Mapping[str, Place | None]) -> Iterator[FilledLedger]:
    """The ledgers with entries.

    ``places``: where named cells are, among them those that count the entries, so that an empty
    ledger, as most are, costs no look at it. Of the others the first columns are looked at.
    """
    sheets, counts = host.sheets(), _Counts(host, places)
    for ledger in model.load().values():
        if counts.of(ledger) == 0:
            continue
        first = Place(ledger.title, FIRST, 1, LAST - FIRST + 1, 3)
        if ledger.title not in sheets:
            target = host.target(name_of(key_of(ledger, ledger.required[0])))
            if target is None:
                continue
            first = Place(target.sheet, target.row, 1, target.rows, 3)
        block = host.read_formulas(first)
        used = [
            i for i, row in enumerate(block.rows) if any(cell not in ("", None) for cell in row)
        ]
        if used:
            yield FilledLedger(ledger, first.sheet, first.row - 1, first.row + used[-1])


class _Counts:
    """How many entries the workbook says that its ledgers have."""

    def __init__(self, host: Host, places: Mapping[str, Place | None]) -> None:
        self.host, self.places = host, places
        self.blocks: dict[str, CellBlock] = {}

    def of(self, ledger: Declared) -> Value:
        place = self.places.get(ROWS + ledger.name)
        if place is None or place.sheet not in self.host.sheets():
            return None
        if place.sheet not in self.blocks:
            self.blocks[place.sheet] = self.host.read(place.sheet)
        return self.blocks[place.sheet].at(place.row, place.column)


class LedgerBook:
    """The sheets of the ledgers as `nianbao.formats.book.Book`."""

    kind = "xlsx"
    keywords = ""

    def __init__(self, host: Host, pages: list[FilledLedger]) -> None:
        self.host, self.pages = host, pages

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return tuple(Sheet(page.sheet, False) for page in self.pages)

    @property
    def names(self) -> Mapping[str, SheetArea | None]:
        """That these are the sheets of a workbook of ours."""
        return {
            name_of(key_of(p.ledger, p.ledger.required[0])): SheetArea(i, p.headings, 0, 0, 0)
            for i, p in enumerate(self.pages)
        }

    def cells(self, sheet: int) -> Cells:
        page = self.pages[sheet]
        return cells_of(self.host.read(page.sheet, page.last))

    def merges(self, sheet: int) -> tuple[SheetArea, ...]:
        return ()
