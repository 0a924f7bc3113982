"""The official workbook as it is handed out."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from functools import cache
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils import coordinate_to_tuple, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import form as forms
from nianbao.errors import UnusableInput
from nianbao.form import ExtraRow, Layout
from nianbao.form.workbook import check_name, id_of, name_of
from nianbao.report import TEXTS, Agency
from nianbao.template import page
from nianbao.template.build import template
from plain_xlsx import MAIN, cells, names

LEDGERS = ["依申请台账", "复议诉讼台账", "规范性文件台账"]
SHEETS = [
    *("说明", "一、总体情况", "表二", "表三", "表四", "五、六"),
    *LEDGERS,
    *("文字素材", "上年数据", "校验结果", "报告"),
]
YEARS = {2019: 2020, 2021: 2025}
LAYOUT = Layout(
    {"other_services": ("行政检查", "行政确认")},
    (
        ExtraRow("disclosure", "其他主动公开文件", {}, "normative_documents"),
        ExtraRow("requests", "9.地方增设事由", {}, "refused.inquiry"),
    ),
)
_FUNCTIONS = (
    "ABS AND CHAR COLUMNS COUNT COUNTA COUNTBLANK COUNTIF FIND IF IFERROR INDEX ISNUMBER LEFT LEN "
    "MATCH MAX N NOT OR ROUND ROUNDUP ROWS SUM SUMPRODUCT"
)
TABLES = {"disclosure": "表二", "requests": "表三", "disputes": "表四"}
LAYOUTS = {"plain": Layout(), "local rows": LAYOUT}


@cache
def book(format: int, layout: str = "plain") -> openpyxl.Workbook:
    data = template(format, YEARS[format], LAYOUTS[layout])
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.fixture(params=YEARS)
def format(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def sheet(format: int, title: str) -> Worksheet:
    found = book(format)[title]
    assert isinstance(found, Worksheet)
    return found


def test_it_has_the_sheets_of_the_contract_in_the_order_of_use(format: int) -> None:
    assert book(format).sheetnames == [*SHEETS, "台账参数"]
    assert book(format)["台账参数"].sheet_state == "hidden"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("table", TABLES)
def test_the_grid_is_the_official_one_cell_for_cell(format: int, table: str, layout: str) -> None:
    ws = book(format, layout)[TABLES[table]]
    form = forms.load(format)
    rows = form.complete(LAYOUTS[layout])
    top = 4
    merges = {str(r) for r in ws.merged_cells.ranges}
    for cell in form.grid(table, rows).cells:
        first = ws.cell(top + cell.row, 1 + cell.col)
        last = ws.cell(top + cell.row + cell.rowspan - 1, 1 + cell.col + cell.colspan - 1)
        span = f"{first.coordinate}:{last.coordinate}"
        assert (span in merges) == (first.coordinate != last.coordinate)
        if cell.text:
            assert first.value == cell.text
        assert first.border.left.style == "thin"
        assert last.border.right.style == "thin"


def test_every_figure_has_a_name_that_points_to_its_own_cell(format: int) -> None:
    data = template(format, YEARS[format], LAYOUT)
    form = forms.load(format)
    where = names(data)
    ids = list(form.cells(LAYOUT))
    ids += [c.id for t in TABLES for c in form.grid(t, form.complete(LAYOUT)).cells if c.id]
    ids += ["extra[0].label", "extra[1].label", "format", "year", "agency.name", "agency.code"]
    assert {name_of(id) for id in ids} <= where.keys()
    places = [where[name_of(id)] for id in dict.fromkeys(ids)]
    assert len(places) == len(set(places))
    for id, cell in form.cells(LAYOUT).items():
        assert where[name_of(id)][0] == TABLES[cell.table]
    if format == 2019:
        assert (
            cells(data)["表二"][where["nb.disclosure.other_services.1.name"][1]].value == "行政确认"
        )


def test_every_name_is_one_that_excel_allows_and_that_we_can_read_back(format: int) -> None:
    found = [n for n in names(template(format, YEARS[format], LAYOUT)) if n.startswith("nb.")]
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]{0,254}", n) for n in found)
    assert all(name_of(id_of(n) or "") == n for n in found)
    assert len({n.lower() for n in found}) == len(found)


def test_every_identity_has_a_named_check_cell_outside_the_print_area(format: int) -> None:
    where = names(template(format, YEARS[format]))
    form = forms.load(format)
    for equation in form.equations():
        title, ref = where[check_name(equation)]
        ws = sheet(format, title)
        assert title == TABLES[equation.table]
        left, top, right, bottom = range_boundaries(ws.print_area.split("!")[1].replace("$", ""))
        row, col = coordinate_to_tuple(ref)
        assert not (top <= row <= bottom and left <= col <= right)
    assert {f"nb.check.Y_01.requests.{c}" for c in ("natural_person", "other", "total")} <= set(
        where
    )


def test_every_text_has_a_column_of_cells(format: int) -> None:
    where = names(template(format, YEARS[format]))
    for text, title in zip(TEXTS, ["一、总体情况"] * 2 + ["五、六"] * 2, strict=True):
        assert where[f"nb.text.{text}"][0] == title
        left, top, right, bottom = range_boundaries(where[f"nb.text.{text}"][1])
        assert left == right
        assert bottom - top >= 5


def test_last_years_sheet_stands_on_last_years_form() -> None:
    for format, year, before in ((2021, 2021, 2019), (2021, 2022, 2021), (2019, 2020, 2019)):
        found = names(template(format, year))
        expected = {name_of(f"previous.{id}") for id in forms.load(before).cells()}
        assert {n for n in found if n.startswith("nb.previous.")} - {
            "nb.previous.year",
            "nb.previous.format",
        } == expected


def test_the_first_year_has_no_year_before() -> None:
    data = template(2019, 2019)
    assert not [n for n in names(data) if "previous" in n or "Y_01" in n]
    assert "没有更早的上年数据" in str([c.value for c in cells(data)["上年数据"].values()])


def test_inputs_are_unlocked_and_validated_and_totals_are_locked_formulas(format: int) -> None:
    form = forms.load(format)
    where = names(template(format, YEARS[format]))
    for id, cell in form.cells().items():
        title, ref = where[name_of(id)]
        ws = sheet(format, title)
        rules = [r for r in ws.data_validations.dataValidation if ref in r.sqref]
        if cell.total:
            assert ws[ref].protection.locked
            assert str(ws[ref].value).startswith("=IF(COUNT(")
            assert rules == []
            continue
        assert not ws[ref].protection.locked
        (rule,) = rules
        assert rule.type == {"money": "custom"}.get(cell.kind, "whole")
        assert rule.showErrorMessage
        assert rule.showInputMessage
        assert cell.title in str(rule.prompt)
        assert cell.unit in str(rule.promptTitle)
        assert len(str(rule.promptTitle)) <= 32
        assert max(len(str(rule.prompt)), len(str(rule.error))) <= 255
    locked = [title for title in SHEETS if title not in LEDGERS]  # those are sorted and filtered
    assert all(book(format)[title].protection.sheet for title in locked)
    assert all(book(format)[title].protection.password is None for title in SHEETS)


def test_the_number_formats_show_signs_and_no_trailing_point() -> None:
    where = names(template(2019, 2020))
    ref = where["nb.disclosure.licensing.change"][1]
    assert sheet(2019, "表二")[ref].number_format == "+0;-0;0"
    ref = where["nb.disclosure.procurement.amount"][1]
    assert sheet(2019, "表二")[ref].number_format == "General"


def test_every_sheet_prints_on_a4_upright_one_page_wide(format: int) -> None:
    for title in SHEETS:
        ws = sheet(format, title)
        assert ws.page_setup.paperSize == 9
        wide = title in ("校验结果", *LEDGERS)
        assert ws.page_setup.orientation == ("landscape" if wide else "portrait")
        assert ws.sheet_properties.pageSetUpPr.fitToPage
        assert ws.page_setup.fitToWidth == (2 if title == "依申请台账" else 1)  # 25 columns
        assert bool(ws.print_area) is not wide  # as many rows as there are findings
    assert len(sheet(format, "报告").row_breaks.brk) == 3


def test_the_report_sheet_refers_to_all_the_others(format: int) -> None:
    found = cells(template(format, YEARS[format]))["报告"]
    text = " ".join(c.formula or "" for c in found.values())
    for title in ("表二", "表三", "表四"):
        assert f"'{title}'!" in text
    assert all(f"nb.text.{t}" in text for t in TEXTS)
    headings = [c.value for c in found.values() if isinstance(c.value, str)]
    assert [s.heading for s in forms.load(format).sections] == [
        h for h in headings if h in {s.heading for s in forms.load(format).sections}
    ]


def test_its_formulas_use_only_functions_that_excel_2010_and_wps_know(format: int) -> None:
    known = set(_FUNCTIONS.split())
    text = " ".join(
        c.formula or "" for s in cells(template(format, YEARS[format])).values() for c in s.values()
    )
    used = set(re.findall(r"([A-Z][A-Z0-9.]+)\(", re.sub(r'"[^"]*"', "", text)))
    assert used <= known


def test_an_empty_workbook_says_what_is_open_and_shows_no_zero(format: int) -> None:
    found = cells(template(format, YEARS[format]))
    said = [c.value for c in found["说明"].values() if c.formula]
    assert any(str(v).startswith("还有 ") and "4 部分文字未写" in str(v) for v in said)
    where = names(template(format, YEARS[format]))
    for name, (title, ref) in where.items():
        if name.startswith("nb.check."):
            assert found[title][ref].value == "—"
    columns = len(page.edges(forms.load(format))) - 1
    printed = (c for ref, c in found["报告"].items() if coordinate_to_tuple(ref)[1] <= columns)
    assert not [c.value for c in printed if c.formula and isinstance(c.value, float)]


def test_the_agency_and_the_year_are_filled_in() -> None:
    found = cells(template(2021, 2026, agency=Agency("某市某局", "0017")))
    where = names(template(2021, 2026))
    values = {
        k: found["说明"][where[f"nb.{k}"][1]].value for k in ("agency.name", "agency.code", "year")
    }
    assert values == {"agency.name": "某市某局", "agency.code": "0017", "year": 2026.0}
    assert found["报告"]["A1"].value == "某市某局2026年政府信息公开工作年度报告"


def test_a_form_that_does_not_fit_the_year_is_warned_of() -> None:
    said = {c.value for c in cells(template(2019, 2023))["说明"].values()}
    assert any("不适用于 2023 年度" in str(v) for v in said)
    assert not any("不适用于" in str(c.value) for c in cells(template(2021, 2023))["说明"].values())


def test_a_year_without_a_form_or_a_row_in_table_four_is_refused() -> None:
    with pytest.raises(UnusableInput, match="1900"):
        template(2021, 1900)
    with pytest.raises(UnusableInput, match="2020 年版"):
        template(2020, 2021)
    with pytest.raises(UnusableInput, match=r"表四.*“附加”"):
        template(2021, 2025, Layout({}, (ExtraRow("disputes", "附加", {}),)))


def test_every_sheet_can_be_reached_from_the_first_one(format: int) -> None:
    ws = sheet(format, "说明")
    targets = {link.location for link in ws._hyperlinks or []} or {
        c.hyperlink.location for row in ws for c in row if c.hyperlink
    }
    assert {str(t).split("!")[0].strip("'") for t in targets} == set(SHEETS) - {"说明"}


def test_the_same_bytes_come_out_of_every_process(format: int) -> None:
    code = (
        "import sys, hashlib\nfrom nianbao.template.build import template\n"
        f"print(hashlib.sha256(template({format}, {YEARS[format]})).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_it_holds_no_macro_and_no_name_of_a_person_or_program_but_its_own(format: int) -> None:
    with zipfile.ZipFile(io.BytesIO(template(format, YEARS[format]))) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert not [n for n in archive.namelist() if "vba" in n.lower() or "external" in n.lower()]
        everything = {n: archive.read(n) for n in archive.namelist()}
    for name, content in everything.items():
        ElementTree.fromstring(content)
        assert b"openpyxl" not in content, name
    assert b"<Application>nianbao</Application>" in everything["docProps/app.xml"]
    calculation = ElementTree.fromstring(everything["xl/workbook.xml"]).find(f"{MAIN}calcPr")
    assert calculation is not None
    assert calculation.get("fullCalcOnLoad") == "1"
