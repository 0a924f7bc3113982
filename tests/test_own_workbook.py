"""Our own workbooks, read by names, after all that people and programs do to them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings

from nianbao import reading, rules
from nianbao.errors import UnusableInput
from nianbao.form.workbook import name_of
from nianbao.report import Agency, Report, build, with_totals
from nianbao.template.fill import fill
from strategies import having, reports, seed_figures, zeros
from workbooks import at, name, ours, saved
from workbooks import build as workbook

TEXT = {"opening": "编制本报告。", "overview": "（一）甲。\n（二）乙。", "other": "无。"}


def seed() -> Report:
    """The seed's figures with a code and texts, so that all names are used."""
    figures = seed_figures()
    agency = Agency(figures.agency.name, "BJ-115")
    return build(2019, 2020, agency, figures.values, repeats=figures.repeats, text=TEXT)


@settings(max_examples=40, deadline=None)
@given(reports())
def test_a_report_comes_back_equal(report: Report) -> None:
    found = reading.open(ours(report), "年报.xlsx").report
    assert found == report
    assert found.trace.kind == "xlsx"
    assert found.trace.source == "年报.xlsx"
    assert (found.trace.title, found.trace.headings) == (None, None)


@settings(max_examples=15, deadline=None)
@given(reports(few_shapes=True))
def test_a_report_filled_into_the_template_comes_back_with_its_totals(report: Report) -> None:
    found = reading.open(fill(report).data, "年报.xlsx").report
    assert found == with_totals(report)
    assert {n.kind for n in found.trace.notes} <= {"extra"}


def test_a_filled_workbook_saved_by_another_program_loses_no_figure() -> None:
    book = openpyxl.load_workbook(io.BytesIO(fill(seed(), zeros(2019, 2019)).data))
    data = saved(book)  # openpyxl keeps formulas, but none of their results
    found = reading.open(data, "x.xlsx").report
    assert found == seed()
    assert [n.kind for n in found.trace.notes] == ["computed"]
    before = reading.open(data, "x.xlsx").previous
    assert before is not None
    assert (before.format, before.year, set(before.values.values())) == (2019, 2019, {0})


def test_every_figure_knows_where_it_stood() -> None:
    source = reading.open(ours(seed(), edits=[("disclosure.licensing.change", "＋1")]), "年报.xlsx")
    found = source.report
    origin = found.trace.origins["disclosure.licensing.change"]
    assert (origin.place, origin.text, origin.issue) == ("表二!D8", "＋1", None)
    assert found["disclosure.licensing.change"] == 1
    assert found.trace.origins.keys() >= found.values.keys()
    assert found.place("text.overview") == "一、总体情况!A53"


@pytest.mark.parametrize(
    ("raw", "value", "issue"),
    [
        (12, 12, None),
        (12.0, 12, None),
        ("１２", 12, None),
        ("1,234件", 1234, "V-06"),
        (None, None, "V-02"),
        ("/", None, "V-02"),
        ("  ", None, "V-02"),
        ("--253", None, "V-01"),
        (-3, None, "V-01"),
        (1.5, None, "V-01"),
        (True, None, "V-01"),
        ("#DIV/0!", None, "V-01"),
        ("=B1+1", None, "V-01"),
        (1e300, None, "V-01"),
    ],
)
def test_what_is_no_figure_is_none_with_its_rule(raw: Any, value: Any, issue: str) -> None:
    cell = "requests.received.natural_person"
    found = reading.open(ours(seed(), edits=[(cell, raw)]), "x.xlsx").report
    assert found[cell] == value
    assert found.trace.origins[cell].issue == issue


def test_an_error_in_a_total_is_not_taken_for_a_blank() -> None:
    cell = "requests.total.total"
    found = reading.open(ours(seed(), edits=[(cell, "#DIV/0!")]), "x.xlsx").report
    origin = found.trace.origins[cell]
    assert (found[cell], origin.text, origin.issue) == (None, "#DIV/0!", "V-01")


