"""查看明细: the rows of a ledger that a cell of the tables counts, and no others."""

from __future__ import annotations

from collections.abc import Sequence

from nianbao.errors import UnusableInput
from nianbao.ledgers import LedgerRow, counted_in, model
from nianbao.ledgers.counting import weight_of
from nianbao.ledgers.model import Declared
from nianbao_addin.commands import Outcome
from nianbao_addin.hosts.host import Host, Place
from nianbao_addin.open import ledgers, workbook
from nianbao_addin.open.ledgers import FilledLedger
from nianbao_addin.open.workbook import OpenWorkbook

_TICK = "√"
_HOW = "请先选中表三、表四，或表二规章、规范性文件的一格数字。"
_MOST = 60  # columns in which the ticks are looked for


def detail(host: Host) -> Outcome:
    """Tick the rows and filter by the ticks; on a ledger show all rows again.

    Raises UnusableInput where no cell is selected that a ledger fills, or the ledger is empty.
    """
    here = host.current()
    if here is None:
        raise UnusableInput(_HOW)
    book = workbook.read(host)
    pages = {page.ledger.name: page for page in ledgers.filled(host, book.places)}
    for page in pages.values():
        if page.sheet == here.sheet:
            _show(host, page, None)
            return Outcome(status=f"“{page.sheet}”已全部显示。")
    id = _cell_at(book, here)
    found = None
    if id and book.ledger:
        found = counted_in(book.ledger, id, book.report.format, book.report.year)
    if id is None or (book.ledger and found is None):
        raise UnusableInput(_HOW)
    if found is None or found[0].name not in pages:
        raise UnusableInput("台账里还没有内容，先在台账里登记，再查看明细。")
    return _filtered(host, pages[found[0].name], *found)


def _cell_at(book: OpenWorkbook, here: Place) -> str | None:
    """The figure that stands at the selection."""
    for id, place in book.places.items():
        if place and place[:3] == here[:3] and id in book.report.values:
            return id
    return None


def _filtered(
    host: Host, page: FilledLedger, ledger: Declared, rows: Sequence[LedgerRow]
) -> Outcome:
    if not rows:
        return Outcome("台账里没有这一格统计的行。")
    mine = [row for row in rows if row.sheet == page.sheet]
    _show(host, page, {row.row for row in mine})
    host.select(Place(page.sheet, mine[0].row, 1))
    pieces = sum(weight_of(ledger, row) for row in mine)
    return Outcome(status=f"“{page.sheet}”中的 {len(mine)} 行，共 {pieces} 件；再点一次全部显示。")


def _show(host: Host, page: FilledLedger, rows: set[int] | None) -> None:
    """Tick these rows and show only them; None: no ticks, and all rows."""
    column = _ticks(host, page)
    table = Place(page.sheet, page.headings, 1, page.last - page.headings + 1, column)
    host.show_rows(table, column, None)
    marks = [
        [_TICK if rows and row in rows else None] for row in range(page.headings + 1, page.last + 1)
    ]
    host.write(page.sheet, page.headings + 1, column, marks)
    if rows:
        host.show_rows(table, column, _TICK)


def _ticks(host: Host, page: FilledLedger) -> int:
    """The column for the ticks. Raises UnusableInput where somebody has deleted it."""
    headings = host.read_formulas(Place(page.sheet, page.headings, 1, 1, _MOST)).rows[0]
    if model.MARKED not in headings:
        raise UnusableInput(
            f"“{page.sheet}”的第 {page.headings} 行没有“{model.MARKED}”这个表头，"
            "请在最后一列之后补上再点一次。"
        )
    return headings.index(model.MARKED) + 1
