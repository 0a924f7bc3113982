"""The final report as one clean sheet."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from lxml.etree import SerialisationError
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.errors import CannotWrite, UnusableInput
from nianbao.exports import content, xlsx
from nianbao.formats.xlsx.slots import clean
from nianbao.report import TEXTS, Agency, Report
from nianbao.template import page
from nianbao.template.formulas import INDENT
from plain_xlsx import cells
from strategies import having, reports, seed_figures, zeros

LONG = "本机关全年主动公开政府信息，" * 120


def sheet(report: Report) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(report)))
    assert book.sheetnames == ["政府信息公开工作年度报告"]
    ws = book.worksheets[0]
    assert isinstance(ws, Worksheet)
    return ws


def test_it_holds_values_only_and_no_name() -> None:
    data = xlsx.write(seed_figures())
    assert not [c for s in cells(data).values() for c in s.values() if c.formula is not None]
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert list(book.defined_names) == []
    assert book.worksheets[0].data_validations.dataValidation == []


@settings(max_examples=20, deadline=None)
@given(reports())
def test_title_headings_and_paragraphs_stand_in_their_order(report: Report) -> None:
    (found,) = cells(xlsx.write(report)).values()
    column = [c.value for ref, c in found.items() if ref.rstrip("0123456789") == "A"]
    said = [v.removeprefix(INDENT) for v in column if isinstance(v, str)]
    expected = []
    for part in content.parts(report):
        match part:
            case content.TitlePart(text):
                expected.append(text)
            case content.HeadingPart(text) | content.ParagraphPart(text):
                expected.append(text)
    said[0] = said[0].replace("\n", "")
    texts = iter(said)
    assert all(text in texts for text in expected)  # a subsequence: tables stand between them


@settings(max_examples=20, deadline=None)
@given(reports(texts=False))
def test_every_figure_is_a_number_in_its_place(report: Report) -> None:
    ws = sheet(report)
    tops = {
        str(ws.cell(r, 1).value): r + 1 for r in range(1, ws.max_row + 1) if ws.cell(r, 1).value
    }
    for table in report.form.tables.values():
        edges = page.edges(report.form)
        starts = [edges.index(unit) + 1 for unit in accumulate(page.units(table), initial=0)]
        for cell in report.form.grid(table.id, report.layout).cells:
            value = ws.cell(tops[table.heading] + cell.row, starts[cell.col]).value
            if cell.id:
                figure = report[cell.id]
                assert value == (None if figure is None else pytest.approx(float(figure)))
                assert not isinstance(value, str)
            else:
                assert value == (cell.text or None)


def test_money_and_signs_are_printed_as_the_form_wants_them() -> None:
    report = having(seed_figures(), {"disclosure.procurement.amount": Decimal("160.5964")})
    formats = {c.number_format for row in sheet(report) for c in row if c.value == 1}
    assert "+0;-0;0" in formats
    assert 160.5964 in [c.value for row in sheet(report) for c in row]


def test_rows_are_as_high_as_their_text_and_a_very_long_one_takes_several() -> None:
    report = replace(zeros(), text=dict.fromkeys(TEXTS, LONG))
    ws = sheet(report)
    (row,) = (r for r in range(1, 6) if str(ws.cell(r, 1).value).startswith(INDENT))
    (merge,) = (m for m in ws.merged_cells.ranges if m.min_row == row and m.min_col == 1)
    heights = [ws.row_dimensions[r].height for r in range(merge.min_row, merge.max_row + 1)]
    assert len(heights) > 1
    assert all(h is not None and h < 409 for h in heights)
    assert sum(h or 0 for h in heights) > len(LONG) / 32 * 14
    assert ws.cell(row, 1).value == INDENT + LONG


def test_each_table_begins_a_page_and_every_page_is_a4() -> None:
    ws = sheet(seed_figures())
    breaks = [b.id for b in ws.row_breaks.brk]
    headings = [t.heading for t in seed_figures().form.tables.values()]
    assert [ws.cell(b + 1, 1).value for b in breaks] == headings
    assert (ws.page_setup.paperSize, ws.page_setup.orientation) == (9, "portrait")


def test_text_that_looks_like_a_formula_stays_text() -> None:
    hostile = "=1+1\n@SUM(A1)\n]]>\n_x000D_\na\x00b"
    report = replace(zeros(name="=A1&<>"), text=dict.fromkeys(TEXTS, hostile))
    data = xlsx.write(report)
    (found,) = cells(data).values()
    said = [c.value for c in found.values()]
    assert all(c.formula is None for c in found.values())
    assert {INDENT + "=1+1", INDENT + "]]>", INDENT + "_x000D_", INDENT + "ab"} <= set(said)
    assert clean("=A1&<>") in str(said[0])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))


def test_the_properties_name_the_report_and_nobody() -> None:
    report = replace(seed_figures(), agency=Agency("某局", "110115-017"))
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(report)))
    assert book.properties.title == report.title
    assert book.properties.keywords == "agency-code:110115-017; agency-name:某局"
    assert not book.properties.creator


def test_the_same_report_gives_the_same_bytes() -> None:
    assert xlsx.write(seed_figures()) == xlsx.write(seed_figures())


@pytest.mark.parametrize("error", [OSError(28, "No space left"), SerialisationError("IO_ENOSPC")])
def test_a_full_folder_of_temporary_files_is_told(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise error

    monkeypatch.setattr(openpyxl.Workbook, "save", full)
    with pytest.raises(CannotWrite, match="临时文件夹已满"):
        xlsx.write(seed_figures())


def test_a_paragraph_that_no_cell_can_hold_is_refused() -> None:
    with pytest.raises(UnusableInput, match=r"“六、其他需要报告的事项”.*40000 字.*32767"):
        xlsx.write(replace(zeros(), text={**zeros().text, "other": "字" * 40_000}))
