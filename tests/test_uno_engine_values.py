"""Blocks of values and formulas in a real LibreOffice, through xlwings' own API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nianbao_addin.libreoffice.bridge import FormulaRefused

pytestmark = pytest.mark.libreoffice

# Characters that a cell can hold: no control characters, which XML cannot carry.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1, max_size=12
)
MOMENTS = st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2999, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
    MOMENTS,
    TEXTS.map(lambda text: "'" + text),
    st.sampled_from(["'110101199003070015", "'=1+1", "'''x", "'2025-01-02", "'TRUE", "表二", ""]),
)
BLOCKS = st.tuples(st.integers(1, 5), st.integers(2, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(VALUES, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


def expected(value: Any) -> Any:
    """What comes back for what was written."""
    if isinstance(value, str):
        return value.removeprefix("'") or None
    return value


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=BLOCKS)
def test_a_block_of_mixed_values_comes_back_as_written(book: Any, rows: list[list[Any]]) -> None:
    book.sheets[0].clear()
    cells = book.sheets[0]["B3"].resize(len(rows), len(rows[0]))
    cells.value = rows
    back = cells.options(ndim=2).value
    assert back == [[expected(value) for value in row] for row in rows]
    assert [[type(value) for value in row] for row in back] == [
        [type(expected(value)) for value in row] for row in rows
    ]


def test_truth_leaves_no_trace_for_the_numbers_that_follow(book: Any) -> None:
    cells = book.sheets[0]["A1:C1"]
    cells.value = [True, False, 5]
    cells.value = [1, 0, True]
    assert cells.value == [1.0, 0.0, True]
    assert [type(value) for value in cells.value] == [float, float, bool]
    cells.clear_contents()
    cells.value = [0, 1, 1]
    assert [type(value) for value in cells.value] == [float, float, float]


def test_a_long_number_without_an_apostrophe_loses_digits_as_in_excel(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["A1"].value = ["110101199003070015", "'110101199003070015"]
    assert sheet["A1:B1"].value == [110101199003070015.0, "110101199003070015"]


def test_cells_formatted_as_text_take_everything_as_text(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["B1:B3"].number_format = "@"
    sheet["A1:B3"].value = [["12", "12"], ["=1+1", "=1+1"], ["3-5", "3-5"]]
    assert [row[1] for row in sheet["A1:B3"].value] == ["12", "=1+1", "3-5"]
    assert sheet["A2"].formula == "=1+1"
    assert sheet["A1:A2"].value == [12.0, 2.0]


def test_texts_stay_when_they_are_read_and_written_back_with_an_apostrophe(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["A1"].value = '\'=HYPERLINK("http://x")'
    text = sheet["A1"].value
    sheet["A2"].value = "'" + text
    assert sheet["A2"].value == text == '=HYPERLINK("http://x")'


def test_dates_get_a_format_only_where_there_is_none(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["B1"].number_format = "0.00"
    sheet["C1"].number_format = 'yyyy"年"m"月"'
    sheet["A1"].value = [dt.date(2025, 1, 2)] * 3
    assert sheet["A1:C1"].value == [dt.datetime(2025, 1, 2), 45659.0, dt.datetime(2025, 1, 2)]
    assert sheet["A1"].number_format == "yyyy/m/d"
    assert sheet["C1"].number_format == 'yyyy"年"m"月"'


def test_formulas_that_give_dates_and_truth_are_read_as_such(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["A1"].value = [[dt.datetime(2025, 1, 2), "=A1+20", "=1=1", "=1"], ["文", 1, 2, "2025年"]]
    assert sheet["A1:D2"].value == [
        [dt.datetime(2025, 1, 2), dt.datetime(2025, 1, 22), True, 1.0],
        ["文", 1.0, 2.0, "2025年"],
    ]


def test_errors_are_none_and_on_demand_their_text(book: Any) -> None:
    cells = book.sheets[0]["A1:D1"]
    cells.value = ["=1/0", "=NA()", "=FOO(1)", 1]
    assert cells.value == [None, None, None, 1.0]
    assert cells.options(err_to_str=True).value == ["#DIV/0!", "#N/A", "#NAME?", 1.0]


def test_many_errors_are_told_apart_with_few_questions(book: Any) -> None:
    formulas = ["=1/0", "=NA()", "=FOO(1)", "=#REF!+1", '="x"+1', "'#N/A", "=1"]
    cells = book.sheets[0]["A1:G30"]
    cells.value = [formulas] * 30
    texts = ["#DIV/0!", "#N/A", "#NAME?", "#REF!", "#VALUE!", "#N/A", 1.0]
    assert cells.options(err_to_str=True).value == [texts] * 30


def test_formulas_are_written_and_read_as_excel_writes_them(book: Any) -> None:
    book.sheets.add("表 三's", after=book.sheets[0])
    sheet = book.sheets[0]
    formulas = [
        "=SUM(A9,B9:B11)",
        "='表 三''s'!A1&\"a,;'b\"",
        "=IFERROR(A9/0,#N/A)",
        "=SUM({1,2;3,4})",
        '=IF(A9="","",TRUE)',
        "=IFS(A9=0,1)",
        "=#REF!+1",
        "=SUMPRODUCT((A9:A11='表 三''s'!$B$1:$B$3)*1)",
    ]
    cells = sheet["A1"].resize(len(formulas), 1)
    cells.formula = [[formula] for formula in formulas]
    assert [row[0] for row in cells.formula] == formulas
    assert cells.value == [0.0, "a,;'b", None, 10.0, None, 1.0, None, 3.0]


def test_the_formula_of_a_constant_is_what_one_would_type(book: Any) -> None:
    cells = book.sheets[0]["A1:F1"]
    cells.value = [1.5, "'007", True, dt.date(2025, 1, 2), None, "'=x"]
    assert cells.formula == (("1.5", "007", "TRUE", "45659", "", "=x"),)


def test_one_formula_for_many_cells_moves_its_references_along(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["B2:C3"].formula = "=A1+$F$1"
    assert sheet["B2:C3"].formula == (("=A1+$F$1", "=B1+$F$1"), ("=A2+$F$1", "=B2+$F$1"))


@pytest.mark.parametrize("formula", ["=1+*2", "=SUM(A1", "=没有的表!A1", "='[b.xlsx]x'!A1"])
def test_a_formula_that_cannot_be_read_changes_nothing(book: Any, formula: str) -> None:
    cells = book.sheets[0]["A1:C2"]
    before = [[1, "'=text", "=A1+1"], [True, None, dt.datetime(2025, 1, 2)]]
    cells.value = before
    kept = cells.formula
    with pytest.raises(FormulaRefused, match=r"\$B\$2 的公式写不进去"):
        cells.formula = [[5, 6, "=A1*2"], ["x", formula, 7]]
    assert cells.formula == kept
    assert cells.value[0] == [1.0, "=text", 2.0]
    with pytest.raises(FormulaRefused):
        cells.formula = formula
    assert cells.formula == kept


def test_array_formulas(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["A1:A2"].value = [[1], [2]]
    sheet["B1:B2"].formula_array = "=A1:A2*2"
    assert sheet["B1:B2"].value == [2.0, 4.0]
    assert sheet["B1:B2"].formula_array == "=A1:A2*2"
    assert sheet["B1"].has_array
    assert not sheet["A1"].has_array


def test_a_block_of_another_shape_is_refused(book: Any) -> None:
    with pytest.raises(ValueError, match="2 rows for the 3 by 1 cells"):
        book.sheets[0]["A1:A3"].raw_value = [[1], [2]]


def test_one_value_fills_a_range(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["A1:B2"].value = "x"
    assert sheet["A1:B2"].value == [["x", "x"], ["x", "x"]]
    sheet["A1:B2"].value = None
    assert sheet.used_range.value is None


def test_the_1904_calendar_is_respected(book: Any) -> None:
    from nianbao_addin.libreoffice.bridge import struct

    book.api.NullDate = struct("util.Date", Day=1, Month=1, Year=1904)
    book.impl._epoch = None
    book.sheets[0]["A1"].value = dt.datetime(2025, 1, 2)
    assert book.sheets[0]["A1"].value == dt.datetime(2025, 1, 2)
    assert book.sheets[0]["A1"].api.getDataArray() == ((44197.0,),)


def test_reads_and_writes_are_counted_by_block(office: Any, book: Any) -> None:
    sheet = book.sheets[0]
    meter = office.impl.meter
    meter.reset()
    sheet["A1:J33"].value = [[float(r * c) for c in range(10)] for r in range(33)]
    assert (meter.reads, meter.writes) == (0, 1)
    assert sheet["A1:J33"].value[32][9] == 288.0
    assert (meter.reads, meter.writes) == (1, 1)
    assert [sheet.name, sheet.index, sheet["A1"].address, sheet.used_range.shape] == [
        "Sheet1", 1, "$A$1", (33, 10),
    ]  # fmt: skip
    assert (meter.reads, meter.writes) == (1, 1)
    assert list(meter.log) == ["write value $A$1:$J$33", "read value $A$1:$J$33"]
    assert meter.calls > 2
    meter.reset()
    sheet["A1"].expand().clear()
    assert meter.writes == 1
    with pytest.raises(FormulaRefused):
        sheet["A1:B2"].formula = "=1+*1"
    assert meter.writes == 2
