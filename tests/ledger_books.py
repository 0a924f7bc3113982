"""Ledgers for tests: random ones, and workbooks that hold them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
from hypothesis import strategies as st

from nianbao.form.workbook import name_of
from nianbao.formats.xlsx.parts import TargetBook
from nianbao.formats.xlsx.patch import compile_sheet
from nianbao.formats.xlsx.slots import escape
from nianbao.ledgers import Dispute, Ledger, Regulation, Request, model

YEAR = 2025
NAMES = ("欧阳铁柱", "13912345678", "某某路的拆迁补偿方案")
"""An applicant, a telephone number, the content of a request: none may ever be seen elsewhere."""

_START = dt.date(YEAR - 1, 10, 1)


def codes(ledger: str, key: str) -> list[str]:
    choices = model.load()[ledger].column(key).choices
    assert choices is not None
    return list(choices.labels)


def days(first: dt.date = _START, last: dt.date = dt.date(YEAR + 1, 3, 31)) -> Any:
    return st.dates(first, last)


@st.composite
def requests(draw: Any, row: int = 5) -> Request:
    """A request as a careful person writes it: closed ones have a result and a later date."""
    received = draw(days(last=dt.date(YEAR, 12, 31)))
    closed = draw(st.none() | days(received))
    return Request(
        sheet="依申请台账",
        row=row,
        number=f"{YEAR}-{row:03}",
        received=received,
        applicant=NAMES[0],
        content=NAMES[2],
        applicant_type=draw(st.sampled_from(codes("requests", "applicant_type"))),
        weight=draw(st.sampled_from((1, 1, 1, 2, 5))),
        closed=closed,
        result=draw(st.sampled_from(codes("requests", "result"))) if closed else None,
    )


@st.composite
def cases(draw: Any, row: int = 5) -> Dispute:
    received = draw(days(last=dt.date(YEAR, 12, 31)))
    closed = draw(st.none() | days(received))
    results = [c for c in codes("cases", "result") if c != "pending"]
    return Dispute(
        sheet="复议诉讼台账",
        row=row,
        number=f"案{row}",
        group=draw(st.sampled_from(codes("cases", "group"))),
        received=received,
        closed=closed,
        result=draw(st.sampled_from(results))
        if closed
        else draw(st.sampled_from([None, "pending"])),
        role=draw(st.sampled_from([None, *codes("cases", "role")])),
    )


@st.composite
def documents(draw: Any, row: int = 5) -> Regulation:
    made = draw(days(dt.date(2015, 1, 1), dt.date(YEAR, 12, 31)))
    ended = draw(st.none() | days(max(made, dt.date(YEAR - 1, 1, 1))))
    return Regulation(
        sheet="规范性文件台账",
        row=row,
        name=f"文件{row}",
        kind=draw(st.sampled_from(codes("documents", "kind"))),
        made=made,
        disclosed=draw(st.none() | days(made)),
        ended=ended,
        ending=draw(st.sampled_from(codes("documents", "ending"))) if ended else None,
    )


@st.composite
def ledgers(draw: Any, most: int = 12) -> Ledger:
    """Three ledgers with up to so many rows each."""

    def rows(one: Any) -> tuple[Any, ...]:
        return tuple(draw(one(row=5 + i)) for i in range(draw(st.integers(1, most))))

    return Ledger(rows(requests), rows(cases), rows(documents), as_of=dt.date(YEAR + 1, 4, 1))


def lines(ledger: Ledger, name: str) -> list[list[Any]]:
    """The rows as they are typed in, in the order of the columns of our sheet."""
    one = model.load()[name]

    def cell(row: Any, column: model.LedgerColumn) -> Any:
        value = None if column.type == "due" else getattr(row, column.key, None)
        if column.key == "weight" and value == 1:
            return None  # 1 is what a blank means
        if column.key == "third_party_days" and value == 0:
            return None
        return column.choices.labels[value] if column.choices and value else value or None

    return [[cell(row, column) for column in one.columns] for row in ledger.rows(name)]


def foreign(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "登记表", above: int = 2
) -> bytes:
    """Somebody's own ledger: a title, then headings, then rows."""
    book = openpyxl.Workbook()
    ws = book.worksheets[0]
    ws.title = title
    for i in range(above):
        ws.cell(1 + i, 1).value = "2025 年政府信息公开申请登记表" if i == 0 else None
    for x, heading in enumerate(headings, 1):
        ws.cell(above + 1, x).value = heading
    for y, line in enumerate(rows, above + 2):
        for x, value in enumerate(line, 1):
            ws.cell(y, x).value = value
    return saved(book)