def test_money_is_decimal_and_never_a_binary_fraction() -> None:
    cell = "disclosure.procurement.amount"
    for raw, value in ((0.1 + 0.2, "0.3"), (160.5964, "160.5964"), ("251000元", "25.1"), (3, "3")):
        found = reading.open(ours(seed(), edits=[(cell, raw)]), "x.xlsx").report[cell]
        assert found == Decimal(value)
        assert isinstance(found, Decimal)


# --- totals without results ------------------------------------------------------------------


def test_no_formula_of_a_total_is_told_as_what_somebody_wrote() -> None:
    cell = "requests.received.business"
    half = build(2021, 2025, Agency("某局"), {cell: 4})
    found = reading.open(ours(half, formulas=True), "x.xlsx").report
    assert found["requests.received.total"] == 4
    told = [f.message for f in rules.check(found) if f.rule == "V-02"]
    assert len(told) == 3
    assert not any("=" in message for message in told)


def test_totals_that_were_never_calculated_are_added_up() -> None:
    report = having(zeros(), {"requests.received.business": 4, "requests.granted.business": 4})
    found = reading.open(ours(report, formulas=True), "x.xlsx").report
    blank = {id: None for id, c in report.form.cells().items() if c.total}
    assert found.values == with_totals(having(report, blank)).values
    assert found["requests.total.total"] == 4
    (note,) = found.trace.notes
    assert note.kind == "computed"
    assert set(note.cells) == blank.keys()


def test_a_total_that_someone_emptied_is_not_added_up() -> None:
    data = ours(zeros(), formulas=True, edits=[("requests.received.total", None)])
    found = reading.open(data, "x.xlsx").report
    assert found["requests.received.total"] is None
    assert found["requests.carried_in.total"] == 0


def test_a_total_of_nothing_stays_empty() -> None:
    source = reading.open(ours(build(2021, 2025, Agency("某局"), {}), formulas=True), "x.xlsx")
    found = source.report
    assert set(found.values.values()) == {None}
    assert found.trace.notes == ()


# --- what people do to a workbook --------------------------------------------------------------


def test_sheets_may_be_renamed_and_put_in_another_order() -> None:
    book = workbook(seed())
    for defined in book.defined_names.values():
        defined.attr_text = defined.attr_text.replace("'表二'", "表二").replace(
            "表二", "'局长 的''表''!'"
        )
    book["表二"].title = "局长 的'表'!"[:31]
    book.move_sheet("表三", -2)
    found = reading.open(saved(book), "x.xlsx").report
    assert found == seed()
    assert found.place("disclosure.licensing.items") == "局长 的'表'!!C8"


def moved(rows: int, columns: int) -> bytes:
    """The seed's workbook with rows and columns inserted before everything else."""
    book = workbook(seed())

    def shift(match: re.Match[str]) -> str:
        index = openpyxl.utils.column_index_from_string(match[1])
        letter = openpyxl.utils.get_column_letter(index + columns)
        return f"${letter}${int(match[2]) + rows}"

    for sheet in book.worksheets:
        merged = [str(m) for m in sheet.merged_cells.ranges]
        for where in merged:
            sheet.unmerge_cells(where)
        sheet.insert_rows(1, rows)
        sheet.insert_cols(1, columns)
    for defined in book.defined_names.values():
        sheet_name, _, cells = defined.attr_text.rpartition("!")
        defined.attr_text = sheet_name + "!" + re.sub(r"\$([A-Z]+)\$(\d+)", shift, cells)
    return saved(book)


def test_rows_and_columns_inserted_before_the_tables_do_no_harm() -> None:
    found = reading.open(moved(3, 2), "x.xlsx").report
    assert found == seed()
    assert found.place("disclosure.licensing.items") == "表二!E11"


