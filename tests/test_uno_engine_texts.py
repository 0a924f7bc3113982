"""What Excel would make of a typed text, and addresses: the parts that need no LibreOffice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.formats.a1 import COLUMNS, ROWS
from nianbao_addin.libreoffice import rectangle
from nianbao_addin.libreoffice.rectangle import Rectangle
from nianbao_addin.libreoffice.values import (
    DAY_ZERO,
    CellEntry,
    entry_of,
    is_plain,
    to_datetime,
    to_serial,
    typed,
)
from uno_engine.changing_names import calc_content, cells_of_excel

AREAS = st.builds(
    Rectangle,
    st.integers(1, 900_000),
    st.integers(1, 9_000),
    st.integers(1, 100_000),
    st.integers(1, 7_000),
)


@pytest.mark.parametrize(
    ("text", "kind", "content"),
    [
        ("12", "number", 12.0),
        ("1,234.5", "number", 1234.5),
        ("1,23", "text", "1,23"),
        ("-5", "number", -5.0),
        ("(5)", "number", -5.0),
        ("(-5)", "text", "(-5)"),
        ("（5）", "text", "（5）"),
        ("５", "text", "５"),
        ("5%", "percent", 0.05),
        ("1e3", "number", 1000.0),
        ("1e999", "text", "1e999"),
        (".", "text", "."),
        (" 12 ", "number", 12.0),
        ("110101199003070015", "number", 110101199003070015.0),
        ("'110101199003070015", "text", "110101199003070015"),
        ("'=1+1", "text", "=1+1"),
        ("''x", "text", "'x"),
        ("=1+1", "formula", "=1+1"),
        ("=", "text", "="),
        ("2025-01-02", "date", 45659.0),
        ("2025年1月2日", "date", 45659.0),
        ("2025/1", "date", 45658.0),
        ("2025-13-01", "text", "2025-13-01"),
        ("1899-12-31", "text", "1899-12-31"),
        ("3-5", "date", 45721.0),
        ("3月5日", "date", 45721.0),
        ("2025年", "text", "2025年"),
        ("2025-01-02 12:00", "datetime", 45659.5),
        ("6:00", "time", 0.25),
        ("6:61", "text", "6:61"),
        ("true", "bool", 1.0),
        ("一、", "text", "一、"),
    ],
)
def test_a_text_is_read_as_excel_reads_it(text: str, kind: str, content: str | float) -> None:
    assert typed(text, DAY_ZERO, year=2025) == CellEntry(kind, content)  # type: ignore[arg-type]


@given(st.text(max_size=20))
def test_an_apostrophe_keeps_any_text_as_it_is(text: str) -> None:
    assert typed("'" + text, DAY_ZERO) == CellEntry("text", text)


@given(st.text(alphabet="表二三公开申请（）、abc", min_size=1, max_size=20))
def test_words_are_plain(text: str) -> None:
    assert is_plain(text)


@given(st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 31)))
def test_a_moment_survives_as_a_serial_number_to_the_millisecond(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert to_datetime(to_serial(moment)) == moment


def test_a_serial_number_beyond_the_calendar_is_no_moment() -> None:
    assert to_datetime(1e9) is None


def test_time_zones_are_dropped() -> None:
    aware = dt.datetime(2025, 1, 2, 3, tzinfo=dt.UTC)
    assert to_serial(aware) == to_serial(dt.datetime(2025, 1, 2, 3))


def test_decimals_are_numbers_and_nan_is_blank() -> None:
    assert entry_of(Decimal("1.5"), DAY_ZERO) == CellEntry("number", 1.5)
    assert entry_of(float("nan"), DAY_ZERO).kind == "blank"


@pytest.mark.parametrize("value", [float("inf"), object(), [1], Decimal("Infinity")])
def test_what_no_cell_holds_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="a cell holds no"):
        entry_of(value, DAY_ZERO)


@given(AREAS, st.booleans(), st.booleans())
def test_an_address_is_read_back_as_written(area: Rectangle, row: bool, column: bool) -> None:
    assert rectangle.parse(rectangle.write(area, row, column)) == area


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("b2", Rectangle(2, 2, 1, 1)),
        ("C5:A2", Rectangle(2, 1, 4, 3)),
        ("B:D", Rectangle(1, 2, ROWS, 3)),
        ("$3:$5", Rectangle(3, 1, 3, COLUMNS)),
        ("XFD1048576", Rectangle(ROWS, COLUMNS, 1, 1)),
        ("XFE1", None),
        ("A0", None),
        ("nb.x", None),
        ("A1:B2:C3", None),
    ],
)
def test_addresses_of_cells_rows_and_columns(address: str, area: Rectangle | None) -> None:
    assert rectangle.parse(address) == area


@given(st.text(alphabet="表三 '!.$&a1;", min_size=1, max_size=8), AREAS)
def test_a_reference_survives_calcs_way_of_writing_it(sheet: str, area: Rectangle) -> None:
    assert rectangle.cells_of_calc(calc_content(sheet, area)) == (sheet, area)


@given(st.text(alphabet="表三 '.$&a1;", min_size=1, max_size=8), AREAS)
def test_a_reference_survives_excels_way_of_writing_it(sheet: str, area: Rectangle) -> None:
    reference = f"={rectangle.quoted(sheet)}!{rectangle.write(area)}"
    assert cells_of_excel(reference) == (sheet, area)


@pytest.mark.parametrize(
    "content", ["5", "#REF!", "$表二.#REF!", "SUM($表二.$A$1)", "$表二.$A$1+1"]
)
def test_a_name_for_a_constant_or_a_formula_stands_for_no_cells(content: str) -> None:
    assert rectangle.cells_of_calc(content) is None