def own(ledger: Ledger) -> bytes:
    """The ledgers on sheets with our headings, as a workbook of its own."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, one in model.load().items():
        ws = book.create_sheet(one.title)
        ws.append([c.label for c in one.columns])
        for line in lines(ledger, name):
            ws.append(line)
    return saved(book)


def put(
    data: bytes, ledger: Ledger, first: int, formulas: Mapping[str, str] | None = None
) -> bytes:
    """A workbook of ours with these rows typed into its ledger sheets from row ``first`` on, and
    formulas, by cell id, into cells of its tables; nothing else in it is touched."""
    book = TargetBook(data)
    values: dict[str, Any] = {}
    wanted: dict[str, dict[tuple[int, int], str]] = {}
    for name, one in model.load().items():
        cells = wanted.setdefault(book.sheets[one.title], {})
        for y, line in enumerate(lines(ledger, name), first):
            for x, value in enumerate(line, 1):
                if value is not None:
                    key = cells[y, x] = f"{name}.{y}.{x}"
                    is_date = isinstance(value, dt.date)
                    values[key] = value.toordinal() - 693_594 if is_date else value
    for name in model.NAMES:  # calculated anew, as a program does after each change
        area = book.names.get(f"nb.ledger.rows.{name}")
        if area is not None:
            wanted.setdefault(area.part, {})[area.first] = f"rows.{name}"
            values[f"rows.{name}"] = len(ledger.rows(name))
    for id in formulas or ():
        area = book.names[name_of(id).lower()]
        wanted.setdefault(area.part, {})[area.first] = id
        values[id] = MARK + id
    changed = {
        part: compile_sheet(book.content(part), cells).render(values, frozenset())
        for part, cells in wanted.items()
    }
    for id, formula in (formulas or {}).items():
        part = book.names[name_of(id).lower()].part
        text = escape(formula.removeprefix("="))
        typed = b't="inlineStr"><is><t xml:space="preserve">%b</t></is>' % (MARK + id).encode()
        assert typed in changed[part]
        changed[part] = changed[part].replace(typed, b"><f>%b</f>" % text)
    return book.packed(changed, drop_chain=False)


MARK = "formula:"


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def request(row: int = 5, **more: Any) -> Request:
    """A request that is all right but for what is given."""
    sound: Mapping[str, Any] = {
        "number": f"{YEAR}-{row:03}",
        "received": dt.date(YEAR, 3, 3),
        "applicant": f"张三{row}",
        "applicant_type": "A1",
        "content": "某份文件",
        "closed": dt.date(YEAR, 3, 10),
        "result": "R10",
    }
    return Request(sheet="依申请台账", row=row, **{**sound, **more})


def case_(row: int = 5, **more: Any) -> Dispute:
    """A case that is all right but for what is given."""
    sound: Mapping[str, Any] = {
        "number": f"案{row}",
        "group": "after",
        "received": dt.date(YEAR, 3, 3),
        "closed": dt.date(YEAR, 6, 3),
        "result": "upheld",
    }
    return Dispute(sheet="复议诉讼台账", row=row, **{**sound, **more})


def document(row: int = 5, **more: Any) -> Regulation:
    """A document that is all right but for what is given."""
    sound: Mapping[str, Any] = {"name": "办法", "kind": "normative", "made": dt.date(YEAR, 3, 3)}
    return Regulation(sheet="规范性文件台账", row=row, **{**sound, **more})