def insert_row(book: openpyxl.Workbook, below: str, label: str, figures: list[Any], x: int) -> None:
    """A row put under a named one, as Excel does it: names further down move along."""
    title, address = at(book, below)
    sheet = book[title]
    y = sheet[address].row + 1
    for where in [str(m) for m in sheet.merged_cells.ranges]:
        sheet.unmerge_cells(where)
    sheet.insert_rows(y)

    def shift(match: re.Match[str]) -> str:
        return f"${match[1]}${int(match[2]) + (int(match[2]) >= y)}"

    for defined in book.defined_names.values():
        if defined.attr_text.startswith((f"'{title}'!", f"{title}!")):
            defined.attr_text = re.sub(r"\$([A-Z]+)\$(\d+)", shift, defined.attr_text)
    sheet.cell(y, x, label)
    first = sheet[at(book, below)[1]].column
    for i, figure in enumerate(figures):
        sheet.cell(y, first + i, figure)


def test_a_row_that_someone_inserted_and_filled_in_is_kept() -> None:
    book = workbook(zeros())
    below = "requests.refused.inquiry.natural_person"
    insert_row(book, below, "9.地方规定", [1, None, "/", "待定", 0, 0, 1], x=3)
    found = reading.open(saved(book), "x.xlsx").report
    (row,) = found.extra
    assert (row.table, row.label, row.after) == ("requests", "9.地方规定", "refused.inquiry")
    assert list(row.values.values()) == [1, None, None, "待定", 0, 0, 1]
    assert found.values == zeros().values
    (note,) = found.trace.notes
    assert (note.kind, note.place) == ("extra", "表三!D17")
    assert found.place("extra[0].natural_person") == "表三!D17"


def test_a_row_inserted_among_split_rows_is_one_of_them() -> None:
    book = workbook(seed())
    insert_row(book, "disclosure.other_services[0].items", "行政奖励", [5, "-1", 7], x=2)
    found = reading.open(saved(book), "x.xlsx").report
    assert found.repeats["other_services"] == ("行政检查", "行政奖励", "行政确认")
    assert [
        found[f"disclosure.other_services[1].{c}"] for c in ("items", "change", "decisions")
    ] == [
        5,
        -1,
        7,
    ]
    assert found["disclosure.other_services[0].decisions"] == 235
    assert found.extra == ()


def test_a_row_that_belongs_to_no_split_row_stays_a_local_row() -> None:
    book = workbook(seed())
    insert_row(book, "disclosure.other_services[1].items", "公共服务事项", [5, 0, 7], x=1)
    found = reading.open(saved(book), "x.xlsx").report
    assert found.repeats == seed().repeats
    assert [(e.label, e.after) for e in found.extra] == [("公共服务事项", "other_services")]


def test_inserted_rows_without_figures_are_only_space() -> None:
    book = workbook(zeros())
    insert_row(book, "requests.received.natural_person", "说明", [None, "注：见附件"], x=1)
    found = reading.open(saved(book), "x.xlsx").report
    assert found == zeros()
    assert found.extra == ()


def test_a_split_row_whose_cells_were_deleted_is_gone() -> None:
    book = workbook(seed())
    for key, defined in book.defined_names.items():
        if key.startswith("nb.disclosure.other_services.0."):
            defined.attr_text = "'表二'!#REF!"
    found = reading.open(saved(book), "x.xlsx").report
    assert found.repeats["other_services"] == ("行政确认",)
    assert found["disclosure.other_services[0].decisions"] == 0
    assert not [n for n in found.trace.notes if n.kind == "missing"]


def test_names_in_capitals_and_of_one_sheet_are_found_too() -> None:
    book = workbook(seed())
    names = dict(book.defined_names)
    book.defined_names.clear()
    for key, defined in names.items():
        defined.name = key.upper()
        ((title, _),) = defined.destinations
        book[title].defined_names[key.upper()] = defined
    assert reading.open(saved(book), "x.xlsx").report == seed()


