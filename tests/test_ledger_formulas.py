"""The formulas that count ledgers, calculated by LibreOffice, against Python."""

from __future__ import annotations

import datetime as dt
import io
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from openpyxl.utils import get_column_letter

from conftest import Convert
from ledger_books import YEAR, codes, ledgers, put, request
from nianbao import actions, reading
from nianbao import form as forms
from nianbao.form import PLAIN
from nianbao.form.workbook import name_of
from nianbao.formats.xlsx.parts import TargetBook
from nianbao.ledgers import Ledger, figures, lay, model
from nianbao.ledgers import values as calendar
from nianbao.report import Agency
from nianbao.template import ledger_formulas
from nianbao.template.build import template
from nianbao.template.ledger_formulas import FIRST, LAST
from nianbao.template.sheets.ledgers import PREPARED, standalone

YEARS = {2021: YEAR, 2019: 2020}


def linked(format: int, ledger: Ledger) -> bytes:
    """A workbook of ours with these rows, all cells that a ledger fills being formulas."""
    blank = template(format, YEARS[format], PLAIN, Agency("某局"))
    return put(blank, ledger, FIRST, ledger_formulas.formulas(format))


def moved(ledger: Ledger, years: int) -> Ledger:
    """The same some years earlier."""

    def shift(row: Any) -> Any:
        found = {
            n: v.replace(year=v.year - years, day=min(v.day, 28))
            for n in row.__dataclass_fields__
            if isinstance(v := getattr(row, n), dt.date)
        }
        return replace(row, **found)

    names = ("requests", "cases", "documents")
    return Ledger(*(tuple(map(shift, ledger.rows(n))) for n in names), as_of=ledger.as_of)


def values(path: Path, ids: list[str]) -> dict[str, Any]:
    book = openpyxl.load_workbook(path, data_only=True)
    found = {}
    for id in ids:
        ((sheet, cell),) = book.defined_names[name_of(id)].destinations
        found[id] = book[sheet][cell.replace("$", "")].value
    return found


@pytest.mark.libreoffice
def test_libreoffice_counts_random_ledgers_as_python_does(soffice: Convert, tmp_path: Path) -> None:
    drawn: list[Ledger] = []

    @settings(max_examples=8, database=None)
    @given(ledgers(30))
    def draw(ledger: Ledger) -> None:
        drawn.append(ledger)

    draw()
    files: dict[Path, tuple[int, Ledger]] = {}
    for i, ledger in enumerate(drawn):
        format = 2019 if i % 3 == 0 else 2021
        one = moved(ledger, YEAR - YEARS[format])
        path = tmp_path / f"{i}.xlsx"
        path.write_bytes(linked(format, one))
        files[path] = format, one
    out = soffice(files, "xlsx", tmp_path / "out")
    for path, (format, ledger) in files.items():
        counted = figures(ledger, format, YEARS[format])
        assert sum(counted.values()) > 0
        found = values(out / path.name, list(counted))
        assert {k: v for k, v in found.items() if v != counted[k]} == {}, path.name
        for e in forms.load(format).equations():
            if e.table in ("requests", "disputes"):
                assert sum(found[c] for c in e.expected) == sum(found[c] for c in e.actual)
        again = actions.open_file(out / path.name).ledger
        assert again is not None
        assert figures(again, format, YEARS[format]) == counted
        assert not [p for p in again.problems if p.trouble == "spelling"]


@pytest.mark.libreoffice
def test_libreoffice_finds_the_deadlines_that_python_finds(
    soffice: Convert, tmp_path: Path
) -> None:
    rows = tuple(
        request(
            FIRST + i,
            received=dt.date(2024, 1, 1) + dt.timedelta(11 * i),
            corrected=dt.date(2025, 1, 20) if i % 5 == 1 else None,
            extended="yes" if i % 3 == 1 else None,
            third_party_days=i % 4,
        )
        for i in range(60)
    )
    path = tmp_path / "台账.xlsx"
    path.write_bytes(put(standalone(YEAR), Ledger(rows), FIRST))
    out = soffice(path, "xlsx", tmp_path / "out")
    column = model.load()["requests"].position("due")
    ws = openpyxl.load_workbook(out, data_only=True)["依申请台账"]
    for row in rows:
        assert ws.cell(row.row, column).value == dt.datetime.combine(
            row.due or dt.date.min, dt.time()
        )
    assert ws.cell(FIRST + 60, column).value in (None, "")


def processor_seconds() -> float:
    """Of all the processes that were started from here and have ended."""
    of = os.times()
    return of.children_user + of.children_system


