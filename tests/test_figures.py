"""From what stands in a cell to a figure: one number, or none and a rule's code."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.form import Kind
from nianbao.words.figures import as_money, parse, quoted, show, squash

KINDS: tuple[Kind, ...] = get_args(Kind)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (0, 0),
        (12.0, 12),
        (Decimal("12.00"), 12),
        ("0", 0),
        (" 12 ", 12),
        ("１２", 12),
        ("12\u00a0", 12),
        ("\ufeff12\u200b", 12),
        ("12.0", 12),
        ("007", 7),
    ],
)
def test_a_count_that_is_plainly_one_is_taken_as_it_is(raw: object, value: int) -> None:
    assert parse(raw, "count") == (value, None)


@pytest.mark.parametrize(
    "raw", [None, "", " ", "\u3000", "/", "／", "-", "—", "——", "－", "无", "暂无", "不适用", "N/A"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_blank_and_its_stand_ins_are_no_figure_and_no_zero(raw: object, kind: Kind) -> None:
    assert parse(raw, kind) == (None, "V-02")


@pytest.mark.parametrize(
    ("raw", "value", "issue"),
    [
        ("三", None, "V-01"),
        ("-5", None, "V-01"),
        (-5, None, "V-01"),
        (1.5, None, "V-01"),
        ("1.5", None, "V-01"),
        (True, None, "V-01"),
        (float("nan"), None, "V-01"),
        (float("inf"), None, "V-01"),
        ("#DIV/0!", None, "V-01"),
        ("1e5", None, "V-01"),
        ("=1+1", None, "V-01"),
        ("3 5", None, "V-01"),
        ("3\n5", None, "V-01"),
        ("+22", 22, "V-03"),
        ("30件", 30, "V-06"),
        ("1,234", 1234, "V-06"),
        ("1，234", 1234, "V-06"),
        ("1 234", 1234, "V-06"),
        ("1,23", None, "V-01"),
        ("约30", None, "V-06"),
        ("30余", None, "V-06"),
        ("30多件", None, "V-06"),
        ("22（其中修订16件）", 22, "V-06"),
        ("9" * 16, None, "V-01"),
        (10**400, None, "V-01"),
        (Decimal("1e400"), None, "V-01"),
        ("٣", None, "V-01"),
        ("१२", None, "V-01"),
        ("²", None, "V-01"),
        ("10²", None, "V-01"),
        ("①", None, "V-01"),
        ("⑩", None, "V-01"),
        ("𝟏𝟐", None, "V-01"),
        ("1 ٣", None, "V-01"),
    ],
)
def test_a_count_written_oddly_keeps_its_trace(raw: object, value: int | None, issue: str) -> None:
    assert parse(raw, "count") == (value, issue)


@pytest.mark.parametrize(
    ("raw", "value", "issue"),
    [
        ("+1", 1, None),
        ("＋1", 1, None),
        ("-8", -8, None),
        ("－8", -8, None),
        ("−8", -8, None),
        ("—8", -8, None),
        ("- 8", -8, None),
        (-8, -8, None),
        (0, 0, None),
        ("--253", None, "V-03"),
        ("+-1", None, "V-03"),
        ("增加1", None, "V-03"),
        ("-8项", -8, "V-06"),
        ("-1,234", -1234, "V-06"),
    ],
)
def test_a_change_has_one_sign_at_most(raw: object, value: int | None, issue: str | None) -> None:
    assert parse(raw, "change") == (value, issue)


@pytest.mark.parametrize(
    ("raw", "value", "issue"),
    [
        ("160.5964", "160.5964", None),
        (160.5964, "160.5964", None),
        (0.1 + 0.2, "0.3", None),
        (86489.36290000001, "86489.3629", None),
        ("0", "0", None),
        ("0.50", "0.5", None),
        ("251000元", "25.1", "V-04"),
        ("160.5964万元", "160.5964", "V-04"),
        ("160.5964（万元）", "160.5964", "V-04"),
        ("12.5（单位：万元）", "12.5", "V-04"),
        ("251000（元）", "25.1", "V-04"),
        ("12.5（含税）", "12.5", "V-06"),
        ("1元", "0.0001", "V-04"),
        ("0.5元", "0.00005", "V-04"),
        ("0.12345", "0.12345", "V-04"),
        ("59,237.2449", "59237.2449", "V-06"),
        ("-3", None, "V-04"),
        (-3, None, "V-04"),
        ("三万元", None, "V-04"),
        ("约3万元", None, "V-06"),
        ("1.2.3", None, "V-04"),
        ("0.1234567890123456", None, "V-04"),
        (Decimal("0.1234567890123456"), None, "V-04"),
        ("1234567890.123456", None, "V-04"),
        ("0." + "0" * 150 + "1", None, "V-04"),
        (Decimal("1e-400"), None, "V-04"),
        (10**400, None, "V-04"),
        ("123456789.120000", "123456789.12", None),
        ("３.٣", None, "V-04"),
    ],
)
def test_money_is_exact_and_in_units_of_ten_thousand(
    raw: object, value: str | None, issue: str | None
) -> None:
    found = parse(raw, "money")
    assert found == (None if value is None else Decimal(value), issue)
    assert found.value is None or isinstance(found.value, Decimal)


@given(st.text(max_size=40) | st.integers() | st.floats() | st.decimals() | st.booleans())
def test_whatever_stands_in_a_cell_gives_a_sound_figure_or_a_code(raw: object) -> None:
    for kind in KINDS:
        value, issue = parse(raw, kind)
        assert issue is None or issue in {"V-01", "V-02", "V-03", "V-04", "V-06"}
        assert value is not None or issue is not None
        if value is not None:
            assert kind == "change" or value >= 0
            assert isinstance(value, Decimal if kind == "money" else int)


@given(st.integers(0, 10**14))
def test_a_count_as_it_is_shown_is_read_back(number: int) -> None:
    assert parse(show(number), "count") == (number, None)


@given(st.integers(-(10**14), 10**14))
def test_a_change_as_it_is_shown_is_read_back(number: int) -> None:
    assert parse(show(number, "change"), "change") == (number, None)


@given(st.decimals(0, 10**10, places=4))
def test_money_as_it_is_shown_is_read_back(amount: Decimal) -> None:
    money = as_money(amount)
    assert money == amount
    assert parse(show(money, "money"), "money") == (money, None)
    assert parse(float(amount), "money").value == money


@given(st.decimals(0, 10**10, places=4))
def test_equal_amounts_are_printed_alike(amount: Decimal) -> None:
    assert show(as_money(amount)) == show(as_money(amount + Decimal("0.0000")))
    assert "E" not in show(as_money(amount * 10_000))


def test_a_figure_is_shown_as_the_form_prints_it() -> None:
    assert show(None) == ""
    assert show(0) == "0"
    assert [show(n, "change") for n in (3, 0, -3)] == ["+3", "0", "-3"]
    assert show(Decimal("103.3879"), "money") == "103.3879"
    assert show(as_money(Decimal("1E+3"))) == "1000"


def test_labels_lose_their_white_space_and_their_width() -> None:
    assert squash(" 总\n\u3000计\u00a0") == "总计"
    assert squash("＋１") == "+1"
    assert squash("—1−2–3") == "-1-2-3"


def test_a_quotation_is_short_and_on_one_line() -> None:
    assert quoted(" 约 \n 三十\t件 ") == "约 三十 件"
    assert quoted("长" * 31) == "长" * 30 + "…"
    assert quoted("长" * 31, 40) == "长" * 31
    assert quoted("\x1b[31m红\u202e\u200b") == "[31m红"