def test_a_copied_sheet_does_not_take_the_place_of_the_first() -> None:
    book = workbook(seed())
    copy = book.copy_worksheet(book["表二"])
    for key, defined in list(book.defined_names.items()):
        if defined.attr_text.startswith("'表二'!"):
            text = defined.attr_text.replace("'表二'", f"'{copy.title}'")
            copy.defined_names[key] = openpyxl.workbook.defined_name.DefinedName(
                key, attr_text=text
            )
    copy["C8"] = 999
    assert reading.open(saved(book), "x.xlsx").report == seed()


def lose(book: openpyxl.Workbook, chosen: Callable[[str], bool]) -> bytes:
    for key, defined in list(book.defined_names.items()):
        if chosen(key):
            defined.attr_text = "#REF!"
    return saved(book)


def test_cells_whose_names_are_lost_are_found_by_their_labels() -> None:
    lost = "nb.requests.granted.", "nb.disclosure.fees."
    report = having(seed(), {"requests.granted.business": 3, "disclosure.fees.items": 2})
    source = reading.open(lose(workbook(report), lambda key: key.startswith(lost)), "x.xlsx")
    found = source.report
    assert found == report
    assert found.place("requests.granted.business") == "表三!E7"
    assert not [n for n in found.trace.notes if n.kind == "missing"]


def test_a_table_without_any_name_is_found_by_its_labels() -> None:
    report = having(zeros(), {"disputes.reconsideration.upheld": 3})
    source = reading.open(
        lose(workbook(report), lambda key: key.startswith("nb.disputes.")), "x.xlsx"
    )
    found = source.report
    assert found == report


def test_what_is_found_neither_way_is_told_as_missing() -> None:
    book = workbook(zeros())
    del book["表四"]
    source = reading.open(lose(book, lambda key: key.startswith("nb.disputes.")), "x.xlsx")
    found = source.report
    (note,) = found.trace.notes
    assert note.kind == "missing"
    assert "表四有 15 个单元格" in note.message
    assert {found[id] for id in note.cells} == {None}
    assert len(note.cells) == 15


def test_a_text_whose_name_is_lost_is_found_by_its_heading() -> None:
    book = workbook(seed())
    sheet = book["五、六"]
    sheet["A152"], sheet["A102"] = "六、其他需要报告的事项", "五、存在的主要问题及改进情况"
    found = reading.open(lose(book, lambda key: key == "nb.text.other"), "x.xlsx").report
    assert found.text == seed().text


def test_text_keeps_its_paragraphs_and_what_looks_like_a_number_or_formula() -> None:
    book = workbook(zeros())
    title, cells = at(book, "text.problems")
    first = openpyxl.utils.cell.range_boundaries(cells)[1]
    sheet = book[title]
    name(book, "text.problems", sheet, first, 1, bottom=first + 5)
    for i, content in enumerate(["一是。\n二是。", None, 2020, "=A1", 0.5]):
        sheet.cell(first + i, 1).value = content
    found = reading.open(saved(book), "x.xlsx").report
    assert found.text["problems"] == "一是。\n二是。\n2020\n0.5"
    (note,) = found.trace.notes
    assert (note.kind, note.place) == ("unplaced", f"{title}!A{first + 3}")


# --- year, form, agency ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "says"),
    [
        (None, "没有填写报告年度"),
        ("今年", "今年”不是年份"),
        (20.5, "不是年份"),
        (1900, "1900"),
        (2100, "2100"),
        ("=YEAR(TODAY())", "没有填写报告年度"),
    ],
)
def test_a_year_that_is_none_is_told_with_its_place(year: Any, says: str) -> None:
    with pytest.raises(UnusableInput) as caught:
        _ = reading.open(ours(zeros(), edits=[("year", year)]), "某局.xlsx").report
    assert says in str(caught.value)
    assert str(caught.value).startswith("“某局.xlsx”")
    assert "说明!B4" in str(caught.value)