@pytest.mark.libreoffice
def test_five_thousand_rows_are_calculated_without_delay(soffice: Convert, tmp_path: Path) -> None:
    types, results = codes("requests", "applicant_type"), codes("requests", "result")
    rows = tuple(
        request(FIRST + i, applicant_type=types[i % 6], result=results[i % len(results)])
        for i in range(5000)
    )
    empty, full = tmp_path / "0.xlsx", tmp_path / "5000.xlsx"
    empty.write_bytes(linked(2021, Ledger(rows[:1])))
    full.write_bytes(linked(2021, Ledger(rows)))
    used = {}
    for path in (empty, full):
        start = processor_seconds()
        soffice(path, "xlsx", tmp_path / "out")
        used[path.stem] = processor_seconds() - start
    print(f"start, open, calculate, save: {used}")
    assert values(tmp_path / "out" / "5000.xlsx", ["requests.received.total"]) == {
        "requests.received.total": 5000
    }
    assert used["5000"] < 6 * used["0"]  # to start LibreOffice is most of the smaller one


@pytest.mark.parametrize("format", forms.FORMATS)
def test_links_that_were_saved_without_a_result_are_counted_by_the_reader(format: int) -> None:
    rows = (request(FIRST), request(FIRST + 1, applicant_type="A2", weight=3, result="R61"))
    ledger = moved(Ledger(rows), YEAR - YEARS[format])
    data = linked(format, ledger)
    report = reading.open(data, "年报.xlsx").report
    counted = figures(ledger, format, YEARS[format])
    assert {id: report.values[id] for id in counted} == counted
    assert report["disputes.reconsideration.upheld"] is None
    assert any("按台账计算" in note.message for note in report.trace.notes)
    report, found = actions.check(data, "年报.xlsx")
    assert not {f.rule for f in found} & {"T3-10", "V-01"}


def test_filling_a_workbook_again_leaves_its_ledgers_and_links_byte_for_byte() -> None:
    ledger = Ledger((request(FIRST),))
    data = put(template(2021, YEAR, PLAIN, Agency("某局")), ledger, FIRST)
    source = reading.open(data, "a.xlsx")
    report, _ = lay(source.report, ledger)
    done = actions.filled(report, None, source, "a.xlsx")[0]
    titles = [d.title for d in model.load().values()]
    before, after = TargetBook(data), TargetBook(done)
    for title in (*titles, "台账参数"):
        part = before.sheets[title]
        assert before.members[part] == after.members[part]
    assert figures(reading.open(done, "a.xlsx").ledger or Ledger(), 2021, YEAR) == figures(
        ledger, 2021, YEAR
    )


def test_the_formulas_cover_what_python_counts() -> None:
    for format in forms.FORMATS:
        wanted = {t.cell for d in model.load().values() for t in d.tallies(format)}
        formulas = ledger_formulas.formulas(format)
        assert formulas.keys() == wanted
        assert max(map(len, formulas.values())) < 8192
        assert all(ledger_formulas.is_link(f) for f in formulas.values())
    assert not ledger_formulas.is_link("=SUM(D5:I5)")


def test_the_workbook_has_a_formula_in_each_prepared_row_and_ranges_beyond() -> None:
    book = openpyxl.load_workbook(io.BytesIO(standalone(YEAR)))
    one = model.load()["requests"]
    ws = book["依申请台账"]
    column = one.position("due")
    assert str(ws.cell(FIRST, column).value).startswith("=IF($B4=")
    assert f"$B{FIRST + PREPARED - 1}" in str(ws.cell(FIRST + PREPARED - 1, column).value)
    assert ws.cell(FIRST + PREPARED, column).value is None
    for name in ("nb.ledger.requests.received", "nb.ledger.cases.result"):
        ((_, cells),) = book.defined_names[name].destinations
        assert cells.endswith(f"${LAST}")
    assert book["台账参数"].sheet_state == "hidden"


def test_every_list_and_every_heading_on_the_sheets_is_the_declared_one() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(2021, YEAR)))
    for one in model.load().values():
        ws = book[one.title]
        headings = [ws.cell(FIRST - 1, i).value for i in range(1, len(one.columns) + 2)]
        assert headings == [*(c.label for c in one.columns), model.MARKED]
        assert ws.column_dimensions[get_column_letter(len(headings))].hidden
        rules = {str(r.sqref).split(":")[0]: r for r in ws.data_validations.dataValidation}
        for i, column in enumerate(one.columns, 1):
            rule = rules[ws.cell(FIRST, i).coordinate]
            assert len(rule.prompt) <= 255
            if column.choices:
                ((sheet, cells),) = book.defined_names[rule.formula1].destinations
                found = [c.value for (c,) in book[sheet][cells.replace("$", "")]]
                assert found == list(column.choices.labels.values())
        assert ws.page_setup.orientation == "landscape"
        assert f"${FIRST - 1}:${FIRST - 1}" in str(ws.print_title_rows)


def test_the_working_days_on_the_hidden_sheet_are_those_of_the_calendar() -> None:
    book = openpyxl.load_workbook(io.BytesIO(standalone(YEAR)))
    ws = book["台账参数"]
    listed = [c.value for (c,) in ws.iter_rows(2, ws.max_row, 1, 1) if c.value]
    epoch = dt.date(1899, 12, 30).toordinal()
    for year in (2019, YEAR, calendar.covered()[1]):
        days = [day - epoch for day in calendar.working_days(year)]
        assert [d for d in listed if days[0] <= d <= days[-1]] == days
