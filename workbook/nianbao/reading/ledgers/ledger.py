"""Ledgers, in our own workbook or in somebody else's, as frozen rows.

A sheet is a ledger's if its headings say so: each is known by many names, and what none of them
fits is told, or given once in a small JSON file (`mapping_from`). What cannot be read is told by
its place only: ledgers hold personal data, and no cell of them leaves the workbook.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from nianbao.errors import UnusableInput
from nianbao.form.workbook import PREFIX
from nianbao.formats.a1 import letters_of
from nianbao.formats.book import (
    MAX_CELLS,
    TOO_MANY_CELLS,
    Book,
    Cells,
    Sheet,
    SheetArea,
    text_of,
)
from nianbao.formats.detect import decode
from nianbao.formats.open import Opened, naming, open_book, open_file
from nianbao.formats.zip import Unreadable
from nianbao.ledgers import model
from nianbao.ledgers.model import Declared
from nianbao.ledgers.values import Dispute, Ledger, Problem, Regulation, Request
from nianbao.reading.ledgers.cells import LedgerCell, Unread, value_of
from nianbao.reading.ledgers.mapping import Given, mapping_from
from nianbao.words.figures import quoted, squash

_STARTS = {"requests": "received", "cases": "received", "documents": "made"}


def once(name: str, rows: Sequence[Any]) -> tuple[list[Any], list[Problem]]:
    """The rows of a ledger, those that stand on another sheet, too, only once; and the others.

    One and the same are rows with one number and one date, as numbers may start anew each month,
    and rows without a number that say the same. What one sheet has twice stays twice. Of two the
    one that is closed is kept, as it is the newer.
    """
    if len({row.sheet for row in rows}) < 2:
        return list(rows), []
    kept: dict[object, Any] = {}
    copies: list[Problem] = []
    counts = Counter[object]()
    for row in rows:
        same = _same(name, row)
        counts[same, row.sheet] += 1
        at = same, counts[same, row.sheet]
        first = kept.setdefault(at, row)
        if first is row:
            continue
        if _closed(row) and not _closed(first):
            kept[at] = row
        spare = first if kept[at] is row else row
        copies.append(Problem("copy", name, spare.sheet, spare.row, 0, "number", kept[at].sheet))
    return list(kept.values()), copies


def _same(name: str, row: Any) -> object:
    number, start = squash(row.number), getattr(row, _STARTS[name])
    if number and start:
        return number, start
    return tuple(getattr(row, f.name) for f in fields(row) if f.name not in ("sheet", "row"))


def _closed(row: Any) -> bool:
    return bool(getattr(row, "closed", None) or getattr(row, "ended", None))


__all__ = ["mapping_from", "read", "read_ledger", "within"]

_HEADINGS_IN = 30  # rows from the top in which headings are looked for
_LEAST = 3  # headings that must be known
_SUMS = {"合计", "总计", "小计"}
_ROWS: Final[dict[str, Any]] = {
    "requests": Request,
    "cases": Dispute,
    "documents": Regulation,
}


def read_ledger(
    data: bytes, name: str, mapping: Given | None = None, as_of: dt.date | None = None
) -> Ledger:
    """The ledgers in a workbook (xlsx, xls, ods). ``name`` is what the file is called.

    ``mapping`` names sheets, headings and choices that are not known by themselves; ``as_of`` is
    the day against which dates are judged, today if not given.
    Raises UnusableInput for a file that cannot be read or in which there is no ledger.
    """
    with naming(name):
        file = open_file(data)
        book = open_book(file) or csv_book(file)
        found = None if book is None else read(book, mapping, as_of)
        if found is None and book is not None and mapping:
            raise Unreadable("里没有按对应文件找到台账，请核对其中的工作表、表头行和列名。")
    if found is None:
        raise UnusableInput(
            f"“{name}”里没有认出台账：{_known(book)}"
            "把表头改成这些名称，或者用 --ledger-mapping 写明哪一列是什么。"
        )
    return found


def _known(book: Book | None) -> str:
    """Which columns of 依申请台账 a workbook has in the row that is most like its headings, by our
    names for them, and which are wanted."""
    ledger = model.load()["requests"]
    best: set[str] = set()
    for i, sheet in enumerate(book.sheets if book else ()):
        cells = book.cells(i) if book and not sheet.hidden else {}
        rows: dict[int, set[str]] = {}
        for (y, x), raw in cells.items():
            if y < _HEADINGS_IN and (key := _key(ledger, text_of(raw), x, {})):
                rows.setdefault(y, set()).add(key)
        best = max([best, *rows.values()], key=len)
    wanted = "、".join(ledger.column(k).label for k in ledger.required if k not in best)
    found = "、".join(c.label for c in ledger.columns if c.key in best)
    seen = f"只认出{found}，" if found else "表头一列也没有认出，"
    return f"{seen}依申请台账还要有{wanted}；" if wanted else f"{seen}列数太少；"


def within(book: Book, as_of: dt.date | None = None) -> Ledger | None:
    """The ledgers on the sheets of a workbook of ours; None if they have no row, or it is another
    file. Raises Unreadable."""
    if not any(n.startswith(f"{PREFIX}ledger.") for n in book.names):
        return None
    found = None if _says_empty(book) else read(book, None, as_of)
    return None if found is None or found.empty else found


def _says_empty(book: Book) -> bool:
    """Whether 说明 counts no entry in any ledger, which saves looking through prepared rows.

    A count that was not calculated since the last change has no result, and says nothing.
    """
    for name in model.NAMES:
        area = book.names.get(f"{PREFIX}ledger.rows.{name}")
        if area is None or book.cells(area.sheet).get((area.top, area.left)) != 0:
            return False
    return True


def read(book: Book, mapping: Given | None, as_of: dt.date | None) -> Ledger | None:
    """The ledgers of an opened workbook; None if no sheet is one. Raises Unreadable."""
    ours = any(name.startswith(PREFIX) for name in book.names)
    reading = _Reading(as_of or dt.datetime.now().date(), ours=ours)
    pages = [
        page
        for i, sheet in enumerate(book.sheets)
        if not sheet.hidden and (page := _page(book, i, mapping or {}, ours=ours))
    ]
    for page in pages:
        reading.read(page)
    _refuse_absent(mapping or {}, pages)
    return reading.ledger() if pages else None


def _refuse_absent(mapping: Given, pages: Sequence[_LedgerSheet]) -> None:
    """Raises Unreadable for a column of a mapping that no sheet has."""
    for name, given in mapping.items():
        mine = [page for page in pages if page.ledger.name == name]
        for key, wanted in given.columns.items():
            if mine and not any(key in page.columns for page in mine):
                label = model.load()[name].column(key).label
                raise Unreadable(
                    f"里没有“{quoted(wanted)}”列，对应文件把它写作“{label}”，请核对对应文件。"
                )


@dataclass(frozen=True)
class _LedgerSheet:
    """A sheet that is a ledger: where its headings are, and which column is which."""

    ledger: Declared
    sheet: str
    cells: Cells
    row: int  # of the headings, from 0
    columns: Mapping[str, int]  # key → column, from 0
    strange: tuple[int, ...]  # columns with headings that are none of ours
    choices: Mapping[str, Mapping[str, str]]  # key → spelling → code, from a mapping


def _page(book: Book, index: int, mapping: Given, *, ours: bool) -> _LedgerSheet | None:
    title = book.sheets[index].name
    cells: Cells | None = None
    top: Cells = {}  # looked through for each ledger and each row: without all the rows below
    best: tuple[int, _LedgerSheet] | None = None
    for ledger in model.load().values():
        given = mapping.get(ledger.name)
        if given and given.sheet and given.sheet != title:
            continue
        if ours and not (given and given.sheet) and not _is_named(book, index, title, ledger):
            continue  # the other sheets of our workbook are not ledgers, and are large
        cells = book.cells(index) if cells is None else cells
        top = top or {at: raw for at, raw in cells.items() if at[0] < _HEADINGS_IN}
        for row in [given.row] if given and given.row is not None else range(_HEADINGS_IN):
            page = _with_headings(ledger, title, (top, cells), row, given.columns if given else {})
            if page is None:
                continue
            score = len(page.columns) + (_LEAST if title == ledger.title else 0)
            if best is None or score > best[0]:
                choices = given.choices if given else {}
                best = score, _LedgerSheet(**{**page.__dict__, "choices": choices})
    return best[1] if best else None


def _is_named(book: Book, index: int, title: str, ledger: Declared) -> bool:
    if title == ledger.title:
        return True
    area = book.names.get(f"{PREFIX}ledger.{ledger.name}.{ledger.required[0]}")
    return area is not None and area.sheet == index


def _with_headings(
    ledger: Declared, title: str, sheet: tuple[Cells, Cells], row: int, given: Mapping[str, str]
) -> _LedgerSheet | None:
    """The sheet as that ledger, its headings in that row, or None if too few of them are known."""
    columns: dict[str, int] = {}
    strange: list[int] = []
    cells = sheet[0] if row < _HEADINGS_IN else sheet[1]
    for x in sorted({x for y, x in cells if y in (row, row - 1)}):
        text = text_of(cells.get((row, x)))
        above = text_of(cells.get((row - 1, x)))
        if text.strip():  # a heading over several columns stands in the first of them
            group = next(
                (g for i in range(x, -1, -1) if (g := text_of(cells.get((row - 1, i))))), ""
            )
            key = _key(ledger, group + text, x, given) if group.strip() else None
            key = key or _key(ledger, text, x, given)
        else:
            key = _key(ledger, above, x, given)
        if key:
            columns.setdefault(key, x)
        elif text.strip() not in ("", model.MARKED):
            strange.append(x)
    known = sum(key in columns for key in ledger.required)
    if len(columns) < _LEAST or known < min(2, len(ledger.required)):
        return None
    return _LedgerSheet(ledger, title, sheet[1], row, columns, tuple(strange), {})


def _key(ledger: Declared, text: str, column: int, given: Mapping[str, str]) -> str | None:
    known = model.heading(text)
    letter = letters_of(column + 1)
    for key, wanted in given.items():
        if wanted.upper() == letter or model.spelling(wanted) in known:
            return key
    return next(
        (
            c.key
            for spelled in known
            for c in ledger.columns
            if spelled in c.spellings and c.key not in given
        ),
        None,
    )


@dataclass
class _Reading:
    """The rows of all ledgers of a workbook while they are read."""

    as_of: dt.date
    ours: bool
    rows: dict[str, list[Any]] = field(default_factory=lambda: {n: [] for n in model.NAMES})
    problems: list[Problem] = field(default_factory=list)
    columns: dict[tuple[str, str], int] = field(default_factory=dict)

    def ledger(self) -> Ledger:
        for name, rows in self.rows.items():
            self.rows[name], copies = once(name, rows)
            twice = {(p.sheet, p.row) for p in copies}
            self.problems = [p for p in self.problems if (p.sheet, p.row) not in twice]
            self.problems += copies
        return Ledger(
            tuple(self.rows["requests"]),
            tuple(self.rows["cases"]),
            tuple(self.rows["documents"]),
            tuple(self.problems),
            self.as_of,
            self.columns,
        )

    def read(self, page: _LedgerSheet) -> None:
        name, sheet = page.ledger.name, page.sheet
        self.columns |= {(sheet, key): x + 1 for key, x in page.columns.items()}
        if not self.ours:  # in our workbook a column that is not ours was added on purpose
            self.problems += [
                Problem("heading", name, sheet, page.row + 1, x + 1) for x in page.strange
            ]
        self.problems += [
            Problem("column", name, sheet, page.row + 1, 0, key)
            for key in page.ledger.required
            if key not in page.columns
        ]
        make = _ROWS[name]
        wanted = {f.name for f in fields(make)}
        plan = [
            (page.ledger.column(key), x, dict(page.choices.get(key, {})))
            for key, x in page.columns.items()
            if key in wanted
        ]
        sums = {
            y for (y, _), raw in page.cells.items() if isinstance(raw, str) and squash(raw) in _SUMS
        }
        for y in sorted({y for y, _ in page.cells if y > page.row}):
            if y in sums and self._is_sum(page, y):
                self.problems.append(Problem("sum", name, sheet, y + 1))
            elif values := self._row(page, y, plan):
                self.rows[name].append(make(sheet=sheet, row=y + 1, **values))

    def _row(
        self, page: _LedgerSheet, y: int, plan: list[tuple[model.LedgerColumn, int, Any]]
    ) -> Any:
        """The values of one row by key; None for a blank one."""
        found: dict[str, Any] = {}
        for column, x, choices in plan:
            raw = page.cells.get((y, x))
            if raw is None or (isinstance(raw, str) and not raw.strip()):
                continue
            cell = LedgerCell(column, raw, choices)
            value = value_of(cell)
            where = page.ledger.name, page.sheet, y + 1, x + 1, column.key
            if isinstance(value, Unread):
                self.problems.append(Problem(value.trouble, *where))
            elif self.ours and not cell.as_the_formulas_want:
                self.problems.append(Problem("spelling", *where))
            found[column.key] = None if isinstance(value, Unread) else value
        return found or None

    def _is_sum(self, page: _LedgerSheet, y: int) -> bool:
        """Whether the first entry of a row says so, in whichever column that stands."""
        first = min(x for at, x in page.cells if at == y)
        return squash(text_of(page.cells[y, first])) in _SUMS


@dataclass(slots=True)
class CsvBook:
    """See `nianbao.formats.book.Book`; every cell is a text."""

    rows: Cells
    kind: str = "csv"
    keywords: str = ""

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return (Sheet("CSV", hidden=False),)

    @property
    def names(self) -> Mapping[str, SheetArea | None]:
        return {}

    def cells(self, sheet: int) -> Cells:
        return self.rows

    def merges(self, sheet: int) -> tuple[SheetArea, ...]:
        return ()


def csv_book(file: Opened) -> CsvBook | None:
    """UTF-8, UTF-16 or GB18030, parted by commas, tabs or semicolons; None for what is no text.

    Raises Unreadable for a row that is not whole, and for too many cells.
    """
    text = decode(file.data) if file.kind == "txt" else None
    if not text:
        return None
    delimiter = max(",\t;", key=text.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells: dict[tuple[int, int], str] = {}
    try:
        for y, line in enumerate(reader):
            cells.update({(y, x): said for x, said in enumerate(line) if said.strip()})
            if len(cells) > MAX_CELLS:
                raise Unreadable(TOO_MANY_CELLS)
    except csv.Error as error:
        raise Unreadable(f"第 {reader.line_num} 行不是完整的 CSV 行。") from error
    return CsvBook(cells)