def test_only_a_workbook_of_ours_is_read_as_one() -> None:
    source = reading.open_ours(ours(zeros()), "x.xlsx")
    assert source is not None
    assert source.report == zeros()
    assert reading.open_ours(b"\x89PNG\r\n\x1a\n", "x.xlsx") is None
    assert reading.open_ours(b'{"format": 2021}', "x.json") is None
    assert reading.open_ours(saved(openpyxl.Workbook()), "x.xlsx") is None
    with pytest.raises(UnusableInput, match=r"“x\.xlsx”没有填写报告年度"):
        reading.open_ours(ours(zeros(), edits=[("year", None)]), "x.xlsx")


@pytest.mark.parametrize("year", [2024, "2024", "２０２４年", "2024 年度", 2024.0])
def test_a_year_may_be_written_as_people_write_it(year: Any) -> None:
    assert reading.open(ours(zeros(), edits=[("year", year)]), "x.xlsx").report.year == 2024


@pytest.mark.parametrize("written", [None, "2021", "2021年版", "新版"])
def test_the_form_is_known_by_its_cells_where_it_is_not_written(written: Any) -> None:
    assert reading.open(ours(zeros(), edits=[("format", written)]), "x.xlsx").report == zeros()
    source = reading.open(
        ours(seed(), edits=[("format", written if written == "新版" else None)]), "x.xlsx"
    )
    found = source.report
    assert found == seed()


def test_an_agency_without_name_or_code_is_read_so() -> None:
    found = reading.open(ours(build(2021, 2025, Agency(""), {})), "x.xlsx").report
    assert found.agency == Agency("", None)


# --- last year's figures -----------------------------------------------------------------------


def test_last_years_figures_in_the_workbook_are_a_report_of_their_own() -> None:
    before = having(zeros(2019, 2020, seed().agency.name), {"requests.carried_out.business": 7})
    data = ours(zeros(2021, 2021, seed().agency.name), previous=before)
    assert reading.open(data, "x.xlsx").previous == before
    assert reading.open(data, "x.xlsx").report == zeros(2021, 2021, seed().agency.name)


@pytest.mark.parametrize("year", [None, "=B4-1", "上年"])
def test_last_year_is_the_year_before_where_it_is_not_written(year: Any) -> None:
    data = ours(zeros(), previous=zeros(2021, 2022), edits=[("previous.year", year)])
    found = reading.open(data, "x.xlsx").previous
    assert found == zeros(2021, 2022)


def test_no_figure_of_last_year_is_no_report() -> None:
    empty = build(2021, 2022, Agency("某市某某局"), {})
    assert reading.open(ours(zeros(), previous=empty), "x.xlsx").previous is None
    assert reading.open(ours(zeros()), "x.xlsx").previous is None
    assert (
        reading.open(ours(zeros(2019, 2019), previous=zeros(2019, 2019)), "x").previous is not None
    )
    before = ours(zeros(2019, 2019), previous=zeros(2019, 2019), edits=[("previous.year", 2018)])
    assert reading.open(before, "x.xlsx").previous is None
    assert reading.open(b'{"format": 2021}', "x.json").previous is None


def test_a_workbook_whose_year_is_lost_is_read_as_any_other() -> None:
    book = workbook(zeros())
    data = lose(book, lambda key: key == name_of("year"))
    assert reading.open(data, "x.xlsx").previous is None
    with pytest.raises(UnusableInput):
        _ = reading.open(data, "x.xlsx").report


def test_macros_and_links_are_never_looked_at() -> None:
    data = io.BytesIO(ours(seed()))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 not even VBA")
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<not xml")
    assert reading.open(data.getvalue(), "x.xlsm").report == seed()


def test_a_name_with_a_number_beyond_all_reason_is_no_name_of_ours() -> None:
    book = workbook(seed())
    for part in ("disclosure.other_services.{}.change", "extra.{}.total", "extra.{}.label"):
        name(book, part.format("9" * 5000), book["表二"], 5, 5)
    assert reading.open(saved(book), "x.xlsx").report == seed()
